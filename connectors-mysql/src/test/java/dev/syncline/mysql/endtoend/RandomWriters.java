package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

/** Threads that run random transactions, and roll some of them back, until they are closed. */
final class RandomWriters implements AutoCloseable {

  /** Duplicate key, deadlock, lock wait timeout, foreign keys: what random statements may meet. */
  private static final Set<Integer> EXPECTED = Set.of(1062, 1213, 1205, 1451, 1452, 1557, 1761);

  private final MySqlServer server;
  private final Function<Random, List<String>> transactions;
  private final AtomicLong count = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger pauseMillis;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  RandomWriters(
      MySqlServer server,
      Function<Random, List<String>> transactions,
      int writers,
      long seed,
      int pause) {
    this.server = server;
    this.transactions = transactions;
    this.pauseMillis = new AtomicInteger(pause);
    for (int i = 0; i < writers; i++) {
      Random random = new Random(seed + i);
      Thread thread = new Thread(() -> work(random), "random-writer-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  /** How many transactions were committed. */
  long count() {
    return count.get();
  }

  private void work(Random random) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      while (!closed) {
        transact(connection, statement, transactions.apply(random), random.nextInt(7) == 0);
        Await.pause(pauseMillis.get());
      }
    } catch (SQLException | InterruptedException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void transact(
      Connection connection, Statement statement, List<String> sql, boolean rollBack)
      throws SQLException {
    for (String each : sql) {
      execute(statement, each);
    }
    if (rollBack) {
      connection.rollback();
    } else {
      connection.commit();
      count.incrementAndGet();
    }
  }

  /** Executes a statement that may be refused as random ones are. */
  static void execute(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
    } catch (SQLException e) {
      if (!EXPECTED.contains(e.getErrorCode()) && !isTooFar(e)) {
        throw new SQLException("Failed: " + sql, e);
      }
    }
  }

  /** Whether foreign keys lead further than the server goes; there are several such limits. */
  private static boolean isTooFar(SQLException e) {
    return String.valueOf(e.getMessage()).startsWith("Foreign key cascade delete/update exceeds");
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Ends the writing; fails the test if a writer failed before. */
  void stop() {
    closed = true;
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (failure.get() != null) {
      throw new AssertionError("A random writer failed.", failure.get());
    }
  }
}
