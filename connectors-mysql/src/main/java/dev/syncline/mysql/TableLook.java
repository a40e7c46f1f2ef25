package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

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

  private static Map<String, ColumnLook> columns(Statement statement, TableId table)
      throws SQLException {
    Map<String, ColumnLook> columns = new LinkedHashMap<>();
    try (ResultSet rows =
        statement.executeQuery("SHOW FULL COLUMNS FROM " + SqlNames.quote(table))) {
      while (rows.next()) {
        String name = rows.getString("Field");
        String extra = text(rows, "Extra").toUpperCase(Locale.ROOT);
        boolean generated =
            extra.contains("VIRTUAL") || extra.contains("STORED") || extra.contains("PERSISTENT");
        boolean nullable = rows.getString("Null").equalsIgnoreCase("YES");
        boolean optional =
            nullable
                || generated
                || rows.getString("Default") != null
                || extra.contains("AUTO_INCREMENT")
                || extra.contains("DEFAULT_GENERATED");
        columns.put(
            nameKey(name),
            new ColumnLook(
                name,
                rows.getString("Type"),
                text(rows, "Collation"),
                nullable,
                optional,
                generated));
      }
    }
    return columns;
  }

  private static List<KeyLook> uniqueKeys(Statement statement, TableId table) throws SQLException {
    Map<String, List<PartLook>> keys = new LinkedHashMap<>();
    try (ResultSet rows = statement.executeQuery("SHOW INDEX FROM " + SqlNames.quote(table))) {
      while (rows.next()) {
        if (rows.getInt("Non_unique") != 0) {
          continue;
        }
        String column = text(rows, "Column_name");
        boolean whole = !column.isEmpty() && rows.getString("Sub_part") == null;
        keys.computeIfAbsent(rows.getString("Key_name"), k -> new ArrayList<>())
            .add(new PartLook(nameKey(column), whole));
      }
    }
    List<KeyLook> all = new ArrayList<>();
    keys.forEach((name, parts) -> all.add(new KeyLook(name, List.copyOf(parts))));
    return all;
  }

  private static String text(ResultSet rows, String column) throws SQLException {
    return Objects.requireNonNullElse(rows.getString(column), "");
  }
}
