package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Threads that change {@code t (id, v)}, single columns of the few rows of {@code two (id, a, b)}
 * and the keyless {@code log (n, w)} in XA transactions, among them plain ones. Some sessions log
 * whole rows, others what they change. Some are decided by the session that prepared them, some
 * later by another one, some in one phase, and some are rolled back.
 */
final class XaWriters implements AutoCloseable {
  private static final int KEYS = 2_000;
  private static final int KEYS_OF_TWO = 30;
  private static final int WRITERS = 3;
  private static final List<String> ROW_IMAGES = List.of("FULL", "NOBLOB", "MINIMAL");

  /** Deadlocks and waits for locks, which prepared transactions hold for long. */
  private static final Set<Integer> EXPECTED = Set.of(1205, 1213, 1614);

  private final MySqlServer server;
  private final String database;
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong count = new AtomicLong();
  private final BlockingQueue<Orphan> orphans = new LinkedBlockingQueue<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS + 1);
  private final List<Future<?>> work = new ArrayList<>();
  private volatile boolean closed;

  /** A prepared transaction, and the session that prepared it and has ended by now. */
  private record Orphan(String xid, long session) {}

  XaWriters(MySqlServer server, String database, long seed) {
    this.server = server;
    this.database = database;
    for (int i = 0; i < WRITERS; i++) {
      Random random = new Random(seed + i);
      work.add(
          threads.submit(
              () -> {
                write(random);
                return null;
              }));
    }
    work.add(
        threads.submit(
            () -> {
              decide(new Random(seed - 1));
              return null;
            }));
  }

  static void createTables(MySqlServer server, String database) throws SQLException {
    server.execute(
        "CREATE DATABASE " + database,
        "CREATE TABLE " + database + ".t (id INT PRIMARY KEY, v BIGINT)",
        "CREATE TABLE " + database + ".two (id INT PRIMARY KEY, a BIGINT, b BIGINT)",
        "CREATE TABLE " + database + ".log (n BIGINT, w LONGTEXT)",
        rows(database + ".t", KEYS, ", 0)"),
        rows(database + ".two", KEYS_OF_TWO, ", 0, 0)"));
  }

  private static String rows(String table, int count, String values) {
    // Of a row with the default key MariaDB does not tell an update from a REPLACE.
    return IntStream.rangeClosed(1, count)
        .mapToObj(id -> "(" + id + values)
        .collect(Collectors.joining(", ", "INSERT INTO " + table + " VALUES ", ""));
  }

  /** How many transactions were committed. */
  long count() {
    return count.get();
  }

  private void write(Random random) throws Exception {
    while (!closed) {
      try (Connection session = server.connect(database);
          Statement statement = session.createStatement()) {
        statement.execute("SET SESSION innodb_lock_wait_timeout = 1");
        String image = ROW_IMAGES.get(random.nextInt(ROW_IMAGES.size()));
        statement.execute("SET SESSION binlog_row_image = " + image);
        boolean goesOn = true;
        while (!closed && goesOn) {
          goesOn = transact(statement, random);
          Await.pause(random.nextInt(10));
        }
      }
    }
  }

  /** Says whether the session goes on. */
  private boolean transact(Statement statement, Random random) throws SQLException {
    String xid = "'xa%d',x'00FF'".formatted(numbers.incrementAndGet());
    int way = random.nextInt(12);
    if (way < 3) {
      change(statement, random);
      count.incrementAndGet();
      return true;
    }
    statement.execute("XA START " + xid);
    boolean changed = change(statement, random);
    end(statement, xid);
    if (!changed || way == 3) {
      statement.execute("XA ROLLBACK " + xid);
    } else if (way == 4) {
      statement.execute("XA COMMIT " + xid + " ONE PHASE");
      count.incrementAndGet();
    } else {
      statement.execute("XA PREPARE " + xid);
      if (way < 8) {
        orphans.add(new Orphan(xid, id(statement)));
        return false;
      }
      decide(statement, xid, way > 8);
    }
    return true;
  }

  private static void end(Statement statement, String xid) throws SQLException {
    try {
      statement.execute("XA END " + xid);
    } catch (SQLException e) {
      // The victim of a deadlock is ended already.
      assertThat(e.getErrorCode()).isIn(1614, 1402, 1613);
    }
  }

  private void decide(Statement statement, String xid, boolean commits) throws SQLException {
    statement.execute((commits ? "XA COMMIT " : "XA ROLLBACK ") + xid);
    count.addAndGet(commits ? 1 : 0);
  }

  private static long id(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Says whether nothing went wrong. */
  private boolean change(Statement statement, Random random) throws SQLException {
    try {
      int steps = 1 + random.nextInt(3);
      for (int i = 0; i < steps; i++) {
        int id = 1 + random.nextInt(KEYS);
        // MariaDB does not log all that a REPLACE changes.
        statement.execute("DELETE FROM t WHERE id = " + id);
        if (random.nextInt(3) > 0) {
          long number = numbers.incrementAndGet();
          statement.execute("INSERT INTO t VALUES (%d, %d)".formatted(id, number));
        }
      }
      statement.execute(
          "UPDATE two SET %s = %d WHERE id = %d"
              .formatted(
                  random.nextBoolean() ? "a" : "b",
                  numbers.incrementAndGet(),
                  1 + random.nextInt(KEYS_OF_TWO)));
      int length = random.nextInt(30) == 0 ? 300_000 : random.nextInt(50);
      statement.execute(
          "INSERT INTO log VALUES (%d, REPEAT('w', %d))"
              .formatted(numbers.incrementAndGet(), length));
      return true;
    } catch (SQLException e) {
      if (!EXPECTED.contains(e.getErrorCode())) {
        throw e;
      }
      return false;
    }
  }

  /** Decides what others have prepared, after a while. */
  private void decide(Random random) throws Exception {
    try (Connection session = server.connect(database);
        Statement statement = session.createStatement()) {
      while (!closed || !orphans.isEmpty()) {
        Orphan orphan = orphans.poll(50, TimeUnit.MILLISECONDS);
        if (orphan != null) {
          awaitEnd(statement, orphan.session());
          Await.pause(random.nextInt(200));
          decide(statement, orphan.xid(), random.nextInt(4) > 0);
        }
      }
    }
  }

  /** Servers lose what is decided while they still let go of the session that prepared it. */
  private static void awaitEnd(Statement statement, long session) throws Exception {
    Await.until(
        "the session ends",
        Duration.ofSeconds(30),
        () -> {
          String sql = "SELECT id FROM information_schema.processlist WHERE id = " + session;
          try (ResultSet row = statement.executeQuery(sql)) {
            return !row.next();
          }
        });
  }

  @Override
  public void close() {
    stop();
  }

  /** Ends the writing, and decides what is undecided; fails the test if a writer failed. */
  void stop() {
    closed = true;
    threads.shutdown();
    for (Future<?> each : work) {
      assertThat(each).succeedsWithin(Duration.ofMinutes(1));
    }
  }
}
