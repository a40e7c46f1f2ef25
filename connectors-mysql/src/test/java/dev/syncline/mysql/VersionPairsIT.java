package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.TypeSamples.Sample;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Rows of every type that two servers of different versions or products have are copied and
 * followed from one to the other, in both directions: in the end both print the same.
 */
@Tag(EachRelease.TAG)
class VersionPairsIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final int FOLLOWED = 1_000;

  /** Each release with one of both products, there and back. */
  static Stream<Arguments> pairs() {
    Set<List<MySqlRelease>> pairs = new LinkedHashSet<>();
    for (MySqlRelease release : MySqlRelease.selected()) {
      for (MySqlRelease other : List.of(MySqlRelease.MYSQL_8_0, MySqlRelease.MARIADB_10_11)) {
        if (other != release) {
          pairs.add(List.of(release, other));
          pairs.add(List.of(other, release));
        }
      }
    }
    return pairs.stream().map(pair -> Arguments.of(pair.get(0), pair.get(1)));
  }

  @ParameterizedTest(name = "{0} to {1}")
  @MethodSource("pairs")
  void everyTypeIsCopiedAndFollowed(MySqlRelease from, MySqlRelease to) throws Exception {
    MySqlServer source = MySqlServer.shared(from);
    MySqlServer target = MySqlServer.shared(to);
    String database = source.createDatabase("pair");
    target.execute("CREATE DATABASE " + database);
    List<Sample> samples =
        TypeSamples.of(from).stream().filter(sample -> sample.releases().contains(to)).toList();
    try (Connection writing = TestTables.lenient(source, database);
        Connection reading = TestTables.lenient(target, database);
        SyncJob<TableChange> job = job(source, target, database)) {
      List<Twin> twins = Twin.create(writing, database, samples);
      assertThat(Twin.create(reading, database, samples)).hasSameSizeAs(twins);
      for (Twin twin : twins) {
        twin.fill(writing, from, 0);
      }

      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
      for (Twin twin : twins) {
        twin.fill(writing, from, FOLLOWED);
        TestTables.execute(writing, "UPDATE " + twin.name() + " SET id = -id WHERE id % 3 = 1");
        TestTables.execute(writing, "DELETE FROM " + twin.name() + " WHERE id % 3 = 2");
      }

      for (Twin twin : twins) {
        assertThat(twin.cells(writing)).isNotEmpty();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!twin.differences(writing, reading).isEmpty() && System.nanoTime() < deadline) {
          assertThat(job.status().failure()).isEmpty();
        }
        assertThat(twin.differences(writing, reading)).isEmpty();
      }
    }
  }

  private static SyncJob<TableChange> job(MySqlServer source, MySqlServer target, String database) {
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
                .ledgerDatabase(database + "_ledger")
                .build())
        .named(database)
        .select(TableSelection.builder().database(database).build())
        .initialize(Initialization.DATA)
        .existingTables(ExistingTables.USE_IF_EMPTY)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }
}
