package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Reads the {@link Transfers} at the target all the time. From the moment on at which a job has
 * once synchronized, no reader may ever see half a transaction there, whatever dies.
 */
final class Audit implements AutoCloseable {

  private static final int PAUSE_MILLIS = 3;

  private final MySqlServer target;
  private final String database;
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
  private final AtomicLong reads = new AtomicLong();
  private final Thread thread;
  private volatile boolean begun;
  private volatile boolean closed;

  Audit(MySqlServer target, String database) {
    this.target = target;
    this.database = database;
    this.thread = new Thread(this::work, "audit");
  }

  /** Begins, unless it has begun: the job synchronizes. */
  void begin() {
    if (!begun) {
      begun = true;
      thread.start();
    }
  }

  long reads() {
    return reads.get();
  }

  private void work() {
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement()) {
      // At least one, also if it begins when the test comes to its end.
      do {
        String found = Transfers.audit(statement, database);
        reads.incrementAndGet();
        if (!found.isEmpty()) {
          wrong.add("read " + reads.get() + ": " + found);
        }
        Await.pause(PAUSE_MILLIS);
      } while (!closed);
    } catch (SQLException | InterruptedException e) {
      wrong.add(e.toString());
    }
  }

  /** Ends the reading; fails the test if any read was wrong. */
  void assertExact() throws InterruptedException {
    closed = true;
    thread.join();
    assertThat(wrong.stream().limit(10)).as("wrong of %s reads", reads).isEmpty();
    assertThat(reads.get() > 0).as("there were reads if it has begun").isEqualTo(begun);
  }

  @Override
  public void close() {
    closed = true;
  }
}
