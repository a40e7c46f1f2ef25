package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Statements mean at a target what they meant in the session that the log tells of. */
class StatementSettingsIT {

  private static final int QUERY = 2;

  /** The last statement in the log of a server of the same release. */
  private static QueryEvent logged(MySqlRelease release, String... statements) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = server.createDatabase("logged");
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < statements.length - 1; i++) {
        statement.execute(statements[i]);
      }
      RawBinlog.Place from = RawBinlog.end(server);
      statement.execute(statements[statements.length - 1]);
      List<RawBinlog.RawEvent> events = RawBinlog.read(server, from, RawBinlog.end(server));
      RawBinlog.RawEvent query =
          events.stream().filter(e -> e.type() == QUERY).reduce((a, b) -> b).orElseThrow();
      return QueryEvent.parse(EventBytes.raw(QUERY, 0, 500, query.body()));
    }
  }

  private static SchemaChange change(QueryEvent event, String database, MySqlFacts facts) {
    return new SchemaChange(
        new SchemaChange.Statement("mysql", event.sql(), database, event.settings(facts)),
        List.of());
  }

  @ParameterizedTest
  @EachRelease
  void runsAStatementAsItWasLogged(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
    MySqlFacts facts;
    try (Connection connection = fixture.server().connect()) {
      facts = MySqlFacts.read(connection);
    }
    QueryEvent event =
        logged(
            release,
            "CREATE TABLE t (id INT PRIMARY KEY)",
            "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'",
            "SET foreign_key_checks = 0, unique_checks = 0",
            "SET time_zone = '+03:00', timestamp = 1000000000.123456",
            "SET NAMES utf8mb4",
            "SET collation_connection = latin1_swedish_ci",
            "ALTER TABLE \"t\" ADD \"c\" VARCHAR(10) DEFAULT 'a\\ü',"
                + " ADD \"d\" TIMESTAMP(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6),"
                + " ADD \"e\" TIMESTAMP NOT NULL DEFAULT '2020-01-01 03:00:00'");
    Map<String, String> settings = event.settings(facts);
    assertThat(settings)
        .containsEntry(
            StatementSettings.SQL_MODE, "PIPES_AS_CONCAT,ANSI_QUOTES,NO_BACKSLASH_ESCAPES")
        .containsEntry(StatementSettings.FOREIGN_KEY_CHECKS, "0")
        .containsEntry(StatementSettings.UNIQUE_CHECKS, "0")
        .containsEntry(StatementSettings.TIME_ZONE, "+03:00")
        .containsEntry(StatementSettings.COLLATION, "8")
        .containsKey(StatementSettings.CLIENT);
    assertThat(settings.get(StatementSettings.TIMESTAMP)).endsWith(".123456");

    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      trial.apply(change(event, fixture.database(), facts));
    }

    String seconds = settings.getOrDefault(StatementSettings.TIMESTAMP, "");
    assertThat(fixture.ask("SELECT c, UNIX_TIMESTAMP(d), UNIX_TIMESTAMP(e) FROM t"))
        .containsExactly("a\\ü|" + seconds + "|1577836800");
  }

  @Test
  void refusesAModeThatTheTargetDoesNotKnow() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      Map<String, String> strange = Map.of(StatementSettings.SQL_MODE, "EMPTY_STRING_IS_NULL");
      Map<String, String> old =
          Map.of(StatementSettings.SQL_MODE, "NO_AUTO_CREATE_USER,STRICT_ALL_TABLES");

      assertThatThrownBy(
              () -> trial.apply(trial.change(strange, "ALTER TABLE t ADD c INT DEFAULT '7'")))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("does not take the mode EMPTY_STRING_IS_NULL")
          .hasMessageContaining("DEFAULT '…'");
      assertThat(trial.isBehind()).isFalse();

      trial.apply(trial.change(old, "ALTER TABLE t ADD c INT"));
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void giveUtf8mb4TheCollationThatItHadAtTheSource(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange old =
          trial.change(
              Map.of(), "CREATE TABLE o (c VARCHAR(9) CHARACTER SET utf8mb4, id INT PRIMARY KEY)");
      SchemaChange young =
          trial.change(
              Map.of(StatementSettings.UTF8MB4_COLLATION, "255"),
              "CREATE TABLE y (id INT PRIMARY KEY) CHARSET=utf8mb4");

      trial.apply(old);

      assertThat(
              fixture.ask(
                  "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE COLUMN_NAME = 'c'"
                      + " AND TABLE_SCHEMA = DATABASE()"))
          .containsExactly("utf8mb4_general_ci");
      if (MySqlFacts.of(version(fixture), Map.of()).isMySqlFrom(8, 0, 0)) {
        trial.apply(young);
      } else {
        assertThatThrownBy(() -> trial.apply(young))
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("the collation with the number 255");
      }
    }
  }

  private static String version(SinkFixture fixture) throws Exception {
    return fixture.ask("SELECT VERSION()").get(0);
  }

  /** Servers that do not know a collation of the source do know its letters. */
  @ParameterizedTest
  @EachRelease
  void readsLiteralsInLettersThatTheTargetKnows(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    Map<String, String> young =
        Map.of(StatementSettings.COLLATION, "255", StatementSettings.CLIENT, "255");
    boolean knows = MySqlFacts.of(version(fixture), Map.of()).isMySqlFrom(8, 0, 0);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      trial.apply(trial.change(young, "ALTER TABLE t ADD c VARCHAR(9) COMMENT 'ä€'"));
      assertThat(trial.isBehind()).isTrue();
      SchemaChange view = trial.change(young, "CREATE VIEW v AS SELECT 'a' = 'A' AS e");
      if (knows) {
        trial.apply(view);
      } else {
        assertThatThrownBy(() -> trial.apply(view)).isInstanceOf(UnsupportedChangeException.class);
      }
    }
    assertThat(
            fixture.ask(
                "SELECT COLUMN_COMMENT FROM information_schema.COLUMNS WHERE COLUMN_NAME = 'c'"
                    + " AND TABLE_SCHEMA = DATABASE()"))
        .containsExactly("ä€");
  }

  /** Without a default database a name without one must mean nothing. */
  @Test
  void makesAndDropsDatabasesAndObjects() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    String other = fixture.database() + "_other";
    fixture.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      for (String sql :
          List.of(
              "CREATE DATABASE " + other,
              "CREATE TABLE " + other + ".x (id INT PRIMARY KEY)",
              "ALTER DATABASE " + other + " CHARACTER SET latin1",
              "CREATE VIEW v AS SELECT id FROM t",
              "ALTER VIEW v AS SELECT id + 1 AS id FROM t",
              "CREATE PROCEDURE p() BEGIN SELECT 1; END",
              "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO SET @a = 1",
              "ALTER EVENT e RENAME TO f",
              "CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
              "CREATE INDEX i ON t (id)",
              "DROP INDEX i ON t",
              "DROP TRIGGER g",
              "DROP EVENT f",
              "DROP PROCEDURE p",
              "DROP VIEW v",
              "DROP TABLE " + other + ".x",
              "DROP DATABASE " + other)) {
        trial.apply(trial.change(sql));
        assertThat(trial.isBehind()).as(sql).isTrue();
        fixture.execute("UPDATE " + fixture.ledger() + ".lane SET position = 'before'");
      }
    }
    assertThat(fixture.ask("SHOW DATABASES LIKE '" + other + "'")).isEmpty();
    assertThat(fixture.ask("SHOW TABLES")).containsExactly("t");
  }
}
