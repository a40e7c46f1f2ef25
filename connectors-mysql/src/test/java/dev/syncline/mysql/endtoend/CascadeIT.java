package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.endtoend.CascadeTables.Acted;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** Foreign keys cascade at the target as they do at the source, where no log tells of it. */
@ParameterizedClass
@EachRelease
class CascadeIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int TRANSACTIONS_BEFORE = 600;

  private static ServerPair pair;

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    pair = ServerPair.of(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.close();
  }

  /** Each kind of rule acts while the job follows, in ways that no log has. */
  @Test
  void targetEqualsSourceAfterRandomKills(@TempDir Path checkpoints) throws Exception {
    String database = pair.source().createDatabase("random");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    fill(database, random);
    try (RandomWriters writers =
        new RandomWriters(pair.source(), r -> CascadeTables.alone(database, r), 3, seed, 3)) {
      try (ChildProcess job =
          ChildMain.start(pair, database, checkpoints, ChildMain.copying(150))) {
        job.await(ChildMain.COPYING);
        Await.pause(random.nextInt(300));
        job.failIfEnded();
        assertThat(job.hasFollowed()).as("the copy was over before the kill").isFalse();
      }
      try (ChildProcess job = ChildMain.start(pair, database, checkpoints)) {
        Await.pause(300 + random.nextInt(2_000));
        job.failIfEnded();
      }
      try (ChildProcess job = ChildMain.start(pair, database, checkpoints)) {
        job.awaitSynchronizing();
        Acted before = acted(database);
        Await.until(
            "Each kind of rule acts while the job follows",
            PATIENCE,
            () -> acted(database).isBeyond(before));
        Await.pause(random.nextInt(1_500));
        job.failIfEnded();
      }
      try (ChildProcess job = ChildMain.start(pair, database, checkpoints)) {
        job.awaitSynchronizing();
        writers.stop();
        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .as("%s, seed %d", pair.source(), seed)
            .isEqualTo(Checksums.of(pair.source(), database));
        job.failIfEnded();
      }
    }
  }

  private static Acted acted(String database) throws SQLException {
    try (Connection connection = pair.source().connect(database)) {
      return Acted.in(connection);
    }
  }

  private static void fill(String database, Random random) throws SQLException {
    pair.source().execute(CascadeTables.createGate(database).toArray(String[]::new));
    try (Connection connection = pair.source().connect(database);
        Statement statement = connection.createStatement()) {
      for (String table : CascadeTables.create(pair.source().release())) {
        statement.execute(table);
      }
      connection.setAutoCommit(false);
      for (int i = 0; i < TRANSACTIONS_BEFORE; i++) {
        for (String sql : CascadeTables.transaction(random)) {
          RandomWriters.execute(statement, sql);
        }
      }
      connection.commit();
    }
  }

  @Test
  void cascadesAcrossDatabasesAndNotWhereForeignKeysWereNotChecked() throws Exception {
    String first = pair.source().createDatabase("first");
    String second = pair.source().createDatabase("second");
    pair.source()
        .execute(
            "CREATE TABLE " + second + ".parent (id INT PRIMARY KEY)",
            ("CREATE TABLE %s.child (id INT PRIMARY KEY, p INT, n INT, FOREIGN KEY (p) REFERENCES"
                    + " %s.parent (id) ON DELETE CASCADE ON UPDATE CASCADE)")
                .formatted(first, second),
            "INSERT INTO " + second + ".parent VALUES (1), (2), (3), (4)",
            "INSERT INTO " + first + ".child (id, p) VALUES (1, 1), (2, 2), (3, 3), (4, 4)");
    TableSelection selection = TableSelection.builder().database(first).database(second).build();
    try (SyncJob<TableChange> job = job("across_" + first, selection)) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();

      execute(
          "DELETE FROM " + second + ".parent WHERE id = 1",
          "UPDATE " + second + ".parent SET id = 20 WHERE id = 2",
          "SET foreign_key_checks = 0",
          "DELETE FROM " + second + ".parent WHERE id = 3",
          "UPDATE " + second + ".parent SET id = 40 WHERE id = 4",
          "INSERT INTO " + first + ".child VALUES (5, 99, 0)",
          "SET foreign_key_checks = 1",
          "UPDATE " + first + ".child SET n = 1 WHERE id = 5");

      for (String database : List.of(first, second)) {
        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .isEqualTo(Checksums.of(pair.source(), database));
      }
    }
    assertThat(rows("SELECT CONCAT_WS(' of ', id, p, n) FROM " + first + ".child ORDER BY id"))
        .containsExactly("2 of 20", "3 of 3", "4 of 4", "5 of 99 of 1");
  }

  private static SyncJob<TableChange> job(String name, TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(name)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  private static void execute(String... statements) throws SQLException {
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static List<String> rows(String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        rows.add(results.getString(1));
      }
    }
    return rows;
  }
}
