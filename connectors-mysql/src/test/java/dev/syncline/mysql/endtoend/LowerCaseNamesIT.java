package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;

/** A target may keep all names in lower case, whatever the source has. */
class LowerCaseNamesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  @ParameterizedTest
  @EachRelease
  void foreignKeysCascadeBetweenTablesInUpperCase(MySqlRelease release) throws Exception {
    MySqlServer source = MySqlServer.shared(release);
    String database = source.createDatabase("lower").replaceFirst("l", "L");
    source.execute(
        "CREATE DATABASE " + database,
        "CREATE TABLE " + database + ".Parent (Id INT PRIMARY KEY)",
        ("CREATE TABLE %1$s.Child (Id INT PRIMARY KEY, P INT, CONSTRAINT Of_Parent"
                + " FOREIGN KEY (P) REFERENCES %1$s.Parent (Id) ON DELETE CASCADE)")
            .formatted(database),
        "INSERT INTO " + database + ".Parent VALUES (1), (2), (3)",
        "INSERT INTO " + database + ".Child VALUES (10, 1), (20, 2), (30, 3)");
    try (MySqlServer target =
        MySqlServer.builder(release)
            .name("target")
            .withoutBinaryLog()
            .option("lower_case_table_names", "1")
            .start()) {
      ServerPair pair = new ServerPair(source, target);
      MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();

      followsDelete(pair, database, checkpoints, 1);
      followsDelete(pair, database, checkpoints, 2);
    }
  }

  /** A source that keeps names in lower case logs statements as they were written. */
  @ParameterizedTest
  @EachRelease
  void statementsInUpperCaseMeanTablesInLowerCase(MySqlRelease release) throws Exception {
    try (MySqlServer source =
            MySqlServer.builder(release)
                .name("folding")
                .option("lower_case_table_names", "1")
                .start();
        MySqlServer target =
            MySqlServer.builder(release).name("target").withoutBinaryLog().start()) {
      ServerPair pair = new ServerPair(source, target);
      source.execute(
          "CREATE DATABASE kept",
          "CREATE TABLE kept.t (Id INT PRIMARY KEY)",
          "CREATE DATABASE gone",
          "CREATE TABLE gone.t (Id INT PRIMARY KEY)",
          "CREATE VIEW gone.v AS SELECT Id FROM gone.t");
      TableSelection some =
          TableSelection.builder()
              .database("kept", db -> db.tables("t*").tables("u"))
              .database("gone", db -> db.tables("*"))
              .build();
      try (SyncJob<TableChange> job =
          SyncJob.from(pair.sourceBuilder().build())
              .to(pair.sinkBuilder().build())
              .named("kept")
              .select(some)
              .initialize(Initialization.STRUCTURE, Initialization.DATA)
              .checkpoints(new MemoryCheckpointStore())
              .build()) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

        source.execute(
            "USE Kept",
            "ALTER TABLE T ADD COLUMN Note VARCHAR(9), ADD KEY (Note)",
            "CREATE TABLE T2 LIKE KEPT.T",
            "CREATE TABLE Other (Id INT PRIMARY KEY)",
            "INSERT INTO T2 VALUES (1, 'one')",
            "RENAME TABLE T2 TO U, Other TO Another",
            "CREATE TABLE T3 (Id INT PRIMARY KEY, U INT, CHECK (T3.U > 0),"
                + " FOREIGN KEY (U) REFERENCES U (Id))",
            "INSERT INTO U VALUES (2, 'two')",
            "DROP DATABASE Gone",
            "DROP TABLE T, Another");

        Await.until(
            "The tables are equal",
            PATIENCE,
            () -> job.status().failure().isPresent() || areEqual(source, target));
        assertThat(job.status().failure()).isEmpty();
        assertThat(Shown.tables(target, "kept")).isEqualTo(Shown.tables(source, "kept"));
        try (Connection connection = target.connect();
            Statement asking = connection.createStatement();
            ResultSet found = asking.executeQuery("SHOW DATABASES LIKE 'gone'")) {
          assertThat(found.next()).isFalse();
        }
      }
    }
  }

  private static boolean areEqual(MySqlServer source, MySqlServer target) {
    try {
      return Checksums.of(target, "kept").equals(Checksums.of(source, "kept"));
    } catch (SQLException e) {
      // A table was renamed or dropped while it was looked at.
      return false;
    }
  }

  /** The target has the tables when the job is started for the second time. */
  private static void followsDelete(
      ServerPair pair, String database, MemoryCheckpointStore checkpoints, int id)
      throws Exception {
    try (SyncJob<TableChange> job = job(pair, database, checkpoints)) {
      // Which there is of each MySQL before 5.7.
      assertThat(job.precheck().findings())
          .filteredOn(finding -> !finding.code().equals("SNAPSHOT_LOCKS_ROWS"))
          .isEmpty();
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      pair.source().execute("DELETE FROM " + database + ".Parent WHERE Id = " + id);

      Await.until(
          "Rows that hung on parent " + id + " are gone",
          PATIENCE,
          () ->
              job.status().failure().isPresent()
                  || children(pair.target(), database).equals(children(pair.source(), database)));
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static List<String> children(MySqlServer server, String database) throws SQLException {
    List<String> ids = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT Id FROM " + database + ".Child")) {
      while (rows.next()) {
        ids.add(rows.getString(1));
      }
    }
    return ids;
  }

  private static SyncJob<TableChange> job(
      ServerPair pair, String database, MemoryCheckpointStore checkpoints) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named("lower")
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints)
        .build();
  }
}
