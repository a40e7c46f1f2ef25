package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.ValueKind;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The text of the statements that write to one table. Immutable.
 *
 * <p>A statement over many rows is a head, one piece per row with commas or ORs between, and a
 * tail; all three are made once for each table.
 *
 * <p>The guard: {@code ON DUPLICATE KEY UPDATE} updates whichever row has one of the new row's
 * unique values, also another than the one with its key. So in tables with several unique keys the
 * first assignment compares the keys of both rows and, if they differ, evaluates a subquery of two
 * rows where one is allowed, which is error 1242. The subquery stands in a condition, not in the
 * place of a value, so that it cannot change the type of what is assigned.
 */
final class TableStatements {

  private static final String FAIL = "(SELECT 1 FROM (SELECT 1 UNION ALL SELECT 2) AS `two`)";
  private static final String ALIAS = "`syncline_new`";

  private static final int ROOM_FOR_LONGER_ROWS = 32;
  private static final int LARGEST_GUESS = 4 * 1024 * 1024;

  private final TargetTable table;
  private final String quoted;
  private final boolean usesAlias;
  private final String insertHead;
  private final String deleteHead;
  private final String insertRow;
  private final String upsertTail;
  private final String keepTail;

  /**
   * The statements of a table.
   *
   * @param hasRowAlias whether the server has an alias for new rows; where it has one, the other
   *     way to name their values makes a warning for each
   */
  TableStatements(TargetTable table, boolean hasRowAlias) {
    this.table = table;
    this.quoted = SqlNames.quote(table.id());
    this.usesAlias = hasRowAlias && table.written().containsAll(table.identity());
    this.insertHead =
        "INSERT INTO " + quoted + " (" + list(table.written(), this::name) + ") VALUES ";
    this.deleteHead = "DELETE FROM " + quoted + " WHERE ";
    this.insertRow = "(" + list(table.written(), c -> "?") + ")";
    this.upsertTail = table.isKeyless() ? "" : tail(true);
    this.keepTail = table.isKeyless() ? "" : tail(false);
  }

  /** What is done to many rows by one statement. */
  enum Kind {
    /** Adds rows that must not be there yet. */
    INSERT,
    /** Adds rows, or overwrites those with their keys. */
    UPSERT,
    /** Adds rows whose keys are not there yet, and leaves the others as they are. */
    INSERT_MISSING,
    /** Deletes rows by their keys. */
    DELETE
  }

  /** The columns whose values a statement of a kind has for each row. */
  List<Integer> columns(Kind kind) {
    return kind == Kind.DELETE ? table.identity() : table.written();
  }

  /** A statement with parameters. */
  String text(Kind kind, List<Row> rows) {
    return switch (kind) {
      case INSERT -> insert(rows);
      case UPSERT -> insert(rows) + upsertTail;
      case INSERT_MISSING -> insert(rows) + keepTail;
      case DELETE -> delete(rows.size());
    };
  }

  /** Whether {@link #textOf} can do it. */
  boolean canWriteOut(Kind kind) {
    return kind == Kind.DELETE || table.storesJson().isEmpty();
  }

  /**
   * A statement with the values in it.
   *
   * @throws ChangeRejectedException if the target would refuse a value
   */
  String textOf(Kind kind, List<Row> rows) {
    List<Integer> columns = columns(kind);
    StringBuilder sql = new StringBuilder();
    if (kind != Kind.DELETE) {
      sql.append(insertHead);
      appendRows(sql, rows, columns);
      return sql.append(
              switch (kind) {
                case UPSERT -> upsertTail;
                case INSERT_MISSING -> keepTail;
                case INSERT, DELETE -> "";
              })
          .toString();
    }
    sql.append(deleteHead);
    if (columns.size() == 1) {
      sql.append(name(columns.get(0))).append(" IN (");
      for (int i = 0; i < rows.size(); i++) {
        sql.append(i == 0 ? "" : ", ");
        append(sql, rows.get(i), columns.get(0));
      }
      return sql.append(')').toString();
    }
    for (int i = 0; i < rows.size(); i++) {
      sql.append(i == 0 ? "(" : " OR (");
      for (int c = 0; c < columns.size(); c++) {
        sql.append(c == 0 ? "" : " AND ").append(name(columns.get(c))).append(" = ");
        append(sql, rows.get(i), columns.get(c));
      }
      sql.append(')');
    }
    return sql.toString();
  }

  private void appendRows(StringBuilder sql, List<Row> rows, List<Integer> columns) {
    for (int i = 0; i < rows.size(); i++) {
      sql.append(i == 0 ? "(" : ", (");
      for (int c = 0; c < columns.size(); c++) {
        sql.append(c == 0 ? "" : ", ");
        append(sql, rows.get(i), columns.get(c));
      }
      sql.append(')');
      if (i == 0) {
        // Most rows are about as long as the first one.
        int row = sql.length() - insertHead.length() + ROOM_FOR_LONGER_ROWS;
        sql.ensureCapacity((int) Math.min(LARGEST_GUESS, sql.length() + (long) row * rows.size()));
      }
    }
  }

  private void append(StringBuilder sql, Row row, int ordinal) {
    SqlLiterals.append(sql, row.value(ordinal), table.id(), table.column(ordinal));
  }

  private String insert(List<Row> rows) {
    if (table.storesJson().isEmpty()) {
      return insertHead + repeat(insertRow, ", ", rows.size());
    }
    return insertHead
        + rows.stream()
            .map(row -> "(" + list(table.written(), c -> parameter(row, c)) + ")")
            .collect(Collectors.joining(", "));
  }

  private String delete(int rows) {
    List<Integer> identity = table.identity();
    if (identity.size() == 1) {
      return deleteHead + name(identity.get(0)) + " IN (" + repeat("?", ", ", rows) + ")";
    }
    return deleteHead + repeat("(" + keyIs() + ")", " OR ", rows);
  }

  /** Deletes the row with one key unless it has the other key, too. */
  String deleteUnless() {
    return "DELETE FROM " + quoted + " WHERE " + keyIs() + " AND NOT (" + keyIs() + ")";
  }

  /** Gives the row with a key new values. */
  String updateByKey(Row after) {
    return update(after) + " WHERE " + keyIs();
  }

  /** Changes one of the rows that look like a given one. */
  String updateOne(Row before, Row after) {
    return update(after) + " WHERE " + looksLike(before) + " LIMIT 1";
  }

  /** Deletes one of the rows that look like a given one. */
  String deleteOne(Row before) {
    return "DELETE FROM " + quoted + " WHERE " + looksLike(before) + " LIMIT 1";
  }

  private String update(Row after) {
    String sets = list(table.written(), c -> name(c) + " = " + parameter(after, c));
    return "UPDATE " + quoted + " SET " + sets;
  }

  private String parameter(Row row, int ordinal) {
    return table.storesJson().contains(ordinal)
        ? MySqlValues.parameter(row.value(ordinal), table.column(ordinal))
        : "?";
  }

  private String keyIs() {
    return table.identity().stream()
        .map(c -> name(c) + " = ?")
        .collect(Collectors.joining(" AND "));
  }

  /** Texts are compared byte by byte: collations call different texts equal. */
  private String looksLike(Row row) {
    return table.written().stream()
        .map(ordinal -> isSame(row, ordinal))
        .collect(Collectors.joining(" AND "));
  }

  private String isSame(Row row, int ordinal) {
    Column column = table.column(ordinal);
    String name = name(ordinal);
    ValueKind kind = column.type().kind();
    return switch (kind) {
      case TEXT, ENUM, SET -> sameBytes(name);
      case JSON -> {
        String document = parameter(row, ordinal);
        yield table.storesJson().contains(ordinal)
            ? name + " <=> " + (document.equals("?") ? "CAST(? AS JSON)" : document)
            : sameBytes(name);
      }
      case GEOMETRY -> "HEX(" + name + ") <=> HEX(?)";
      case INTEGER, DECIMAL, FLOAT, DOUBLE, BINARY, BITS, DATE, DATE_TIME, INSTANT, TIME, YEAR ->
          name + " <=> ?";
    };
  }

  private static String sameBytes(String name) {
    return "CAST(CONVERT(" + name + " USING utf8mb4) AS BINARY) <=> CAST(? AS BINARY)";
  }

  private String tail(boolean overwrites) {
    List<Integer> written = table.written();
    int guard =
        table.identity().stream().filter(written::contains).findFirst().orElse(written.get(0));
    String first = name(guard) + " = " + (overwrites ? newValue(guard) : oldValue(guard));
    if (!table.otherKeys().isEmpty()) {
      String sameKey =
          table.identity().stream()
              .map(c -> oldValue(c) + " <=> " + newValue(c))
              .collect(Collectors.joining(" AND "));
      String kept = overwrites ? newValue(guard) : oldValue(guard);
      String never = overwrites ? oldValue(guard) : newValue(guard);
      first = name(guard) + " = IF(" + sameKey + " OR " + FAIL + ", " + kept + ", " + never + ")";
    }
    StringBuilder tail = new StringBuilder();
    if (usesAlias) {
      tail.append(" AS ").append(ALIAS);
    }
    tail.append(" ON DUPLICATE KEY UPDATE ").append(first);
    if (overwrites) {
      for (int ordinal : written) {
        if (ordinal != guard) {
          tail.append(", ").append(name(ordinal)).append(" = ").append(newValue(ordinal));
        }
      }
    }
    return tail.toString();
  }

  private String name(int ordinal) {
    return SqlNames.quote(table.column(ordinal).name());
  }

  private String oldValue(int ordinal) {
    return SqlNames.quote(table.id().name()) + "." + name(ordinal);
  }

  private String newValue(int ordinal) {
    return usesAlias ? ALIAS + "." + name(ordinal) : "VALUES(" + name(ordinal) + ")";
  }

  private static String list(List<Integer> ordinals, Function<Integer, String> piece) {
    return ordinals.stream().map(piece).collect(Collectors.joining(", "));
  }

  private static String repeat(String piece, String between, int times) {
    return (piece + between).repeat(times - 1) + piece;
  }
}
