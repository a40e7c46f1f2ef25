package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * How many statements each table more costs when a job starts. Times would say more of the machine
 * than of the job.
 */
class ManyTablesIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int TABLES = 30;

  /** The statements that a start takes: the first pre-check, what follows it, and a later check. */
  private record Cost(long check, long start, long checkAgain) {}

  @ParameterizedTest
  @EachRelease
  void eachTableMoreCostsFewStatements(MySqlRelease release) throws Exception {
    try (MySqlServer server = MySqlServer.builder(release).name("many").start()) {
      Cost few = cost(server, TABLES);
      Cost twice = cost(server, 2 * TABLES);

      assertThat((twice.check() - few.check()) / TABLES).as("first pre-check").isLessThan(7);
      assertThat((twice.start() - few.start()) / TABLES).as("first start").isLessThan(40);
      assertThat((twice.checkAgain() - few.checkAgain()) / TABLES)
          .as("pre-check of a job that goes on")
          .isLessThan(4);
    }
  }

  private static Cost cost(MySqlServer server, int tables) throws Exception {
    String database = server.createDatabase("many");
    for (int i = 0; i < tables; i++) {
      server.execute(
          "CREATE TABLE %s.t%d (id INT PRIMARY KEY, word VARCHAR(20) UNIQUE)"
              .formatted(database, i));
    }
    CheckpointStore checkpoints = new MemoryCheckpointStore();
    long begin = questions(server);
    try (SyncJob<TableChange> job = job(server, database, checkpoints)) {
      assertThat(job.precheck().passed()).isTrue();
      long checked = questions(server);
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      long started = questions(server);
      assertThat(job.precheck().passed()).isTrue();
      long again = questions(server);
      // A start has a check of its own.
      return new Cost(checked - begin, started - checked - (checked - begin), again - started);
    }
  }

  private static SyncJob<TableChange> job(
      MySqlServer server, String database, CheckpointStore checkpoints) {
    ServerPair pair = new ServerPair(server, server);
    String copy = database + "_copy";
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().ledgerDatabase(database + "_records").build())
        .named("many")
        .select(
            TableSelection.builder()
                .database(database, tables -> tables.as(copy).tables("*"))
                .build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .schemaChanges(SchemaChanges.APPLY)
        .checkpoints(checkpoints)
        .build();
  }

  /** All statements that clients have sent to a server. */
  private static long questions(MySqlServer server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Questions'")) {
      row.next();
      return row.getLong(2);
    }
  }
}
