package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckReport;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the target's version or product does not know is told before anything is made there. */
class OtherProductIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private MySqlServer source = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
  private MySqlServer target = MySqlServer.shared(MySqlRelease.MYSQL_5_7);
  private String database = "";

  private void between(MySqlRelease from, MySqlRelease to) throws SQLException {
    source = MySqlServer.shared(from);
    target = MySqlServer.shared(to);
    database = source.createDatabase("other");
    source.execute("ALTER DATABASE " + database + " CHARACTER SET latin1");
  }

  @Test
  void anOlderMySqlThanTheSource() throws Exception {
    between(MySqlRelease.MYSQL_8_0, MySqlRelease.MYSQL_5_7);
    create(
        "CREATE TABLE a_collation (id INT PRIMARY KEY, w CHAR(3) COLLATE utf8mb4_0900_ai_ci)"
            + " CHARSET latin1",
        "CREATE TABLE b_functional (id INT PRIMARY KEY, w CHAR(3), KEY ((LOWER(w)))) CHARSET"
            + " latin1",
        "CREATE TABLE c_default (id INT PRIMARY KEY, w CHAR(36) DEFAULT (UUID())) CHARSET latin1",
        "CREATE TABLE d_hidden (id INT PRIMARY KEY, w INT INVISIBLE, KEY (w) INVISIBLE) CHARSET"
            + " latin1",
        "CREATE TABLE e_checked (id INT PRIMARY KEY, CHECK (id > 0)) CHARSET latin1",
        "CREATE TABLE f_down (id INT PRIMARY KEY, a INT, KEY (a DESC)) CHARSET latin1",
        "CREATE TABLE g_plain (id INT PRIMARY KEY, a INT) CHARSET latin1");

    assertThat(told())
        .isEqualTo(
            Map.of(
                "a_collation", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "b_functional", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "c_default", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "d_hidden", List.of("WARNING CLAUSE_LEFT_OUT", "WARNING CLAUSE_LEFT_OUT"),
                "e_checked", List.of("WARNING CLAUSE_LEFT_OUT"),
                "f_down", List.of("WARNING CLAUSE_LEFT_OUT")));
    assertThat(message("a_collation")).contains("MySQL 5.7.22", "'utf8mb4_0900_ai_ci'");
    assertThat(message("b_functional")).contains("near \"(lower(`w`)))");
    assertThat(message("c_default")).contains("near \"(uuid())");
    assertThat(target("SHOW DATABASES")).doesNotContain(database);

    source.execute(
        "DROP TABLE %1$s.a_collation, %1$s.b_functional, %1$s.c_default".formatted(database));
    synchronize();
  }

  @Test
  void aMariaDbBehindAMySql() throws Exception {
    between(MySqlRelease.MYSQL_8_0, MySqlRelease.MARIADB_10_11);
    create(
        "CREATE TABLE a_collation (id INT PRIMARY KEY, w CHAR(3)) COLLATE utf8mb4_0900_ai_ci",
        "CREATE TABLE b_functional (id INT PRIMARY KEY, w CHAR(3), KEY ((LOWER(w)))) CHARSET"
            + " latin1",
        "CREATE TABLE c_hidden (id INT PRIMARY KEY, w INT INVISIBLE) CHARSET latin1",
        "CREATE TABLE d_unenforced (id INT PRIMARY KEY, CHECK (id > 0) NOT ENFORCED) CHARSET"
            + " latin1",
        "CREATE TABLE e_plain (id INT PRIMARY KEY, a INT DEFAULT (1 + 1), KEY (a DESC), CHECK (a >"
            + " 0)) CHARSET latin1");

    assertThat(told())
        .isEqualTo(
            Map.of(
                "a_collation", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "b_functional", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "c_hidden", List.of("WARNING CLAUSE_LEFT_OUT"),
                "d_unenforced", List.of("RISK CHECK_ENFORCED")));
    assertThat(message("d_unenforced")).contains("NOT ENFORCED", "MariaDB 10.11.5");

    source.execute(
        "DROP TABLE %1$s.a_collation, %1$s.b_functional, %1$s.d_unenforced".formatted(database));
    synchronize();
  }

  @Test
  void aMySqlBehindAMariaDb() throws Exception {
    between(MySqlRelease.MARIADB_10_11, MySqlRelease.MYSQL_8_0);
    create(
        "CREATE TABLE a_collation (id INT PRIMARY KEY, w CHAR(3)) COLLATE utf8mb4_uca1400_ai_ci",
        "CREATE TABLE b_engine (id INT PRIMARY KEY) ENGINE = Aria CHARSET latin1",
        "CREATE TABLE c_default (id INT PRIMARY KEY, w CHAR(36) DEFAULT UUID()) CHARSET latin1",
        "CREATE TABLE d_packed (id INT PRIMARY KEY) PAGE_COMPRESSED = 1 CHARSET latin1",
        "CREATE TABLE e_ignored (id INT PRIMARY KEY, a INT, KEY (a) IGNORED) CHARSET latin1",
        "CREATE TABLE f_plain (id INT PRIMARY KEY, a INT INVISIBLE, KEY (a DESC), CHECK (a > 0))"
            + " CHARSET latin1");

    assertThat(told())
        .isEqualTo(
            Map.of(
                "a_collation", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "b_engine", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "c_default", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "d_packed", List.of("ERROR TABLE_NOT_UNDERSTOOD"),
                "e_ignored", List.of("ERROR TABLE_NOT_UNDERSTOOD")));
    assertThat(message("b_engine")).contains("PAGE_CHECKSUM");

    source.execute(
        "DROP TABLE %1$s.a_collation, %1$s.b_engine, %1$s.c_default, %1$s.d_packed, %1$s.e_ignored"
            .formatted(database));
    synchronize();
  }

  /** Both take another collation for the usual one of the set. */
  @Test
  void collationsStayWhereTheTargetHasOthersAsUsual() throws Exception {
    between(MySqlRelease.MYSQL_5_7, MySqlRelease.MYSQL_8_0);
    create(
        "CREATE TABLE t (id INT PRIMARY KEY, a CHAR(3)) CHARSET utf8mb4",
        "CREATE TABLE u (id INT PRIMARY KEY, a CHAR(3) CHARACTER SET utf8mb4) CHARSET latin1");

    synchronize();

    assertThat(
            target(
                "SELECT COLLATION_NAME FROM information_schema.COLUMNS WHERE COLUMN_NAME = 'a'"
                    + " AND TABLE_SCHEMA = '"
                    + database
                    + "'"))
        .containsExactly("utf8mb4_general_ci", "utf8mb4_general_ci");
  }

  @Test
  void aDatabaseWithACollationThatTheTargetHasNot() throws Exception {
    for (MySqlRelease to : List.of(MySqlRelease.MYSQL_5_7, MySqlRelease.MARIADB_10_11)) {
      between(MySqlRelease.MYSQL_8_0, to);
      source.execute("ALTER DATABASE " + database + " COLLATE utf8mb4_0900_as_cs");
      create("CREATE TABLE t (id INT PRIMARY KEY) CHARSET latin1");

      assertThat(told()).isEqualTo(Map.of(database, List.of("ERROR DATABASE_NOT_UNDERSTOOD")));

      target.execute("CREATE DATABASE " + database);
      synchronize();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MYSQL_8_0, MYSQL_5_7",
    "MYSQL_5_7, MYSQL_8_0",
    "MYSQL_8_0, MARIADB_10_11",
    "MARIADB_10_11, MYSQL_8_0"
  })
  void objectsThatTheTargetUnderstands(MySqlRelease from, MySqlRelease to) throws Exception {
    between(from, to);
    create(
        "CREATE TABLE t (id INT PRIMARY KEY, w VARCHAR(9)) CHARSET latin1",
        "INSERT INTO t VALUES (1, 'a')",
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        "CREATE FUNCTION f(a INT) RETURNS VARCHAR(20) CHARSET latin1 DETERMINISTIC BEGIN DECLARE b"
            + " INT DEFAULT a; RETURN CONCAT('x', b); END",
        "CREATE PROCEDURE p() SELECT f(id) FROM t",
        "CREATE VIEW v AS SELECT CONCAT(f(id), UPPER(w)) AS x FROM t",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t WHERE id = 99");
    assertThat(told()).isEmpty();

    synchronize();

    assertThat(target("SELECT x FROM " + database + ".v")).containsExactly("x1A");
    assertThat(target("CALL " + database + ".p()")).containsExactly("x1");
    assertThat(target("SHOW EVENTS FROM " + database)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "MYSQL_8_0 | MYSQL_5_7 | utf8mb4_0900_ai_ci | WITH c AS (SELECT 1) SELECT * FROM c",
        "MYSQL_8_0 | MARIADB_10_11 | utf8mb4_0900_ai_ci | SELECT * FROM t, LATERAL (SELECT 1) AS l",
        "MARIADB_10_11 | MYSQL_8_0 | utf8mb4_uca1400_ai_ci | FOR i IN 1..3 DO SELECT i; END FOR"
      })
  void objectsThatTheTargetDoesNotUnderstand(
      MySqlRelease from, MySqlRelease to, String collation, String body) throws Exception {
    between(from, to);
    create(
        "CREATE TABLE t (id INT PRIMARY KEY) CHARSET latin1",
        "SET NAMES utf8mb4 COLLATE " + collation,
        "CREATE VIEW v AS SELECT 'a' AS a",
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        "CREATE PROCEDURE p() BEGIN " + body + "; -- don't\n SELECT 'hunter', 'it\\'s her'; END");

    assertThat(told())
        .isEqualTo(
            Map.of(
                "p", List.of("RISK OBJECT_LEFT_OUT"),
                "v", List.of("RISK OBJECT_LEFT_OUT")));
    assertThat(message("p"))
        .contains("does not understand the syntax")
        .doesNotContain("hunter", "s her");
    assertThat(message("v")).contains(collation);
  }

  private void create(String... tables) throws SQLException {
    try (Connection connection = source.connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : tables) {
        statement.execute(sql);
      }
    }
  }

  private SyncJob<TableChange> job() {
    ServerPair pair = new ServerPair(source, target);
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(database + "_records").build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  private List<Finding> findings() {
    try (SyncJob<TableChange> job = job()) {
      PrecheckReport report = job.precheck();
      return report.findings().stream()
          .filter(
              f -> f.code().equals("CLAUSE_LEFT_OUT") || f.severity() != Finding.Severity.WARNING)
          .toList();
    }
  }

  private Map<String, List<String>> told() {
    Map<String, List<String>> told = new TreeMap<>();
    for (Finding finding : findings()) {
      told.computeIfAbsent(finding.object().replace(database + ".", ""), table -> new ArrayList<>())
          .add(finding.severity() + " " + finding.code());
    }
    return told;
  }

  private String message(String table) {
    return findings().stream()
        .filter(finding -> finding.object().equals(database + "." + table))
        .map(Finding::message)
        .findFirst()
        .orElseThrow();
  }

  private void synchronize() throws Exception {
    try (SyncJob<TableChange> job = job()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
  }

  private List<String> target(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        rows.add(results.getString(1));
      }
    }
    return rows;
  }
}
