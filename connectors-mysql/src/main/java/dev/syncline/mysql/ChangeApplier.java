package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes changes of many tables into the open transaction of one connection. Used by one thread,
 * but for {@link #prepare}.
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
  private final Map<TableId, TableWriter> writers = new ConcurrentHashMap<>();

  private ChangeApplier(Connection connection, WriteLimits limits, boolean hasRowAlias) {
    this.connection = connection;
    this.limits = limits;
    this.hasRowAlias = hasRowAlias;
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

  /** Changes of one table that are ready to be written by it. */
  record ReadyTable(TableWriter writer, List<TableWriter.Ready> ready) {}

  /**
   * Makes changes ready to be written in their order. Needs no connection and may be called while
   * others are written.
   *
   * @return empty if a table has not been looked at yet
   * @throws ChangeRejectedException if the target would refuse a row for good
   */
  Optional<List<ReadyTable>> prepare(List<TableChange> changes) {
    List<ReadyTable> ready = new ArrayList<>();
    for (List<TableChange> list : byTable(changes)) {
      TableDefinition definition = list.get(0).table();
      TableWriter writer = writers.get(definition.id());
      if (writer == null || !writer.table().definition().equals(definition)) {
        return Optional.empty();
      }
      ready.add(new ReadyTable(writer, writer.prepare(NetEffect.of(writer.table(), list))));
    }
    return Optional.of(ready);
  }

  /** Writes what was made ready by this. */
  void applyReady(List<ReadyTable> ready) throws SQLException {
    for (ReadyTable table : ready) {
      table.writer().run(table.ready());
    }
  }

  /** Writes changes in their order. */
  void apply(List<TableChange> changes) throws SQLException {
    for (List<TableChange> list : byTable(changes)) {
      TableWriter writer = writer(list.get(0).table());
      writer.run(writer.prepare(NetEffect.of(writer.table(), list)));
    }
  }

  /** The changes in lists of one table in one form, in the order in which they are written. */
  private static List<List<TableChange>> byTable(List<TableChange> changes) {
    List<List<TableChange>> lists = new ArrayList<>();
    Map<TableId, List<TableChange>> open = new TreeMap<>();
    for (TableChange change : changes) {
      TableDefinition definition = change.table();
      List<TableChange> list = open.get(definition.id());
      if (list == null) {
        list = new ArrayList<>();
        open.put(definition.id(), list);
      } else if (!list.get(0).table().equals(definition)) {
        lists.add(list);
        list = new ArrayList<>();
        open.put(definition.id(), list);
      }
      list.add(change);
    }
    lists.addAll(open.values());
    return lists;
  }

  /** Writes existing rows over those that have their keys. */
  void overwrite(TableDefinition definition, List<Row> rows) throws SQLException {
    TableWriter writer = writer(definition);
    TableStep step =
        writer.table().isKeyless() ? new TableStep.Append(rows) : new TableStep.Write(rows);
    writer.run(writer.prepare(List.of(step)));
  }

  /** Writes existing rows where there are none with their keys. */
  void insertMissing(TableDefinition definition, List<Row> rows) throws SQLException {
    TableWriter writer = writer(definition);
    writer.run(writer.prepareMissing(rows));
  }

  private TableWriter writer(TableDefinition definition) throws SQLException {
    TableWriter writer = writers.get(definition.id());
    if (writer == null || !writer.table().definition().equals(definition)) {
      TargetTable table = TargetCatalog.read(connection, definition);
      TableStatements statements = new TableStatements(table, hasRowAlias);
      writer = new TableWriter(connection, table, statements, limits);
      writers.put(definition.id(), writer);
    }
    return writer;
  }
}
