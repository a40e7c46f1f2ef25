package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Makes statements that define tables, most of which a server takes. */
final class RandomDefinitions {

  private static final List<String> TYPES =
      List.of(
          "INT",
          "INT UNSIGNED",
          "BIGINT(7)",
          "SMALLINT ZEROFILL",
          "TINYINT(1)",
          "BOOL",
          "MEDIUMINT",
          "DECIMAL(8,3)",
          "NUMERIC",
          "FLOAT",
          "FLOAT(30)",
          "DOUBLE",
          "REAL",
          "BIT(9)",
          "YEAR",
          "DATE",
          "TIME(2)",
          "DATETIME",
          "DATETIME(6)",
          "TIMESTAMP",
          "TIMESTAMP(3) NULL",
          "CHAR(7)",
          "VARCHAR(9)",
          "VARCHAR(30)",
          "VARCHAR(20) CHARACTER SET latin1",
          "VARCHAR(20) COLLATE utf8mb4_bin",
          "CHAR(5) CHARACTER SET utf8",
          "CHAR(6) BINARY",
          "NCHAR(4)",
          "VARCHAR(11) CHARACTER SET gbk",
          "BINARY(4)",
          "VARBINARY(20)",
          "TINYTEXT",
          "TEXT",
          "TEXT(70)",
          "MEDIUMTEXT CHARACTER SET latin2",
          "LONGTEXT",
          "BLOB",
          "BLOB(70000)",
          "JSON",
          "ENUM('a','b','c')",
          "SET('a','b','c')",
          "POINT");

  private static final List<String> CHARSETS =
      List.of(
          "CHARACTER SET latin1",
          "CHARACTER SET utf8mb4",
          "CHARSET utf8",
          "COLLATE utf8mb4_bin",
          "CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
          "CHARACTER SET gbk");

  private final Random random;
  private int names;

  RandomDefinitions(Random random) {
    this.random = random;
  }

  /** The next statement, for these tables. */
  String next(List<TableDefinition> tables) {
    int kind = random.nextInt(100);
    if (tables.size() < 3 || (kind < 12 && tables.size() < 8)) {
      return create(tables);
    }
    TableDefinition table = any(tables);
    String name = "`" + table.id().name() + "`";
    if (kind < 16 && tables.size() < 8) {
      return "CREATE TABLE " + name("t") + " LIKE " + name;
    }
    if (kind < 21) {
      return "DROP TABLE " + name;
    }
    if (kind < 24) {
      return "RENAME TABLE " + name + " TO " + name("t");
    }
    if (kind < 26) {
      return "TRUNCATE TABLE " + name;
    }
    if (kind < 30) {
      return "CREATE %s INDEX %s ON %s (%s)"
          .formatted(any(List.of("UNIQUE", "")), name("k"), name, parts(table));
    }
    if (kind < 32) {
      return "ALTER DATABASE @DB " + any(CHARSETS);
    }
    if (kind < 35) {
      return "SET SESSION explicit_defaults_for_timestamp = %d, sql_mode = '%s'"
          .formatted(
              random.nextInt(2),
              any(List.of("", "", "REAL_AS_FLOAT", "NO_BACKSLASH_ESCAPES", "STRICT_ALL_TABLES")));
    }
    int clauses = 1 + random.nextInt(random.nextInt(4) + 1);
    List<String> all = new ArrayList<>();
    for (int i = 0; i < clauses; i++) {
      all.add(clause(table, tables));
    }
    return "ALTER TABLE " + name + " " + String.join(", ", all);
  }

  private String create(List<TableDefinition> tables) {
    List<String> pieces = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    boolean hasId = random.nextInt(3) > 0;
    if (hasId) {
      columns.add("id");
      pieces.add("id INT NOT NULL" + any(List.of(" AUTO_INCREMENT PRIMARY KEY", " PRIMARY KEY")));
    }
    for (int i = 1 + random.nextInt(5); i > 0; i--) {
      String column = name("c");
      columns.add(column);
      pieces.add(column + " " + definition(hasId));
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      pieces.add(
          "%s %s (%s)"
              .formatted(
                  any(List.of("UNIQUE", "UNIQUE", "KEY")),
                  random.nextBoolean() ? name("k") : "",
                  any(columns)));
    }
    if (!hasId && random.nextBoolean()) {
      pieces.add("PRIMARY KEY (" + any(columns) + ")");
    }
    if (random.nextInt(5) == 0 && !tables.isEmpty()) {
      columns.add("p");
      pieces.add("p INT");
      pieces.add(foreignKey("p", any(tables)));
    }
    return "CREATE TABLE %s (%s) %s"
        .formatted(
            name("t"), String.join(", ", pieces), random.nextInt(3) == 0 ? any(CHARSETS) : "");
  }

  private String foreignKey(String column, TableDefinition parent) {
    return "%s FOREIGN KEY (%s) REFERENCES `%s` (id) %s"
        .formatted(
            random.nextBoolean() ? "" : "CONSTRAINT " + name("f"),
            column,
            parent.id().name(),
            any(List.of("", "ON DELETE CASCADE", "ON UPDATE SET NULL", "ON DELETE NO ACTION")));
  }

  private String definition(boolean hasKey) {
    String type = any(TYPES);
    boolean text = type.contains("CHAR");
    boolean number = type.contains("INT") || type.contains("DEC") || type.contains("DOUBLE");
    String attribute = type.endsWith("NULL") ? "" : any(List.of("", "", "NOT NULL", "NULL"));
    String value = "";
    if (random.nextInt(3) == 0 && (text || number)) {
      value =
          text
              ? any(List.of("DEFAULT 'a'", "DEFAULT ''", "DEFAULT 'x y'", "DEFAULT 5"))
              : any(List.of("DEFAULT 1", "DEFAULT '12'", "DEFAULT 0", "DEFAULT -3", "DEFAULT 1.5"));
    }
    boolean indexed = random.nextInt(6) == 0 && (text || number);
    String key = indexed ? any(List.of("UNIQUE", hasKey ? "UNIQUE" : "PRIMARY KEY")) : "";
    return String.join(" ", type, attribute, value, key).strip();
  }

  private String clause(TableDefinition table, List<TableDefinition> tables) {
    Column column = any(table.columns());
    String name = "`" + column.name() + "`";
    boolean hasKey = table.uniqueKeys().stream().anyMatch(UniqueKey::isPrimary);
    return switch (random.nextInt(22)) {
      case 0, 1, 2, 3 -> "ADD COLUMN " + name("c") + " " + definition(hasKey) + position(table);
      case 4, 5 -> "DROP COLUMN " + name;
      case 6, 7 -> "MODIFY " + name + " " + definition(hasKey) + position(table);
      case 8 -> "MODIFY " + name + " " + column.type().nativeType() + position(table);
      case 9 ->
          "MODIFY %s %s %s"
              .formatted(name, column.type().nativeType(), column.nullable() ? "NOT NULL" : "NULL");
      case 10, 11 -> "CHANGE " + name + " " + name("c") + " " + definition(hasKey);
      case 12 -> "RENAME COLUMN " + name + " TO " + name("c");
      case 13 -> "ALTER COLUMN " + name + any(List.of(" DROP DEFAULT", " SET DEFAULT 1"));
      case 14, 15 ->
          "ADD %s %s (%s)"
              .formatted(
                  any(List.of("UNIQUE", "KEY")),
                  random.nextBoolean() ? name("k") : "",
                  parts(table));
      case 16 -> hasKey ? "DROP PRIMARY KEY" : "ADD PRIMARY KEY (" + name + ")";
      case 17 ->
          table.uniqueKeys().isEmpty()
              ? "FORCE"
              : "DROP INDEX `" + any(table.uniqueKeys()).name() + "`";
      case 18 -> "CONVERT TO " + any(CHARSETS.subList(0, 3));
      case 19 -> any(CHARSETS);
      case 20 -> foreignKeyClause(table, tables, name);
      default -> "RENAME TO " + name("t");
    };
  }

  private String foreignKeyClause(
      TableDefinition table, List<TableDefinition> tables, String column) {
    if (!table.foreignKeys().isEmpty() && random.nextBoolean()) {
      List<String> names = table.foreignKeys().stream().map(ForeignKey::name).toList();
      return "DROP FOREIGN KEY `" + any(names) + "`";
    }
    return "ADD " + foreignKey(column, any(tables));
  }

  private String parts(TableDefinition table) {
    List<Column> columns = new ArrayList<>();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      columns.add(any(table.columns()));
    }
    return columns.stream()
        .distinct()
        .map(
            column -> {
              String type = column.type().nativeType();
              boolean isLong = type.endsWith("text") || type.endsWith("blob");
              boolean part = isLong || (type.contains("char") && random.nextBoolean());
              return "`" + column.name() + "`" + (part ? "(" + (1 + random.nextInt(6)) + ")" : "");
            })
        .collect(Collectors.joining(", "));
  }

  private String position(TableDefinition table) {
    return switch (random.nextInt(4)) {
      case 0 -> " FIRST";
      case 1 -> " AFTER `" + any(table.columns()).name() + "`";
      default -> "";
    };
  }

  /** A new name, or now and then one that was used before. */
  private String name(String first) {
    return first + (random.nextInt(8) == 0 ? random.nextInt(names + 1) : ++names);
  }

  private <T> T any(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
