package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.change.ValueKind;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The statements that write to one table. Immutable.
 *
 * <p>A statement over many rows is a head, its rows with commas or ORs between, and a tail; head
 * and tail are made once for each table.
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

  /**
   * One statement for many rows.
   *
   * @throws ChangeRejectedException if the target would refuse a value
   */
  SqlText of(Kind kind, List<Row> rows) {
    SqlText.Builder sql =
        switch (kind) {
          case INSERT -> insert(rows);
          case UPSERT -> insert(rows).append(upsertTail);
          case INSERT_MISSING -> insert(rows).append(keepTail);
          case DELETE -> delete(rows);
        };
    return sql.build();
  }

  private SqlText.Builder insert(List<Row> rows) {
    SqlText.Builder sql = new SqlText.Builder(table).append(insertHead);
    List<Integer> columns = table.written();
    for (int i = 0; i < rows.size(); i++) {
      sql.append(i == 0 ? "(" : ", (");
      for (int c = 0; c < columns.size(); c++) {
        sql.append(c == 0 ? "" : ", ").append(rows.get(i), columns.get(c));
      }
      sql.append(")");
      if (i == 0) {
        // Most rows are about as long as the first one.
        int row = sql.length() - insertHead.length() + ROOM_FOR_LONGER_ROWS;
        sql.ensureCapacity((int) Math.min(LARGEST_GUESS, sql.length() + (long) row * rows.size()));
      }
    }
    return sql;
  }

  private SqlText.Builder delete(List<Row> rows) {
    SqlText.Builder sql = new SqlText.Builder(table).append(deleteHead);
    List<Integer> identity = table.identity();
    if (identity.size() == 1) {
      sql.append(name(identity.get(0))).append(" IN (");
      for (int i = 0; i < rows.size(); i++) {
        sql.append(i == 0 ? "" : ", ").appendLiteral(rows.get(i), identity.get(0));
      }
      return sql.append(")");
    }
    for (int i = 0; i < rows.size(); i++) {
      sql.append(i == 0 ? "(" : " OR (");
      appendKey(sql, rows.get(i)).append(")");
    }
    return sql;
  }

  /** Deletes the row with the key of {@code after} unless it has the key of {@code before}, too. */
  SqlText deleteUnless(Row after, Row before) {
    SqlText.Builder sql = new SqlText.Builder(table).append(deleteHead);
    appendKey(sql, after).append(" AND NOT (");
    return appendKey(sql, before).append(")").build();
  }

  /** Gives the row with the key of {@code before} new values. */
  SqlText updateByKey(Row before, Row after) {
    List<Integer> columns = patched(before, after);
    return appendKey(columns.isEmpty() ? update(after) : update(after, columns), before).build();
  }

  /**
   * The columns that are changed in a row: those that it has afterwards, but no part of its key
   * that stays as it is. MariaDB 10.2.11 does not compute stored columns anew if the key by which
   * it finds a row is set too.
   */
  List<Integer> patched(Row before, Row after) {
    Predicate<Integer> stays =
        column ->
            table.identity().contains(column)
                && !maySetItself(column)
                && Objects.deepEquals(before.value(column), after.value(column));
    return table.written().stream().filter(after::has).filter(stays.negate()).toList();
  }

  /**
   * Gives the row with the key of {@code before} new values in some columns. A time that is none of
   * them is set to what it is, or it might become now.
   */
  SqlText patch(Row before, Row after, List<Integer> columns) {
    SqlText.Builder sql = new SqlText.Builder(table).append("UPDATE ").append(quoted);
    String between = " SET ";
    for (int ordinal : table.written()) {
      if (columns.contains(ordinal)) {
        sql.append(between).append(name(ordinal)).append(" = ").append(after, ordinal);
        between = ", ";
      } else if (maySetItself(ordinal) && !after.has(ordinal)) {
        sql.append(between).append(name(ordinal)).append(" = ").append(name(ordinal));
        between = ", ";
      }
    }
    return appendKey(sql.append(" WHERE "), before).build();
  }

  /**
   * Changes one of the rows that look like a given one. What is equal is not set if it can be
   * helped: MariaDB 10.2.11 does not compute stored columns anew if the key by which it finds the
   * row is set too.
   */
  SqlText updateOne(Row before, Row after) {
    List<Integer> columns =
        table.written().stream().filter(i -> isToBeSet(i, before, after)).toList();
    SqlText.Builder sql = columns.isEmpty() ? update(after) : update(after, columns);
    return appendLooks(sql, before).append(" LIMIT 1").build();
  }

  /** A time is, also if it is equal. */
  private boolean isToBeSet(int ordinal, Row before, Row after) {
    List<Integer> column = List.of(ordinal);
    return maySetItself(ordinal) || !before.pick(column).equals(after.pick(column));
  }

  /** Whether a column may become now in an update that does not set it. */
  private boolean maySetItself(int ordinal) {
    ValueKind kind = table.column(ordinal).type().kind();
    return kind == ValueKind.DATE_TIME || kind == ValueKind.INSTANT;
  }

  /** Deletes one of the rows that look like a given one. */
  SqlText deleteOne(Row before) {
    return appendLooks(new SqlText.Builder(table).append(deleteHead), before)
        .append(" LIMIT 1")
        .build();
  }

  private SqlText.Builder update(Row after) {
    return update(after, table.written());
  }

  private SqlText.Builder update(Row after, List<Integer> columns) {
    SqlText.Builder sql =
        new SqlText.Builder(table).append("UPDATE ").append(quoted).append(" SET ");
    String between = "";
    for (int ordinal : columns) {
      sql.append(between).append(name(ordinal)).append(" = ").append(after, ordinal);
      between = ", ";
    }
    return sql.append(" WHERE ");
  }

  private SqlText.Builder appendKey(SqlText.Builder sql, Row row) {
    String between = "";
    for (int ordinal : table.identity()) {
      sql.append(between).append(name(ordinal)).append(" = ").appendLiteral(row, ordinal);
      between = " AND ";
    }
    return sql;
  }

  private SqlText.Builder appendLooks(SqlText.Builder sql, Row row) {
    String between = "";
    for (int ordinal : table.written()) {
      sql.append(between);
      appendSame(sql, row, ordinal);
      between = " AND ";
    }
    return sql;
  }

  /** Texts are compared byte by byte: collations call different texts equal. */
  private void appendSame(SqlText.Builder sql, Row row, int ordinal) {
    String name = name(ordinal);
    ValueKind kind = table.column(ordinal).type().kind();
    switch (kind) {
      case TEXT, ENUM, SET -> appendSameBytes(sql, row, ordinal);
      case JSON -> {
        if (table.storesJson().contains(ordinal)) {
          sql.append(name).append(" <=> CAST(").append(row, ordinal).append(" AS JSON)");
        } else {
          appendSameBytes(sql, row, ordinal);
        }
      }
      case GEOMETRY ->
          sql.append("HEX(").append(name).append(") <=> HEX(").append(row, ordinal).append(")");
      case INTEGER, DECIMAL, FLOAT, DOUBLE, BINARY, BITS, DATE, DATE_TIME, INSTANT, TIME, YEAR ->
          sql.append(name).append(" <=> ").append(row, ordinal);
    }
  }

  private void appendSameBytes(SqlText.Builder sql, Row row, int ordinal) {
    sql.append("CAST(CONVERT(")
        .append(name(ordinal))
        .append(" USING utf8mb4) AS BINARY) <=> CAST(")
        .append(row, ordinal)
        .append(" AS BINARY)");
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
}
