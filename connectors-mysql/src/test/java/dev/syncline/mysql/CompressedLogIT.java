package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What MariaDB writes with {@code log_bin_compress=ON}. */
class CompressedLogIT {
  private static final int COMPRESSED_STATEMENT = 165;
  private static final int COMPRESSED_INSERT = 166;
  private static final int COMPRESSED_UPDATE = 167;
  private static final int COMPRESSED_DELETE = 168;

  private MySqlServer server;
  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    server =
        MySqlServer.builder(MySqlRelease.MARIADB_10_11).option("log_bin_compress", "ON").start();
    server.execute("SET GLOBAL log_bin_compress_min_len = 10");
    bench = new BinlogBench(server);
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
    server.close();
  }

  @Test
  void readsCompressedRowsOfAnySizeAndStatements() throws Exception {
    MySqlPosition begin = bench.here();
    RawBinlog.Place start = RawBinlog.end(server);
    bench.run(
        "INSERT INTO t VALUES (1, 'a')",
        "INSERT INTO t VALUES (2, REPEAT('b', 300)), (3, NULL)",
        "INSERT INTO t VALUES (4, REPEAT('c', 70000))",
        "INSERT INTO t VALUES (5, REPEAT('d', 17000000))",
        "BEGIN",
        "SAVEPOINT a_savepoint_with_a_name_that_is_long_enough",
        "UPDATE t SET name = CONCAT(name, 'x') WHERE id < 5",
        "ROLLBACK TO a_savepoint_with_a_name_that_is_long_enough",
        "UPDATE t SET id = id + 10 WHERE id < 5",
        "COMMIT",
        "SET GLOBAL log_bin_compress = OFF",
        "INSERT INTO t VALUES (6, REPEAT('e', 300))",
        "SET GLOBAL log_bin_compress = ON",
        "DELETE FROM t",
        "CREATE VIEW v AS SELECT id FROM t");

    List<List<String>> read = changes(bench.readFrom(begin));

    assertThat(read)
        .containsExactly(
            List.of("+t(1, a)"),
            List.of("+t(2, 300 characters)", "+t(3, null)"),
            List.of("+t(4, 70000 characters)"),
            List.of("+t(5, 17000000 characters)"),
            List.of(
                "~t(1, a)(11, a)",
                "~t(2, 300 characters)(12, 300 characters)",
                "~t(3, null)(13, null)",
                "~t(4, 70000 characters)(14, 70000 characters)"),
            List.of("+t(6, 300 characters)"),
            List.of(
                "-t(5, 17000000 characters)",
                "-t(6, 300 characters)",
                "-t(11, a)",
                "-t(12, 300 characters)",
                "-t(13, null)",
                "-t(14, 70000 characters)"));
    assertThat(RawBinlog.read(server, start, RawBinlog.end(server)))
        .extracting(RawBinlog.RawEvent::type)
        .contains(COMPRESSED_STATEMENT, COMPRESSED_INSERT, COMPRESSED_UPDATE, COMPRESSED_DELETE);
  }

  @Test
  void stopsAtACompressedStatementThatConcernsASelectedTable() throws Exception {
    MySqlPosition begin = bench.here();
    bench.run("ALTER TABLE t ADD COLUMN more VARCHAR(100) COMMENT 'long enough to be compressed'");

    assertThatThrownBy(() -> bench.readFrom(begin))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'ALTER TABLE'");
  }
}
