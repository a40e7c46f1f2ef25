package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.SqlTokens.SqlMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NameFoldingTest {
  private static final DdlParser PARSER = new DdlParser(new SqlVersion(true, 101_105));

  private static DdlStatement read(String sql) {
    return PARSER.parse(sql, SqlMode.DEFAULT).statement();
  }

  @ParameterizedTest
  @CsvSource({
    "DROP DATABASE IF EXISTS Shop, DROP DATABASE IF EXISTS shop",
    "CREATE OR REPLACE DATABASE Shop CHARSET latin1, CREATE OR REPLACE DATABASE shop CHARSET latin1"
  })
  void takesNamesOfDatabasesAsTheServerKeepsThem(String written, String kept) {
    assertThat(new NameFolding(true, true).stored(read(written))).isEqualTo(read(kept));
    assertThat(new NameFolding(false, true).stored(read(written))).isEqualTo(read(written));
    assertThat(read(written)).isNotEqualTo(read(kept));
  }
}
