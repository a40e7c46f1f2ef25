package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.mysql.MySqlPosition.MariaDb;
import dev.syncline.mysql.MySqlPosition.Plain;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without GTIDs a position is of one file of one server, whatever other files are named. */
class BinlogFilesIT {

  /** A position of MariaDB is of no file, so there is nothing to be said of files there. */
  private static boolean hasPlaces(BinlogFlavor flavor) throws Exception {
    if (flavor.isMariaDb()) {
      try (BinlogBench bench = new BinlogBench(flavor.server())) {
        assertThat(bench.here().progress()).isInstanceOf(MariaDb.class);
      }
    }
    return !flavor.isMariaDb();
  }

  private static BinlogBench bench(MySqlServer server) throws Exception {
    BinlogBench bench = new BinlogBench(server);
    bench.run("CREATE TABLE t (id INT PRIMARY KEY)");
    return bench;
  }

  private static void insert(BinlogBench bench, int from, int upTo) throws Exception {
    for (int id = from; id <= upTo; id++) {
      bench.run("INSERT INTO t VALUES (" + id + ")");
    }
  }

  private static List<List<String>> inserted(int from, int upTo) {
    List<List<String>> changes = new ArrayList<>();
    for (int id = from; id <= upTo; id++) {
      changes.add(List.of("+t(" + id + ")"));
    }
    return changes;
  }

  private static String reset(MySqlServer server) {
    boolean renamed = Feature.RESET_BINARY_LOGS.isIn(server.release());
    return renamed ? "RESET BINARY LOGS AND GTIDS" : "RESET MASTER";
  }

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.BinlogFlavor#withoutGtids")
  @Tag(EachRelease.TAG)
  void aLogThatWasResetIsRefusedAlsoIfTheNewOneIsAsLong(BinlogFlavor flavor) throws Exception {
    if (!hasPlaces(flavor)) {
      return;
    }
    try (MySqlServer server = flavor.builder().start();
        BinlogBench bench = bench(server)) {
      bench.run(reset(server));
      MySqlPosition begin = bench.here();
      insert(bench, 11, 14);
      List<Transaction> read = bench.readFrom(begin);
      assertThat(changes(read)).isEqualTo(inserted(11, 14));
      MySqlPosition second = read.get(1).end();
      assertThat(((Plain) second.progress()).created()).isPresent();

      // The new file has a beginning of the same length, and a transaction begins at each place.
      bench.run("DO SLEEP(1.1)", reset(server));
      insert(bench, 21, 24);

      assertThatThrownBy(() -> bench.readFrom(second))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("'" + second.point() + "'")
          .hasMessageContaining("reset")
          .hasMessageContaining("snapshot");
    }
  }

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.BinlogFlavor#withoutGtids")
  @Tag(EachRelease.TAG)
  void resumesBehindRotationsRestartsAndCrashes(BinlogFlavor flavor) throws Exception {
    if (!hasPlaces(flavor)) {
      return;
    }
    try (MySqlServer server = flavor.builder().start()) {
      BinlogBench bench = bench(server);
      MySqlPosition begin = bench.here();
      insert(bench, 11, 13);
      bench.run("FLUSH BINARY LOGS");
      insert(bench, 14, 15);
      List<MySqlPosition> ends = ends(bench.readFrom(begin));
      server.kill();
      server.restart();
      BinlogBench killed = bench.at(server);
      insert(killed, 16, 17);
      check(killed, begin, ends);
      killed.shutDown();
      server.restart();
      try (BinlogBench ended = killed.at(server)) {
        check(ended, begin, ends);
      }
    }
  }

  private static List<MySqlPosition> ends(List<Transaction> read) {
    assertThat(changes(read)).isEqualTo(inserted(11, 15));
    return read.stream().map(Transaction::end).toList();
  }

  private static void check(BinlogBench bench, MySqlPosition begin, List<MySqlPosition> ends)
      throws Exception {
    List<MySqlPosition> positions = new ArrayList<>(List.of(begin));
    positions.addAll(ends);
    for (int i = 0; i < positions.size(); i++) {
      List<List<String>> rest =
          changes(bench.readFrom(positions.get(i))).stream()
              .filter(changes -> changes.get(0).startsWith("+t("))
              .toList();
      assertThat(rest).as("from %s", positions.get(i)).isEqualTo(inserted(11 + i, 17));
    }
  }
}
