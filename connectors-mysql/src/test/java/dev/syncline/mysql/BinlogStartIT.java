package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.MySqlPosition.Gtids;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BinlogStartIT {

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.BinlogFlavor#withMySqlGtids")
  @Tag(EachRelease.TAG)
  void aTransactionThatWasReadBeforeItsCommitIsWaitedFor(BinlogFlavor flavor) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    MySqlServer server = flavor.server();
    try (BinlogBench bench = new BinlogBench(server);
        Connection metadata = server.connect()) {
      bench.run("CREATE TABLE t (id INT PRIMARY KEY)");
      MySqlFacts facts = MySqlFacts.read(metadata);
      MySqlPosition here = bench.here();
      Gtid early = Gtid.parse(UUID.randomUUID() + ":1");
      GtidSet executed = ((Gtids) here.progress()).executed();
      MySqlPosition read = new MySqlPosition(here.point(), new Gtids(executed.plus(early)));

      Future<?> check = thread.submit(() -> BinlogStart.check(metadata, facts, read));
      awaitWait(bench.client(), early, check);
      bench.run(
          "SET gtid_next = '" + early + "'",
          "INSERT INTO t VALUES (1)",
          "SET gtid_next = 'AUTOMATIC'");

      check.get(30, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }
  }

  private static void awaitWait(Connection connection, Gtid gtid, Future<?> check)
      throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String sql =
        "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID()"
            + " AND INFO LIKE '%"
            + gtid
            + "%'";
    while (!check.isDone() && SinkFixture.ask(connection, sql).equals(List.of("0"))) {
      assertThat(System.nanoTime()).as("the time at which the check waits").isLessThan(deadline);
    }
  }
}
