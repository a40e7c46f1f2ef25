package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The table of the benchmarks, with 12 columns of mixed types, and what is done to it. */
final class Sales {

  static final String DATABASE = "bench";
  static final String TABLE = "sales";

  /** The changes of a {@linkplain #trade small transaction}. */
  static final int CHANGES_PER_TRADE = 4;

  private static final String NAME = DATABASE + "." + TABLE;
  private static final int ROWS_PER_FILL = 10_000;

  /** A row for each n. */
  private static final String VALUES =
      """
      n, CONCAT('A', LPAD(n, 15, '0')), n * 7919 %% 100000, CONCAT('sku-', n * 31 %% 5000),
      CONCAT('Title of the article with the number ', n * 31 %% 5000), n * 13 %% 1000000 / 100,
      n %% 500, n * 0.37, n %% 3 = 0, '2024-01-01' + INTERVAL n SECOND,
      '2024-02-01' + INTERVAL n SECOND, IF(n %% 4 = 0, NULL, REPEAT('note ', n %% 20))
      """
          .replace("%%", "%");

  private static final int MARKS = 64;

  private Sales() {}

  static void createTable(MySqlServer server) throws SQLException {
    server.execute(
        "CREATE DATABASE " + DATABASE,
        "CREATE TABLE "
            + NAME
            + " ("
            + "id BIGINT NOT NULL PRIMARY KEY, number CHAR(16) NOT NULL, customer INT UNSIGNED NOT"
            + " NULL, sku VARCHAR(40) NOT NULL, title VARCHAR(120) NOT NULL, amount DECIMAL(12,2)"
            + " NOT NULL, quantity SMALLINT UNSIGNED NOT NULL, weight DOUBLE, paid TINYINT(1) NOT"
            + " NULL, created DATETIME(3) NOT NULL, updated TIMESTAMP NOT NULL, note TEXT, UNIQUE"
            + " KEY number (number), KEY customer (customer)) ENGINE=InnoDB");
  }

  /** Adds rows 0 up to {@code rows} in large transactions. */
  static void fill(MySqlServer server, int rows) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET cte_max_recursion_depth = " + (ROWS_PER_FILL + 1));
      for (int from = 0; from < rows; from += ROWS_PER_FILL) {
        statement.execute(
            ("INSERT INTO %s WITH RECURSIVE numbers (n) AS (SELECT %d UNION ALL SELECT n + 1 FROM"
                    + " numbers WHERE n + 1 < %d) SELECT %s FROM numbers")
                .formatted(NAME, from, Math.min(from + ROWS_PER_FILL, rows), VALUES));
      }
    }
  }

  /**
   * Makes many small transactions, each of two updates, one delete and one insert, by some threads
   * side by side that never touch each other's rows.
   *
   * @param rows how many rows the table has been filled with
   */
  static void trade(MySqlServer server, int rows, int transactions, int threads) throws Exception {
    ExecutorService traders = Executors.newFixedThreadPool(threads);
    try {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int number = thread;
        tasks.add(() -> trade(server, rows, transactions / threads, number, threads));
      }
      for (Future<Void> trader : traders.invokeAll(tasks)) {
        trader.get();
      }
    } finally {
      traders.shutdown();
    }
  }

  private static Void trade(MySqlServer server, int rows, int transactions, int thread, int threads)
      throws SQLException {
    Random random = new Random(thread);
    String url = server.jdbcUrl(DATABASE) + "&allowMultiQueries=true";
    try (Connection connection =
            DriverManager.getConnection(url, server.username(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION transaction_isolation = 'READ-COMMITTED'");
      for (int i = 0; i < transactions; i++) {
        trade(statement, rows, threads, i * threads + thread, random);
      }
    }
    return null;
  }

  /**
   * Makes one of the small transactions.
   *
   * @param statement of a session that takes many statements at a time
   * @param threads how many threads share the transactions, each taking every {@code threads}th
   * @param number of the transaction, which deletes the row with this number and inserts one that
   *     lies {@code rows} behind it
   */
  static void trade(Statement statement, int rows, int threads, int number, Random random)
      throws SQLException {
    int live = rows / threads - 1;
    int one = number + (1 + random.nextInt(live)) * threads;
    int other = number + (1 + random.nextInt(live)) * threads;
    statement.execute(
        """
        START TRANSACTION;
        UPDATE sales SET amount = amount + 1, updated = updated + INTERVAL 1 MINUTE
          WHERE id = %d;
        UPDATE sales SET quantity = quantity + 1, note = 'changed' WHERE id = %d;
        DELETE FROM sales WHERE id = %d;
        INSERT INTO sales SELECT %s FROM (SELECT %d AS n) numbers;
        COMMIT\
        """
            .formatted(one, other, number, VALUES, number + rows));
  }

  /** A checksum of all rows, as the server computes it. */
  static String checksum(MySqlServer server) throws SQLException {
    return query(server, "CHECKSUM TABLE " + NAME, 2);
  }

  /** Adds a row that nothing else has, to be waited for. */
  static void mark(MySqlServer server, int number) throws SQLException {
    server.execute(
        "INSERT INTO %s SELECT %s FROM (SELECT %d AS n) numbers".formatted(NAME, VALUES, number));
  }

  /**
   * Adds so many such rows that each of several lanes that share them by keys has some.
   *
   * @param number of the first one
   */
  static void marks(MySqlServer server, int number) throws SQLException {
    for (int i = 0; i < MARKS; i++) {
      mark(server, number + i);
    }
  }

  /** Whether everything up to the marks has come. */
  static boolean hasMarks(Statement statement, int number) throws SQLException {
    try (ResultSet row =
        statement.executeQuery("SELECT COUNT(*) FROM " + NAME + " WHERE id >= " + number)) {
      row.next();
      return row.getInt(1) == MARKS;
    }
  }

  static String query(MySqlServer server, String sql, int column) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(column);
    }
  }
}
