package dev.syncline.benchmarks;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that make {@linkplain Sales#trade small transactions} at a steady pace until they are
 * closed. The transactions are numbered from a first one on, without gaps once all have ended.
 */
final class Traders implements AutoCloseable {

  private static final int THREADS = 8;
  private static final int MOST = 1_000_000;

  private final MySqlServer server;
  private final int rows;
  private final int first;
  private final long pauseNanos;
  private final long start = System.nanoTime();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final List<Future<Void>> ends = new ArrayList<>();
  private final AtomicLongArray committed = new AtomicLongArray(MOST);
  private volatile int end = MOST;

  /**
   * Starts.
   *
   * @param rows how many rows the table has been filled with
   * @param first the number of the first transaction; the ones before were made by others
   * @param perSecond how many changes are made in a second
   */
  Traders(MySqlServer server, int rows, int first, int perSecond) {
    this.server = server;
    this.rows = rows;
    this.first = first;
    this.pauseNanos = 1_000_000_000L * Sales.CHANGES_PER_TRADE / perSecond;
    for (int i = 0; i < THREADS; i++) {
      int thread = i;
      ends.add(threads.submit(() -> trade(thread)));
    }
  }

  private Void trade(int thread) throws SQLException {
    Random random = new Random(thread);
    String url = server.jdbcUrl(Sales.DATABASE) + "&allowMultiQueries=true";
    try (Connection connection =
            DriverManager.getConnection(url, server.username(), server.password());
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION transaction_isolation = 'READ-COMMITTED'");
      // One that is late goes at once, so that the pace is kept in the long run.
      for (int done = thread; done < Math.min(end, MOST); done += THREADS) {
        awaitTurn(done);
        Sales.trade(statement, rows, THREADS, first + done, random);
        committed.set(done, System.nanoTime());
      }
    }
    return null;
  }

  private void awaitTurn(int number) {
    long turn = start + number * pauseNanos;
    for (long left = turn - System.nanoTime(); left > 0; left = turn - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** When a transaction's commit returned, in nanoseconds; 0 if it has not yet. */
  long committedAt(int number) {
    return committed.get(number - first);
  }

  /** Waits until what is due has been done; returns the number behind the last transaction. */
  int stop() throws InterruptedException, ExecutionException {
    // A thread that has just had its turn waits already for the one that is THREADS behind it.
    end = (int) ((System.nanoTime() - start) / pauseNanos) + THREADS + 1;
    for (Future<Void> done : ends) {
      done.get();
    }
    threads.shutdown();
    return first + end;
  }

  @Override
  public void close() {
    end = 0;
    threads.shutdown();
  }
}
