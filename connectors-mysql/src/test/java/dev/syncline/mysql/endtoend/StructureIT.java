package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.ObjectKind;
import dev.syncline.PrecheckReport;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
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
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The target's tables are those of the source, whatever the target's own defaults are. */
@ParameterizedClass
@EnumSource
class StructureIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static ServerPair pair;

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) throws SQLException {
    MySqlServer target = MySqlServer.builder(release).name("other").withoutBinaryLog().start();
    pair = new ServerPair(MySqlServer.shared(release), target);
    target.execute(
        "SET GLOBAL collation_server = 'latin1_german2_ci'",
        "SET GLOBAL default_storage_engine = 'MyISAM'",
        "SET GLOBAL explicit_defaults_for_timestamp = 1 - @@global.explicit_defaults_for_timestamp",
        "SET GLOBAL sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,NO_ZERO_DATE'");
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.target().close();
  }

  @Test
  void tablesAreThoseOfTheSource() throws Exception {
    String database = pair.source().createDatabase("structure");
    execute(database, StructureTables.of(release).toArray(String[]::new));
    execute(
        database,
        "INSERT INTO counted (a) VALUES (1), (2), (3), (4)",
        "DELETE FROM counted WHERE id > 2",
        "SET foreign_key_checks = 0",
        "INSERT INTO child VALUES (1, 77, NULL, NULL)");

    try (SyncJob<TableChange> job = job(database).build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

      assertThat(shown(pair.target(), database)).isEqualTo(shown(pair.source(), database));
      assertThat(catalog(pair.target(), database)).isEqualTo(catalog(pair.source(), database));
      execute(database, "INSERT INTO counted (a) VALUES (5)", "INSERT INTO counted_from VALUES ()");
      Await.until(
          "the counters go on",
          PATIENCE,
          () -> shown(pair.target(), database).equals(shown(pair.source(), database)));
    }
  }

  @Test
  void viewsRoutinesAndEventsAreThoseOfTheSource() throws Exception {
    String database = pair.source().createDatabase("objects");
    String app = "a" + database.substring(database.length() - 8);
    for (MySqlServer server : List.of(pair.source(), pair.target())) {
      server.execute(
          "CREATE USER " + app + " IDENTIFIED BY 'secret_of_a_test'",
          "GRANT ALL PRIVILEGES ON " + database + ".* TO " + app);
    }
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY, w VARCHAR(20)) CHARSET utf8mb4",
        "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES', time_zone = '+02:00'",
        "CREATE DEFINER = " + app + " FUNCTION f(a INT, w VARCHAR(9)) RETURNS VARCHAR(20) CHARSET"
            + " latin1 DETERMINISTIC COMMENT 'it''s' BEGIN DECLARE \"d e\" INT DEFAULT 1; RETURN"
            + " CONCAT('\\', w, a + \"d e\"); END",
        "SET sql_mode = '', NAMES latin1",
        "CREATE PROCEDURE p(IN a INT, OUT b TEXT) SQL SECURITY INVOKER READS SQL DATA BEGIN SELECT"
            + " COUNT(*) INTO b FROM t; END",
        "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci",
        "CREATE PROCEDURE q() INSERT INTO t VALUES (1, '\u00e4\u4e2d')",
        "CREATE VIEW z AS SELECT id, f(id, w) AS x FROM t WHERE w <> '\u00e4'",
        "CREATE DEFINER = " + app + " SQL SECURITY INVOKER VIEW a AS SELECT x FROM z",
        "CREATE ALGORITHM = MERGE VIEW m AS SELECT * FROM t WITH CASCADED CHECK OPTION",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2020-01-02 03:04:05' ON COMPLETION PRESERVE"
            + " ENABLE COMMENT 'ENABLE' DO DELETE FROM t WHERE id = 99",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.w = 'x'",
        "INSERT INTO t VALUES (1, 'a')");

    try (SyncJob<TableChange> job = job(database).build()) {
      List<Finding> findings = job.precheck().findings();
      assertThat(findings)
          .as(findings.toString())
          .extracting(Finding::code, Finding::object)
          .containsExactlyInAnyOrder(
              tuple("OBJECT_NOT_COPIED", database + ".tr"),
              tuple("EVENT_SWITCHED_OFF", database + ".e"));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }

    List<String> names =
        List.of("FUNCTION f", "PROCEDURE p", "PROCEDURE q", "VIEW a", "VIEW m", "VIEW z", "EVENT e");
    for (String name : names) {
      List<String> there = made(pair.target(), database, name);
      assertThat(there)
          .as(name)
          .isEqualTo(
              made(pair.source(), database, name).stream()
                  .map(text -> text.replace("PRESERVE ENABLE", "PRESERVE DISABLE"))
                  .toList());
    }
    try (Connection connection = pair.target().connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(rows(statement, "SELECT * FROM a")).containsExactly("\\x2");
      assertThat(rows(statement, "SHOW TRIGGERS")).isEmpty();
    }
  }

  @Test
  void anObjectOfAnUnknownAccountNeverRunsWithOtherPrivileges() throws Exception {
    String database = pair.source().createDatabase("definers");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE DEFINER = nobody_there FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE DEFINER = nobody_there PROCEDURE p() SELECT 1",
        "CREATE DEFINER = nobody_there VIEW v AS SELECT id FROM t",
        "CREATE DEFINER = nobody_there EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t");

    try (SyncJob<TableChange> job = job(database).build()) {
      PrecheckReport report = job.precheck();

      assertThat(report.passed()).isFalse();
      assertThat(report.findings())
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactlyInAnyOrder(
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".f"),
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".p"),
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".v"),
              tuple("OBJECT_LEFT_OUT", Severity.RISK, database + ".e"));
      assertThat(report.findings().toString()).contains("nobody_there");
    }
    try (SyncJob<TableChange> job = job(database).acknowledge("OBJECT_LEFT_OUT").build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    try (Connection connection = pair.target().connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(
              rows(
                  statement,
                  "SELECT SECURITY_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '"
                      + database
                      + "' UNION ALL SELECT SECURITY_TYPE FROM information_schema.VIEWS WHERE"
                      + " TABLE_SCHEMA = '"
                      + database
                      + "'"))
          .containsExactly("INVOKER", "INVOKER", "INVOKER");
      assertThat(rows(statement, "SHOW EVENTS")).isEmpty();
    }
  }

  @Test
  void aViewThatLacksATableIsToldOfAndLeftOut() throws Exception {
    String elsewhere = pair.source().createDatabase("elsewhere");
    String database = pair.source().createDatabase("views");
    execute(elsewhere, "CREATE TABLE far (id INT PRIMARY KEY)");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE VIEW ok AS SELECT id FROM t",
        "CREATE VIEW lacks AS SELECT f.id FROM t JOIN " + elsewhere + ".far f USING (id)",
        "CREATE VIEW behind AS SELECT id FROM lacks");

    try (SyncJob<TableChange> job = job(database).acknowledge("OBJECT_LEFT_OUT").build()) {
      assertThat(job.precheck().findings())
          .extracting(Finding::code, Finding::object)
          .containsExactlyInAnyOrder(
              tuple("OBJECT_LEFT_OUT", database + ".lacks"),
              tuple("OBJECT_LEFT_OUT", database + ".behind"));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    assertThat(shown(pair.target(), database)).containsOnlyKeys("ok", "t");
  }

  @Test
  void triggersComeIfAskedForWhenTheRowsAreThere() throws Exception {
    String database = pair.source().createDatabase("triggers");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY, w VARCHAR(20))",
        "INSERT INTO t VALUES (1, 'a')",
        "CREATE TRIGGER second_one BEFORE INSERT ON t FOR EACH ROW SET NEW.w = CONCAT(NEW.w, 'x')");
    SyncJobBuilder<TableChange> builder = job(database).objects(ObjectKind.TRIGGER);

    try (SyncJob<TableChange> job = builder.acknowledge("TRIGGER_FIRES").build()) {
      assertThat(job.precheck().findings())
          .extracting(Finding::code, Finding::object)
          .containsExactly(tuple("TRIGGER_FIRES", database + ".second_one"));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      try (Connection connection = pair.target().connect(database);
          Statement statement = connection.createStatement()) {
        assertThat(rows(statement, "SELECT w FROM t")).containsExactly("a");
      }
      assertThat(made(pair.target(), database, "TRIGGER second_one"))
          .isEqualTo(made(pair.source(), database, "TRIGGER second_one"));
    }
  }

  /** What the server shows of an object, but when it was made. */
  private static List<String> made(MySqlServer server, String database, String name)
      throws SQLException {
    List<String> shown = new ArrayList<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = ''");
      try (ResultSet row = statement.executeQuery("SHOW CREATE " + name)) {
        row.next();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          if (!row.getMetaData().getColumnLabel(i).equals("Created")) {
            shown.add(row.getString(i));
          }
        }
      }
    }
    return shown;
  }

  private static SyncJobBuilder<TableChange> job(String database) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore());
  }

  /** What the server prints of each table. */
  private static Map<String, String> shown(MySqlServer server, String database)
      throws SQLException {
    Map<String, String> tables = new TreeMap<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = '', time_zone = '+00:00'");
      for (String table : rows(statement, "SHOW TABLES")) {
        String name = "`" + table.replace("`", "``") + "`";
        try (ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + name)) {
          row.next();
          // MySQL 8.0 prints the set of a collation that it has read beside it.
          String text = row.getString(2).replaceAll("CHARACTER SET \\w+ COLLATE", "COLLATE");
          tables.put(table, text);
        }
      }
    }
    return tables;
  }

  /** What the catalog says of columns, keys, partitions and the database. */
  private static List<String> catalog(MySqlServer server, String database) throws SQLException {
    List<String> found = new ArrayList<>();
    String where = " WHERE %s_SCHEMA = '" + database + "' ORDER BY %s";
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = '', time_zone = '+00:00'");
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_DEFAULT, IS_NULLABLE,"
                  + " COLUMN_TYPE, CHARACTER_SET_NAME, COLLATION_NAME, EXTRA, COLUMN_COMMENT,"
                  + " GENERATION_EXPRESSION FROM information_schema.COLUMNS"
                  + where.formatted("TABLE", "1, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, NON_UNIQUE, COLUMN_NAME, COLLATION,"
                  + " SUB_PART, INDEX_TYPE, INDEX_COMMENT FROM information_schema.STATISTICS"
                  + where.formatted("TABLE", "1, 2, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, PARTITION_NAME, SUBPARTITION_NAME, PARTITION_METHOD,"
                  + " PARTITION_EXPRESSION, PARTITION_DESCRIPTION, PARTITION_COMMENT FROM"
                  + " information_schema.PARTITIONS"
                  + where.formatted("TABLE", "1, 2, 3")));
      found.addAll(
          rows(
              statement,
              "SELECT TABLE_NAME, ENGINE, ROW_FORMAT, TABLE_COLLATION, CREATE_OPTIONS,"
                  + " TABLE_COMMENT FROM information_schema.TABLES"
                  + where.formatted("TABLE", "1")));
      found.addAll(
          rows(
              statement,
              "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
                  + " information_schema.SCHEMATA WHERE SCHEMA_NAME = '"
                  + database
                  + "'"));
    }
    return found;
  }

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= results.getMetaData().getColumnCount(); i++) {
          row.add(results.getString(i));
        }
        rows.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return rows;
  }

  private static void execute(String database, String... statements) throws SQLException {
    try (Connection connection = pair.source().connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("SET sql_mode = ''");
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
