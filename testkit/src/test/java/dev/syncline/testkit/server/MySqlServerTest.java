package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class MySqlServerTest {
  private final MySqlServer.Builder builder = MySqlServer.builder(MySqlRelease.MYSQL_8_0);

  @Test
  void refusesToSetAnOptionTwice() {
    builder.option("binlog-format", "MIXED");

    assertThatThrownBy(() -> builder.option("binlog_format", "ROW"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Option '--binlog_format=ROW' comes too late: '--binlog_format=MIXED' is set.");
  }

  @Test
  void refusesToSetWhatExcludesEachOther() {
    builder.withoutBinaryLog();

    assertThatThrownBy(() -> builder.option("log_bin", "other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Option '--log_bin=other' comes too late: '--skip-log-bin' is set.");
  }

  @Test
  void refusesASecondName() {
    builder.name("one");

    assertThatThrownBy(() -> builder.name("two"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Name 'two' comes too late: the server is named 'one'.");
  }

  @Test
  void refusesANameThatIsNoneForAFolder() {
    assertThatThrownBy(() -> builder.name("../up"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'../up'");
  }

  @Test
  void refusesMariaDbWithoutGtids() {
    MySqlServer.Builder mariaDb = MySqlServer.builder(MySqlRelease.MARIADB_10_11);

    assertThatThrownBy(mariaDb::withoutGtids)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("MariaDB 10.11.5");
  }
}
