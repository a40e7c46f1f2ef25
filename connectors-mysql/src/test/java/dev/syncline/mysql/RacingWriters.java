package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Writers that change random rows of {@code t (id, v)} and end by adding a row to the keyless
 * {@code log (n)}, in random transactions, for as long as they are open. Each row that is written
 * gets a number that no other one has.
 *
 * <p>Every transaction changes {@code log}, so that one is under way nearly always; but now and
 * then all writers wait until none is, so that whoever has asked for a lock of the table gets it.
 */
final class RacingWriters implements AutoCloseable {
  static final int KEYS = 60;

  private static final int WRITERS = 12;
  private static final int TRANSACTIONS_BETWEEN_PAUSES = 3 * WRITERS;

  private final SourceFixture source;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong committed = new AtomicLong();
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
  private final List<Future<?>> writers = new ArrayList<>();

  /** Whoever writes it alone knows that no transaction is open. */
  private final ReentrantReadWriteLock underWay = new ReentrantReadWriteLock(true);

  private final Kind kind;
  private volatile boolean closed;

  private RacingWriters(SourceFixture source, Kind kind) {
    this.source = source;
    this.kind = kind;
  }

  /** How transactions are committed. */
  enum Kind {
    AT_ONCE,
    /** Prepared first. */
    XA
  }

  static void createTables(SourceFixture source) throws SQLException {
    source.execute(
        "CREATE TABLE t (id INT NOT NULL PRIMARY KEY, v BIGINT NOT NULL) ENGINE=InnoDB",
        "CREATE TABLE log (n BIGINT NOT NULL) ENGINE=InnoDB");
  }

  static RacingWriters start(SourceFixture source, long seed) {
    return start(source, seed, Kind.AT_ONCE);
  }

  static RacingWriters start(SourceFixture source, long seed, Kind kind) {
    RacingWriters writers = new RacingWriters(source, kind);
    for (int i = 0; i < WRITERS; i++) {
      Random random = new Random(seed + i);
      writers.writers.add(
          writers.threads.submit(
              () -> {
                writers.write(random);
                return null;
              }));
    }
    return writers;
  }

  private void write(Random random) throws SQLException {
    try (Connection connection = source.connect();
        Statement statement = connection.createStatement()) {
      connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
      connection.setAutoCommit(false);
      while (!closed) {
        if (transact(connection, statement, random)
            && committed.incrementAndGet() % TRANSACTIONS_BETWEEN_PAUSES == 0) {
          pause();
        }
      }
    }
  }

  /** Says whether a transaction was committed. */
  private boolean transact(Connection connection, Statement statement, Random random)
      throws SQLException {
    underWay.readLock().lock();
    try {
      if (kind == Kind.XA) {
        return transactXa(statement, random);
      }
      change(statement, random);
      if (random.nextInt(10) > 0) {
        connection.commit();
        return true;
      }
    } catch (SQLException e) {
      // Writers meet each other and the readers' locks.
      if (e.getErrorCode() != 1213 && e.getErrorCode() != 1205) {
        throw e;
      }
    } finally {
      connection.rollback();
      underWay.readLock().unlock();
    }
    return false;
  }

  private boolean transactXa(Statement statement, Random random) throws SQLException {
    String xid = "'racer%d'".formatted(numbers.incrementAndGet());
    statement.execute("XA START " + xid);
    try {
      change(statement, random);
      statement.execute("XA END " + xid);
    } catch (SQLException e) {
      rollBackXa(statement, xid);
      throw e;
    }
    statement.execute("XA PREPARE " + xid);
    boolean commits = random.nextInt(10) > 0;
    statement.execute((commits ? "XA COMMIT " : "XA ROLLBACK ") + xid);
    return commits;
  }

  private static void rollBackXa(Statement statement, String xid) throws SQLException {
    try {
      statement.execute("XA END " + xid);
    } catch (SQLException e) {
      // The victim of a deadlock is ended already.
      assertThat(e.getMessage()).contains("XA");
    }
    statement.execute("XA ROLLBACK " + xid);
  }

  /** Waits until all transactions have ended, and keeps new ones waiting until then. */
  private void pause() {
    underWay.writeLock().lock();
    try {
      // Now no transaction is open.
    } finally {
      underWay.writeLock().unlock();
    }
  }

  private void change(Statement statement, Random random) throws SQLException {
    int steps = 1 + random.nextInt(3);
    for (int step = 0; step < steps; step++) {
      long number = numbers.incrementAndGet();
      int id = random.nextInt(KEYS);
      if (random.nextInt(4) == 0) {
        statement.execute("DELETE FROM t WHERE id = " + id);
      } else {
        statement.execute(
            "INSERT INTO t VALUES (%d, %d) ON DUPLICATE KEY UPDATE v = %d"
                .formatted(id, number, number));
      }
    }
    statement.execute("INSERT INTO log VALUES (" + numbers.incrementAndGet() + ")");
  }

  /** Waits until so many transactions are committed. */
  void awaitTransactions(long count) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (committed.get() < count) {
      boolean writing = writers.stream().noneMatch(Future::isDone);
      if (!writing || System.nanoTime() - deadline > 0) {
        throw new AssertionError("Only " + committed + " transactions, writing: " + writing);
      }
      Thread.onSpinWait();
    }
  }

  /** Waits until so many more transactions are committed. */
  void awaitMoreTransactions(long count) {
    awaitTransactions(committed.get() + count);
  }

  /** Stops the writers; fails if one of them failed. */
  @Override
  public void close() {
    closed = true;
    threads.shutdown();
    for (Future<?> writer : writers) {
      assertThat(writer).succeedsWithin(Duration.ofSeconds(60));
    }
  }
}
