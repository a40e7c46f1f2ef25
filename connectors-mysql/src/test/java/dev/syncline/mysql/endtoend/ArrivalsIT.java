package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;

/** Tables leave the selection and come into it while a job follows, or is stopped or killed. */
class ArrivalsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Only {@code t}, {@code u} and what begins with {@code k} is selected. */
  private static final List<String> STATEMENTS =
      List.of(
          "INSERT INTO t (a) VALUES ('one'), ('two')",
          "CREATE TABLE next LIKE t",
          "INSERT INTO next (a) SELECT CONCAT('next ', a) FROM t",
          // The log is rotated.
          "RENAME TABLE t TO t_1, next TO t",
          "INSERT INTO t (a) VALUES ('three')",
          "INSERT INTO t_1 (a) VALUES ('not followed')",
          "CREATE TABLE next (id INT AUTO_INCREMENT PRIMARY KEY, b DECIMAL(9, 2), c INT)",
          "INSERT INTO next (b, c) VALUES (1.5, 1), (2.5, 2), (3.5, 3)",
          "RENAME TABLE t TO t_2, next TO t",
          "ALTER TABLE t ADD COLUMN d VARCHAR(20) DEFAULT 'ü' AFTER id",
          "UPDATE t SET c = c + 1",
          "INSERT INTO t (b, d) VALUES (4.5, 'four')",
          "DELETE FROM t WHERE b = 1.5",
          // Made like one that is not selected.
          "CREATE TABLE k1 LIKE t_1",
          "INSERT INTO k1 (a) VALUES ('five')",
          "CREATE TABLE IF NOT EXISTS k1 LIKE t_2",
          "ALTER TABLE k1 ADD KEY (a)",
          "CREATE TABLE k2 LIKE k1",
          "INSERT INTO k2 (a) VALUES ('six')",
          // Comes, and leaves again.
          "ALTER TABLE t_1 RENAME TO k3",
          "UPDATE k3 SET a = CONCAT(a, '!')",
          "RENAME TABLE k3 TO away",
          "INSERT INTO away (a) VALUES ('seven')",
          "CREATE TABLE k3 (id INT PRIMARY KEY)",
          "INSERT INTO k3 VALUES (3)",
          "DROP TABLE k2, away",
          // Without a key.
          "CREATE TABLE bare (a INT, b VARCHAR(9))",
          "INSERT INTO bare VALUES (1, 'x'), (1, 'x')",
          "ALTER TABLE bare ADD COLUMN c INT, RENAME TO k4",
          "INSERT INTO k4 VALUES (1, 'x', 2), (1, 'x', 2)",
          // Through a name that is not selected, and in exchange.
          "RENAME TABLE t TO tmp, u TO t, tmp TO u",
          "INSERT INTO t VALUES (100)",
          "CREATE TABLE other (n BIGINT PRIMARY KEY)",
          "INSERT INTO other VALUES (1), (2)",
          "RENAME TABLE k3 TO tmp, other TO k3, tmp TO other",
          "INSERT INTO k3 VALUES (3)",
          "TRUNCATE TABLE other",
          "DROP TABLE other, k1",
          "INSERT INTO u (b) VALUES (9.5)");

  @ParameterizedTest
  @EachRelease
  void targetHasWhatTheSourceHasOfTheSelection(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      follows(pair, "running", Consistency.PER_KEY, Pace.RUNNING);
      follows(pair, "behind", Consistency.TRANSACTIONAL, Pace.BEHIND);
      follows(pair, "restarted", Consistency.TRANSACTIONAL, Pace.RESTARTED);
    }
  }

  /** What the job does meanwhile. */
  private enum Pace {
    RUNNING,
    /** It is stopped while all statements run. */
    BEHIND,
    /** It is stopped behind each third statement, wherever it is. */
    RESTARTED
  }

  private static void follows(ServerPair pair, String database, Consistency consistency, Pace pace)
      throws Exception {
    MySqlServer source = pair.source();
    source.execute(
        "CREATE DATABASE " + database,
        "CREATE TABLE " + database + ".t (id INT AUTO_INCREMENT PRIMARY KEY, a VARCHAR(20))",
        "CREATE TABLE " + database + ".u (id INT PRIMARY KEY)");
    MemoryCheckpointStore store = new MemoryCheckpointStore();
    SyncJob<TableChange> job = started(pair, database, consistency, store);
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    try {
      if (pace == Pace.BEHIND) {
        job.close();
      }
      int ran = 0;
      for (String statement : STATEMENTS) {
        source.execute("USE " + database, statement);
        ran++;
        if (pace == Pace.RESTARTED && ran % 3 == 0) {
          job.close();
          job = started(pair, database, consistency, store);
        }
      }
      if (pace == Pace.BEHIND) {
        job = started(pair, database, consistency, store);
      }
      assertEqual(pair, database, job);
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
      source.execute("USE " + database, "INSERT INTO k4 VALUES (2, 'y', 3)");
      assertEqual(pair, database, job);
    } finally {
      job.close();
    }
  }

  private static TableSelection selection(String database) {
    return TableSelection.builder()
        .database(database, db -> db.table("t").table("u").tables("k*"))
        .build();
  }

  private static void assertEqual(ServerPair pair, String database, SyncJob<TableChange> job)
      throws Exception {
    Map<String, String> wanted = selected(pair.source(), database);
    Await.until(
        "The tables of " + database + " are equal",
        PATIENCE,
        () -> job.status().failure().isPresent() || isAt(pair.target(), database, wanted));
    assertThat(job.status().failure()).as("%s", database).isEmpty();
    Map<String, Long> sums = sums(pair.source(), database, wanted);
    Await.until(
        "The rows of " + database + " are equal",
        PATIENCE,
        () ->
            job.status().failure().isPresent()
                || sums(pair.target(), database, wanted).equals(sums));
    assertThat(job.status().failure()).as("%s", database).isEmpty();
  }

  private static Map<String, String> selected(MySqlServer server, String database)
      throws SQLException {
    Map<String, String> tables = new TreeMap<>(Shown.tables(server, database));
    tables.keySet().removeIf(name -> !name.matches("t|u|k.*"));
    return tables;
  }

  private static boolean isAt(MySqlServer target, String database, Map<String, String> wanted) {
    try {
      return selected(target, database).equals(wanted);
    } catch (SQLException e) {
      // A table was renamed or dropped while it was looked at.
      return false;
    }
  }

  private static Map<String, Long> sums(
      MySqlServer server, String database, Map<String, String> tables) {
    Map<String, Long> sums = new TreeMap<>();
    try (var connection = server.connect(database);
        var statement = connection.createStatement()) {
      for (String table : tables.keySet()) {
        try (var row = statement.executeQuery("CHECKSUM TABLE " + table)) {
          row.next();
          sums.put(table, row.getLong(2));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return sums;
  }

  @ParameterizedTest
  @EachRelease
  void stopsWhereTheTargetHasTheNewName(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      pair.source()
          .execute(
              "CREATE DATABASE taken",
              "CREATE TABLE taken.t (id INT PRIMARY KEY)",
              "CREATE TABLE taken.u (id INT PRIMARY KEY)",
              "INSERT INTO taken.t VALUES (1)");
      pair.target().execute("CREATE DATABASE taken", "CREATE TABLE taken.t_old (own INT)");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job = started(pair, "taken", Consistency.TRANSACTIONAL, store)) {
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
        pair.source().execute("RENAME TABLE taken.t TO taken.t_old");

        Await.until("It has stopped", PATIENCE, () -> job.status().failure().isPresent());
        assertThat(job.status().failure().orElseThrow())
            .isInstanceOf(SyncException.class)
            .hasMessageContaining("t_old")
            .hasMessageContaining("already exists");
      }
      pair.target().execute("DROP TABLE taken.t_old");
      try (SyncJob<TableChange> job = started(pair, "taken", Consistency.TRANSACTIONAL, store)) {
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
        Await.until(
            "It is renamed",
            PATIENCE,
            () ->
                job.status().failure().isPresent()
                    || names(pair.target(), "taken").equals(Set.of("t_old", "u")));
        assertThat(job.status().failure()).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void tablesLeaveAndPassWithinTheirDatabaseAtTheTarget(MySqlRelease release) throws Exception {
    TableSelection selection =
        TableSelection.builder()
            .database(
                "home",
                db ->
                    db.as("home_dr")
                        .table("t", t -> t.exceptColumns("secret"))
                        .table("u", t -> t.exceptColumns("secret")))
            .build();
    try (ServerPair pair = ServerPair.of(release)) {
      MySqlServer source = pair.source();
      source.execute(
          "CREATE DATABASE home",
          "CREATE TABLE home.t (id INT PRIMARY KEY, secret INT, a INT)",
          "CREATE TABLE home.u (id INT PRIMARY KEY, a INT, secret INT)",
          "CREATE TABLE home.next LIKE home.t",
          "INSERT INTO home.t VALUES (1, 1, 1)",
          "INSERT INTO home.u VALUES (2, 2, 2)",
          "INSERT INTO home.next VALUES (3, 3, 3)");
      MemoryCheckpointStore store = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job =
          started(pair, "home", selection, Consistency.TRANSACTIONAL, store)) {
        assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
        source.execute(
            "USE home",
            "RENAME TABLE t TO tmp, u TO t, tmp TO u",
            "INSERT INTO t VALUES (4, 4, 4)",
            "ALTER TABLE u ADD COLUMN b INT, RENAME u_old",
            "RENAME TABLE t TO t_old, next TO t",
            "INSERT INTO t VALUES (5, 5, 5)");

        Map<String, String> wanted =
            Map.of("t", "3,3 5,5", "t_old", "2,2 4,4", "u_old", "1,1,null");
        Await.until(
            "The tables are there",
            PATIENCE,
            () -> job.status().failure().isPresent() || rows(pair.target(), wanted).equals(wanted));
        assertThat(job.status().failure()).isEmpty();
        assertThat(rows(pair.target(), wanted)).isEqualTo(wanted);
        assertThat(Shown.tables(pair.target(), "home_dr")).containsOnlyKeys(wanted.keySet());
      }
    }
  }

  private static Map<String, String> rows(MySqlServer target, Map<String, String> tables) {
    Map<String, String> rows = new TreeMap<>();
    try (var connection = target.connect("home_dr");
        var statement = connection.createStatement()) {
      for (String table : tables.keySet()) {
        try (var row = statement.executeQuery("SELECT * FROM " + table + " ORDER BY id")) {
          int columns = row.getMetaData().getColumnCount();
          StringJoiner all = new StringJoiner(" ");
          while (row.next()) {
            StringJoiner values = new StringJoiner(",");
            for (int i = 1; i <= columns; i++) {
              values.add(row.getString(i));
            }
            all.add(values.toString());
          }
          rows.put(table, all.toString());
        }
      }
    } catch (SQLException e) {
      // A table is not there yet.
      return rows;
    }
    return rows;
  }

  private static Set<String> names(MySqlServer target, String database) {
    try {
      return Shown.tables(target, database).keySet();
    } catch (SQLException e) {
      // A table was renamed while it was looked at.
      return Set.of();
    }
  }

  private static SyncJob<TableChange> started(
      ServerPair pair, String database, Consistency consistency, MemoryCheckpointStore store) {
    return started(pair, database, selection(database), consistency, store);
  }

  private static SyncJob<TableChange> started(
      ServerPair pair,
      String database,
      TableSelection selection,
      Consistency consistency,
      MemoryCheckpointStore store) {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named(database)
            .select(selection)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .consistency(consistency)
            .checkpoints(store)
            .build();
    job.start();
    return job;
  }
}
