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
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.TreeSet;
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
        assertThat(cells(writing, twin)).isNotEmpty();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!differences(writing, reading, twin).isEmpty() && System.nanoTime() < deadline) {
          assertThat(job.status().failure()).isEmpty();
        }
        assertThat(differences(writing, reading, twin)).isEmpty();
      }
    }
  }

  private static List<String> differences(Connection from, Connection to, Twin twin)
      throws SQLException {
    Map<String, String> expected = cells(from, twin);
    Map<String, String> found = cells(to, twin);
    Set<String> all = new TreeSet<>(expected.keySet());
    all.addAll(found.keySet());
    return all.stream()
        .filter(cell -> !Objects.equals(expected.get(cell), found.get(cell)))
        .map(cell -> cell + ": " + expected.get(cell) + " became " + found.get(cell))
        .toList();
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

  /** What a server prints of each value, by the row's number and the column's type. */
  private static Map<String, String> cells(Connection connection, Twin twin) throws SQLException {
    StringJoiner columns = new StringJoiner(", ", "SELECT id, ", " FROM " + twin.name());
    for (int i = 0; i < twin.samples().size(); i++) {
      String printed = twin.printed(i).formatted("v" + i);
      columns.add(
          switch (twin.table().columns().get(i + 1).type().kind()) {
            // MySQL 8.0.31 cuts the last digit of the longest numbers when it makes text of them.
            case FLOAT, DOUBLE -> "v" + i + " * 1E0";
            default -> "CONCAT(LEFT(%1$s, 60), ' ', MD5(%1$s))".formatted(printed);
          });
    }
    Map<String, String> cells = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(columns.toString())) {
      while (found.next()) {
        for (int i = 0; i < twin.samples().size(); i++) {
          cells.put(
              "%d %s".formatted(found.getInt(1), twin.samples().get(i).type()),
              String.valueOf(found.getString(i + 2)));
        }
      }
    }
    return cells;
  }
}
