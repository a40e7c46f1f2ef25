package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.testkit.server.MySqlRelease.Family;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlServerIT {
  @ParameterizedTest
  @EachRelease
  void runsTheRelease(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.shared(release);

    assertThat(server.release()).isEqualTo(release);
    assertThat(value(server, "SELECT version()")).startsWith(release.version());
    assertThat(MySqlGreeting.read(server.host(), server.port()).orElseThrow())
        .contains(release.version());
  }

  @ParameterizedTest
  @EachRelease
  void logsWhatASourceNeeds(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.shared(release);

    assertThat(value(server, "SELECT @@log_bin")).isEqualTo("1");
    assertThat(value(server, "SELECT @@binlog_format")).isEqualTo("ROW");
    assertThat(variable(server, "binlog_row_image"))
        .isEqualTo(release.hasRowImages() ? Optional.of("FULL") : Optional.empty());
    assertThat(value(server, "SELECT @@log_slave_updates")).isEqualTo("1");
    assertThat(value(server, "SELECT @@server_id")).isNotEqualTo("0");
  }

  @ParameterizedTest
  @EachRelease
  void logsColumnNamesWhereTheReleaseCan(MySqlRelease release) throws SQLException {
    boolean can = release.isFrom(Family.MYSQL, 8, 0) || release.isFrom(Family.MARIADB, 10, 5);

    assertThat(variable(MySqlServer.shared(release), "binlog_row_metadata"))
        .isEqualTo(can ? Optional.of("FULL") : Optional.empty());
  }

  @ParameterizedTest
  @EachRelease
  void givesGtidsWhereTheReleaseCan(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.shared(release);

    assertThat(variable(server, "gtid_mode"))
        .isEqualTo(release.isFrom(Family.MYSQL, 5, 6) ? Optional.of("ON") : Optional.empty());
    assertThat(variable(server, "gtid_domain_id").isPresent())
        .isEqualTo(release.family() == Family.MARIADB);
  }

  @ParameterizedTest
  @EachRelease
  void isSmallAndNeutral(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.shared(release);

    assertThat(value(server, "SELECT @@character_set_server")).isEqualTo("utf8mb4");
    assertThat(value(server, "SELECT @@global.time_zone")).isEqualTo("+00:00");
    assertThat(value(server, "SELECT @@local_infile")).isEqualTo("0");
    assertThat(value(server, "SELECT @@max_allowed_packet")).isEqualTo("67108864");
    assertThat(value(server, "SELECT @@performance_schema")).isEqualTo("0");
  }

  @ParameterizedTest
  @EachRelease
  void letsItsUserPassPrivilegesOn(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.shared(release);

    assertThat(value(server, "SELECT current_user()")).isEqualTo(server.username() + "@%");
    assertThat(value(server, "SHOW GRANTS")).contains("WITH GRANT OPTION");
    assertThatCode(
            () ->
                server.execute(
                    "CREATE USER 'reader'@'%' IDENTIFIED BY 'secret'",
                    "GRANT SELECT, REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO 'reader'@'%'"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @EachRelease
  void startsWithAnEmptyHistory(MySqlRelease release) throws SQLException {
    try (MySqlServer server = MySqlServer.builder(release).start()) {
      assertThat(value(server, "SHOW BINARY LOGS")).isEqualTo("binlog.000001");
      assertThat(eventTypes(server))
          .contains("Format_desc")
          .isSubsetOf("Format_desc", "Previous_gtids", "Gtid_list", "Binlog_checkpoint");
      assertThat(value(server, "SELECT count(*) FROM mysql.user WHERE user = ''")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EachRelease
  void keepsDataAndPortWhenRestarted(MySqlRelease release) throws SQLException {
    try (MySqlServer server = MySqlServer.builder(release).name("restarted").start()) {
      String shop = server.createDatabase("shop");
      server.execute(
          "CREATE TABLE " + shop + ".users (id INT PRIMARY KEY)",
          "INSERT INTO " + shop + ".users VALUES (1), (2)");
      int port = server.port();

      server.kill();

      assertThat(MySqlGreeting.read(server.host(), port)).isEmpty();
      assertThatThrownBy(server::connect).isInstanceOf(SQLException.class);

      server.restart();

      assertThat(server.port()).isEqualTo(port);
      assertThat(value(server, "SELECT count(*) FROM " + shop + ".users")).isEqualTo("2");
    }
  }

  @Test
  void restartsAServerThatRuns() throws SQLException {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_5_7).start()) {
      server.execute("SET GLOBAL max_connections = 77");

      server.restart();

      assertThat(value(server, "SELECT @@max_connections")).isEqualTo("300");
    }
  }

  @ParameterizedTest
  @EachRelease
  void runsTwiceSideBySide(MySqlRelease release) throws SQLException {
    MySqlServer one = MySqlServer.shared(release);
    try (MySqlServer other = MySqlServer.builder(release).start()) {
      assertThat(other.port()).isNotEqualTo(one.port());
      assertThat(value(other, "SELECT @@server_id")).isNotEqualTo(value(one, "SELECT @@server_id"));
      if (release.isFrom(Family.MYSQL, 5, 6)) {
        assertThat(value(other, "SELECT @@server_uuid"))
            .isNotEqualTo(value(one, "SELECT @@server_uuid"));
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void isGoneAfterClose(MySqlRelease release) throws SQLException {
    MySqlServer server = MySqlServer.builder(release).start();
    String database = server.createDatabase("shop");

    server.close();
    server.close();

    assertThat(database).startsWith("shop_");
    assertThat(LoopbackPort.isFree(server.port())).isTrue();
    assertThatThrownBy(server::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void takesOptions() throws SQLException {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_8_0)
            .option("binlog-format", "STATEMENT")
            .option("server_id", "4711")
            .option("lower_case_table_names", "1")
            .withoutGtids()
            .flag("skip_replica_start")
            .start()) {
      assertThat(value(server, "SELECT @@binlog_format")).isEqualTo("STATEMENT");
      assertThat(value(server, "SELECT @@server_id")).isEqualTo("4711");
      assertThat(value(server, "SELECT @@lower_case_table_names")).isEqualTo("1");
      assertThat(value(server, "SELECT @@gtid_mode")).isEqualTo("OFF");
      assertThat(value(server, "SELECT @@skip_replica_start")).isEqualTo("1");
    }
  }

  @ParameterizedTest
  @EachRelease
  void canBeWithoutABinaryLog(MySqlRelease release) throws SQLException {
    try (MySqlServer server = MySqlServer.builder(release).withoutBinaryLog().start()) {
      assertThat(value(server, "SELECT @@log_bin")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @CsvSource({"MYSQL_8_0,unknown variable", "MARIADB_10_11,unknown variable"})
  void showsItsLogWhenAnOptionIsUnknown(MySqlRelease release, String message) {
    MySqlServer.Builder builder =
        MySqlServer.builder(release).name("strange").option("no_such_option", "1");

    assertThatThrownBy(builder::start)
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("Cannot start server 'strange' (" + release + ")")
        .hasMessageContaining(message)
        .hasMessageContaining("no_such_option=1");
  }

  @Test
  void doesNotLetATestStopTheSharedServer() throws SQLException {
    MySqlServer shared = MySqlServer.shared(MySqlRelease.MYSQL_8_0);

    assertThatThrownBy(shared::kill)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("MySqlServer.builder");
    assertThatThrownBy(shared::restart).isInstanceOf(IllegalStateException.class);
    shared.close();

    assertThat(MySqlServer.shared(MySqlRelease.MYSQL_8_0)).isSameAs(shared);
    assertThat(value(shared, "SELECT 1")).isEqualTo("1");
  }

  @Test
  void tellsWhatItLogged() {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_8_0).start()) {
      assertThat(server.errorLogTail()).contains("ready for connections");
    }
  }

  private static Optional<String> variable(MySqlServer server, String name) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES LIKE '" + name + "'")) {
      return rows.next() ? Optional.of(rows.getString(2)) : Optional.empty();
    }
  }

  private static List<String> eventTypes(MySqlServer server) throws SQLException {
    List<String> types = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW BINLOG EVENTS")) {
      while (rows.next()) {
        types.add(rows.getString("Event_type"));
      }
    }
    return types;
  }

  private static String value(MySqlServer server, String query) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return Optional.ofNullable(rows.getString(1)).orElse("NULL");
    }
  }
}
