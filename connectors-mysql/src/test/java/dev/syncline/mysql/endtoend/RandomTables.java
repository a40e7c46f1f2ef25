package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlRelease;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random tables of a small family and random statements on them: all kinds of keys, one to three
 * unique keys, and values so few that they meet all the time.
 */
final class RandomTables {

  private static final int KEYS = 400;
  private static final int UNIQUES = 600;
  private static final List<String> WORDS =
      List.of("a", "A", "b", "ab", "Ab", "Zoe", "zoe", "x_y", "100", "", "Zoë");
  private static final int PLAIN_WORDS = WORDS.size() - 1;

  /** What keeps lanes from sharing transactions. Without any, they share nearly all. */
  enum Hindrance {
    /** Rows get other keys, which may belong to other lanes. */
    MOVING_KEYS,
    /** In keys there are texts of which it cannot be told what equals them. */
    PECULIAR_TEXTS
  }

  /** How a table tells its rows apart. */
  enum Shape {
    NUMBER("id INT NOT NULL", "id", "PRIMARY KEY (id)"),
    BIG("id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT", "id", "PRIMARY KEY (id)"),
    TEXT("id VARCHAR(20) COLLATE utf8mb4_general_ci NOT NULL", "id", "PRIMARY KEY (id)"),
    BYTES("id VARBINARY(20) NOT NULL", "id", "PRIMARY KEY (id)"),
    PAIR("id INT NOT NULL, part CHAR(4) NOT NULL", "id, part", "PRIMARY KEY (id, part)"),
    UNIQUE("id INT NOT NULL", "id", "UNIQUE KEY one (id)"),
    NONE("id INT NULL", "", "KEY (id)");

    private final String columns;
    private final String key;
    private final String declaration;

    Shape(String columns, String key, String declaration) {
      this.columns = columns;
      this.key = key;
      this.declaration = declaration;
    }

    boolean hasKey() {
      return !key.isEmpty();
    }
  }

  /** What a table has besides, each with a column or a key of its own. */
  enum Extra {
    NOTHING(""),
    GENERATED(", g INT AS (CHAR_LENGTH(note)) STORED"),
    UNIQUE_GENERATED(", g INT AS (u1 * 2) STORED, UNIQUE KEY g (g)"),
    UNIQUE_PAIR(", UNIQUE KEY pair (u1, note)"),
    UNIQUE_PREFIX(", UNIQUE KEY prefix (u1, note(7))"),
    PARENT(", parent INT, CONSTRAINT %s FOREIGN KEY (parent) REFERENCES %s (id)");

    private final String sql;

    Extra(String sql) {
      this.sql = sql;
    }

    private boolean isGenerated() {
      return this == GENERATED || this == UNIQUE_GENERATED;
    }
  }

  /**
   * One table.
   *
   * @param uniques how many columns with unique values it has
   * @param text the collation of those that hold text
   * @param parent what its rows refer to; empty if nothing
   */
  record Table(String name, Shape shape, int uniques, String text, Extra extra, String parent) {

    String create() {
      StringBuilder sql = new StringBuilder("CREATE TABLE ").append(name).append(" (");
      sql.append(shape.columns).append(", amount DECIMAL(12,3), note VARCHAR(60)");
      sql.append(" CHARACTER SET utf8mb4, at DATETIME(6)");
      for (int i = 1; i <= uniques; i++) {
        sql.append(", u").append(i).append(i == 2 ? " VARCHAR(20) COLLATE " + text : " INT");
      }
      sql.append(", ").append(shape.declaration);
      for (int i = 1; i <= uniques; i++) {
        sql.append(", UNIQUE KEY k").append(i).append(" (u").append(i).append(")");
      }
      sql.append(extra.sql.formatted("parent_of_" + name.substring(name.indexOf('.') + 1), parent));
      return sql.append(") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4").toString();
    }
  }

  private final List<Table> tables = new ArrayList<>();
  private final Set<Hindrance> hindrances;

  /** Tables with all hindrances. */
  RandomTables(Random random, String database) {
    this(random, database, EnumSet.allOf(Hindrance.class));
  }

  private RandomTables(Random random, String database, Set<Hindrance> hindrances) {
    this.hindrances = hindrances;
    Shape[] shapes = Shape.values();
    for (int i = 0; i < shapes.length; i++) {
      int uniques = shapes[i].hasKey() ? 1 + random.nextInt(3) : random.nextInt(2);
      tables.add(
          new Table(
              database + ".t" + i, shapes[i], uniques, "utf8mb4_general_ci", Extra.NOTHING, ""));
    }
  }

  /** The same tables, with other collations, generated columns, and keys of all kinds besides. */
  static RandomTables withExtras(
      MySqlRelease release, Random random, String database, Set<Hindrance> hindrances) {
    RandomTables made = new RandomTables(random, database, hindrances);
    int collations = COLLATIONS.size() - (hindrances.contains(Hindrance.PECULIAR_TEXTS) ? 0 : 1);
    String parent = made.tables.get(0).name();
    for (int i = 1; i < made.tables.size(); i++) {
      Table table = made.tables.get(i);
      Extra extra =
          table.uniques() == 0 ? Extra.NOTHING : EXTRAS.get(random.nextInt(EXTRAS.size()));
      if (release == MySqlRelease.MARIADB_10_2 && !table.shape().hasKey() && extra.isGenerated()) {
        // It does not compute them anew if the key is set by which it finds the row.
        extra = Extra.NOTHING;
      }
      String text = COLLATIONS.get(random.nextInt(collations));
      made.tables.set(
          i, new Table(table.name(), table.shape(), table.uniques(), text, extra, parent));
    }
    return made;
  }

  private static final List<Extra> EXTRAS = List.of(Extra.values());

  /** Of the last one nothing is known. */
  private static final List<String> COLLATIONS =
      List.of("utf8mb4_general_ci", "utf8mb4_unicode_ci", "utf8mb4_bin", "utf8mb4_swedish_ci");

  List<Table> tables() {
    return tables;
  }

  /** The statements of one random transaction. */
  List<String> transaction(Random random) {
    List<String> statements = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      statement(tables.get(random.nextInt(tables.size())), random, statements);
    }
    return statements;
  }

  private void statement(Table table, Random random, List<String> statements) {
    switch (random.nextInt(10)) {
      case 0, 1, 2 -> statements.add(insert(table, random));
      case 3 -> statements.add("DELETE FROM " + table.name() + where(table, random) + " LIMIT 1");
      case 4 -> deleteAndInsertAgain(table, random, statements);
      case 5 -> changeKey(table, random, statements);
      case 6 -> passUniqueOn(table, random, statements);
      case 7 -> rotateUniques(table, random, statements);
      case 8 ->
          statements.add(
              "UPDATE "
                  + table.name()
                  + " SET amount = amount + 1 WHERE id BETWEEN "
                  + key(table, random)
                  + " AND "
                  + key(table, random)
                  + " LIMIT 20");
      default ->
          statements.add(
              "UPDATE "
                  + table.name()
                  + " SET note = "
                  + note(random)
                  + ", at = NOW(6)"
                  + where(table, random)
                  + " LIMIT 3");
    }
  }

  private String insert(Table table, Random random) {
    StringBuilder columns = new StringBuilder("id, amount, note, at");
    StringBuilder values = new StringBuilder(key(table, random));
    values.append(", ").append(random.nextInt(100_000) / 8.0).append(", ").append(note(random));
    values.append(", NOW(6)");
    if (table.shape() == Shape.PAIR) {
      columns.append(", part");
      values.append(", '").append((char) ('a' + random.nextInt(3))).append('\'');
    }
    for (int i = 1; i <= table.uniques(); i++) {
      columns.append(", u").append(i);
      values.append(", ").append(unique(i, random));
    }
    if (table.extra() == Extra.PARENT) {
      columns.append(", parent");
      values.append(", ").append(random.nextBoolean() ? "NULL" : 1 + random.nextInt(KEYS));
    }
    return "INSERT INTO " + table.name() + " (" + columns + ") VALUES (" + values + ")";
  }

  private void deleteAndInsertAgain(Table table, Random random, List<String> statements) {
    statements.add("DELETE FROM " + table.name() + where(table, random) + " LIMIT 1");
    statements.add(insert(table, random));
  }

  /** Letters of a key change their case, or the key becomes another one. */
  private void changeKey(Table table, Random random, List<String> statements) {
    boolean moves = hindrances.contains(Hindrance.MOVING_KEYS) || !table.shape().hasKey();
    String change = moves ? key(table, random) : "id";
    if (table.shape() == Shape.TEXT && (!moves || random.nextBoolean())) {
      change = random.nextBoolean() ? "UPPER(id)" : "LOWER(id)";
    }
    statements.add(
        "UPDATE " + table.name() + " SET id = " + change + where(table, random) + " LIMIT 1");
  }

  /** One row gives a unique value to another. */
  private void passUniqueOn(Table table, Random random, List<String> statements) {
    if (table.uniques() == 0) {
      return;
    }
    int column = 1 + random.nextInt(table.uniques());
    String value = unique(column, random);
    statements.add(
        "UPDATE %s SET u%d = NULL WHERE u%d = %s".formatted(table.name(), column, column, value));
    statements.add(
        "UPDATE %s SET u%d = %s%s LIMIT 1"
            .formatted(table.name(), column, value, where(table, random)));
  }

  /** Unique values move up by one, the highest first: 2 to 3, 1 to 2. */
  private static void rotateUniques(Table table, Random random, List<String> statements) {
    if (table.uniques() == 0) {
      return;
    }
    int from = random.nextInt(UNIQUES);
    statements.add(
        "UPDATE %s SET u1 = u1 + 1 WHERE u1 BETWEEN %d AND %d ORDER BY u1 DESC"
            .formatted(table.name(), from, from + 6));
  }

  private String where(Table table, Random random) {
    return " WHERE id = " + key(table, random);
  }

  private String key(Table table, Random random) {
    int number = random.nextInt(KEYS);
    return switch (table.shape()) {
      case TEXT, BYTES -> "'" + word(random) + number % 40 + "'";
      default -> String.valueOf(1 + number);
    };
  }

  private String unique(int column, Random random) {
    if (random.nextInt(5) == 0) {
      return "NULL";
    }
    int number = random.nextInt(UNIQUES);
    return column == 2 ? "'" + word(random) + number % 60 + "'" : String.valueOf(number);
  }

  private String word(Random random) {
    boolean isPeculiar = hindrances.contains(Hindrance.PECULIAR_TEXTS);
    return WORDS.get(random.nextInt(isPeculiar ? WORDS.size() : PLAIN_WORDS));
  }

  /** Notes are part of a key in some tables. */
  private String note(Random random) {
    String what = hindrances.contains(Hindrance.PECULIAR_TEXTS) ? "note ☕ " : "note ";
    return random.nextInt(6) == 0 ? "NULL" : "'" + what + random.nextInt() + "'";
  }
}
