package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.mysql.MySqlPosition.MariaDb;
import dev.syncline.mysql.endtoend.BinlogPurge;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The log of MariaDB is followed by GTIDs, whatever becomes of its files and servers. */
class MariaDbGtidIT {

  private static BinlogBench bench(MySqlServer server) throws Exception {
    BinlogBench bench = new BinlogBench(server);
    bench.run("CREATE TABLE t (id INT PRIMARY KEY)");
    return bench;
  }

  /** Writes one row, and another one in another domain. */
  private static void write(BinlogBench bench, int id) throws Exception {
    bench.run(
        "INSERT INTO t VALUES (" + id + ")",
        "SET gtid_domain_id = 5",
        "INSERT INTO t VALUES (" + -id + ")",
        "SET gtid_domain_id = 0");
  }

  private static List<List<String>> written(int from, int upTo) {
    List<List<String>> changes = new ArrayList<>();
    for (int id = from; id <= upTo; id++) {
      changes.add(List.of("+t(" + id + ")"));
      changes.add(List.of("+t(" + -id + ")"));
    }
    return changes;
  }

  private static MariaDbGtids gtids(MySqlPosition position) {
    return ((MariaDb) position.progress()).last();
  }

  @Test
  void resumesOnAPromotedReplicaBehindEachTransactionOfEachDomain() throws Exception {
    try (Replication servers = Replication.start(MySqlRelease.MARIADB_10_11);
        BinlogBench source = bench(servers.source())) {
      MySqlPosition begin = source.here();
      for (int id = 1; id <= 4; id++) {
        write(source, id);
      }
      source.run("FLUSH BINARY LOGS");
      List<Transaction> read = source.readFrom(begin);
      assertThat(changes(read)).isEqualTo(written(1, 4));

      servers.promote();
      try (BinlogBench replica = source.at(servers.replica())) {
        write(replica, 5);
        assertThat(changes(replica.readFrom(begin)).subList(0, 8)).isEqualTo(written(1, 4));
        for (int cut = 0; cut < read.size(); cut++) {
          MySqlPosition end = read.get(cut).end();
          List<List<String>> rest = changes(replica.readFrom(end));
          assertThat(rest.subList(0, 7 - cut))
              .as("behind %s", end)
              .isEqualTo(written(1, 4).subList(cut + 1, 8));
          // The end of what was read from the source is one transaction more.
          assertThat(rest.subList(8 - cut, 10 - cut)).isEqualTo(written(5, 5));
        }
        assertThat(gtids(replica.here()).last(0).orElseThrow().server())
            .isNotEqualTo(gtids(begin).last(0).orElseThrow().server());
      }
    }
  }

  @Test
  void anExactPositionIncludesTheSameTransactionsOnAnotherServer() throws Exception {
    try (Replication servers = Replication.start(MySqlRelease.MARIADB_10_11);
        BinlogBench source = bench(servers.source())) {
      MySqlPosition begin = source.here();
      write(source, 1);
      write(source, 2);
      MySqlPosition exact = source.here();
      write(source, 3);

      servers.promote();
      try (BinlogBench replica = source.at(servers.replica())) {
        List<Transaction> read = replica.readFrom(begin);

        assertThat(changes(read)).isEqualTo(written(1, 3));
        assertThat(read)
            .extracting(transaction -> exact.includes(transaction.id()))
            .containsExactly(true, true, true, true, false, false);
      }
    }
  }

  @Test
  void aReplicaThatLagsIsRefused() throws Exception {
    try (Replication servers = Replication.start(MySqlRelease.MARIADB_10_11);
        BinlogBench source = bench(servers.source())) {
      write(source, 1);
      servers.promote();
      write(source, 2);
      MySqlPosition ahead = source.here();

      try (BinlogBench replica = source.at(servers.replica())) {
        assertThatThrownBy(() -> replica.open(ahead))
            .isInstanceOf(PositionLostException.class)
            .hasMessageContaining(gtids(ahead).last(0).orElseThrow().toString())
            .hasMessageContaining(gtids(ahead).last(5).orElseThrow().toString())
            .hasMessageContaining("lags behind");
      }
    }
  }

  @Test
  void aPromotedReplicaThatStillAppliesWhatItHasReceivedIsWaitedFor() throws Exception {
    try (Replication servers = Replication.start(MySqlRelease.MARIADB_10_11);
        BinlogBench source = bench(servers.source())) {
      write(source, 1);
      servers.await();
      servers.replica().execute("STOP SLAVE SQL_THREAD");
      write(source, 2);
      MySqlPosition ahead = source.here();
      write(source, 3);

      try (BinlogBench replica = source.at(servers.replica())) {
        assertThat(replica.here().covers(ahead)).isFalse();
        CompletableFuture<Void> goesOn =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    servers.replica().execute("DO SLEEP(3)", "START SLAVE SQL_THREAD");
                  } catch (SQLException e) {
                    throw new CompletionException(e);
                  }
                });
        try (MySqlSourceReader reader = replica.open(ahead)) {
          goesOn.join();
          servers.await();
          replica.end();
          assertThat(changes(replica.readToEnd(reader))).isEqualTo(written(3, 3));
        }
      }
    }
  }

  @Test
  void aDomainThatTheLogWasMadeToForgetIsRefused() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server)) {
      write(bench, 1);
      MySqlPosition before = bench.here();
      bench.run("FLUSH BINARY LOGS");
      BinlogPurge.of(server);
      bench.run("FLUSH BINARY LOGS DELETE_DOMAIN_ID=(5)");

      assertThatThrownBy(() -> bench.check(before))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("'[" + gtids(before).last(5).orElseThrow() + "]'")
          .hasMessageContaining("DELETE_DOMAIN_ID");
    }
  }

  @Test
  void resumesBehindRotationsRestartsAndCrashes() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start()) {
      List<MySqlPosition> positions = new ArrayList<>();
      BinlogBench bench = bench(server);
      positions.add(bench.here());
      write(bench, 1);
      positions.add(bench.here());
      bench.run("FLUSH BINARY LOGS");
      positions.add(bench.here());
      bench.run("FLUSH BINARY LOGS");
      write(bench, 2);
      positions.add(bench.here());
      server.kill();
      server.restart();
      bench = bench.at(server);
      positions.add(bench.here());
      bench.shutDown();
      server.restart();
      try (BinlogBench after = bench.at(server)) {
        positions.add(after.here());
        write(after, 3);

        List<Integer> missing = List.of(1, 2, 2, 3, 3, 3);
        for (int i = 0; i < positions.size(); i++) {
          List<List<String>> expected = written(missing.get(i), 3);
          assertThat(changes(after.readFrom(positions.get(i))).subList(0, expected.size()))
              .as("from %s", positions.get(i))
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void aServerMayLookForThePositionForLongButNotBeSilentAfterwards() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server);
        TcpProxy proxy = TcpProxy.before(server)) {
      write(bench, 1);
      MySqlPosition from = bench.here();
      write(bench, 2);
      CountDownLatch found = new CountDownLatch(1);
      proxy.tap(
          (link, direction, piece) ->
              direction == Direction.TO_CLIENT
                  ? heldBackAt(from.point().file(), found, piece)
                  : piece);
      BinlogSettings hasty = hasty(bench, proxy);
      try (MySqlSourceReader reader = bench.open(from, hasty, bench.all(), scope -> scope)) {
        ChangeBatch<TableChange> meanwhile = reader.poll(Duration.ofSeconds(6));
        assertThat(meanwhile.parts()).isEmpty();
        found.countDown();
        bench.end();
        assertThat(changes(bench.readToEnd(reader))).isEqualTo(written(2, 2));

        proxy.blackHole();
        long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
        assertThatThrownBy(
                () -> {
                  while (System.nanoTime() < deadline) {
                    reader.poll(Duration.ofSeconds(1));
                  }
                })
            .isInstanceOf(TransientException.class);
      }
    }
  }

  /** As if the server looked for long: lets nothing through from the name of its file on. */
  private static byte[] heldBackAt(String file, CountDownLatch found, byte[] bytes) {
    if (new String(bytes, StandardCharsets.ISO_8859_1).contains(file)) {
      try {
        assertThat(found.await(BinlogBench.DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return bytes;
  }

  /** Settings with which a server may be silent for three seconds. */
  private static BinlogSettings hasty(BinlogBench bench, TcpProxy proxy) {
    MySqlEndpoint.Builder through = BinlogBench.endpointOf(bench.server(), proxy.port());
    through.connectTimeout(Duration.ofSeconds(3));
    through.tls(MySqlTls.disabled());
    BinlogSettings like = bench.settings();
    return new BinlogSettings(
        through.buildWithLogin(),
        like.serverId(),
        like.heartbeat(),
        like.queueBytes(),
        like.threads());
  }

  @Test
  void anEmptyPositionIsBeforeTheFirstTransaction() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server)) {
      bench.run("RESET MASTER");
      MySqlPosition empty = bench.here();
      write(bench, 1);
      bench.run("FLUSH BINARY LOGS");
      write(bench, 2);

      assertThat(gtids(empty)).isEqualTo(MariaDbGtids.EMPTY);
      assertThat(changes(bench.readFrom(empty))).isEqualTo(written(1, 2));

      BinlogPurge.of(server);
      assertThatThrownBy(() -> bench.open(empty))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("purged");
    }
  }

  @Test
  void aLogThatWasResetIsRefused() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server)) {
      write(bench, 1);
      MySqlPosition before = bench.here();
      bench.run("RESET MASTER");

      assertThatThrownBy(() -> bench.check(before))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("'" + before + "'")
          .hasMessageContaining("reset")
          .hasMessageContaining("snapshot");

      write(bench, 2);
      assertThatThrownBy(() -> bench.check(before)).isInstanceOf(PositionLostException.class);
    }
  }

  @Test
  void aLogThatLacksOnlyTheLastTransactionIsRefused() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server)) {
      MySqlPosition begin = bench.here();
      MariaDbGtid last = gtids(begin).last(0).orElseThrow();
      MariaDbGtid lacking = new MariaDbGtid(0, last.server(), last.sequence() + 5);
      bench.run(
          "INSERT INTO t VALUES (1)",
          "SET gtid_seq_no = " + (lacking.sequence() + 5),
          "INSERT INTO t VALUES (2)");

      assertThatThrownBy(
              () ->
                  bench.readFrom(
                      new MySqlPosition(begin.point(), new MariaDb(gtids(begin).plus(lacking)))))
          .isInstanceOf(PositionLostException.class)
          .hasMessageContaining("strict");
      assertThat(changes(bench.readFrom(begin))).hasSize(3);
    }
  }

  @Test
  void aStreamStandsAtTheEndOfTheLogWithoutWaitingForASignOfLife() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start();
        BinlogBench bench = bench(server)) {
      write(bench, 1);
      MySqlPosition end = bench.here();
      BinlogSettings like = bench.settings();
      BinlogSettings silent =
          new BinlogSettings(
              like.endpoint(),
              like.serverId(),
              Duration.ofHours(1),
              like.queueBytes(),
              like.threads());
      MySqlPosition elsewhere =
          new MySqlPosition(new BinlogPoint("other.000900", 4), end.progress());
      BinlogBench.Collected collected = new BinlogBench.Collected();
      try (MySqlSourceReader reader = bench.open(elsewhere, silent, bench.all(), scope -> scope)) {
        long deadline = System.nanoTime() + BinlogBench.DEADLINE.toNanos();
        while (collected.position().map(p -> p.compareTo(end) < 0).orElse(true)
            || ((MySqlPosition) collected.position().get()).point().compareTo(end.point()) < 0) {
          assertThat(System.nanoTime()).as("%s", collected.position()).isLessThan(deadline);
          collected.add(reader.poll(Duration.ofMillis(50)));
        }
      }
      assertThat(((MySqlPosition) collected.position().orElseThrow()).progress())
          .isEqualTo(end.progress());
    }
  }
}
