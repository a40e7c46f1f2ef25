package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What a server shows of a table. Immutable.
 *
 * @param columns the columns in order, by {@link #nameKey} of their names
 * @param uniqueKeys the primary key and the unique indexes
 */
record TableLook(Map<String, ColumnLook> columns, List<KeyLook> uniqueKeys) {

  private static final int NO_SUCH_DATABASE = 1049;
  private static final int NO_SUCH_TABLE = 1146;

  /**
   * A column.
   *
   * @param name the name as declared
   * @param type the type as the server spells it
   * @param collation empty if it holds no text
   * @param nullable whether it takes NULL
   * @param optional whether a row may be inserted without a value for it
   * @param generated whether the server computes it
   */
  record ColumnLook(
      String name,
      String type,
      String collation,
      boolean nullable,
      boolean optional,
      boolean generated) {}

  /** A unique key. */
  record KeyLook(String name, List<PartLook> parts) {}

  /**
   * A part of a unique key.
   *
   * @param column the {@link #nameKey} of the column; empty for an expression
   * @param isWholeColumn false for an expression or the beginning of a column
   */
  record PartLook(String column, boolean isWholeColumn) {}

  /** The form in which names of columns are compared: they do not tell upper from lower case. */
  static String nameKey(String column) {
    return column.toLowerCase(Locale.ROOT);
  }

  /** Looks at a table; empty if there is none of this name. */
  static Optional<TableLook> at(Connection connection, TableId table) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return Optional.of(new TableLook(columns(statement, table), uniqueKeys(statement, table)));
    } catch (SQLException e) {
      if (isMissing(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether a failure means that a table or its database is not there. */
  static boolean isMissing(SQLException failure) {
    int code = failure.getErrorCode();
    return code == NO_SUCH_TABLE || code == NO_SUCH_DATABASE;
  }

  /**
   * Looks at tables of a database by a few questions, whatever their number. The catalog shows no
   * other things than {@link #at} does, but keys in the order of their names.
   *
   * @param names the names of the tables
   * @return those of them that the catalog shows, by name
   */
  static Map<String, TableLook> inDatabase(
      Connection connection, String database, Set<String> names) throws SQLException {
    Map<String, Map<String, ColumnLook>> columns = new HashMap<>();
    Map<String, String> words = new HashMap<>();
    ask(
        connection,
        "SELECT TABLE_NAME, COLUMN_NAME AS `Field`, COLUMN_TYPE AS `Type`,"
            + " COLLATION_NAME AS `Collation`, IS_NULLABLE AS `Null`, COLUMN_DEFAULT AS `Default`,"
            + " EXTRA AS `Extra` FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?"
            + " ORDER BY TABLE_NAME, ORDINAL_POSITION",
        database,
        row -> {
          if (names.contains(row.getString(1))) {
            ColumnLook column = column(row, words);
            columns
                .computeIfAbsent(row.getString(1), t -> new LinkedHashMap<>())
                .put(nameKey(column.name()), column);
          }
        });
    Map<String, Map<String, List<PartLook>>> keys = new HashMap<>();
    ask(
        connection,
        "SELECT TABLE_NAME, NON_UNIQUE AS `Non_unique`, INDEX_NAME AS `Key_name`,"
            + " COLUMN_NAME AS `Column_name`, SUB_PART AS `Sub_part`"
            + " FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?"
            + " ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX",
        database,
        row -> addPart(row, keys.computeIfAbsent(row.getString(1), t -> new LinkedHashMap<>())));
    Map<String, TableLook> looks = new HashMap<>();
    columns.forEach(
        (table, ofTable) ->
            looks.put(table, new TableLook(ofTable, keys(keys.getOrDefault(table, Map.of())))));
    return looks;
  }

  /** What is done with each row of an answer. */
  interface RowUse {
    void take(ResultSet row) throws SQLException;
  }

  /** Asks the catalog about a database. */
  static void ask(Connection connection, String sql, String database, RowUse use)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, database);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          use.take(rows);
        }
      }
    }
  }

  private static Map<String, ColumnLook> columns(Statement statement, TableId table)
      throws SQLException {
    Map<String, ColumnLook> columns = new LinkedHashMap<>();
    try (ResultSet rows =
        statement.executeQuery("SHOW FULL COLUMNS FROM " + SqlNames.quote(table))) {
      while (rows.next()) {
        ColumnLook column = column(rows, new HashMap<>());
        columns.put(nameKey(column.name()), column);
      }
    }
    return columns;
  }

  /**
   * A column as the server shows it.
   *
   * @param words what is the same in many columns, to be held once
   */
  private static ColumnLook column(ResultSet row, Map<String, String> words) throws SQLException {
    String extra = text(row, "Extra").toUpperCase(Locale.ROOT);
    boolean generated =
        extra.contains("VIRTUAL") || extra.contains("STORED") || extra.contains("PERSISTENT");
    boolean nullable = row.getString("Null").equalsIgnoreCase("YES");
    boolean optional =
        nullable
            || generated
            || row.getString("Default") != null
            || extra.contains("AUTO_INCREMENT")
            || extra.contains("DEFAULT_GENERATED");
    return new ColumnLook(
        row.getString("Field"),
        words.computeIfAbsent(row.getString("Type"), t -> t),
        words.computeIfAbsent(text(row, "Collation"), c -> c),
        nullable,
        optional,
        generated);
  }

  private static List<KeyLook> uniqueKeys(Statement statement, TableId table) throws SQLException {
    Map<String, List<PartLook>> keys = new LinkedHashMap<>();
    try (ResultSet rows = statement.executeQuery("SHOW INDEX FROM " + SqlNames.quote(table))) {
      while (rows.next()) {
        addPart(rows, keys);
      }
    }
    return keys(keys);
  }

  private static void addPart(ResultSet row, Map<String, List<PartLook>> keys) throws SQLException {
    if (row.getInt("Non_unique") == 0) {
      String column = text(row, "Column_name");
      boolean whole = !column.isEmpty() && row.getString("Sub_part") == null;
      keys.computeIfAbsent(row.getString("Key_name"), k -> new ArrayList<>())
          .add(new PartLook(nameKey(column), whole));
    }
  }

  private static List<KeyLook> keys(Map<String, List<PartLook>> parts) {
    List<KeyLook> all = new ArrayList<>();
    parts.forEach((name, ofKey) -> all.add(new KeyLook(name, List.copyOf(ofKey))));
    return all;
  }

  private static String text(ResultSet rows, String column) throws SQLException {
    return Objects.requireNonNullElse(rows.getString(column), "");
  }
}
