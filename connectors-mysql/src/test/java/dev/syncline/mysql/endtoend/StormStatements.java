package dev.syncline.mysql.endtoend;

import dev.syncline.mysql.endtoend.StormTables.Column;
import dev.syncline.mysql.endtoend.StormTables.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * Random statements on tables of a small family: those that change rows, and those that change the
 * tables. Many are refused by the server, since the tables have changed meanwhile or for what they
 * hold, which is as good. Used by one thread.
 */
final class StormStatements {

  /** The longest texts, in characters, of which there are keys. */
  static final long MOST_IN_KEY = 60;

  /** Is large enough for statements that take a while, and keeps its name and its key. */
  static final String BIG = "big";

  private static final int NAMES = 9;
  private static final int FEWEST = 4;
  private static final int KEYS = 5_000;
  private static final List<String> WORDS =
      List.of("a", "A", "b", "ab", "aB ", "Zoe", "zoë", "x_y", "100", "", "ß", "ss");
  private static final List<String> SETS =
      List.of(
          "utf8mb4", "latin1", "utf8mb4 COLLATE utf8mb4_bin", "utf8mb4 COLLATE utf8mb4_unicode_ci");

  /**
   * Columns are never called as others were, so that no two definitions mean the same by chance.
   */
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final Random random;

  StormStatements(Random random) {
    this.random = random;
  }

  /** The tables at the beginning. */
  static List<String> create() {
    List<String> sql = new ArrayList<>();
    sql.add(
        "CREATE TABLE " + BIG + " (id INT PRIMARY KEY, a INT NOT NULL, b VARCHAR(40), KEY (a))");
    sql.add("CREATE TABLE t0 (id INT PRIMARY KEY, a BIGINT, b VARCHAR(30))");
    sql.add("CREATE TABLE t1 (id VARCHAR(20) COLLATE utf8mb4_general_ci PRIMARY KEY, a INT)");
    sql.add("CREATE TABLE t2 (id INT, part CHAR(5), n INT, PRIMARY KEY (id, part)) CHARSET latin1");
    sql.add("CREATE TABLE t3 (id BIGINT UNSIGNED PRIMARY KEY, u INT NOT NULL, UNIQUE KEY u (u))");
    sql.add("CREATE TABLE t4 (a INT NOT NULL, b TEXT, id INT PRIMARY KEY)");
    return sql;
  }

  /** Changes rows of a table. */
  String rows(StormTables tables) {
    Table table = tables.any(random);
    int chance = random.nextInt(20);
    if (chance < 11) {
      List<String> rows = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        rows.add(
            table.columns().stream().map(this::value).collect(Collectors.joining(", ", "(", ")")));
      }
      String columns =
          table.columns().stream().map(c -> quoted(c.name())).collect(Collectors.joining(", "));
      return "%s INTO %s (%s) VALUES %s"
          .formatted(
              random.nextInt(3) == 0 ? "REPLACE" : "INSERT IGNORE",
              table.name(),
              columns,
              String.join(", ", rows));
    }
    Column where = table.any(random);
    String limit =
        " WHERE %s >= %s LIMIT %d"
            .formatted(quoted(where.name()), literal(where), 1 + random.nextInt(4));
    if (chance < 17) {
      Column set = table.any(random);
      return "UPDATE IGNORE %s SET %s = %s".formatted(table.name(), quoted(set.name()), value(set))
          + limit;
    }
    return "DELETE FROM " + table.name() + limit;
  }

  private String value(Column column) {
    return column.nullable() && random.nextInt(6) == 0 ? "NULL" : literal(column);
  }

  private String literal(Column column) {
    return switch (column.type()) {
      case "tinyint" -> String.valueOf(random.nextInt(100));
      case "int", "bigint", "smallint" -> String.valueOf(random.nextInt(KEYS));
      case "decimal" -> random.nextInt(100) + "." + random.nextInt(100);
      case "datetime", "timestamp" ->
          "'2020-01-%02d 10:00:%02d'".formatted(1 + random.nextInt(28), random.nextInt(60));
      case "date" -> "'2021-02-%02d'".formatted(1 + random.nextInt(28));
      default -> "'" + text(column) + "'";
    };
  }

  private String text(Column column) {
    String word = WORDS.get(random.nextInt(WORDS.size()));
    return column.length() < 8 ? word : word + (random.nextBoolean() ? "" : random.nextInt(900));
  }

  /**
   * Changes tables.
   *
   * @param keyless whether tables may lose their keys
   */
  String tables(StormTables tables, boolean keyless) {
    int count = tables.tables().size();
    if (count < FEWEST) {
      // Two sessions have dropped some at once; other statements need other tables.
      return createTable(free(tables), keyless);
    }
    Table table = tables.any(random);
    if (table.name().equals(BIG)) {
      return big(table);
    }
    return switch (random.nextInt(22)) {
      case 0, 1 -> count < NAMES ? createTable(free(tables), keyless) : "TRUNCATE " + table.name();
      case 2 ->
          count < NAMES
              ? "CREATE TABLE %s LIKE %s".formatted(free(tables), table.name())
              : drop(tables);
      case 3, 4 -> count > FEWEST ? drop(tables) : "TRUNCATE TABLE " + table.name();
      case 5 -> "RENAME TABLE %s TO %s".formatted(table.name(), free(tables));
      case 6, 7 -> swap(table, other(tables, table));
      case 8 -> "ALTER TABLE %s RENAME TO %s".formatted(table.name(), free(tables));
      case 9 -> "TRUNCATE TABLE " + table.name();
      case 10, 11 -> "ALTER TABLE %s %s".formatted(table.name(), key(table, keyless));
      case 12 -> convert(table);
      case 13 ->
          "CREATE %s k%d ON %s (%s)"
              .formatted(
                  random.nextBoolean() ? "UNIQUE INDEX" : "INDEX",
                  next(),
                  table.name(),
                  inIndex(table.any(random)));
      case 14 ->
          "ALTER TABLE %s %s, RENAME TO %s".formatted(table.name(), add(table), free(tables));
      case 15 -> "ALTER TABLE %s %s, %s".formatted(table.name(), add(table), change(table));
      case 16 -> "ALTER TABLE %s ENGINE = InnoDB".formatted(table.name());
      default ->
          "ALTER TABLE %s %s"
              .formatted(table.name(), random.nextInt(5) < 2 ? add(table) : change(table));
    };
  }

  private String big(Table table) {
    return switch (random.nextInt(5)) {
      case 0 ->
          "ALTER TABLE big ADD COLUMN c%d INT NOT NULL DEFAULT %d"
              .formatted(next(), random.nextInt(9));
      case 1 ->
          table.columns().size() > 5
              ? "ALTER TABLE big DROP COLUMN " + quoted(table.columns().get(3).name())
              : "ALTER TABLE big ADD KEY (b)";
      case 2 ->
          "ALTER TABLE big MODIFY a " + (random.nextBoolean() ? "INT" : "BIGINT") + " NOT NULL";
      case 3 ->
          "ALTER TABLE big MODIFY b VARCHAR(%d) CHARACTER SET %s"
              .formatted(40 + random.nextInt(300), set());
      default -> "ALTER TABLE big ENGINE = InnoDB";
    };
  }

  private String free(StormTables tables) {
    String name = "t" + random.nextInt(NAMES * 2);
    while (tables.has(name)) {
      name = "t" + random.nextInt(NAMES * 2);
    }
    return name;
  }

  private Table other(StormTables tables, Table table) {
    Table other = tables.any(random);
    while (other.name().equals(table.name()) || other.name().equals(BIG)) {
      other = tables.any(random);
    }
    return other;
  }

  private String drop(StormTables tables) {
    Table table = other(tables, new Table(BIG, List.of()));
    return random.nextInt(3) == 0
        ? "DROP TABLE %s, %s".formatted(table.name(), other(tables, table).name())
        : "DROP TABLE " + table.name();
  }

  private static String swap(Table one, Table other) {
    return "RENAME TABLE %1$s TO swapping, %2$s TO %1$s, swapping TO %2$s"
        .formatted(one.name(), other.name());
  }

  private String createTable(String name, boolean keyless) {
    List<String> columns = new ArrayList<>();
    columns.add("id " + (random.nextBoolean() ? "INT" : "VARCHAR(25)") + " NOT NULL");
    columns.add("p" + next() + " " + type() + " NOT NULL");
    for (int i = random.nextInt(3); i > 0; i--) {
      columns.add("c" + next() + " " + type());
    }
    if (!keyless || random.nextInt(4) > 0) {
      columns.add("PRIMARY KEY (id)");
    }
    return "CREATE TABLE %s (%s) DEFAULT CHARSET %s"
        .formatted(name, String.join(", ", columns), set());
  }

  private String type() {
    return switch (random.nextInt(8)) {
      case 0 -> "BIGINT";
      case 1 -> "DECIMAL(12,2)";
      case 2 -> "DATETIME";
      case 3 -> "VARCHAR(%d) CHARACTER SET %s".formatted(5 + random.nextInt(50), set());
      case 4 -> "VARCHAR(" + (5 + random.nextInt(50)) + ")";
      case 5 -> "CHAR(6)";
      default -> "INT";
    };
  }

  private String set() {
    return SETS.get(random.nextInt(SETS.size()));
  }

  private String add(Table table) {
    String place =
        switch (random.nextInt(4)) {
          case 0 -> " FIRST";
          case 1 -> " AFTER " + quoted(table.any(random).name());
          default -> "";
        };
    return "ADD COLUMN c%d %s%s%s"
        .formatted(next(), type(), random.nextBoolean() ? " NOT NULL" : "", place);
  }

  private String change(Table table) {
    Column column = table.any(random);
    String nullable = column.nullable() ? "" : " NOT NULL";
    return switch (random.nextInt(6)) {
      case 0, 1 ->
          column.inKey() || table.columns().size() < 3
              ? add(table)
              : "DROP COLUMN " + quoted(column.name());
      case 2 ->
          "CHANGE %s c%d %s%s".formatted(quoted(column.name()), next(), sameType(column), nullable);
      case 3 -> "MODIFY %s %s%s FIRST".formatted(quoted(column.name()), sameType(column), nullable);
      case 4 ->
          "MODIFY %s %s%s"
              .formatted(
                  quoted(column.name()),
                  sameType(column),
                  random.nextBoolean() ? " NOT NULL" : nullable);
      default -> "ADD KEY k%d (%s)".formatted(next(), inIndex(column));
    };
  }

  /** A type that holds most of what the column holds. */
  private String sameType(Column column) {
    return switch (column.type()) {
      case "int" -> random.nextBoolean() ? "BIGINT" : "INT";
      case "bigint" -> random.nextBoolean() ? "BIGINT" : "INT";
      case "decimal" -> "DECIMAL(" + (12 + random.nextInt(4)) + ",3)";
      case "datetime" -> "DATETIME";
      case "text", "mediumtext", "longtext" -> "TEXT";
      default ->
          "VARCHAR(%d) CHARACTER SET %s"
              .formatted(Math.min(60, column.length() + random.nextInt(10)), set());
    };
  }

  private String key(Table table, boolean keyless) {
    List<String> columns = table.someForKey(random).stream().map(StormStatements::quoted).toList();
    if (columns.isEmpty() || (keyless && random.nextInt(4) == 0)) {
      return keyless ? "DROP PRIMARY KEY" : add(table);
    }
    return (table.hasKey() ? "DROP PRIMARY KEY, " : "")
        + "ADD PRIMARY KEY ("
        + String.join(", ", columns)
        + ")";
  }

  private String convert(Table table) {
    return random.nextBoolean()
        ? "ALTER TABLE %s CONVERT TO CHARACTER SET %s".formatted(table.name(), set())
        : "ALTER TABLE %s DEFAULT CHARACTER SET %s".formatted(table.name(), set());
  }

  private static String inIndex(Column column) {
    return quoted(column.name()) + (column.type().endsWith("text") ? "(10)" : "");
  }

  private static int next() {
    return NUMBER.incrementAndGet();
  }

  private static String quoted(String name) {
    return "`" + name + "`";
  }
}
