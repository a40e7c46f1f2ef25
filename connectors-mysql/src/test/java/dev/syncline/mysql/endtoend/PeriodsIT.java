package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Rows whose periods must not overlap: servers cannot overwrite them by their key. */
class PeriodsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Test
  void areFollowedAsIfTheyHadNoKeyAndRefusedBesideAnotherOne() throws Exception {
    MySqlRelease release = MySqlRelease.MARIADB_10_11;
    try (MySqlServer target = MySqlServer.builder(release).withoutBinaryLog().start()) {
      ServerPair pair = new ServerPair(MySqlServer.shared(release), target);
      String database = pair.source().createDatabase("periods");
      execute(
          pair.source(),
          database,
          "CREATE TABLE t (id INT, s DATE, e DATE, v INT, PERIOD FOR p (s, e), PRIMARY KEY (id, p"
              + " WITHOUT OVERLAPS))",
          "INSERT INTO t VALUES (1, '2020-01-01', '2020-02-01', 1), (2, '2020-01-01',"
              + " '2020-02-01', 1)",
          "CREATE TABLE u (id INT PRIMARY KEY, x INT, s DATE, e DATE, PERIOD FOR p (s, e), UNIQUE"
              + " KEY k (x, p WITHOUT OVERLAPS))");

      try (SyncJob<TableChange> job = job(pair, database)) {
        assertThat(job.precheck().findings())
            .extracting(Finding::code, Finding::object)
            .contains(tuple("TABLE_NOT_UNDERSTOOD", database + ".u"));
      }
      execute(pair.source(), database, "DROP TABLE u");
      try (SyncJob<TableChange> job = job(pair, database)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
        execute(
            pair.source(),
            database,
            "UPDATE t SET v = 2 WHERE id = 1",
            "DELETE FROM t FOR PORTION OF p FROM '2020-01-10' TO '2020-01-20' WHERE id = 2",
            "INSERT INTO t VALUES (3, '2020-01-01', '2020-01-02', NULL)");
        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .isEqualTo(Checksums.of(pair.source(), database));
      }
    }
  }

  private static SyncJob<TableChange> job(ServerPair pair, String database) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  private static void execute(MySqlServer server, String database, String... statements)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }
}
