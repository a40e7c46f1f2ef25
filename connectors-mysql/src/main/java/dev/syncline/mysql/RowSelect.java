package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.ValueKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rows of a table by SQL into the same normal form that the binary log is decoded to.
 *
 * <p>The session must have {@code time_zone='+00:00'}, get its results in {@code utf8mb4} and have
 * no {@code PAD_CHAR_TO_FULL_LENGTH} in its {@code sql_mode}. Immutable and thread-safe.
 */
final class RowSelect {

  private final TableDefinition table;
  private final String selectList;
  private final SelectedColumn[] columns;

  private RowSelect(TableDefinition table, String selectList, SelectedColumn[] columns) {
    this.table = table;
    this.selectList = selectList;
    this.columns = columns;
  }

  /**
   * The way to read all columns of a table.
   *
   * @throws UnsupportedChangeException if a column has a type that is not supported
   */
  static RowSelect of(TableDefinition table) {
    return of(table, IntStream.range(0, table.columns().size()).boxed().toList());
  }

  /**
   * The way to read some columns of a table, for example those of a key.
   *
   * @param ordinals the columns, in the order of the rows to be read
   * @throws UnsupportedChangeException if a column has a type that is not supported
   */
  static RowSelect of(TableDefinition table, List<Integer> ordinals) {
    SelectedColumn[] columns = new SelectedColumn[ordinals.size()];
    for (int i = 0; i < columns.length; i++) {
      Column column = table.columns().get(ordinals.get(i));
      NativeType type = MySqlTypes.nativeType(table.id(), column);
      MySqlCharset charset =
          type.base().kind() == ValueKind.TEXT ? MySqlTypes.charset(table.id(), column) : null;
      columns[i] = SelectedColumn.of(column.name(), type, charset);
    }
    String selectList =
        IntStream.range(0, columns.length)
            .mapToObj(i -> columns[i].expression())
            .collect(Collectors.joining(", "));
    return new RowSelect(table, selectList, columns);
  }

  /**
   * What to write between {@code SELECT} and {@code FROM}: an expression for each column, in order,
   * without aliases.
   */
  String selectList() {
    return selectList;
  }

  /**
   * The row that the cursor stands on.
   *
   * @param results of a query whose first columns are {@link #selectList()}
   * @throws UnsupportedChangeException if a value cannot be brought into normal form
   */
  Row read(ResultSet results) throws SQLException {
    @Nullable Object[] values = new Object[columns.length];
    for (int i = 0; i < values.length; i++) {
      try {
        values[i] = columns[i].read(results, i + 1);
      } catch (MalformedValueException e) {
        throw new UnsupportedChangeException(
            ("Cannot read column '%s' of table '%s': %s. If the value is damaged at the source,"
                    + " correct it there and load the table again.")
                .formatted(columns[i].name(), table.id(), e.getMessage()),
            e);
      }
    }
    return Row.wrap(values);
  }
}
