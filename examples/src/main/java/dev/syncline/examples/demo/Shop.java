package dev.syncline.examples.demo;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.UUID;

/** A small shop: eight tables with many types, 200,000 rows in all. */
final class Shop {

  static final String DATABASE = "shop";

  static final List<String> TABLES =
      List.of(
          "addresses",
          "categories",
          "customers",
          "inventory",
          "order_items",
          "orders",
          "page_views",
          "products");

  private static final String NUMBERS =
      " WITH RECURSIVE seq(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM seq WHERE n < %d)";

  private static final List<String> SCHEMA =
      List.of(
          "CREATE DATABASE shop DEFAULT CHARACTER SET utf8mb4",
          "CREATE TABLE shop.categories (id SMALLINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,"
              + " name VARCHAR(80) NOT NULL, season SET('spring','summer','autumn','winter'),"
              + " since YEAR, open_at TIME(3))",
          "CREATE TABLE shop.products (sku CHAR(12) COLLATE utf8mb4_0900_ai_ci PRIMARY KEY,"
              + " category_id SMALLINT UNSIGNED NOT NULL, title VARCHAR(200) NOT NULL,"
              + " price DECIMAL(12,2) NOT NULL, gross DECIMAL(12,2) AS (price * 1.2) STORED,"
              + " weight FLOAT, rating DOUBLE, details JSON, flags BIT(6), thumbnail BLOB,"
              + " KEY (category_id), FOREIGN KEY (category_id) REFERENCES categories (id))",
          "CREATE TABLE shop.inventory (warehouse TINYINT NOT NULL, sku CHAR(12) NOT NULL,"
              + " amount INT NOT NULL, counted_at TIMESTAMP(6) NULL, PRIMARY KEY (warehouse, sku))",
          "CREATE TABLE shop.customers (id BIGINT UNSIGNED PRIMARY KEY AUTO_INCREMENT,"
              + " email VARCHAR(120) NOT NULL, loyalty_number INT NULL, name VARCHAR(100)"
              + " CHARACTER SET latin1, born DATE, token BINARY(16),"
              + " level ENUM('new','regular','gold') NOT NULL DEFAULT 'new',"
              + " UNIQUE KEY email (email), UNIQUE KEY loyalty (loyalty_number))",
          "CREATE TABLE shop.addresses (id INT PRIMARY KEY AUTO_INCREMENT,"
              + " customer_id BIGINT UNSIGNED NOT NULL, street TINYTEXT, city VARCHAR(60)"
              + " CHARACTER SET gbk, note MEDIUMTEXT, KEY (customer_id))",
          "CREATE TABLE shop.orders (id BIGINT PRIMARY KEY AUTO_INCREMENT,"
              + " customer_id BIGINT UNSIGNED NOT NULL, placed_at DATETIME(6) NOT NULL,"
              + " state ENUM('open','paid','sent') NOT NULL, total DECIMAL(14,4) NOT NULL,"
              + " KEY (customer_id))",
          "CREATE TABLE shop.order_items (order_id BIGINT NOT NULL, line SMALLINT NOT NULL,"
              + " sku CHAR(12) NOT NULL, quantity INT UNSIGNED NOT NULL, price DECIMAL(12,2),"
              + " PRIMARY KEY (order_id, line))",
          "CREATE TABLE shop.page_views (seen_at DATETIME(3), path VARCHAR(100), ms INT)");

  private static final List<String> FILL =
      List.of(
          "INSERT INTO shop.categories (name, season, since, open_at)"
              + NUMBERS.formatted(200)
              + " SELECT CONCAT('Category ', n), n % 16, 1990 + n % 30, SEC_TO_TIME(n * 61.5)"
              + " FROM seq",
          "INSERT INTO shop.products"
              + " (sku, category_id, title, price, weight, rating, details, flags, thumbnail)"
              + NUMBERS.formatted(4_800)
              + " SELECT CONCAT('SKU-', LPAD(n, 8, '0')), 1 + n % 200, CONCAT('Product ', n, ' ☕'),"
              + " n / 7, n / 3, SQRT(n), JSON_OBJECT('n', n, 'tags', JSON_ARRAY('a', n DIV 2)),"
              + " n % 64, RANDOM_BYTES(40) FROM seq",
          "INSERT INTO shop.inventory (warehouse, sku, amount, counted_at)"
              + NUMBERS.formatted(10_000)
              + " SELECT n % 3 - 1, CONCAT('SKU-', LPAD(n, 8, '0')), n % 500,"
              + " NOW(6) - INTERVAL n SECOND FROM seq",
          "INSERT INTO shop.customers (email, loyalty_number, name, born, token, level)"
              + NUMBERS.formatted(25_000)
              + " SELECT CONCAT('user', n, '@example.org'), IF(n % 3 = 0, n, NULL),"
              + " CONCAT('Zoë ', n), DATE '1950-01-01' + INTERVAL n DAY,"
              + " UNHEX(MD5(n)), 1 + n % 3 FROM seq",
          "INSERT INTO shop.addresses (customer_id, street, city, note)"
              + NUMBERS.formatted(25_000)
              + " SELECT n, CONCAT(n, ' Main Street'), IF(n % 2, '北京', 'Oslo'),"
              + " REPEAT('x', n % 90) FROM seq",
          "INSERT INTO shop.orders (customer_id, placed_at, state, total)"
              + NUMBERS.formatted(45_000)
              + " SELECT 1 + n % 25000, NOW(6) - INTERVAL n MINUTE, 1 + n % 3, n / 3 FROM seq",
          "INSERT INTO shop.order_items (order_id, line, sku, quantity, price)"
              + NUMBERS.formatted(80_000)
              + " SELECT 1 + n DIV 2, n % 2, CONCAT('SKU-', LPAD(1 + n % 4800, 8, '0')),"
              + " 1 + n % 9, n / 11 FROM seq",
          "INSERT INTO shop.page_views (seen_at, path, ms)"
              + NUMBERS.formatted(10_000)
              + " SELECT NOW(3), CONCAT('/', n % 50), n % 900 FROM seq");

  private final MySqlServer server;

  Shop(MySqlServer server) {
    this.server = server;
  }

  /** Makes the tables and fills them; gives the number of rows. */
  long open() throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION cte_max_recursion_depth = 1000000");
      for (String sql : SCHEMA) {
        statement.execute(sql);
      }
      long rows = 0;
      for (String sql : FILL) {
        rows += statement.executeUpdate(sql);
      }
      return rows;
    }
  }

  /** Makes one more change that can be told from all others. */
  String mark() throws SQLException {
    String marker = UUID.randomUUID().toString();
    try (Connection connection = server.connect();
        PreparedStatement update =
            connection.prepareStatement("UPDATE shop.categories SET name = ? WHERE id = 1")) {
      update.setString(1, marker);
      update.executeUpdate();
    }
    return marker;
  }

  /** Whether that change is at another server. */
  boolean hasMark(MySqlServer other, String marker) throws SQLException {
    try (Connection connection = other.connect();
        PreparedStatement query =
            connection.prepareStatement("SELECT 1 FROM shop.categories WHERE name = ?")) {
      query.setString(1, marker);
      try (ResultSet found = query.executeQuery()) {
        return found.next();
      }
    }
  }
}
