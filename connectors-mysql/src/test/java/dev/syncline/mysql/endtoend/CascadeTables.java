package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.Feature;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;

/**
 * Tables between which foreign keys of all kinds cascade, and random statements on them: over
 * several levels, by composite and secondary keys, within a table, in a circle, into a table
 * without key, by two keys to one table, on two ways to one table, and now and then with foreign
 * keys unchecked.
 */
final class CascadeTables {

  private static final int KEYS = 60;

  private CascadeTables() {}

  /** Keys by which rows hang on the same row as by another one, whose order then matters. */
  private static final Pattern MEETING =
      Pattern.compile(", CONSTRAINT (as_guest|done_at|begins) .*?(?=, CONSTRAINT|\\)$)");

  /**
   * The statements that make the tables; where nobody knows the order of keys, none in which it
   * matters.
   */
  static List<String> create(MySqlRelease release) {
    return Feature.KEYS_ACT_BY_NAME.isIn(release)
        ? create()
        : create().stream().map(sql -> MEETING.matcher(sql).replaceAll("")).toList();
  }

  private static List<String> create() {
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
        "CREATE TABLE alone (id INT PRIMARY KEY, n INT)",
        "CREATE TABLE label (id INT PRIMARY KEY)",
        "CREATE TABLE memo (id INT AUTO_INCREMENT PRIMARY KEY, first INT, label INT, region INT,"
            + " CONSTRAINT with_label FOREIGN KEY (label) REFERENCES label (id)"
            + " ON UPDATE CASCADE,"
            + " CONSTRAINT about_region FOREIGN KEY (region) REFERENCES region (id)"
            + " ON DELETE SET NULL ON UPDATE CASCADE)",
        "CREATE TABLE noted (id INT AUTO_INCREMENT PRIMARY KEY)",
        "CREATE TRIGGER counts_notes AFTER INSERT ON note FOR EACH ROW"
            + " INSERT INTO noted VALUES (NULL)",
        "CREATE TABLE team (id INT PRIMARY KEY)",
        "CREATE TABLE game (id INT PRIMARY KEY, home INT, guest INT,"
            + " CONSTRAINT at_home FOREIGN KEY (home) REFERENCES team (id) ON DELETE CASCADE,"
            + " CONSTRAINT as_guest FOREIGN KEY (guest) REFERENCES team (id))",
        "CREATE TABLE crew (id INT PRIMARY KEY, team INT, CONSTRAINT crew_of FOREIGN KEY (team)"
            + " REFERENCES team (id) ON DELETE CASCADE)",
        "CREATE TABLE site (id INT PRIMARY KEY, team INT, CONSTRAINT site_of FOREIGN KEY (team)"
            + " REFERENCES team (id) ON DELETE CASCADE)",
        "CREATE TABLE shift (id INT PRIMARY KEY, crew INT, site INT,"
            + " CONSTRAINT done_by FOREIGN KEY (crew) REFERENCES crew (id) ON DELETE CASCADE,"
            + " CONSTRAINT done_at FOREIGN KEY (site) REFERENCES site (id))",
        "CREATE TABLE cell (x INT, y INT, PRIMARY KEY (x, y))",
        "CREATE TABLE link (id INT PRIMARY KEY, x INT, y INT, z INT,"
            + " CONSTRAINT begins FOREIGN KEY (x, y) REFERENCES cell (x, y) ON DELETE SET NULL,"
            + " CONSTRAINT ends FOREIGN KEY (x, z) REFERENCES cell (x, y) ON DELETE CASCADE)");
  }

  /**
   * How often foreign keys have done something that no random statement does. None of it is undone.
   *
   * @param deleted notes that are gone
   * @param emptiedByUpdate notes without a region
   * @param emptiedByDelete memos without a region
   * @param moved memos whose label has got another key
   */
  record Acted(int deleted, int emptiedByUpdate, int emptiedByDelete, int moved) {

    /** Looks at the tables in a connection's database. */
    static Acted in(Connection connection) throws SQLException {
      return new Acted(
          number(connection, "SELECT (SELECT COUNT(*) FROM noted) - (SELECT COUNT(*) FROM note)"),
          number(connection, "SELECT COUNT(*) FROM note WHERE region IS NULL"),
          number(connection, "SELECT COUNT(*) FROM memo WHERE region IS NULL"),
          number(connection, "SELECT COUNT(*) FROM memo WHERE label <> first"));
    }

    /** Whether each has happened since. */
    boolean isBeyond(Acted earlier) {
      return deleted > earlier.deleted
          && emptiedByUpdate > earlier.emptiedByUpdate
          && emptiedByDelete > earlier.emptiedByDelete
          && moved > earlier.moved;
    }

    private static int number(Connection connection, String sql) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return row.getInt(1);
      }
    }
  }

  /**
   * The statements that make what lets one {@linkplain #alone transaction} run at a time. It is in
   * a database of its own, which no job selects.
   */
  static List<String> createGate(String database) {
    return List.of(
        "CREATE DATABASE gate_" + database,
        "CREATE TABLE gate_" + database + ".gate (id INT PRIMARY KEY)",
        "INSERT INTO gate_" + database + ".gate VALUES (1)");
  }

  /**
   * The statements of a random transaction in a database, of which one runs at a time: a MariaDB
   * 10.11 on which they run side by side comes to rows whose foreign key leads nowhere, which no
   * log tells.
   */
  static List<String> alone(String database, Random random) {
    List<String> statements = transaction(random);
    statements.add(0, "SELECT id FROM gate_" + database + ".gate FOR UPDATE");
    statements.add(0, "USE " + database);
    return statements;
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
    int kind = random.nextInt(48);
    if (kind < 15) {
      return insert(kind, key, other, n);
    }
    return kind < 30 ? change(kind, key, other, n) : meet(kind, key, other, n);
  }

  /**
   * Statements on tables in which rows hang on several others. Deletes begin with the rows that
   * come last by their keys, and children refer to those by the key that takes them along.
   */
  private static String meet(int kind, int key, int other, int n) {
    int last = key + 4;
    int x = key % 8;
    int y = other % 8;
    return switch (kind) {
      case 30 ->
          "INSERT INTO memo (first, label, region) SELECT label.id, label.id, region.id"
              + " FROM label JOIN region ON region.id >= %d WHERE label.id >= %d LIMIT 2"
                  .formatted(key, other);
      case 31 -> "INSERT IGNORE INTO label VALUES (%d), (%d)".formatted(key, other);
      case 32 ->
          "UPDATE label SET id = id + %d WHERE id %% 20 = %d ORDER BY id DESC"
              .formatted(KEYS, key % 20);
      case 33, 34 -> "INSERT IGNORE INTO team VALUES (%d), (%d), (%d)".formatted(key, other, last);
      case 35, 36 ->
          "INSERT INTO game SELECT %d, MAX(id), MIN(id) FROM team WHERE id BETWEEN %d AND %d"
              .formatted(n, key, last);
      case 37 ->
          "INSERT INTO crew SELECT %d, MAX(id) FROM team WHERE id <= %d".formatted(key, last);
      case 38 -> "INSERT INTO site SELECT %d, MIN(id) FROM team WHERE id >= %d".formatted(key, key);
      case 39, 40 ->
          "INSERT INTO shift SELECT %d, MAX(crew.id), MIN(site.id) FROM crew JOIN site".formatted(n)
              + " ON crew.id BETWEEN %d AND %d AND site.id BETWEEN %d AND %d"
                  .formatted(key, last, key, last);
      case 41, 42 -> "INSERT IGNORE INTO cell VALUES (%d, %d), (%d, %d)".formatted(x, y, x, y + 1);
      case 43, 44 ->
          "INSERT INTO link SELECT %d, %d, MIN(y), MAX(y) FROM cell WHERE x = %d"
              .formatted(n, x, x);
      case 45, 46 ->
          "DELETE FROM team WHERE id BETWEEN %d AND %d ORDER BY id DESC".formatted(key, last);
      default -> "DELETE FROM cell WHERE x = %d ORDER BY y DESC".formatted(x);
    };
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
