package dev.syncline.mysql.contract;

import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.testkit.RowEditor;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Changes rows by SQL over one connection, inside its open transaction. */
final class SqlRowEditor implements RowEditor {

  /** A statement that the server refused. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(SQLException cause) {
      super(cause);
    }

    boolean isDeadlock() {
      return getCause() instanceof SQLException e
          && (e.getErrorCode() == 1213 || e.getErrorCode() == 1205);
    }
  }

  private final Connection connection;
  private final Map<TableId, TableDefinition> tables;

  SqlRowEditor(Connection connection, Map<TableId, TableDefinition> tables) {
    this.connection = connection;
    this.tables = tables;
  }

  @Override
  public void insert(TableId table, Row row) {
    String marks = String.join(", ", Collections.nCopies(row.size(), "?"));
    run(
        "INSERT INTO %s (%s) VALUES (%s)"
            .formatted(ContractTables.quote(table), names(table, columns(table), ", "), marks),
        values(row));
  }

  @Override
  public void update(TableId table, Row address, Row after) {
    List<@Nullable Object> values = new ArrayList<>(values(after));
    values.addAll(values(address));
    run(
        "UPDATE %s SET %s WHERE %s LIMIT 1"
            .formatted(
                ContractTables.quote(table),
                names(table, columns(table), " = ?, ") + " = ?",
                names(table, address(table), " <=> ? AND ") + " <=> ?"),
        values);
  }

  @Override
  public void delete(TableId table, Row address) {
    run(
        "DELETE FROM %s WHERE %s LIMIT 1"
            .formatted(
                ContractTables.quote(table),
                names(table, address(table), " <=> ? AND ") + " <=> ?"),
        values(address));
  }

  private List<Integer> columns(TableId table) {
    return IntStream.range(0, definition(table).columns().size()).boxed().toList();
  }

  private List<Integer> address(TableId table) {
    return definition(table).identity().map(UniqueKey::columns).orElseGet(() -> columns(table));
  }

  private TableDefinition definition(TableId table) {
    return Objects.requireNonNull(tables.get(table), "table");
  }

  private String names(TableId table, List<Integer> ordinals, String between) {
    List<Column> columns = definition(table).columns();
    return ordinals.stream()
        .map(ordinal -> ContractTables.quote(columns.get(ordinal).name()))
        .collect(Collectors.joining(between));
  }

  private static List<@Nullable Object> values(Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.value(i));
    }
    return values;
  }

  private void run(String sql, List<@Nullable Object> values) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.size(); i++) {
        statement.setObject(i + 1, values.get(i));
      }
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new Refused(e);
    }
  }
}
