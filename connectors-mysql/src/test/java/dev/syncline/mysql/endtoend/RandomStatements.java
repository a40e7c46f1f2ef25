package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A thread that runs one statement after the other, each committed by itself. */
final class RandomStatements implements AutoCloseable {

  /** Duplicate key, deadlock, lock wait timeout. */
  private static final Set<Integer> EXPECTED = Set.of(1062, 1213, 1205);

  private final AtomicLong count = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;
  private volatile @Nullable SQLException failure;

  RandomStatements(MySqlServer server, Supplier<String> statements) {
    thread = new Thread(() -> work(server, statements), "random-statements");
    thread.start();
  }

  long count() {
    return count.get();
  }

  private void work(MySqlServer server, Supplier<String> statements) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      while (!closed) {
        try {
          statement.execute(statements.get());
          count.incrementAndGet();
        } catch (SQLException e) {
          if (!EXPECTED.contains(e.getErrorCode())) {
            throw e;
          }
        }
      }
    } catch (SQLException e) {
      failure = e;
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Ends the thread; fails the test if it failed before. */
  void stop() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (failure != null) {
      throw new AssertionError("A writer failed.", failure);
    }
  }
}
