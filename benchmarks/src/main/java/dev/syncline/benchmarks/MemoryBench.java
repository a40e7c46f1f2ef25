package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What must not grow with its size, each in a process of its own with little heap: a transaction of
 * 5 million rows, rows of 16 and of 64 MiB, a table of 100 million rows.
 */
final class MemoryBench {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(20);
  private static final long LOOK_NANOS = 500_000_000;
  private static final int ROWS = 5_000_000;
  private static final long TABLE_ROWS = 100_000_000;

  private MemoryBench() {}

  static void run() throws Exception {
    table();
    try (MySqlServer source = server("source").start();
        MySqlServer target = server("target").withoutBinaryLog().start()) {
      new Case(source, target, "transaction", 256)
          .run(
              "id INT PRIMARY KEY, bytes VARCHAR(40)",
              List.of(),
              List.of(
                  ("INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM"
                          + " n WHERE id < %d) SELECT id, CONCAT('the name of row ', id) FROM n")
                      .formatted(ROWS)));
      for (int size : new int[] {16, 64}) {
        int heap = size == 16 ? 256 : 768;
        String columns = "id INT PRIMARY KEY, bytes LONGBLOB";
        String fill = "INSERT INTO t SELECT %d, REPEAT(SHA2(RAND(), 512), " + size * 8192 + ")";
        List<String> rows =
            List.of(fill.formatted(1), fill.formatted(2), fill.formatted(3), fill.formatted(4));
        new Case(source, target, "copy_row_" + size, heap).run(columns, rows, List.of());
        new Case(source, target, "insert_row_" + size, heap).run(columns, List.of(), rows);
        new Case(source, target, "update_row_" + size, heap)
            .run(columns, rows, List.of("UPDATE t SET bytes = REVERSE(bytes)"));
      }
    }
  }

  private static MySqlServer.Builder server(String name) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name(name)
        .option("max_allowed_packet", "256M")
        .option("innodb_log_file_size", "400M")
        .option("innodb_buffer_pool_size", "512M");
  }

  private static void table() throws Exception {
    try (Child child = new Child(256, "", String.valueOf(TABLE_ROWS))) {
      child.awaitSynchronizing();
      child.report("table", TABLE_ROWS);
    }
  }

  /** One database with one table, copied and followed by one process. */
  private record Case(MySqlServer source, MySqlServer target, String name, int heap) {

    void run(String columns, List<String> before, List<String> meanwhile) throws Exception {
      String database = source.createDatabase(name);
      execute(database, List.of("CREATE TABLE t (" + columns + ")"));
      execute(database, before);
      try (Child child =
          new Child(
              heap,
              source.password(),
              String.valueOf(source.port()),
              String.valueOf(target.port()),
              source.username(),
              database)) {
        child.awaitSynchronizing();
        execute(database, meanwhile);
        String expected = sums(source, database);
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!sums(target, database).equals(expected)) {
          child.checkAlive();
          if (System.nanoTime() > deadline) {
            throw new IllegalStateException("The target of case " + name + " is not equal.");
          }
          LockSupport.parkNanos(LOOK_NANOS);
        }
        child.report(name, 0);
      }
      source.execute("DROP DATABASE " + database);
      target.execute("DROP DATABASE " + database);
    }

    private void execute(String database, List<String> statements) throws SQLException {
      try (Connection connection = source.connect(database);
          Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION cte_max_recursion_depth = 1000000000");
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }

    private static String sums(MySqlServer server, String database) throws SQLException {
      try (Connection connection = server.connect();
          Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  "SELECT CONCAT_WS(',', COUNT(*), SUM(id), SUM(CRC32(bytes))) FROM "
                      + database
                      + ".t")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  /** A process that runs {@link MemoryChild}. */
  private static final class Child implements AutoCloseable {

    private final int heap;
    private final Process process;
    private final BufferedReader output;

    Child(int heap, String password, String... arguments) throws IOException {
      this.heap = heap;
      ProcessBuilder builder =
          new ProcessBuilder(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Xmx" + heap + "m",
              "-XX:+ExitOnOutOfMemoryError",
              "-classpath",
              System.getProperty("java.class.path"),
              MemoryChild.class.getName());
      builder.command().addAll(List.of(arguments));
      builder.environment().put(MemoryChild.PASSWORD, password);
      builder.redirectErrorStream(true);
      this.process = builder.start();
      this.output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private String await(String begin) throws IOException {
      StringBuilder said = new StringBuilder();
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(begin)) {
          return line;
        }
        said.append(line).append('\n');
      }
      throw new IllegalStateException("The process has ended and said:\n" + said);
    }

    void awaitSynchronizing() throws IOException {
      await("SYNCHRONIZING");
    }

    void checkAlive() throws IOException {
      if (!process.isAlive()) {
        await(MemoryChild.PEAK + " is never said twice");
      }
    }

    /** Prints the result if so many generated rows have come. */
    void report(String name, long rows) throws IOException {
      process.getOutputStream().write('\n');
      process.getOutputStream().flush();
      String[] peak = await(MemoryChild.PEAK).split(" ", -1);
      if (Long.parseLong(peak[3]) != rows) {
        throw new IllegalStateException(
            "Of case %s %s generated rows have come instead of %d.".formatted(name, peak[3], rows));
      }
      Result.say(
          "RESULT memory case=%s heap_mb=%s rss_mb=%s limit_mb=%d", name, peak[1], peak[2], heap);
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
