package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.Replication;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A job of a server that is gone goes on at the replica that took its place. */
class FailoverIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS = 20_000;

  private final CheckpointStore checkpoints = new MemoryCheckpointStore();
  private String database = "";

  private SyncJob<TableChange> job(MySqlServer source, MySqlServer target) {
    return builder(source, target).build();
  }

  private SyncJobBuilder<TableChange> builder(MySqlServer source, MySqlServer target) {
    return SyncJob.from(
            MySqlSource.builder()
                .host(source.host())
                .port(source.port())
                .username(source.username())
                .password(source.password())
                .build())
        .to(
            MySqlSink.builder()
                .host(target.host())
                .port(target.port())
                .username(target.username())
                .password(target.password())
                .build())
        .named("failover")
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints)
        .limits(JobLimits.builder().batchRows(100).build());
  }

  private void createTables(MySqlServer source) throws SQLException {
    database = source.createDatabase("failover");
    StringBuilder rows = new StringBuilder("(0, 0)");
    for (int row = 1; row < ROWS; row++) {
      rows.append(",(").append(row).append(",0)");
    }
    source.execute(
        "CREATE TABLE " + database + ".t (id INT PRIMARY KEY, n INT)",
        "CREATE TABLE " + database + ".keyless (id INT, n INT)",
        "INSERT INTO " + database + ".t VALUES " + rows,
        "INSERT INTO " + database + ".keyless VALUES (1, 0), (1, 0), (2, 0)");
  }

  private void write(MySqlServer source, int round) throws SQLException {
    source.execute(
        "UPDATE " + database + ".t SET n = n + 1 WHERE id % 7 = " + round,
        "DELETE FROM " + database + ".t WHERE id = " + (100 + round),
        "INSERT INTO " + database + ".t VALUES (" + -round + ", 0)",
        "INSERT INTO " + database + ".keyless VALUES (1, " + round + "), (1, " + round + ")",
        "DELETE FROM " + database + ".keyless WHERE id = 1 LIMIT 1");
  }

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MARIADB_10_11"})
  void goesOnAtThePromotedReplica(MySqlRelease release) throws Exception {
    try (Replication servers = Replication.start(release);
        MySqlServer target = MySqlServer.builder(release).withoutBinaryLog().start()) {
      createTables(servers.source());
      try (SyncJob<TableChange> first = job(servers.source(), target)) {
        first.start();
        assertThat(first.awaitSynchronizing(PATIENCE)).isTrue();
        write(servers.source(), 1);
      }
      write(servers.source(), 2);
      fallOver(servers);

      try (SyncJob<TableChange> second = job(servers.replica(), target)) {
        second.start();
        write(servers.replica(), 3);
        awaitEqual(servers.replica(), target);
        assertThat(second.status().snapshotRows()).isZero();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MARIADB_10_11"})
  void goesOnWithAnUnfinishedCopyAtThePromotedReplica(MySqlRelease release) throws Exception {
    try (Replication servers = Replication.start(release);
        MySqlServer target = MySqlServer.builder(release).withoutBinaryLog().start()) {
      createTables(servers.source());
      SyncJob<TableChange> first =
          builder(servers.source(), target).through(new CutShort(ROWS / 2)).build();
      try (first) {
        first.start();
        Await.until(
            "a quarter is copied", PATIENCE, () -> first.status().snapshotRows() > ROWS / 4);
        write(servers.source(), 1);
      }
      assertThat(first.status().snapshotRows()).as("the copy was cut short").isLessThan(ROWS);
      write(servers.source(), 2);
      fallOver(servers);

      try (SyncJob<TableChange> second = job(servers.replica(), target)) {
        second.start();
        write(servers.replica(), 3);
        assertThat(second.awaitSynchronizing(PATIENCE)).isTrue();
        awaitEqual(servers.replica(), target);
      }
    }
  }

  private static void fallOver(Replication servers) throws SQLException {
    servers.promote();
    servers.source().kill();
  }

  private void awaitEqual(MySqlServer source, MySqlServer target) throws Exception {
    Await.until(
        "source and target are equal",
        PATIENCE,
        () -> Checksums.of(source, database).equals(Checksums.of(target, database)));
  }
}
