package dev.syncline.mysql;

import dev.syncline.SnapshotReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A database of a test's own at a server, and the source that reads it. */
final class SourceFixture {
  private final MySqlServer server;
  private final String database;

  SourceFixture(MySqlServer server) throws SQLException {
    this.server = server;
    this.database = server.createDatabase("source");
  }

  MySqlServer server() {
    return server;
  }

  String database() {
    return database;
  }

  /** Executes statements in the database, on one connection, in the server's own words. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(Dialect.of(server.release(), sql));
      }
    }
  }

  /** The first column of each row. */
  List<String> ask(String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        answers.add(String.valueOf(rows.getString(1)));
      }
    }
    return answers;
  }

  Connection connect() throws SQLException {
    return server.connect(database);
  }

  /** Describes the server, with the account that may do everything. */
  MySqlSource.Builder source() {
    return source(server.username(), server.password());
  }

  /** Describes the server, with some account. */
  MySqlSource.Builder source(String username, String password) {
    return MySqlSource.builder()
        .host(server.host())
        .port(server.port())
        .username(username)
        .password(password);
  }

  SourceScope<TableChange> scope() {
    return scope(TableSelection.builder().database(database).build());
  }

  static SourceScope<TableChange> scope(TableSelection selection) {
    return new SourceScope<>("test", selection);
  }

  TableSourceSession open() {
    return source().build().open(scope());
  }

  TableStructure structure(String table) {
    try (TableSourceSession session = open()) {
      return session.tables().stream()
          .filter(t -> t.definition().id().name().equals(table))
          .findFirst()
          .orElseThrow();
    }
  }

  TableDefinition definition(String table) {
    return structure(table).definition();
  }

  SnapshotReader reader() {
    return open().openSnapshotReader();
  }

  /** A text literal that no session's character set or sql_mode changes. */
  static String literal(String text) {
    StringBuilder hex = new StringBuilder();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hex.append("%02X".formatted(b));
    }
    return "_utf8mb4 x'" + hex + "'";
  }
}
