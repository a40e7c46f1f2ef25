package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlConnectionsIT {
  private static final MySqlSessionSettings SETTINGS =
      MySqlSessionSettings.withSqlMode("STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO")
          .isolation(Connection.TRANSACTION_REPEATABLE_READ)
          .lockWait(Duration.ofSeconds(7))
          .rowLockWait(Duration.ofSeconds(8))
          .idle(Duration.ofSeconds(90))
          .networkWrite(Duration.ofSeconds(600))
          .networkRead(Duration.ofSeconds(500))
          .autoCommit(false)
          .build();

  @ParameterizedTest
  @EachRelease
  void setsTheSessionWhateverTheServersDefaultsAre(MySqlRelease release) throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(release)
            .option("default_time_zone", "+05:30")
            .option("completion_type", "CHAIN")
            .option("autocommit", "0")
            .option("sql_mode", "ANSI_QUOTES")
            .option("character_set_server", "latin1")
            .option("transaction_isolation", "SERIALIZABLE")
            .start()) {
      MySqlConnections connections = new MySqlConnections(endpoint(server).build());

      Connection connection = connections.open(SETTINGS);

      try {
        assertThat(ask(connection, "SELECT @@time_zone")).isEqualTo("+00:00");
        assertThat(ask(connection, "SELECT @@sql_mode"))
            .isEqualTo("NO_AUTO_VALUE_ON_ZERO,STRICT_TRANS_TABLES");
        assertThat(ask(connection, "SELECT @@autocommit")).isEqualTo("0");
        assertThat(ask(connection, "SELECT @@completion_type")).isEqualTo("NO_CHAIN");
        assertThat(ask(connection, "SELECT @@lock_wait_timeout")).isEqualTo("7");
        assertThat(ask(connection, "SELECT @@innodb_lock_wait_timeout")).isEqualTo("8");
        assertThat(ask(connection, "SELECT @@wait_timeout")).isEqualTo("90");
        assertThat(ask(connection, "SELECT @@net_write_timeout")).isEqualTo("600");
        assertThat(ask(connection, "SELECT 'ß水𝄞'")).isEqualTo("ß水𝄞");
        assertThat(connection.getTransactionIsolation())
            .isEqualTo(Connection.TRANSACTION_REPEATABLE_READ);
      } finally {
        connections.close(connection);
      }
      assertThat(connection.isClosed()).isTrue();
    }
  }

  @Test
  void refusesASessionThatDoesNotTakeASetting() {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    MySqlConnections connections = new MySqlConnections(endpoint(server).build());
    MySqlSessionSettings tooSmall =
        MySqlSessionSettings.withSqlMode("").variable("net_write_timeout", "0").build();

    assertThatThrownBy(() -> connections.open(tooSmall))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("'net_write_timeout': found '1', expected '0'");
  }

  @Test
  void takesSessionsOfADataSourceAndNeverGivesThemBack() throws Exception {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    MysqlDataSource dataSource = new MysqlDataSource();
    dataSource.setUrl(server.jdbcUrl(""));
    dataSource.setUser(server.username());
    dataSource.setPassword(server.password());
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.dataSource(dataSource);
    MySqlConnections connections = new MySqlConnections(builder.build());

    Connection connection = connections.open(SETTINGS);

    assertThat(ask(connection, "SELECT @@time_zone")).isEqualTo("+00:00");
    String id = ask(connection, "SELECT CONNECTION_ID()");
    connections.close(connection);
    assertThat(connection.isClosed()).isTrue();
    awaitGone(server, id);
  }

  @Test
  void bindsTextRightWhateverTheServersEscapesAre() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_8_0)
            .option("sql_mode", "NO_BACKSLASH_ESCAPES,ANSI_QUOTES")
            .start()) {
      MySqlConnections connections = new MySqlConnections(endpoint(server).build());
      String text = "back\\slash 'quote' \"double\" \\' {d '2020-01-01'} \0 é許😀 end\\";
      Connection connection = connections.open(SETTINGS);

      try (PreparedStatement statement = connection.prepareStatement("SELECT ?")) {
        statement.setString(1, text);
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(text);
        }
      }
      StringBuilder writtenOut = new StringBuilder("SELECT ");
      Column column =
          new Column("c", ColumnType.of(ValueKind.TEXT, "text"), true, Column.Origin.WRITTEN);
      SqlLiterals.append(writtenOut, text, new TableId("d", "t"), column);
      try (Statement statement = connection.createStatement()) {
        statement.setEscapeProcessing(false);
        try (ResultSet row = statement.executeQuery(writtenOut.toString())) {
          row.next();
          assertThat(row.getString(1)).isEqualTo(text);
        }
      } finally {
        connections.close(connection);
      }

      MysqlDataSource dataSource = new MysqlDataSource();
      dataSource.setUrl(server.jdbcUrl(""));
      dataSource.setUser(server.username());
      dataSource.setPassword(server.password());
      MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
      builder.dataSource(dataSource);
      assertThatThrownBy(() -> new MySqlConnections(builder.build()).open(SETTINGS))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("NO_BACKSLASH_ESCAPES");
    }
  }

  @Test
  void cutsASessionUnderAQueryOfAnotherThread() throws Exception {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    MySqlConnections connections = new MySqlConnections(endpoint(server).build());
    Connection connection = connections.open(SETTINGS);
    CountDownLatch asking = new CountDownLatch(1);
    CompletableFuture<String> answer =
        CompletableFuture.supplyAsync(
            () -> {
              asking.countDown();
              try {
                return ask(connection, "SELECT SLEEP(60)");
              } catch (SQLException e) {
                throw MySqlErrors.translate(e, "sleep");
              }
            });
    asking.await();
    // TLS of the JDK waits for an answer if the other thread has asked but does not read yet.
    awaitRunning(server, "SELECT SLEEP(60)");

    long start = System.nanoTime();
    connections.abort(connection);

    assertThat(answer)
        .failsWithin(30, TimeUnit.SECONDS)
        .withThrowableOfType(Exception.class)
        .withCauseInstanceOf(TransientException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }

  private static void awaitRunning(MySqlServer server, String sql) throws SQLException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    String running =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info = '" + sql + "'";
    try (Connection other = server.connect()) {
      while (ask(other, running).equals("0")) {
        assertThat(System.nanoTime()).as("it runs").isLessThan(deadline);
      }
    }
  }

  @Test
  void saysWhatIsWrongWithALogin() {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host(server.host());
    builder.port(server.port());
    builder.username(server.username());
    builder.password("canary-7341");

    assertThatThrownBy(() -> new MySqlConnections(builder.build()).open(SETTINGS))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("Cannot connect to '127.0.0.1:" + server.port() + "'")
        .hasMessageContaining("server error 1045")
        .hasMessageContaining("Check user name, password")
        .hasMessageNotContaining("canary-7341");
  }

  @Test
  void anUnreachableServerMayComeBack() throws Exception {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host("127.0.0.1");
    builder.port(port);
    builder.username("u");
    builder.password("p");

    assertThatThrownBy(() -> new MySqlConnections(builder.build()).open(SETTINGS))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("Cannot connect to '127.0.0.1:" + port + "'");
  }

  private static void awaitGone(MySqlServer server, String id) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String sql = "SELECT COUNT(*) FROM information_schema.processlist WHERE id = " + id;
    try (Connection observer = server.connect()) {
      while (!ask(observer, sql).equals("0")) {
        assertThat(System.nanoTime()).as("the session is still there").isLessThan(deadline);
      }
    }
  }

  private static MySqlEndpoint.Builder endpoint(MySqlServer server) {
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host(server.host());
    builder.port(server.port());
    builder.username(server.username());
    builder.password(server.password());
    return builder;
  }

  private static String ask(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
