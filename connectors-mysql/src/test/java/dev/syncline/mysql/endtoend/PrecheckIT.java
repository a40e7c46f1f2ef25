package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.syncline.CheckpointStore;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a pre-check finds stops the whole job, before anything is made at the target. */
class PrecheckIT {

  private static final CheckpointStore UNUSED = new MemoryCheckpointStore();

  private static ServerPair pair;

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @Test
  void aWrongPasswordStopsTheJobBeforeAnythingIsMade() throws Exception {
    String database = pair.source().createDatabase("shop");
    pair.source().execute("CREATE TABLE " + database + ".t (id INT PRIMARY KEY)");
    MySqlSource source =
        MySqlSource.builder()
            .host(pair.source().host())
            .port(pair.source().port())
            .username(pair.source().username())
            .password("not the password")
            .build();

    try (SyncJob<TableChange> job = job(source, database, UNUSED).build()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops()).extracting(Finding::code).containsOnly("LOGIN_FAILED");
      assertThat(failure).hasMessageNotContaining("not the password");
      assertThat(job.status().state()).isEqualTo(JobState.PRECHECK_FAILED);
      assertThat(databases(pair.target())).doesNotContain(database, ledger(database));
      assertThat(UNUSED.load(job.name())).isEmpty();
    }
  }

  @Test
  void aCascadeStopsTheJobUnlessItIsAcknowledged() throws Exception {
    String database = pair.source().createDatabase("shop");
    pair.source()
        .execute(
            "CREATE TABLE " + database + ".parent (id INT PRIMARY KEY)",
            "CREATE TABLE "
                + database
                + ".child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES "
                + database
                + ".parent (id) ON DELETE CASCADE)",
            "INSERT INTO " + database + ".parent VALUES (1)",
            "INSERT INTO " + database + ".child VALUES (1)");

    try (SyncJob<TableChange> job = job(pair.sourceBuilder().build(), database, UNUSED).build()) {
      PrecheckFailedException failure =
          catchThrowableOfType(PrecheckFailedException.class, job::start);

      assertThat(failure.report().stops())
          .extracting(Finding::code)
          .containsExactly("CASCADING_FOREIGN_KEY");
      assertThat(databases(pair.target())).doesNotContain(database, ledger(database));
    }
    try (SyncJob<TableChange> job =
        job(pair.sourceBuilder().build(), database, new MemoryCheckpointStore())
            .acknowledge("CASCADING_FOREIGN_KEY")
            .build()) {
      job.start();

      assertThat(job.awaitSynchronizing(Duration.ofMinutes(2))).isTrue();
      assertThat(Checksums.of(pair.target(), database))
          .isEqualTo(Checksums.of(pair.source(), database));
    }
  }

  private static SyncJobBuilder<TableChange> job(
      MySqlSource source, String database, CheckpointStore checkpoints) {
    return SyncJob.from(source)
        .to(pair.sinkBuilder().ledgerDatabase(ledger(database)).build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints);
  }

  private static String ledger(String database) {
    return database + "_ledger";
  }

  private static List<String> databases(MySqlServer server) throws SQLException {
    List<String> names = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW DATABASES")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
