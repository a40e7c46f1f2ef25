package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.mysql.MySqlPosition.Gtids;
import dev.syncline.mysql.endtoend.BinlogPurge;
import dev.syncline.testkit.server.MySqlRelease;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Positions of a MySQL with GTIDs at replicas that are caught up, lag, or went their own way. */
class MySqlFailoverIT {

  private static void write(BinlogBench bench, int id) throws Exception {
    bench.run("INSERT INTO t VALUES (" + id + ")");
  }

  /** What was written into the table, without the rows by which a reader sees the end. */
  private static List<List<String>> written(List<Transaction> read) {
    return changes(read).stream().filter(rows -> rows.get(0).startsWith("+t(")).toList();
  }

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MYSQL_5_7"})
  void resumesAtAReplicaThatHasAllAndLosesNothingElsewhere(MySqlRelease release) throws Exception {
    try (Replication servers = Replication.start(release);
        BinlogBench source = new BinlogBench(servers.source())) {
      source.run("CREATE TABLE t (id INT PRIMARY KEY)");
      MySqlPosition begin = source.here();
      for (int id = 1; id <= 3; id++) {
        write(source, id);
      }
      List<Transaction> read = source.readFrom(begin);
      assertThat(read).hasSize(3);
      servers.promote();
      write(source, 4);
      MySqlPosition ahead = source.here();

      try (BinlogBench replica = source.at(servers.replica())) {
        write(replica, 5);
        for (int cut = 0; cut < read.size(); cut++) {
          MySqlPosition end = read.get(cut).end();
          List<List<String>> rest = written(replica.readFrom(end));
          assertThat(rest)
              .as("behind %s", end)
              .isEqualTo(
                  List.of(List.of("+t(2)"), List.of("+t(3)"), List.of("+t(5)")).subList(cut, 3));
        }
        assertThatThrownBy(() -> replica.open(ahead))
            .isInstanceOf(PositionLostException.class)
            .hasMessageContaining(
                ((Gtids) ahead.progress())
                    .executed()
                    .minus(((Gtids) replica.here().progress()).executed())
                    .toString())
            .hasMessageContaining("lags behind");

        replica.run("FLUSH BINARY LOGS");
        BinlogPurge.of(servers.replica());
        MySqlPosition end = read.get(2).end();
        assertThatThrownBy(() -> replica.open(end))
            .isInstanceOf(PositionLostException.class)
            .hasMessageContaining("purged transactions")
            .hasMessageContaining("snapshot");
      }
    }
  }
}
