package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.LeftOut;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.ObjectKind;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.mysql.Feature;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** The target's tables are those of the source, whatever the target's own defaults are. */
@ParameterizedClass
@EachRelease
class StructureIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static ServerPair pair;

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) throws SQLException {
    MySqlServer.Builder other = MySqlServer.builder(release).name("other").withoutBinaryLog();
    if (Feature.TIMESTAMPS_AS_OTHERS.isIn(release)) {
      boolean usual = Feature.TIMESTAMPS_AS_OTHERS_FIRST.isIn(release);
      other.option("explicit_defaults_for_timestamp", usual ? "OFF" : "ON");
    }
    MySqlServer target = other.start();
    pair = new ServerPair(MySqlServer.shared(release), target);
    target.execute(
        "SET GLOBAL collation_server = 'latin1_german2_ci'",
        "SET GLOBAL default_storage_engine = 'MyISAM'",
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

      assertThat(Shown.tables(pair.target(), database))
          .isEqualTo(Shown.tables(pair.source(), database));
      assertThat(Shown.catalog(pair.target(), database))
          .isEqualTo(Shown.catalog(pair.source(), database));
      execute(database, "INSERT INTO counted (a) VALUES (5)", "INSERT INTO counted_from VALUES ()");
      Await.until(
          "the counters go on",
          PATIENCE,
          () ->
              Shown.tables(pair.target(), database).equals(Shown.tables(pair.source(), database)));
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
        "CREATE DEFINER = "
            + app
            + " FUNCTION f(a INT, w VARCHAR(9)) RETURNS VARCHAR(20) CHARSET"
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
      List<Finding> findings = told(job);
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
        List.of(
            "FUNCTION f", "PROCEDURE p", "PROCEDURE q", "VIEW a", "VIEW m", "VIEW z", "EVENT e");
    for (String name : names) {
      List<String> there = Shown.object(pair.target(), database, name);
      assertThat(there)
          .as(name)
          .isEqualTo(
              Shown.object(pair.source(), database, name).stream()
                  .map(text -> text.replace("PRESERVE ENABLE", "PRESERVE DISABLE"))
                  .toList());
    }
    try (Connection connection = pair.target().connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(Shown.rows(statement, "SELECT * FROM a")).containsExactly("\\x2");
      assertThat(Shown.rows(statement, "SHOW TRIGGERS")).isEmpty();
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
      List<Finding> findings = told(job);

      assertThat(findings)
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactlyInAnyOrder(
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".f"),
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".p"),
              tuple("DEFINER_REPLACED", Severity.WARNING, database + ".v"),
              tuple("OBJECT_LEFT_OUT", Severity.RISK, database + ".e"));
      assertThat(findings.toString()).contains("nobody_there");
    }
    try (SyncJob<TableChange> job = job(database).acknowledge("OBJECT_LEFT_OUT").build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    try (Connection connection = pair.target().connect(database);
        Statement statement = connection.createStatement()) {
      assertThat(
              Shown.rows(
                  statement,
                  "SELECT SECURITY_TYPE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = '"
                      + database
                      + "' UNION ALL SELECT SECURITY_TYPE FROM information_schema.VIEWS WHERE"
                      + " TABLE_SCHEMA = '"
                      + database
                      + "'"))
          .containsExactly("INVOKER", "INVOKER", "INVOKER");
      assertThat(Shown.rows(statement, "SHOW EVENTS")).isEmpty();
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
      assertThat(told(job))
          .extracting(Finding::code, Finding::object)
          .containsExactlyInAnyOrder(
              tuple("OBJECT_LEFT_OUT", database + ".lacks"),
              tuple("OBJECT_LEFT_OUT", database + ".behind"));
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    assertThat(Shown.tables(pair.target(), database)).containsOnlyKeys("ok", "t");
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
      List<Finding> findings = told(job);
      assertThat(findings)
          .extracting(Finding::code, Finding::object)
          .containsExactly(
              tuple("TRIGGER_FIRES", database), tuple("TRIGGER_FIRES", database + ".second_one"));
      assertThat(findings.toString()).contains("at once if the job copies none");
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      try (Connection connection = pair.target().connect(database);
          Statement statement = connection.createStatement()) {
        assertThat(Shown.rows(statement, "SELECT w FROM t")).containsExactly("a");
      }
      assertThat(Shown.object(pair.target(), database, "TRIGGER second_one"))
          .isEqualTo(Shown.object(pair.source(), database, "TRIGGER second_one"));
    }
  }

  @Test
  void foreignKeysAreAddedAfterARunThatWasCutOffInTheMiddleOfIt() throws Exception {
    String database = pair.source().createDatabase("keys");
    execute(
        database,
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT late FOREIGN KEY (p) REFERENCES"
            + " parent (id))",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (1, 1)");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    try (Connection reader = pair.target().connect()) {
      reader.setAutoCommit(false);
      try (SyncJob<TableChange> job =
          job(database, store).listener(event -> read(reader, event)).build()) {
        job.start();
        Await.until("the key waits", PATIENCE, () -> isAltering(database));
        assertThat(job.status().state()).isEqualTo(JobState.INITIALIZING);
      }
      assertThat(Shown.tables(pair.target(), database).get("child")).doesNotContain("CONSTRAINT");
      execute(database, "INSERT INTO child VALUES (2, 1)");
      Await.until("the server gives up", PATIENCE, () -> !isAltering(database));

      try (SyncJob<TableChange> job = job(database, store).build()) {
        job.start();
        Await.until("the key waits again", PATIENCE, () -> isAltering(database));
        reader.rollback();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      }
    }
    assertThat(Shown.tables(pair.target(), database))
        .isEqualTo(Shown.tables(pair.source(), database));
  }

  /** Begins a transaction at the target that keeps the table from being altered. */
  private static void read(Connection reader, JobEvent event) {
    if (event instanceof JobEvent.TableCopied copied && copied.table().name().equals("child")) {
      String table = copied.table().database() + ".child";
      try (Statement statement = reader.createStatement()) {
        assertThat(Shown.rows(statement, "SELECT * FROM " + table)).hasSize(1);
      } catch (SQLException e) {
        throw new AssertionError("Cannot read '" + table + "'.", e);
      }
    }
  }

  private static boolean isAltering(String database) throws SQLException {
    String sql =
        "SELECT 1 FROM information_schema.PROCESSLIST WHERE INFO LIKE 'ALTER TABLE `%s`%%'"
            .formatted(database);
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement()) {
      return !Shown.rows(statement, sql).isEmpty();
    }
  }

  @Test
  void aForeignKeyThatTheTargetRefusesIsToldOfAndLeftOut() throws Exception {
    String database = pair.source().createDatabase("refused");
    execute(
        database,
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT unfit FOREIGN KEY (p) REFERENCES"
            + " parent (id))",
        "CREATE TABLE second (id INT PRIMARY KEY, p INT, CONSTRAINT taken FOREIGN KEY (p)"
            + " REFERENCES second (id))");
    pair.target()
        .execute(
            "CREATE DATABASE " + database,
            "CREATE TABLE " + database + ".parent (id BIGINT PRIMARY KEY) ENGINE = InnoDB",
            "CREATE TABLE "
                + database
                + ".strange (id INT PRIMARY KEY, p INT, CONSTRAINT taken FOREIGN KEY (p) REFERENCES"
                + " "
                + database
                + ".strange (id)) ENGINE = InnoDB");
    List<LeftOut> told = new CopyOnWriteArrayList<>();
    SyncJobBuilder<TableChange> builder =
        job(database)
            .existingTables(ExistingTables.USE_IF_EMPTY)
            .acknowledge("FOREIGN_KEY_REFUSED")
            .listener(
                event -> {
                  if (event instanceof JobEvent.ObjectLeftOut leftOut) {
                    told.add(leftOut.what());
                  }
                });

    try (SyncJob<TableChange> job = builder.build()) {
      assertThat(told(job))
          .filteredOn(finding -> finding.code().equals("FOREIGN_KEY_REFUSED"))
          .extracting(Finding::object)
          .containsExactlyInAnyOrder(database + ".child", database + ".second");
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }

    assertThat(told)
        .extracting(LeftOut::kind, LeftOut::name)
        .containsExactlyInAnyOrder(
            tuple(ObjectKind.FOREIGN_KEY, database + ".child.unfit"),
            tuple(ObjectKind.FOREIGN_KEY, database + ".second.taken"));
    assertThat(told).allMatch(key -> key.reason().contains("server error"));
    assertThat(told).allMatch(key -> key.reason().contains("ALTER TABLE"));
  }

  @Test
  void whatTheUserMayNotSeeOrMakeIsToldWithTheGrants() throws Exception {
    String database = pair.source().createDatabase("grants");
    String user = "g" + database.substring(database.length() - 8);
    String account = user + " IDENTIFIED BY 'secret-77'";
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE VIEW v AS SELECT id FROM t",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
        "CREATE USER " + account,
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
        "GRANT SELECT ON " + database + ".* TO " + user);
    pair.target()
        .execute(
            "CREATE USER " + account,
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP ON "
                + database
                + ".* TO "
                + user,
            "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON syncline.* TO " + user);

    assertThat(findings(restricted(database, user)))
        .contains("OBJECTS_NOT_VISIBLE " + database)
        .contains("OBJECT_LEFT_OUT " + database + ".v")
        .noneMatch(finding -> finding.endsWith("UNREADABLE"));
    execute(
        database,
        "GRANT SHOW VIEW, EVENT, TRIGGER ON " + database + ".* TO " + user,
        "GRANT " + toSeeRoutines() + " TO " + user);
    assertThat(findings(restricted(database, user)))
        .containsExactlyInAnyOrder(
            "OBJECT_LEFT_OUT " + database + ".e",
            "OBJECT_LEFT_OUT " + database + ".p",
            "OBJECT_LEFT_OUT " + database + ".v");
    pair.target()
        .execute("GRANT CREATE VIEW, CREATE ROUTINE, EVENT ON " + database + ".* TO " + user);
    assertThat(findings(restricted(database, user)))
        .containsExactlyInAnyOrder(
            "OBJECT_LEFT_OUT " + database + ".e",
            "DEFINER_REPLACED " + database + ".p",
            "DEFINER_REPLACED " + database + ".v");
    try (SyncJob<TableChange> job =
        restricted(database, user).acknowledge("OBJECT_LEFT_OUT").build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    assertThat(Shown.tables(pair.target(), database)).containsOnlyKeys("t", "v");
  }

  /** The findings without the one that there is of each MySQL before 5.7. */
  private static List<Finding> told(SyncJob<TableChange> job) {
    return job.precheck().findings().stream()
        .filter(finding -> !finding.code().equals("SNAPSHOT_LOCKS_ROWS"))
        .toList();
  }

  private String toSeeRoutines() {
    if (!release.isFrom(MySqlRelease.Family.MYSQL, 8, 0)) {
      return "SELECT ON mysql.proc";
    }
    return release == MySqlRelease.MYSQL_8_0_12 ? "SELECT ON *.*" : "SHOW_ROUTINE ON *.*";
  }

  private static List<String> findings(SyncJobBuilder<TableChange> builder) {
    try (SyncJob<TableChange> job = builder.build()) {
      return told(job).stream().map(f -> f.code() + " " + f.object()).toList();
    }
  }

  private static SyncJobBuilder<TableChange> restricted(String database, String user) {
    MySqlServer source = pair.source();
    MySqlServer target = pair.target();
    return SyncJob.from(
            MySqlSource.builder()
                .host(source.host())
                .port(source.port())
                .username(user)
                .password("secret-77")
                .build())
        .to(
            MySqlSink.builder()
                .host(target.host())
                .port(target.port())
                .username(user)
                .password("secret-77")
                .build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore());
  }

  private static SyncJobBuilder<TableChange> job(String database) {
    return job(database, new MemoryCheckpointStore());
  }

  private static SyncJobBuilder<TableChange> job(String database, MemoryCheckpointStore store) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(store);
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
