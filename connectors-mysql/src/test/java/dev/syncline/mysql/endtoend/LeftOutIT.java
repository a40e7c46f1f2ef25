package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.ObjectKind;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.mysql.MySqlSink;
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

/** What cannot be had is told of before the job begins, and ends no job that has begun. */
@ParameterizedClass
@EachRelease
class LeftOutIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String SECRET = "secret_of_a_test";

  private static ServerPair pair;

  @Parameter MySqlRelease release;

  private final List<String> leftOut = new CopyOnWriteArrayList<>();

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) throws SQLException {
    MySqlServer target = MySqlServer.builder(release).name("lacking").withoutBinaryLog().start();
    pair = new ServerPair(MySqlServer.shared(release), target);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.target().close();
  }

  @Test
  void viewsThatAreBrokenOrCallWhatIsNotCopied() throws Exception {
    String database = pair.source().createDatabase("broken");
    String elsewhere = pair.source().createDatabase("functions");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE TABLE gone (id INT PRIMARY KEY)",
        "CREATE FUNCTION " + elsewhere + ".f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE FUNCTION g() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE VIEW broken AS SELECT id FROM gone",
        "CREATE VIEW calls AS SELECT " + elsewhere + ".f() AS x FROM t",
        "CREATE VIEW whole AS SELECT g() AS x FROM t",
        "DROP TABLE gone");

    assertLeftOut(
        job(TableSelection.builder().database(database).build(), database),
        database + ".broken",
        database + ".calls");

    assertThat(Shown.tables(pair.target(), database)).containsOnlyKeys("t", "whole");
  }

  @Test
  void aDatabaseThatHasOnlyViews() throws Exception {
    String database = pair.source().createDatabase("tables");
    String views = pair.source().createDatabase("views");
    execute(database, "CREATE TABLE t (id INT PRIMARY KEY)");
    execute(views, "CREATE VIEW v AS SELECT id FROM " + database + ".t");

    assertLeftOut(
        job(TableSelection.builder().database(database).database(views).build(), database),
        views + ".v");
  }

  @Test
  void aRoutineOfADatabaseThatHasAnotherCollationSince() throws Exception {
    String database = pair.source().createDatabase("collations");
    execute(
        database,
        "ALTER DATABASE " + database + " COLLATE latin1_german2_ci",
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE PROCEDURE before_it() SELECT 1",
        "ALTER DATABASE " + database + " COLLATE latin1_bin",
        "CREATE PROCEDURE behind_it() SELECT 1");

    assertLeftOut(
        job(TableSelection.builder().database(database).build(), database),
        database + ".before_it");

    assertThat(Shown.object(pair.target(), database, "PROCEDURE behind_it")).isNotEmpty();
  }

  @Test
  void objectsOfAnyCollationOfTheirConnection() throws Exception {
    String database = pair.source().createDatabase("connections");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY, w VARCHAR(9) CHARSET utf8mb4)",
        "SET NAMES gbk",
        "CREATE PROCEDURE p() SELECT _utf8mb4'\u00f1' COLLATE utf8mb4_bin",
        "CREATE TRIGGER tr BEFORE INSERT ON " + database + ".t FOR EACH ROW SET NEW.w = 'x'",
        "SET NAMES utf8mb4",
        "SET collation_connection = 'ucs2_general_ci'",
        "CREATE PROCEDURE wide() SELECT 1");
    SyncJobBuilder<TableChange> builder =
        job(TableSelection.builder().database(database).build(), database)
            .objects(ObjectKind.PROCEDURE, ObjectKind.TRIGGER)
            .acknowledge("TRIGGER_FIRES");

    assertLeftOut(builder);

    assertThat(Shown.object(pair.target(), database, "TRIGGER tr")).isNotEmpty();
  }

  @Test
  void objectsOfALetterSetThatLacksTheNameOfTheirDatabase() throws Exception {
    String name = pair.source().createDatabase("letters");
    String database = name + "_gr\u00f6\u00dfe";
    execute(
        name,
        "CREATE DATABASE `" + database + "`",
        "USE `" + database + "`",
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "SET NAMES latin1",
        "CREATE PROCEDURE p() SELECT 1",
        "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
        "SET character_set_client = cp1251",
        "CREATE PROCEDURE q() SELECT 1");

    assertLeftOut(job(TableSelection.builder().database(database).build(), name));

    assertThat(Shown.object(pair.target(), database, "PROCEDURE p")).isNotEmpty();
    assertThat(Shown.object(pair.target(), database, "PROCEDURE q")).isNotEmpty();
  }

  @Test
  void aViewThatTheUserMayNotMake() throws Exception {
    String database = pair.source().createDatabase("denied");
    String user = "l" + database.substring(database.length() - 8);
    String rights =
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, DROP ON %s.* TO " + user;
    execute(database, "CREATE TABLE t (id INT PRIMARY KEY)", "CREATE VIEW v AS SELECT id FROM t");
    pair.target()
        .execute(
            "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
            rights.formatted(database),
            rights.formatted("syncline"));
    MySqlSink.Builder sink =
        MySqlSink.builder()
            .host(pair.target().host())
            .port(pair.target().port())
            .username(user)
            .password(SECRET);

    assertLeftOut(
        job(TableSelection.builder().database(database).build(), database, sink), database + ".v");
  }

  @Test
  void anEventThatIsOver() throws Exception {
    String database = pair.source().createDatabase("events");
    execute(
        database,
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "SET time_zone = 'SYSTEM', timestamp = 1",
        "CREATE EVENT ended ON SCHEDULE AT '2001-01-01 00:00:00' DISABLE DO DELETE FROM t",
        "CREATE EVENT kept ON SCHEDULE AT '2001-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE DO"
            + " DELETE FROM t");
    SyncJobBuilder<TableChange> builder =
        job(TableSelection.builder().database(database).build(), database);

    try (SyncJob<TableChange> job = builder.build()) {
      assertThat(job.precheck().findings())
          .filteredOn(finding -> finding.code().equals("EVENT_TIME_ZONE"))
          .extracting(Finding::object)
          .containsExactlyInAnyOrder(database + ".ended", database + ".kept");
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }

    assertThat(leftOut).containsExactly(database + ".ended");
    assertThat(Shown.object(pair.target(), database, "EVENT kept")).isNotEmpty();
  }

  /** Each is a risk of its own, and left out once acknowledged. */
  private void assertLeftOut(SyncJobBuilder<TableChange> builder, String... objects)
      throws Exception {
    try (SyncJob<TableChange> job = builder.build()) {
      assertThat(job.precheck().findings())
          .filteredOn(finding -> finding.code().equals("OBJECT_LEFT_OUT"))
          .extracting(Finding::object)
          .containsExactlyInAnyOrder(objects);
      assertThat(job.precheck().findings()).noneMatch(f -> f.severity() == Severity.ERROR);
    }
    try (SyncJob<TableChange> job = builder.acknowledge("OBJECT_LEFT_OUT").build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }
    assertThat(leftOut).containsExactlyInAnyOrder(objects);
  }

  private SyncJobBuilder<TableChange> job(TableSelection selection, String name) {
    return job(selection, name, pair.sinkBuilder());
  }

  private SyncJobBuilder<TableChange> job(
      TableSelection selection, String name, MySqlSink.Builder sink) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(sink.build())
        .named(name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .listener(
            event -> {
              if (event instanceof JobEvent.ObjectLeftOut left) {
                leftOut.add(left.what().name());
              }
            })
        .checkpoints(new MemoryCheckpointStore());
  }

  private static void execute(String database, String... statements) throws SQLException {
    try (Connection connection = pair.source().connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
