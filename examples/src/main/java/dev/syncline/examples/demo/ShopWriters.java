package dev.syncline.examples.demo;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Customers and clerks: threads that change the shop until they are closed. */
final class ShopWriters implements AutoCloseable {

  private static final int THREADS = 3;
  private static final Duration BREAK = Duration.ofMillis(4);
  private static final int DEADLOCK = 1213;

  private final MySqlServer server;
  private final AtomicLong count = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean closed;

  ShopWriters(MySqlServer server) {
    this.server = server;
    for (int i = 0; i < THREADS; i++) {
      Random random = new Random(i);
      Thread thread = new Thread(() -> work(random), "demo-writer-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  /** How many transactions were committed. */
  long count() {
    return count.get();
  }

  private void work(Random random) {
    try (Connection connection = server.connect()) {
      connection.setAutoCommit(false);
      while (!closed) {
        transact(connection, random);
        Pause.of(BREAK);
      }
    } catch (SQLException e) {
      throw new IllegalStateException("A writer of the demo failed.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void transact(Connection connection, Random random) throws SQLException {
    try {
      switch (random.nextInt(6)) {
        case 0 -> placeOrder(connection, random);
        case 1 -> moveLoyaltyNumber(connection, random);
        case 2 -> cancelOrder(connection, random);
        case 3 -> reprice(connection, random);
        case 4 -> changeMind(connection, random);
        default -> view(connection, random);
      }
      connection.commit();
      count.incrementAndGet();
    } catch (SQLException e) {
      connection.rollback();
      if (e.getErrorCode() != DEADLOCK) {
        throw e;
      }
    }
  }

  private static void placeOrder(Connection connection, Random random) throws SQLException {
    run(
        connection,
        "INSERT INTO shop.orders (customer_id, placed_at, state, total)"
            + " VALUES (?, NOW(6), 'open', ?)",
        1 + random.nextInt(25_000),
        random.nextInt(100_000) / 100.0);
    for (int line = 0; line < 3; line++) {
      String sku = sku(random);
      run(
          connection,
          "INSERT INTO shop.order_items VALUES (LAST_INSERT_ID(), ?, ?, ?, ?)",
          line,
          sku,
          1 + random.nextInt(9),
          random.nextInt(9_000) / 100.0);
      run(
          connection,
          "UPDATE shop.inventory SET amount = amount - 1, counted_at = NOW(6)"
              + " WHERE warehouse = ? AND sku = ?",
          random.nextInt(3) - 1,
          sku);
    }
  }

  /** One customer gives a unique number to another within one transaction. */
  private static void moveLoyaltyNumber(Connection connection, Random random) throws SQLException {
    int giver = 3 * (1 + random.nextInt(8_000));
    run(
        connection,
        "UPDATE shop.customers SET loyalty_number = NULL WHERE loyalty_number = ?",
        giver);
    run(
        connection,
        "UPDATE shop.customers SET loyalty_number = ?, level = 'gold' WHERE id = ?"
            + " AND loyalty_number IS NULL",
        giver,
        1 + random.nextInt(25_000));
  }

  private static void cancelOrder(Connection connection, Random random) throws SQLException {
    int order = 1 + random.nextInt(45_000);
    run(connection, "DELETE FROM shop.order_items WHERE order_id = ?", order);
    run(connection, "DELETE FROM shop.orders WHERE id = ?", order);
  }

  private static void reprice(Connection connection, Random random) throws SQLException {
    run(
        connection,
        "UPDATE shop.products SET price = ?, details = JSON_SET(details, '$.n', ?),"
            + " rating = RAND() WHERE sku = ?",
        random.nextInt(10_000) / 100.0,
        random.nextInt(),
        sku(random));
  }

  /** Work that is thrown away. */
  private static void changeMind(Connection connection, Random random) throws SQLException {
    placeOrder(connection, random);
    connection.rollback();
    run(
        connection,
        "UPDATE shop.addresses SET note = ? WHERE id = ?",
        "moved " + random.nextInt(),
        1 + random.nextInt(25_000));
  }

  private static void view(Connection connection, Random random) throws SQLException {
    run(
        connection,
        "INSERT INTO shop.page_views VALUES (NOW(3), ?, ?)",
        "/" + random.nextInt(50),
        random.nextInt(900));
  }

  private static String sku(Random random) {
    return "SKU-%08d".formatted(1 + random.nextInt(4_800));
  }

  private static void run(Connection connection, String sql, Object... values) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  /** Ends the work and waits until it has ended. */
  void stop() throws InterruptedException {
    closed = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
