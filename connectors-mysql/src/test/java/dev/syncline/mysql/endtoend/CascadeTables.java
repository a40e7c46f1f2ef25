package dev.syncline.mysql.endtoend;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Tables between which foreign keys of all kinds cascade, and random statements on them: over
 * several levels, by composite and secondary keys, within a table, in a circle, into a table
 * without key, and now and then with foreign keys unchecked.
 */
final class CascadeTables {

  private static final int KEYS = 60;

  private CascadeTables() {}

  /** The statements that make the tables. */
  static List<String> create() {
    return List.of(
        "CREATE TABLE region (id INT PRIMARY KEY, code VARCHAR(10) NOT NULL UNIQUE)",
        "CREATE TABLE customer (id INT PRIMARY KEY, region INT, code VARCHAR(10), boss INT,"
            + " n INT, CONSTRAINT in_region FOREIGN KEY (region) REFERENCES region (id)"
            + " ON DELETE SET NULL ON UPDATE CASCADE,"
            + " CONSTRAINT by_code FOREIGN KEY (code) REFERENCES region (code)"
            + " ON DELETE CASCADE ON UPDATE CASCADE,"
            + " CONSTRAINT has_boss FOREIGN KEY (boss) REFERENCES customer (id)"
            + " ON DELETE CASCADE)",
        "CREATE TABLE orders (customer INT, no INT, n INT, PRIMARY KEY (customer, no),"
            + " CONSTRAINT of_customer FOREIGN KEY (customer) REFERENCES customer (id)"
            + " ON DELETE CASCADE ON UPDATE CASCADE)",
        "CREATE TABLE item (id INT PRIMARY KEY, customer INT, no INT, n INT,"
            + " CONSTRAINT of_order FOREIGN KEY (customer, no) REFERENCES orders (customer, no)"
            + " ON DELETE SET NULL ON UPDATE CASCADE)",
        "CREATE TABLE note (region INT, n INT, CONSTRAINT on_region FOREIGN KEY (region)"
            + " REFERENCES region (id) ON DELETE CASCADE ON UPDATE SET NULL)",
        "CREATE TABLE badge (id INT PRIMARY KEY, customer INT, CONSTRAINT worn_by"
            + " FOREIGN KEY (customer) REFERENCES customer (id))",
        "CREATE TABLE a (id INT PRIMARY KEY, b INT)",
        "CREATE TABLE b (id INT PRIMARY KEY, a INT, CONSTRAINT b_to_a FOREIGN KEY (a)"
            + " REFERENCES a (id) ON DELETE CASCADE)",
        "ALTER TABLE a ADD CONSTRAINT a_to_b FOREIGN KEY (b) REFERENCES b (id)"
            + " ON DELETE CASCADE ON UPDATE CASCADE",
        "CREATE TABLE alone (id INT PRIMARY KEY, n INT)");
  }

  /** The statements of a random transaction, some of which may fail. */
  static List<String> transaction(Random random) {
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      boolean unchecked = random.nextInt(12) == 0;
      if (unchecked) {
        statements.add("SET foreign_key_checks = 0");
      }
      statements.add(statement(random));
      if (unchecked) {
        statements.add("SET foreign_key_checks = 1");
      }
    }
    return statements;
  }

  private static String statement(Random random) {
    int key = random.nextInt(KEYS);
    int other = random.nextInt(KEYS);
    int n = random.nextInt(1_000);
    int kind = random.nextInt(30);
    return kind < 15 ? insert(kind, key, other, n) : change(kind, key, other, n);
  }

  private static String insert(int kind, int key, int other, int n) {
    return switch (kind) {
      case 0, 1 -> "INSERT IGNORE INTO region VALUES (%d, 'c%d')".formatted(key, key);
      case 2 -> "REPLACE INTO region VALUES (%d, 'c%d')".formatted(key, other);
      case 3, 4 ->
          "INSERT INTO customer VALUES (%d, (SELECT MAX(id) FROM region WHERE id <= %d), NULL,"
                  .formatted(key, other)
              + " NULL, "
              + n
              + ")";
      case 5 ->
          "INSERT INTO customer SELECT %d, id, code, NULL, %d FROM region WHERE id >= %d LIMIT 1"
              .formatted(key, n, other);
      case 6 ->
          "INSERT INTO customer SELECT %d, NULL, NULL, id, %d FROM customer WHERE id >= %d LIMIT 1"
              .formatted(key, n, other);
      case 7, 8 ->
          "INSERT INTO orders SELECT id, %d, %d FROM customer WHERE id BETWEEN %d AND %d"
              .formatted(other, n, key, key + 3);
      case 9, 10 ->
          "REPLACE INTO item SELECT %d, customer, no, %d FROM orders WHERE customer >= %d LIMIT 1"
              .formatted(key * 10 + other % 10, n, other);
      case 11 ->
          "INSERT INTO note SELECT id, %d FROM region WHERE id >= %d LIMIT 2".formatted(n, key);
      case 12 ->
          "INSERT INTO badge SELECT %d, id FROM customer WHERE id >= %d LIMIT 1"
              .formatted(key, other);
      case 13 -> "INSERT INTO a SELECT %d, MAX(id) FROM b WHERE id <= %d".formatted(key, other);
      default -> "INSERT INTO b SELECT %d, MAX(id) FROM a WHERE id <= %d".formatted(key, other);
    };
  }

  private static String change(int kind, int key, int other, int n) {
    return switch (kind) {
      case 15 -> "DELETE FROM region WHERE id = " + key;
      case 16 -> "UPDATE region SET id = %d WHERE id = %d".formatted(other, key);
      case 17 -> "UPDATE region SET code = 'd%d' WHERE id = %d".formatted(n, key);
      case 18 -> "DELETE FROM customer WHERE id BETWEEN %d AND %d".formatted(key, key + 2);
      case 19 -> "UPDATE customer SET id = %d WHERE id = %d".formatted(other, key);
      case 20 ->
          "UPDATE customer SET id = id + 1 WHERE id BETWEEN %d AND %d ORDER BY id DESC"
              .formatted(key, key + 3);
      case 21 -> "UPDATE customer SET n = %d WHERE id >= %d".formatted(n, key);
      case 22 ->
          "UPDATE orders SET no = no + 1 WHERE customer = %d ORDER BY no DESC".formatted(key);
      case 23 -> "DELETE FROM orders WHERE no = " + key;
      case 24 -> "UPDATE item SET n = n + 1 WHERE customer = " + key;
      case 25 -> "UPDATE note SET n = %d WHERE region = %d".formatted(n, key);
      case 26 -> "DELETE FROM badge WHERE id >= " + key;
      case 27 -> "DELETE FROM a WHERE id BETWEEN %d AND %d".formatted(key, key + 4);
      case 28 -> "UPDATE b SET id = %d WHERE id = %d".formatted(other, key);
      default -> "REPLACE INTO alone VALUES (%d, %d)".formatted(key, n);
    };
  }
}
