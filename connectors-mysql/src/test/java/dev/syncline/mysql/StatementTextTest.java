package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.SqlTokens.SqlMode;
import org.junit.jupiter.api.Test;

final class StatementTextTest {

  private static final SqlVersion MYSQL_8 = new SqlVersion(false, 80_031);
  private static final SqlVersion MYSQL_5_7 = new SqlVersion(false, 50_744);
  private static final SqlVersion MARIADB = new SqlVersion(true, 101_105);

  private static String moved(String sql, SqlVersion from, SqlVersion to) {
    StatementText text = new StatementText(sql, SqlMode.DEFAULT, from).forServer(to);
    assertThat(text.server()).isEqualTo(to);
    return text.sql();
  }

  @Test
  void staysAsItIsWrittenWhereBothServersReadTheSame() {
    String sql = "ALTER TABLE t ADD a INT /*!50100 DEFAULT 1 */ /* why */ COMMENT '/*!80000 x */'";

    assertThat(moved(sql, MYSQL_8, MYSQL_5_7)).isEqualTo(sql);
    assertThat(moved(sql, MARIADB, MYSQL_8)).isEqualTo(sql);
    assertThat(moved("DROP TABLE t /*!99999 , u */", MYSQL_8, MYSQL_5_7))
        .isEqualTo("DROP TABLE t /*!99999 , u */");
  }

  @Test
  void bringsTheWordsThatTheOtherServerWouldPassOver() {
    assertThat(moved("ALTER TABLE t ADD a INT /*!80000 , ADD b INT */", MYSQL_8, MYSQL_5_7))
        .isEqualTo("ALTER TABLE t ADD a INT   , ADD b INT  ");
    assertThat(moved("ALTER TABLE t ADD a INT /*M! , ADD b INT */", MARIADB, MYSQL_8))
        .isEqualTo("ALTER TABLE t ADD a INT   , ADD b INT  ");
  }

  @Test
  void leavesOutWhatOnlyTheOtherServerWouldTake() {
    assertThat(moved("DROP TABLE t /*!80000 , u */", MYSQL_5_7, MYSQL_8))
        .isEqualTo("DROP TABLE t  ");
    assertThat(moved("DROP TABLE t /*M!100000 , u */", MYSQL_8, MARIADB))
        .isEqualTo("DROP TABLE t  ");
    assertThat(moved("DROP TABLE t /*!50700 , u */", MARIADB, MYSQL_8)).isEqualTo("DROP TABLE t  ");
  }

  /** Whoever reads it says what is wrong with it. */
  @Test
  void leavesWhatCannotBeReadAsItIs() {
    assertThat(moved("DROP TABLE t /*!50000 , u", MYSQL_8, MYSQL_5_7))
        .isEqualTo("DROP TABLE t /*!50000 , u");
  }
}
