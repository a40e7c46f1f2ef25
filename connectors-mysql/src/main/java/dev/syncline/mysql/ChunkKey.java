package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The key by which a table is cut into ranges, and the statements for it. Immutable.
 *
 * <p>A bound is printed as {@code =text,text,...} with a text for each column, see {@link
 * KeyColumn}. The same bound gives complementary conditions to the range that ends there and to the
 * one behind it, so that each row is in exactly one of them, whatever the server thinks is equal.
 */
final class ChunkKey {
  /** The longest entry of an index that has an order; MariaDB hashes longer ones. */
  private static final int MAX_KEY_BYTES = 3_072;

  private static final String BOUND_MARK = "=";

  private final TableDefinition table;
  private final String index;
  private final List<KeyColumn> columns;

  private ChunkKey(TableDefinition table, String index, List<KeyColumn> columns) {
    this.table = table;
    this.index = index;
    this.columns = List.copyOf(columns);
  }

  /** The key of a table; empty if it has none that it can be cut by. */
  static Optional<ChunkKey> of(TableDefinition table) {
    UniqueKey identity = table.identity().orElse(null);
    if (identity == null) {
      return Optional.empty();
    }
    List<KeyColumn> columns = new ArrayList<>();
    for (int ordinal : identity.columns()) {
      KeyColumn column = KeyColumn.of(table.id(), table.columns().get(ordinal)).orElse(null);
      if (column == null) {
        return Optional.empty();
      }
      columns.add(column);
    }
    int bytes = columns.stream().mapToInt(KeyColumn::bytes).sum();
    return bytes > MAX_KEY_BYTES
        ? Optional.empty()
        : Optional.of(new ChunkKey(table, identity.name(), columns));
  }

  /**
   * Selects the key of the last row of the next range of what is left, and of the row behind it.
   */
  String probe(KeyRange rest, int rows) {
    String expressions =
        columns.stream().map(KeyColumn::expression).collect(Collectors.joining(", "));
    return "SELECT %s%s%s LIMIT %d, 2"
        .formatted(expressions, from(rest, "TRUE"), order(), rows - 1);
  }

  /** The bound at the row that the cursor of a {@link #probe} stands on. */
  String bound(ResultSet row) throws SQLException {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      String text = Objects.requireNonNullElse(row.getString(i + 1), "NULL");
      if (!columns.get(i).isText(text)) {
        throw new IllegalStateException(
            "The server printed the key column %s of table '%s' in an unexpected form."
                .formatted(columns.get(i).name(), table.id()));
      }
      texts.add(text);
    }
    return BOUND_MARK + String.join(",", texts);
  }

  /** Selects the rows of a range in the order of the key. */
  String select(String selectList, KeyRange range) {
    return select(selectList, range, "TRUE");
  }

  /** Selects the rows of a range for which a condition is true, in the order of the key. */
  String select(String selectList, KeyRange range, String condition) {
    return "SELECT " + selectList + from(range, condition) + order();
  }

  private String from(KeyRange range, String condition) {
    List<String> conditions = new ArrayList<>();
    if (!condition.equals("TRUE")) {
      conditions.add(condition);
    }
    if (!range.after().equals(KeyRange.OPEN)) {
      conditions.add(beyond(texts(range.after()), ">", ">"));
    }
    if (!range.upTo().equals(KeyRange.OPEN)) {
      conditions.add(beyond(texts(range.upTo()), "<", "<="));
    }
    return " FROM %s FORCE INDEX (%s)%s"
        .formatted(
            quote(table.id()),
            quote(index),
            conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions));
  }

  private String order() {
    return columns.stream()
        .map(KeyColumn::name)
        .collect(Collectors.joining(", ", " ORDER BY ", ""));
  }

  /**
   * The comparison of all columns with a bound, spelled out: servers before 8.0 do not look into an
   * index for {@code (a, b) > (1, 2)}.
   */
  private String beyond(List<String> bound, String comparison, String lastComparison) {
    List<String> alternatives = new ArrayList<>();
    StringBuilder equalSoFar = new StringBuilder();
    int last = columns.size() - 1;
    for (int i = 0; i <= last; i++) {
      KeyColumn column = columns.get(i);
      alternatives.add(
          equalSoFar + column.is(i == last ? lastComparison : comparison, bound.get(i)));
      equalSoFar.append(column.is("=", bound.get(i))).append(" AND ");
    }
    return "(" + String.join(" OR ", alternatives) + ")";
  }

  private List<String> texts(String bound) {
    List<String> texts = List.of();
    if (bound.startsWith(BOUND_MARK)) {
      texts = List.of(bound.substring(BOUND_MARK.length()).split(",", -1));
    }
    boolean fits = texts.size() == columns.size();
    for (int i = 0; fits && i < texts.size(); i++) {
      fits = columns.get(i).isText(texts.get(i));
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "A bound of a range of table '%s' does not fit its key '%s'."
              .formatted(table.id(), index));
    }
    return texts;
  }
}
