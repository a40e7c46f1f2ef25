package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Money that moves between accounts, a ledger with an entry for each move, and a table without a
 * key that counts the transfers. In every state between two transactions the sum of all accounts is
 * the same, each account has the balance and the moves that its entries make, and there are twice
 * as many entries as rows in the counter. Rows of the ledger and of the counter are never changed
 * again, so one that is lost or doubled stays so.
 */
final class Transfers implements AutoCloseable {

  private static final int ACCOUNTS = 40;
  private static final int AT_FIRST = 1_000;
  private static final int PAUSE_MILLIS = 10;

  private final MySqlServer server;
  private final String database;
  private final AtomicLong count = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  /** Makes the tables in a database that is there, and begins. */
  Transfers(MySqlServer server, String database, int writers, long seed) throws SQLException {
    this.server = server;
    this.database = database;
    StringBuilder rows = new StringBuilder("(0, " + AT_FIRST + ", 0)");
    for (int id = 1; id < ACCOUNTS; id++) {
      rows.append(", (").append(id).append(", ").append(AT_FIRST).append(", 0)");
    }
    server.execute(
        "CREATE TABLE %s.account (id INT PRIMARY KEY, balance BIGINT NOT NULL, moves BIGINT)"
            .formatted(database),
        ("CREATE TABLE %s.entry (id BIGINT AUTO_INCREMENT PRIMARY KEY, account INT NOT NULL,"
                + " amount BIGINT NOT NULL, KEY (account, amount))")
            .formatted(database),
        "CREATE TABLE %s.counter (operation BIGINT NOT NULL, note VARCHAR(20))".formatted(database),
        "INSERT INTO %s.account VALUES %s".formatted(database, rows));
    for (int i = 0; i < writers; i++) {
      Random random = new Random(seed + i);
      Thread thread = new Thread(() -> work(random), "transfers-" + i);
      threads.add(thread);
      thread.start();
    }
  }

  /** How many transfers were committed. */
  long count() {
    return count.get();
  }

  private void work(Random random) {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      while (!closed) {
        transfer(statement, random);
        connection.commit();
        count.incrementAndGet();
        Await.pause(PAUSE_MILLIS);
      }
    } catch (SQLException | InterruptedException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void transfer(Statement statement, Random random) throws SQLException {
    int lower = random.nextInt(ACCOUNTS - 1);
    int upper = lower + 1 + random.nextInt(ACCOUNTS - 1 - lower);
    int amount = random.nextInt(200) - 100;
    String move = "UPDATE account SET balance = balance + %d, moves = moves + 1 WHERE id = %d";
    // Accounts are locked in one order, so that transfers do not run into deadlocks.
    statement.execute(move.formatted(amount, lower));
    statement.execute(move.formatted(-amount, upper));
    String entry = "INSERT INTO entry (account, amount) VALUES (%d, %d), (%d, %d)";
    statement.execute(entry.formatted(lower, amount, upper, -amount));
    // Every operation is there several times: equal rows are the hardest case.
    statement.execute("INSERT INTO counter VALUES (" + count.get() / 2 + ", 'transfer')");
  }

  /** Reads, in one consistent read, what must hold; gives what is wrong, or nothing. */
  static String audit(Statement statement, String database) throws SQLException {
    String sql =
        ("SELECT SUM(balance), COUNT(*), SUM(moves), CAST(SUM(entries) AS SIGNED),"
                + " (SELECT COUNT(*) FROM %1$s.counter),"
                + " SUM(moves <> entries OR balance <> %2$d + amount)"
                + " FROM (SELECT a.balance, a.moves, COUNT(e.id) AS entries,"
                + " COALESCE(SUM(e.amount), 0) AS amount FROM %1$s.account a"
                + " LEFT JOIN %1$s.entry e ON e.account = a.id"
                + " GROUP BY a.id, a.balance, a.moves) accounts")
            .formatted(database, AT_FIRST);
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      long sum = row.getLong(1);
      long moves = row.getLong(3);
      long counted = row.getLong(5);
      boolean isRight =
          sum == (long) ACCOUNTS * AT_FIRST
              && row.getInt(2) == ACCOUNTS
              && moves == 2 * counted
              && row.getLong(4) == moves
              && row.getInt(6) == 0;
      return isRight
          ? ""
          : "sum %d, %d accounts, %d of them wrong, moves %d, entries %d, counted %d"
              .formatted(sum, row.getInt(2), row.getInt(6), moves, row.getLong(4), counted);
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Ends the transfers; fails the test if one failed before. */
  void stop() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
    if (failure.get() != null) {
      throw new AssertionError("A transfer failed.", failure.get());
    }
  }
}
