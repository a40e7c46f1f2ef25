package dev.syncline.mysql;

import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes changes of many tables into the open transaction of one connection. Used by one thread.
 *
 * <p>Tables are written one after the other, in the order of their names, whatever the order of the
 * changes was: within one transaction nobody can see the difference, because the session does not
 * check foreign keys, which are the only thing in which one table's rows matter to another's. A
 * common order of tables and keys keeps writers from waiting for each other in a circle.
 *
 * <p>Each table of the target is looked at once. What is known of it is thrown away together with
 * the connection.
 */
final class ChangeApplier {

  private final Connection connection;
  private final WriteLimits limits;
  private final boolean hasRowAlias;
  private final StatementCache cache;
  private final Map<TableId, TableWriter> writers = new HashMap<>();

  private ChangeApplier(Connection connection, WriteLimits limits, boolean hasRowAlias) {
    this.connection = connection;
    this.limits = limits;
    this.hasRowAlias = hasRowAlias;
    this.cache = new StatementCache(connection);
  }

  /**
   * Looks at the server.
   *
   * @param wanted limits that the server may narrow
   */
  static ChangeApplier of(Connection connection, WriteLimits wanted) throws SQLException {
    MySqlFacts facts = MySqlFacts.read(connection);
    long packet = Long.parseLong(facts.variable("max_allowed_packet"));
    return new ChangeApplier(connection, wanted.within(packet), facts.isMySqlFrom(8, 0, 20));
  }

  /** Writes changes in their order. */
  void apply(List<TableChange> changes) throws SQLException {
    Map<TableId, List<TableChange>> byTable = new TreeMap<>();
    for (TableChange change : changes) {
      TableDefinition definition = change.table();
      List<TableChange> list = byTable.computeIfAbsent(definition.id(), t -> new ArrayList<>());
      if (!list.isEmpty() && !list.get(0).table().equals(definition)) {
        applyTable(list);
        list.clear();
      }
      list.add(change);
    }
    for (List<TableChange> list : byTable.values()) {
      applyTable(list);
    }
  }

  /** Writes existing rows over those that have their keys. */
  void overwrite(TableDefinition definition, List<Row> rows) throws SQLException {
    TableWriter writer = writer(definition);
    writer.run(writer.table().isKeyless() ? new TableStep.Append(rows) : new TableStep.Write(rows));
  }

  /** Writes existing rows where there are none with their keys. */
  void insertMissing(TableDefinition definition, List<Row> rows) throws SQLException {
    writer(definition).insertMissing(rows);
  }

  private void applyTable(List<TableChange> changes) throws SQLException {
    TableWriter writer = writer(changes.get(0).table());
    for (TableStep step : NetEffect.of(writer.table(), changes)) {
      writer.run(step);
    }
  }

  private TableWriter writer(TableDefinition definition) throws SQLException {
    TableWriter writer = writers.get(definition.id());
    if (writer == null || !writer.table().definition().equals(definition)) {
      TargetTable table = TargetCatalog.read(connection, definition);
      TableStatements statements = new TableStatements(table, hasRowAlias);
      writer = new TableWriter(connection, table, statements, limits, cache);
      writers.put(definition.id(), writer);
    }
    return writer;
  }
}
