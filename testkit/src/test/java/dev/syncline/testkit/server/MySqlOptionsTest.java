package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlOptionsTest {
  @Test
  void givesEachReleaseWhatItKnows() {
    assertThat(MySqlOptions.of(MySqlRelease.MYSQL_8_0, 7, Map.of()).arguments())
        .contains("--server_id=7", "--gtid_mode=ON", "--binlog_row_metadata=FULL", "--mysqlx=0");
    assertThat(MySqlOptions.of(MySqlRelease.MYSQL_5_7, 7, Map.of()).arguments())
        .contains("--gtid_mode=ON")
        .noneMatch(argument -> argument.contains("row_metadata"));
    assertThat(MySqlOptions.of(MySqlRelease.MARIADB_10_11, 7, Map.of()).arguments())
        .contains("--binlog_row_metadata=FULL")
        .noneMatch(argument -> argument.contains("gtid"));
    assertThat(MySqlOptions.of(MySqlRelease.MYSQL_5_5, 7, Map.of()).arguments())
        .contains("--binlog_format=ROW", "--log_slave_updates=1")
        .noneMatch(argument -> argument.contains("gtid") || argument.contains("row_image"));
  }

  @Test
  void replacesADefault() {
    Map<String, String> changes = Map.of("binlog_format", "--binlog_format=STATEMENT");

    assertThat(MySqlOptions.of(MySqlRelease.MYSQL_8_0, 1, changes).arguments())
        .contains("--binlog_format=STATEMENT")
        .doesNotContain("--binlog_format=ROW");
  }

  @Test
  void makesTheDataDirectoryWithWhatShapesItOnly() {
    Map<String, String> changes =
        Map.of(
            "lower_case_table_names", "--lower_case_table_names=1",
            "binlog_format", "--binlog_format=STATEMENT");

    assertThat(MySqlOptions.of(MySqlRelease.MYSQL_8_0, 1, changes).ofDataDirectory())
        .contains("--lower_case_table_names=1", "--innodb_redo_log_capacity=64M")
        .doesNotContain("--binlog_format=STATEMENT", "--server_id=1", "--log_bin=binlog");
  }

  @Test
  void takesNamesAsTheServerDoes() {
    assertThat(MySqlOptions.checkedName("Binlog-Format")).isEqualTo("binlog_format");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--log-bin", "log_bin=1", "a b"})
  void refusesWhatIsNoName(String name) {
    assertThatThrownBy(() -> MySqlOptions.checkedName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + name + "'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"port", "datadir", "bind-address", "socket", "user"})
  void refusesWhatTheFixtureChooses(String name) {
    assertThatThrownBy(() -> MySqlOptions.checkedName(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option '%s' is chosen by the fixture and cannot be set.", name);
  }
}
