package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class StructureFindingsTest {

  private static final SqlMode ANSI = new SqlMode(true, false);

  @Test
  void whatMayBeAValueIsNotTold() {
    assertThat(told(" COMMENT 'secret' DEFAULT \"secret\" x = 1234.5, y 'secr"))
        .isEqualTo("COMMENT '…' DEFAULT '…' x = …, y …");
    assertThat(told("DO -- don't touch\n SET @k = 'hunter2'")).isEqualTo("DO SET @k = '…'");
    assertThat(told("# it's\nSET @k = 'hunter2' /* isn't */, 0xC0FFEE, x'C0'"))
        .isEqualTo("SET @k = '…' , …, …");
    assertThat(told("SELECT 'it\\'s hunter2'")).isEqualTo("SELECT '…'");
    assertThat(told("SELECT 'it''s hunter2', `don't`")).isEqualTo("SELECT '…', `don't`");
    assertThat(told("AS $$ let k = hunter2 $$")).isEqualTo("AS …");
    assertThat(told("BEGIN /* hunter2")).isEqualTo("BEGIN …");
  }

  @Test
  void quotesAreThoseOfTheMode() {
    assertThat(ShownSql.piece("SELECT '\\', \"a'b\", 'hunter2'", ANSI))
        .isEqualTo("SELECT '…', \"a'b\", '…'");
  }

  @Test
  void theWordsOfTheServerKeepTheirLines() {
    String text =
        "You have an error in your SQL syntax; check the manual for the right syntax to use near"
            + " 'DO -- don't touch\n SET @k = 'hunter2'' at line 3";

    assertThat(StructureFindings.words(new SQLException(text, "42000", 1064), SqlMode.DEFAULT))
        .isEqualTo("it does not understand the syntax near \"DO SET @k = '…'\"");
  }

  private static String told(String words) {
    return ShownSql.piece(words, SqlMode.DEFAULT);
  }
}
