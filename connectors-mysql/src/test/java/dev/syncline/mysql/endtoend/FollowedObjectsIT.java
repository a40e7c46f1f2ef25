package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.ObjectKind;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.mysql.Feature;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;

/** Views, routines, events and triggers come and go at the source while the job follows. */
class FollowedObjectsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Queue<String> leftOut = new ConcurrentLinkedQueue<>();

  @ParameterizedTest
  @EachRelease
  void arriveAsTheyAreCopiedAtFirst(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      String owner = "CREATE USER 'owner'@'%'";
      execute(pair.source(), "", owner);
      // At the target something of the name is there already.
      execute(
          pair.target(), "", owner, "CREATE DATABASE d", "CREATE VIEW d.v AS SELECT 1 AS other");
      try (SyncJob<TableChange> job = started(job(pair))) {
        execute(
            pair.source(),
            "d",
            "CREATE VIEW v AS SELECT id FROM t",
            "CREATE OR REPLACE VIEW v AS SELECT id, a FROM t",
            "CREATE VIEW w AS SELECT id FROM v",
            "ALTER SQL SECURITY INVOKER VIEW w AS SELECT id, 'ü' AS u FROM v WHERE id > 1",
            "CREATE VIEW x1 AS SELECT 1 AS one",
            "CREATE VIEW x2 AS SELECT 1 AS one",
            "RENAME TABLE x1 TO x3",
            "DROP VIEW x2, x3",
            "CREATE PROCEDURE p(IN a INT) BEGIN SELECT a; SELECT 'ü'; END",
            "ALTER PROCEDURE p SQL SECURITY INVOKER COMMENT 'why'",
            "CREATE PROCEDURE gone() SELECT 1",
            "DROP PROCEDURE gone",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 1",
            "DROP FUNCTION f",
            "CREATE FUNCTION f(a INT) RETURNS INT DETERMINISTIC RETURN a + 2",
            "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00'"
                + " COMMENT 'ENABLE' DO DELETE FROM t",
            "CREATE DEFINER = `owner`@`%` EVENT o ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t",
            "ALTER EVENT o COMMENT 'altered'",
            "ALTER EVENT e ENABLE",
            "ALTER EVENT e ON SCHEDULE EVERY 2 YEAR STARTS '2037-01-01 00:00:00' RENAME TO e2",
            "CREATE EVENT never ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t",
            "DROP EVENT never",
            "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 'fired'",
            "CREATE TABLE the_end (id INT PRIMARY KEY)");
        awaitTable(job, pair.target(), "the_end");

        for (String object : List.of("VIEW v", "VIEW w", "PROCEDURE p", "FUNCTION f")) {
          assertThat(Shown.object(pair.target(), "d", object))
              .isEqualTo(Shown.object(pair.source(), "d", object));
        }
        assertThat(Shown.object(pair.target(), "d", "EVENT e2"))
            .isEqualTo(switchedOff(Shown.object(pair.source(), "d", "EVENT e2")));
        // Not the account of the job, which may do more.
        assertThat(String.join(" ", Shown.object(pair.target(), "d", "EVENT o")))
            .contains("altered", "DEFINER=`owner`@`%`");
        assertThat(objects(pair.target())).containsExactly("e2", "f", "o", "p", "v", "w");
        assertThat(leftOut).isEmpty();
      }
    }
  }

  /** What becomes of tables there is no statement that says it of the view as well. */
  @ParameterizedTest
  @EachRelease
  void stopWhereAViewIsRenamedBesideATableThatLeaves(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      execute(
          pair.source(),
          "d",
          "CREATE DATABASE other",
          "CREATE TABLE leaving (id INT PRIMARY KEY)",
          "CREATE VIEW v AS SELECT id FROM t");
      try (SyncJob<TableChange> job = started(job(pair))) {
        execute(pair.source(), "d", "RENAME TABLE leaving TO other.leaving, v TO w");

        Await.until("It stops", PATIENCE, () -> job.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("it renames a view beside a table");
      }
    }
  }

  /** What cannot be had does not stop the job; later changes of it change nothing. */
  @ParameterizedTest
  @EachRelease
  void leaveOutWhatTheTargetCannotHave(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      execute(
          pair.source(),
          "",
          "CREATE USER 'only_here'@'%'",
          "CREATE DATABASE other",
          "CREATE TABLE other.o (id INT PRIMARY KEY)");
      try (SyncJob<TableChange> job = started(job(pair))) {
        String only = "DEFINER = `only_here`@`%`";
        execute(
            pair.source(),
            "d",
            "CREATE VIEW ok AS SELECT id FROM t",
            "CREATE OR REPLACE VIEW ok AS SELECT id FROM other.o",
            "ALTER VIEW ok AS SELECT id + 1 AS i FROM other.o",
            "CREATE " + only + " VIEW theirs AS SELECT id FROM t",
            "CREATE " + only + " PROCEDURE q() SELECT 1",
            "ALTER PROCEDURE q SQL SECURITY DEFINER",
            "CREATE " + only + " EVENT e ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t",
            "ALTER EVENT e COMMENT 'x'",
            "DROP EVENT e",
            "DROP VIEW ok",
            "CREATE TABLE the_end (id INT PRIMARY KEY)");
        awaitTable(job, pair.target(), "the_end");

        assertThat(leftOut).containsOnly("VIEW d.ok", "EVENT d.e");
        assertThat(objects(pair.target())).containsExactly("q", "theirs");
        assertThat(Shown.object(pair.target(), "d", "VIEW theirs").get(1))
            .contains("SQL SECURITY INVOKER")
            .doesNotContain("only_here");
        assertThat(String.join(" ", Shown.object(pair.target(), "d", "PROCEDURE q")))
            .contains("SQL SECURITY INVOKER")
            .doesNotContain("only_here");
      }
    }
  }

  /** Databases {@code d} and {@code shop}, of which only the second has a table of another name. */
  @ParameterizedTest
  @EachRelease
  void areFollowedWhereNothingOfTheirDatabasesIsChanged(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      execute(
          pair.source(),
          "",
          "CREATE DATABASE shop",
          "CREATE DATABASE part",
          "CREATE TABLE part.t (id INT PRIMARY KEY)",
          "CREATE TABLE shop.users (id INT PRIMARY KEY)",
          "CREATE VIEW shop.v AS SELECT id FROM shop.users");
      execute(
          pair.target(), "", "CREATE DATABASE shop", "CREATE VIEW shop.by_hand AS SELECT 1 AS one");
      TableSelection selection =
          TableSelection.builder()
              .database("d")
              .database("shop", db -> db.table("users", t -> t.as("people")).tables("*"))
              .database("part", db -> db.tables("*").except("x_*"))
              .build();
      try (SyncJob<TableChange> job =
          started(job(pair, selection).acknowledge("OBJECT_LEFT_OUT"))) {
        leftOut.clear();
        execute(
            pair.source(),
            "d",
            "CREATE VIEW v AS SELECT id FROM t",
            "CREATE VIEW u AS SELECT id FROM shop.users",
            "CREATE TABLE t2 (id INT PRIMARY KEY)",
            "RENAME TABLE t2 TO t3, v TO w",
            "CREATE VIEW y AS SELECT 1 AS one",
            "RENAME TABLE y TO z",
            "CREATE PROCEDURE p() SELECT 1",
            "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t",
            "CREATE VIEW shop.by_hand AS SELECT 2 AS two",
            "RENAME TABLE shop.by_hand TO shop.named",
            "RENAME TABLE u TO u2",
            "DROP VIEW u2, shop.named",
            "CREATE PROCEDURE shop.q() SELECT 1",
            "CREATE VIEW part.x_1 AS SELECT 1 AS one",
            "RENAME TABLE part.x_1 TO part.x_2",
            "CREATE TABLE the_end (id INT PRIMARY KEY)");
        awaitTable(job, pair.target(), "the_end");

        assertThat(leftOut)
            .containsExactly(
                "VIEW d.u",
                "VIEW shop.by_hand",
                "VIEW shop.by_hand",
                "VIEW d.u2",
                "VIEW shop.named",
                "PROCEDURE shop.q");
        assertThat(objects(pair.target())).containsExactly("e", "p", "w", "z");
        assertThat(tables(pair.target())).containsExactlyInAnyOrder("t", "t3", "the_end", "w", "z");
        assertThat(Shown.object(pair.target(), "d", "VIEW w"))
            .isEqualTo(Shown.object(pair.source(), "d", "VIEW w"));
        assertThat(String.join(" ", Shown.object(pair.target(), "shop", "VIEW by_hand")))
            .contains("one");
      }
    }
  }

  /** What the job does not copy neither reaches the target nor stops it. */
  @ParameterizedTest
  @EachRelease
  void arePassedOverByAJobThatDoesNotCopyThem(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      List<String> statements =
          new ArrayList<>(
              List.of(
                  "CREATE VIEW v AS SELECT id FROM t",
                  "RENAME TABLE v TO w",
                  "ALTER VIEW w AS SELECT 1 AS one",
                  "CREATE PROCEDURE p() SELECT 1",
                  "CREATE EVENT e ON SCHEDULE EVERY 1 YEAR DO DELETE FROM t",
                  "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW SET NEW.a = 'fired'",
                  "DROP VIEW w",
                  "CREATE USER 'nobody'@'%'",
                  "GRANT SELECT ON d.* TO 'nobody'@'%'",
                  "ANALYZE TABLE t",
                  "OPTIMIZE TABLE t",
                  "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST '127.0.0.1')"));
      if (Feature.SEQUENCES.isIn(release)) {
        statements.addAll(
            List.of(
                "CREATE SEQUENCE s",
                "SELECT NEXTVAL(s)",
                "ALTER SEQUENCE s RESTART 50",
                "SELECT NEXTVAL(s)",
                "RENAME TABLE s TO s2",
                "DROP SEQUENCE s2"));
      }
      statements.add("CREATE TABLE the_end (id INT PRIMARY KEY)");
      try (SyncJob<TableChange> job = started(job(pair).objects())) {
        execute(pair.source(), "d", statements.toArray(String[]::new));
        awaitTable(job, pair.target(), "the_end");

        assertThat(objects(pair.target())).isEmpty();
        assertThat(Shown.tables(pair.target(), "d")).containsOnlyKeys("t", "the_end");
        assertThat(leftOut).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void triggersAreFollowedByAJobThatCopiesThem(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      execute(
          pair.source(),
          "d",
          "CREATE TRIGGER early BEFORE DELETE ON t FOR EACH ROW SET @a = 1",
          "CREATE TRIGGER dropped BEFORE UPDATE ON t FOR EACH ROW SET @a = 1");
      SyncJobBuilder<TableChange> builder =
          job(pair).objects(ObjectKind.TRIGGER).acknowledge("TRIGGER_FIRES");
      try (SyncJob<TableChange> job = started(builder)) {
        execute(
            pair.source(),
            "d",
            "CREATE VIEW v AS SELECT id FROM t",
            "CREATE TRIGGER late BEFORE INSERT ON t FOR EACH ROW SET NEW.a = CONCAT('-', NEW.a)",
            "DROP TRIGGER dropped",
            "CREATE TABLE the_end (id INT PRIMARY KEY)");
        awaitTable(job, pair.target(), "the_end");

        assertThat(objects(pair.target())).containsExactly("early", "late");
        assertThat(Shown.object(pair.target(), "d", "TRIGGER late").get(2))
            .isEqualTo(Shown.object(pair.source(), "d", "TRIGGER late").get(2));
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void surviveTheDeathOfTheJob(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      made(pair);
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      ProxiedJob job = ProxiedJobs.of(pair, "d", store);
      try {
        ProxiedJobs.start(job);
        job.awaitSynchronizing();
        int death = 0;
        for (FaultPoint moment :
            List.of(FaultPoint.BEFORE_SCHEMA_APPLY, FaultPoint.AFTER_SCHEMA_APPLY)) {
          ProxiedJob dying = job;
          CountDownLatch dead = new CountDownLatch(1);
          long unused =
              job.points()
                  .armNext(
                      moment,
                      1,
                      () -> {
                        dying.die();
                        dead.countDown();
                      });
          death++;
          execute(
              pair.source(),
              "d",
              "CREATE FUNCTION f" + death + "() RETURNS INT DETERMINISTIC RETURN 1",
              "DROP FUNCTION IF EXISTS f" + (death - 1),
              "CREATE TABLE end_" + death + " (id INT PRIMARY KEY)");
          assertThat(dead.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
          job.close();
          job = ProxiedJobs.of(pair, "d", store);
          ProxiedJobs.start(job);
          awaitTable(job.job(), pair.target(), "end_" + death);
          assertThat(objects(pair.target())).containsExactly("f" + death);
        }
      } finally {
        job.close();
      }
    }
  }

  private static void made(ServerPair pair) throws SQLException {
    execute(
        pair.source(),
        "",
        "CREATE DATABASE d",
        "CREATE TABLE d.t (id INT PRIMARY KEY, a VARCHAR(20))",
        "INSERT INTO d.t VALUES (1, 'one'), (2, 'two')");
  }

  private static List<String> switchedOff(List<String> event) {
    return event.stream()
        .map(text -> String.valueOf(text).replace(" PRESERVE ENABLE", " PRESERVE DISABLE"))
        .toList();
  }

  private static List<String> objects(MySqlServer server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      return Shown.rows(
          statement,
          "SELECT ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = 'd'"
              + " UNION SELECT TABLE_NAME FROM information_schema.VIEWS WHERE TABLE_SCHEMA = 'd'"
              + " UNION SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'd'"
              + " UNION SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
              + " WHERE TRIGGER_SCHEMA = 'd' ORDER BY 1");
    }
  }

  private static void awaitTable(SyncJob<?> job, MySqlServer target, String table)
      throws Exception {
    Await.until(
        "table " + table + " is at the target",
        PATIENCE,
        () -> job.status().failure().isPresent() || tables(target).contains(table));
    assertThat(job.status().failure()).isEmpty();
  }

  private static List<String> tables(MySqlServer server) throws SQLException {
    try (Connection connection = server.connect("d");
        Statement statement = connection.createStatement()) {
      return Shown.rows(statement, "SHOW TABLES");
    }
  }

  private static void execute(MySqlServer server, String database, String... statements)
      throws SQLException {
    try (Connection connection = database.isEmpty() ? server.connect() : server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private SyncJobBuilder<TableChange> job(ServerPair pair) {
    return job(pair, TableSelection.builder().database("d").build());
  }

  private SyncJobBuilder<TableChange> job(ServerPair pair, TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named("objects")
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .listener(
            event -> {
              if (event instanceof JobEvent.ObjectLeftOut left) {
                leftOut.add(left.what().kind() + " " + left.what().name());
              }
            })
        .checkpoints(new MemoryCheckpointStore());
  }

  private static SyncJob<TableChange> started(SyncJobBuilder<TableChange> builder)
      throws InterruptedException {
    SyncJob<TableChange> job = builder.build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }
}
