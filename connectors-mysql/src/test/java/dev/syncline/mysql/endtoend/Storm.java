package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * A database in which sessions change rows and tables at random, all at once, until it is stopped.
 * They wait for the copy when it has fallen behind, and let it come up while it copies rows: each
 * change of tables that comes throws away the rows that are on their way.
 */
final class Storm implements AutoCloseable {

  /** Where it is noted how many statements have changed tables. */
  static final String TICKS = "ticks";

  private static final int ROW_SESSIONS = 3;
  private static final int TABLE_SESSIONS = 2;
  private static final int BIG_ROWS = 6_000;
  private static final int ROWS = 600;
  private static final int ROW_PAUSE_MILLIS = 12;
  private static final int TABLE_PAUSE_MILLIS = 500;
  private static final int KEPT = 60;

  /** How many statements on tables a copy of all rows may be behind. */
  private static final int MOST_AHEAD = 5;

  private final MySqlServer server;
  private final MySqlServer target;
  private final String database;
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger rowStatements = new AtomicInteger();
  private final AtomicInteger tableStatements = new AtomicInteger();
  private final Deque<String> last = new ArrayDeque<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean calm;
  private volatile boolean copied;
  private volatile boolean closed;

  /** Makes and fills the tables. */
  Storm(ServerPair pair, String database, long seed) throws SQLException {
    this.server = pair.source();
    this.target = pair.target();
    this.database = database;
    Random random = new Random(seed);
    server.execute("CREATE DATABASE " + database);
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + TICKS + " (id INT PRIMARY KEY, n INT NOT NULL)");
      for (String sql : StormStatements.create()) {
        statement.execute(sql);
      }
      connection.setAutoCommit(false);
      for (int from = 0; from < BIG_ROWS; from += 500) {
        StringBuilder rows = new StringBuilder("INSERT INTO big VALUES ");
        for (int id = from; id < from + 500; id++) {
          rows.append(id == from ? "" : ", ")
              .append("(%d, %d, 'row %d')".formatted(id, id % 97, id));
        }
        statement.execute(rows.toString());
      }
      StormTables tables = StormTables.look(connection, database);
      StormStatements statements = new StormStatements(random);
      for (int i = 0; i < ROWS; i++) {
        execute(statement, statements.rows(tables));
      }
      connection.commit();
    }
  }

  /** Lets it begin. */
  void begin(long seed) {
    for (int i = 0; i < ROW_SESSIONS; i++) {
      Random random = new Random(seed + i);
      start("rows-" + i, connection -> changeRows(connection, random));
    }
    for (int i = 0; i < TABLE_SESSIONS; i++) {
      Random random = new Random(seed + 100 + i);
      start("tables-" + i, connection -> changeTables(connection, random));
    }
  }

  /** From now on tables stay as they are, until all rows are copied. */
  void calm() {
    calm = true;
  }

  /** All rows are copied: from now on tables may have no key, and statements come faster. */
  void copied() {
    copied = true;
    calm = false;
  }

  /** What a session does. */
  private interface Work {
    void in(Connection connection) throws SQLException, InterruptedException;
  }

  private void start(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try (Connection connection = server.connect(database)) {
                while (!closed) {
                  work.in(connection);
                }
              } catch (SQLException | InterruptedException | RuntimeException e) {
                failure.compareAndSet(null, e);
              }
            },
            "storm-" + name);
    threads.add(thread);
    thread.start();
  }

  private void changeRows(Connection connection, Random random)
      throws SQLException, InterruptedException {
    StormTables tables = StormTables.look(connection, database);
    StormStatements statements = new StormStatements(random);
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      for (int i = random.nextInt(4); i >= 0 && !tables.tables().isEmpty(); i--) {
        rowStatements.addAndGet(execute(statement, statements.rows(tables)) ? 1 : 0);
      }
    }
    if (random.nextInt(8) == 0) {
      connection.rollback();
    } else {
      connection.commit();
    }
    connection.setAutoCommit(true);
    Await.pause(ROW_PAUSE_MILLIS);
  }

  private void changeTables(Connection connection, Random random)
      throws SQLException, InterruptedException {
    awaitCopy();
    StormTables tables = StormTables.look(connection, database);
    String sql = new StormStatements(random).tables(tables, copied);
    try (Statement statement = connection.createStatement()) {
      if (execute(statement, sql)) {
        // Never back: the other session may have noted a later one already.
        statement.execute(
            "INSERT INTO %s VALUES (1, %d) ON DUPLICATE KEY UPDATE n = GREATEST(n, VALUES(n))"
                .formatted(TICKS, tableStatements.incrementAndGet()));
        synchronized (last) {
          last.addLast(sql);
          if (last.size() > KEPT) {
            last.removeFirst();
          }
        }
        Await.pause(random.nextInt((copied ? 1 : 8) * TABLE_PAUSE_MILLIS));
      }
    }
  }

  private void awaitCopy() throws SQLException, InterruptedException {
    try (Connection connection = target.connect(database);
        Statement statement = connection.createStatement()) {
      while (!closed) {
        List<String> found = Shown.rows(statement, "SELECT n FROM " + TICKS);
        int arrived = found.isEmpty() ? 0 : Integer.parseInt(found.get(0));
        if (!calm && tableStatements() - arrived < (copied ? MOST_AHEAD : 1)) {
          return;
        }
        Await.moment();
      }
    }
  }

  /** Whether the server has taken it. */
  private static boolean execute(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
      return true;
    } catch (SQLException e) {
      if (e.getSQLState() == null || e.getSQLState().startsWith("08") || e.getErrorCode() == 1064) {
        throw new SQLException("Failed: " + sql, e);
      }
      return false;
    }
  }

  int tableStatements() {
    return tableStatements.get();
  }

  /** Ends it; fails the test if a session failed. */
  void stop() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("A session failed.", failure.get());
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** How much has happened. */
  @Override
  public String toString() {
    return "%d statements on rows, %d on tables".formatted(rowStatements.get(), tableStatements());
  }

  /** The last statements that changed tables, about in their order. */
  List<String> last() {
    synchronized (last) {
      return List.copyOf(last);
    }
  }
}
