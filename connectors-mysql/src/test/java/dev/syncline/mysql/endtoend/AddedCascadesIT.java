package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Foreign keys that begin to cascade while a job follows. */
@ParameterizedClass
@EachRelease
class AddedCascadesIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static ServerPair pair;

  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private String database = "";

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    pair = ServerPair.of(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void createTables() throws SQLException {
    database = pair.source().createDatabase("added");
    execute(
        "CREATE TABLE p (id INT PRIMARY KEY, n INT)",
        "CREATE TABLE c (id INT PRIMARY KEY, p INT, KEY (p))",
        "INSERT INTO p VALUES (1, 0), (2, 0), (3, 0), (4, 0), (5, 0)",
        "INSERT INTO c VALUES (1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, NULL)");
  }

  private static final String ADDED =
      "ALTER TABLE c ADD CONSTRAINT %s_f FOREIGN KEY (p) REFERENCES p (id)"
          + " ON DELETE CASCADE ON UPDATE CASCADE";

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void areFollowedFromThereOn(Consistency consistency) throws Exception {
    try (SyncJob<TableChange> job = started(builder(whole()).consistency(consistency))) {
      execute(
          "DELETE FROM c WHERE id = 5",
          ADDED.formatted(database),
          "DELETE FROM p WHERE id = 1",
          "UPDATE p SET id = 20 WHERE id = 2",
          "CREATE TABLE d (id INT PRIMARY KEY, c INT, FOREIGN KEY (c) REFERENCES c (id)"
              + " ON DELETE SET NULL)",
          "INSERT INTO d VALUES (1, 3), (2, 4)",
          "DELETE FROM p WHERE id = 3");

      assertEqual(job);
    }
    try (SyncJob<TableChange> job = started(builder(whole()).consistency(consistency))) {
      execute("INSERT INTO c VALUES (7, 4)", "DELETE FROM p WHERE id = 4");

      assertEqual(job);
    }
    assertThat(Checksums.of(pair.target(), database).get("c")).startsWith("2 rows");
  }

  @Test
  void stopsWhereTheTargetDoesNotGetThem() throws Exception {
    SyncJobBuilder<TableChange> ignoring = builder(whole()).schemaChanges(SchemaChanges.IGNORE);
    try (SyncJob<TableChange> job = started(ignoring)) {
      execute(ADDED.formatted(database), "DELETE FROM p WHERE id = 1");

      assertStopped(job, "the target does not do so by itself");
    }
  }

  @Test
  void stopsWhereTheParentIsNotSelected() throws Exception {
    TableSelection child = TableSelection.builder().database(database, db -> db.table("c")).build();
    try (SyncJob<TableChange> job = started(builder(child))) {
      execute(ADDED.formatted(database), "DELETE FROM p WHERE id = 1");

      assertStopped(job, "changes of table '" + database + ".p', which is not selected");
    }
    try (SyncJob<TableChange> job = builder(child).acknowledge("CASCADING_FOREIGN_KEY").build()) {
      job.start();

      // It goes on to the target, which has no such parent.
      Await.until("It has stopped", PATIENCE, () -> job.status().failure().isPresent());
      assertThat(job.status().failure().orElseThrow())
          .hasMessageContaining("ADD CONSTRAINT")
          .hasMessageNotContaining("not selected");
    }
  }

  private void assertStopped(SyncJob<TableChange> job, String why) throws Exception {
    Await.until("It has stopped", PATIENCE, () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll("in front of 'ALTER TABLE c", database + ".c", why)
        .hasMessageContaining("CASCADING_FOREIGN_KEY");
    assertThat(Shown.tables(pair.target(), database).get("c")).doesNotContain("FOREIGN KEY");
  }

  private void assertEqual(SyncJob<TableChange> job) throws Exception {
    Await.until(
        "The tables are equal", PATIENCE, () -> job.status().failure().isPresent() || isEqual());
    assertThat(job.status().failure()).isEmpty();
  }

  private boolean isEqual() {
    try {
      return Checksums.of(pair.source(), database).equals(Checksums.of(pair.target(), database));
    } catch (SQLException e) {
      // A table is made while it is looked at.
      return false;
    }
  }

  private void execute(String... statements) throws SQLException {
    for (String statement : statements) {
      pair.source().execute("USE " + database, statement);
    }
  }

  private TableSelection whole() {
    return TableSelection.builder().database(database).build();
  }

  private SyncJobBuilder<TableChange> builder(TableSelection selection) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(database)
        .select(selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints);
  }

  private static SyncJob<TableChange> started(SyncJobBuilder<TableChange> builder)
      throws InterruptedException {
    SyncJob<TableChange> job = builder.build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }
}
