package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.endtoend.ServerPair;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Every type at its edges, copied and followed by a job: the target prints the same as the source.
 * The servers are set to zones and character sets of which nothing may depend; the build runs this
 * also in a Java that is.
 */
@Tag("surroundings")
class TwinCopyIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int FOLLOWED = 1_000;

  @ParameterizedTest
  @EachRelease
  void copiedAndFollowedRowsPrintAlike(MySqlRelease release) throws Exception {
    try (ServerPair pair = pair(release)) {
      String database = pair.source().createDatabase("twin");
      try (Connection writing = TestTables.lenient(pair.source(), database)) {
        List<Twin> twins = Twin.create(writing, database, TypeSamples.of(release));
        for (Twin twin : twins) {
          twin.fill(writing, release, 0);
        }
        TestTables.execute(writing, "CREATE TABLE ends (id INT PRIMARY KEY)");
        try (SyncJob<TableChange> job = job(pair, database)) {
          job.start();
          assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
          for (Twin twin : twins) {
            twin.fill(writing, release, FOLLOWED);
            TestTables.execute(writing, "UPDATE " + twin.name() + " SET id = -id WHERE id % 3 = 1");
            TestTables.execute(writing, "DELETE FROM " + twin.name() + " WHERE id % 3 = 2");
          }
          TestTables.execute(writing, "INSERT INTO ends VALUES (1)");
          Await.until("all has been followed", PATIENCE, () -> hasEnded(job, pair, database));
          assertThat(job.status().failure()).isEmpty();
        }
        SoftAssertions softly = new SoftAssertions();
        try (Connection reading = TestTables.lenient(pair.target(), database)) {
          for (Twin twin : twins) {
            Map<String, String> expected = twin.cells(writing);
            assertThat(expected).hasSizeGreaterThan(twin.rows() * twin.samples().size());
            softly.assertThat(twin.cells(reading)).isEqualTo(expected);
          }
        }
        softly.assertAll();
      }
    }
  }

  private static ServerPair pair(MySqlRelease release) {
    MySqlServer source =
        MySqlServer.builder(release)
            .name("source")
            .option("default_time_zone", "+05:45")
            .option("character_set_server", "gbk")
            .start();
    MySqlServer target =
        MySqlServer.builder(release)
            .name("target")
            .withoutBinaryLog()
            .option("default_time_zone", "-03:30")
            .option("character_set_server", "latin1")
            .start();
    return new ServerPair(source, target);
  }

  private static SyncJob<TableChange> job(ServerPair pair, String database) {
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named("twin")
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  private static boolean hasEnded(SyncJob<TableChange> job, ServerPair pair, String database)
      throws SQLException {
    try (Connection connection = pair.target().connect(database)) {
      return job.status().failure().isPresent()
          || !SinkFixture.ask(connection, "SELECT id FROM ends").isEmpty();
    }
  }
}
