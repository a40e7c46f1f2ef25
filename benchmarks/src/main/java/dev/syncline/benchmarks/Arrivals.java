package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks again and again which of the {@linkplain Traders traders'} transactions the target shows.
 * What it notes is when the answer had come in which a transaction was seen for the first time. So
 * a transaction was visible at most the time between two answers earlier, and never later.
 */
final class Arrivals implements AutoCloseable {

  private static final long PAUSE_NANOS = 500_000;

  private final MySqlServer target;
  private final int rows;
  private final int first;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final Future<Void> end;
  private final long[] seenAt;
  private final long[] gaps;
  private int looks;
  private volatile int behind = Integer.MAX_VALUE;

  /**
   * Starts.
   *
   * @param rows how many rows the table has been filled with
   * @param first the number of the first transaction
   * @param most how many transactions may come
   */
  Arrivals(MySqlServer target, int rows, int first, int most) {
    this.target = target;
    this.rows = rows;
    this.first = first;
    this.seenAt = new long[most];
    this.gaps = new long[1_000_000];
    this.end = thread.submit(this::look);
  }

  private Void look() throws SQLException {
    int next = 0;
    long before = System.nanoTime();
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement()) {
      while (first + next < behind && !Thread.currentThread().isInterrupted()) {
        note(statement, next);
        long now = System.nanoTime();
        gaps[looks++ % gaps.length] = now - before;
        before = now;
        while (next < seenAt.length && seenAt[next] > 0) {
          next++;
        }
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return null;
  }

  /** Each transaction inserts one row. */
  private void note(Statement statement, int from) throws SQLException {
    String sql =
        "SELECT id FROM %s.%s WHERE id >= %d"
            .formatted(Sales.DATABASE, Sales.TABLE, rows + first + from);
    try (ResultSet found = statement.executeQuery(sql)) {
      long now = System.nanoTime();
      while (found.next()) {
        int number = found.getInt(1) - rows - first;
        if (seenAt[number] == 0) {
          seenAt[number] = now;
        }
      }
    }
  }

  /**
   * Waits until all transactions before a number have been seen.
   *
   * @param last the number behind the last transaction
   */
  void await(int last) throws InterruptedException, ExecutionException {
    behind = last;
    end.get();
  }

  /** When a transaction was seen for the first time. Only after {@link #await}. */
  long seenAt(int number) {
    return seenAt[number - first];
  }

  /** The nanoseconds between two answers, sorted. Only after {@link #await}. */
  long[] gaps() {
    long[] sorted = Arrays.copyOf(gaps, Math.min(looks, gaps.length));
    Arrays.sort(sorted);
    return sorted;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
