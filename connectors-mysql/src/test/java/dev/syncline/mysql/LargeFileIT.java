package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.BinlogBench.Transaction;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A binlog file of more than 4 GiB. Files are changed between transactions only, and the places in
 * the events have 32 bits.
 */
@Tag("large")
class LargeFileIT {
  private static final long FOUR_GIB = 1L << 32;
  private static final int ROW_BYTES = 8 << 20;
  private static final int ROWS = 520;

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.BinlogFlavor#selected")
  void placesBehindFourGibibytesAreReadAndResumedAt(BinlogFlavor flavor) throws Exception {
    try (MySqlServer server = flavor.builder().start();
        BinlogBench bench = new BinlogBench(server)) {
      String elsewhere = server.createDatabase("elsewhere");
      bench.run(
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "CREATE TABLE %s.big (v LONGBLOB) ENGINE=%s".formatted(elsewhere, engine(server)),
          "CREATE TABLE " + elsewhere + ".n (id INT PRIMARY KEY AUTO_INCREMENT)",
          "INSERT INTO " + elsewhere + ".n VALUES (NULL)");
      for (int rows = 1; rows < ROWS; rows *= 2) {
        bench.run("INSERT INTO " + elsewhere + ".n SELECT NULL FROM " + elsewhere + ".n");
      }
      MySqlPosition begin = bench.here();
      bench.run(
          "INSERT INTO t VALUES (1)",
          "BEGIN",
          "INSERT INTO t VALUES (2)",
          "INSERT INTO %1$s.big SELECT REPEAT('x', %2$d) FROM (SELECT 1 FROM %1$s.n LIMIT %3$d) n"
              .formatted(elsewhere, ROW_BYTES, ROWS),
          "INSERT INTO t VALUES (3)",
          "COMMIT",
          "INSERT INTO t VALUES (4)");

      List<Transaction> read = bench.readFrom(begin);

      assertThat(changes(read))
          .containsExactly(List.of("+t(1)"), List.of("+t(2)", "+t(3)"), List.of("+t(4)"));
      MySqlPosition behind = read.get(1).end();
      assertThat(behind.point().offset()).isGreaterThan(FOUR_GIB);
      assertThat(changes(bench.readFrom(read.get(0).end())).subList(0, 2))
          .containsExactly(List.of("+t(2)", "+t(3)"), List.of("+t(4)"));
      assertThat(changes(bench.readFrom(behind)).subList(0, 1)).containsExactly(List.of("+t(4)"));
    }
  }

  /** Where a server can write its log alone, that makes the test quick. */
  private static String engine(MySqlServer server) {
    boolean hasBlackhole = server.release().family() == MySqlRelease.Family.MYSQL;
    return hasBlackhole ? "BLACKHOLE" : "InnoDB";
  }
}
