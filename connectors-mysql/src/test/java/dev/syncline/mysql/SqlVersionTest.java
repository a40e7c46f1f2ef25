package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlVersionTest {

  /** Of versions at which nobody has looked nothing is said, and the key is not understood. */
  @ParameterizedTest
  @CsvSource({
    "false, 50722, no", "false, 80000, yes", "true, 100211, no", "true, 100299, no",
    "true, 100300, unknown", "true, 101099, unknown", "true, 101100, yes", "true, 110405, yes",
  })
  void readsBehindMatchWhereThatWasSeen(boolean mariaDb, int number, String expected) {
    SqlVersion version = new SqlVersion(mariaDb, number);
    String statement = "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id) MATCH FULL ON DELETE";

    assertThat(version.readsBehindMatch().map(reads -> reads ? "yes" : "no").orElse("unknown"))
        .isEqualTo(expected);
    assertThat(
            new DdlParser(version)
                    .parse(statement + " CASCADE", SqlTokens.SqlMode.DEFAULT)
                    .statement()
                instanceof DdlStatement.NotUnderstood)
        .isEqualTo(expected.equals("unknown"));
  }

  /** Where nobody has looked, a database of which both are said in that order is not understood. */
  @ParameterizedTest
  @CsvSource({
    "false, 50722, no", "false, 80012, no", "false, 80013, unknown", "false, 80030, unknown",
    "false, 80031, yes", "true, 100299, no", "true, 100300, unknown", "true, 101099, unknown",
    "true, 101100, yes",
  })
  void keepsACollationBehindWhichACharacterSetIsNamed(
      boolean mariaDb, int number, String expected) {
    SqlVersion version = new SqlVersion(mariaDb, number);
    String statement = "CREATE DATABASE d COLLATE utf8mb4_bin CHARACTER SET utf8mb4";

    assertThat(version.keepsCollation().map(keeps -> keeps ? "yes" : "no").orElse("unknown"))
        .isEqualTo(expected);
    assertThat(
            new DdlParser(version).parse(statement, SqlTokens.SqlMode.DEFAULT).statement()
                instanceof DdlStatement.NotUnderstood)
        .isEqualTo(expected.equals("unknown"));
  }
}
