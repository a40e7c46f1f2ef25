package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Finding;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
 * <p>Tables of a {@link CascadeGroup} come last, in the source's order and with foreign keys
 * checked, unless the source did not check them for a change.
 *
 * <p>Each table of the target is looked at once. What is known of it is thrown away together with
 * the connection.
 */
final class ChangeApplier {

  private final Connection connection;
  private final WriteLimits limits;
  private final Cascades cascades;
  private final boolean hasRowAlias;
  private boolean checksForeignKeys;
  private final Map<TableId, TableWriter> writers = new ConcurrentHashMap<>();
  private final Set<CascadeGroup> compared = new HashSet<>();

  private ChangeApplier(
      Connection connection, WriteLimits limits, Cascades cascades, boolean hasRowAlias) {
    this.connection = connection;
    this.limits = limits;
    this.cascades = cascades;
    this.hasRowAlias = hasRowAlias;
  }

  /**
   * Looks at the server.
   *
   * @param connection a session that does not check foreign keys yet
   * @param wanted limits that the server may narrow
   */
  static ChangeApplier of(Connection connection, WriteLimits wanted, Cascades cascades)
      throws SQLException {
    MySqlFacts facts = MySqlFacts.read(connection);
    long packet = Long.parseLong(facts.variable("max_allowed_packet"));
    return new ChangeApplier(
        connection, wanted.within(packet), cascades, facts.isMySqlFrom(8, 0, 20));
  }

  /** Changes of one table that are ready to be written by it. */
  record ReadyTable(TableWriter writer, List<TableWriter.Ready> ready, boolean checked) {}

  /**
   * Changes of one table in one form that are written together.
   *
   * @param inOrder whether each must take effect in its turn
   * @param checked whether foreign keys are checked
   */
  private record Together(List<TableChange> changes, boolean inOrder, boolean checked) {

    TableDefinition table() {
      return changes.get(0).table();
    }

    boolean takes(TableChange change, boolean check) {
      return checked == check && isWrittenAs(table(), change.table());
    }
  }

  /** Tables of the source that are merged into one are written as one. */
  private static boolean isWrittenAs(TableDefinition one, TableDefinition other) {
    return one.id().equals(other.id())
        && one.columns().equals(other.columns())
        && one.uniqueKeys().equals(other.uniqueKeys());
  }

  /**
   * Makes changes ready to be written in their order. Needs no connection and may be called while
   * others are written.
   *
   * @return empty if a table has not been looked at yet
   * @throws ChangeRejectedException if the target would refuse a row for good
   */
  Optional<List<ReadyTable>> prepare(List<TableChange> changes) {
    List<ReadyTable> ready = new ArrayList<>();
    for (Together together : together(changes)) {
      TableDefinition definition = together.table();
      TableWriter writer = writers.get(definition.id());
      if (writer == null || !isWrittenAs(writer.table().definition(), definition)) {
        return Optional.empty();
      }
      ready.add(ready(writer, together));
    }
    return Optional.of(ready);
  }

  private ReadyTable ready(TableWriter writer, Together together) {
    TargetTable table = writer.table();
    List<TableStep> steps =
        together.inOrder()
            ? NetEffect.oneByOne(
                table, together.changes(), cascades.orderOfDeletesMatters(table.id()))
            : NetEffect.of(table, together.changes());
    return new ReadyTable(writer, writer.prepare(steps), together.checked());
  }

  /** Writes what was made ready by this. */
  void applyReady(List<ReadyTable> ready) throws SQLException {
    for (ReadyTable table : ready) {
      checkForeignKeys(table.checked());
      table.writer().run(table.ready());
    }
  }

  /** Writes changes in their order. */
  void apply(List<TableChange> changes) throws SQLException {
    for (Together together : together(changes)) {
      TableWriter writer = writer(together.table());
      applyReady(List.of(ready(writer, together)));
    }
  }

  private void checkForeignKeys(boolean checked) throws SQLException {
    if (checked != checksForeignKeys) {
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET SESSION foreign_key_checks = " + (checked ? 1 : 0));
      }
      checksForeignKeys = checked;
    }
  }

  /** The changes in the order in which they are written. */
  private List<Together> together(List<TableChange> changes) {
    List<TableChange> plain = new ArrayList<>();
    List<Together> cascading = new ArrayList<>();
    for (TableChange change : changes) {
      boolean checked = !change.unchecked();
      if (cascades.group(change.table().id()).isEmpty()) {
        plain.add(change);
      } else if (!cascading.isEmpty()
          && cascading.get(cascading.size() - 1).takes(change, checked)) {
        cascading.get(cascading.size() - 1).changes().add(change);
      } else {
        cascading.add(new Together(new ArrayList<>(List.of(change)), true, checked));
      }
    }
    List<Together> all = new ArrayList<>(byTable(plain));
    all.addAll(cascading);
    return all;
  }

  /** The changes in lists of one table in one form, in the order in which they are written. */
  private static List<Together> byTable(List<TableChange> changes) {
    List<Together> lists = new ArrayList<>();
    Map<TableId, Together> open = new TreeMap<>();
    for (TableChange change : changes) {
      TableId id = change.table().id();
      Together list = open.get(id);
      if (list == null || !list.takes(change, false)) {
        if (list != null) {
          lists.add(list);
        }
        list = new Together(new ArrayList<>(), false, false);
        open.put(id, list);
      }
      list.changes().add(change);
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
    if (writer == null || !isWrittenAs(writer.table().definition(), definition)) {
      TargetTable table = TargetCatalog.read(connection, definition);
      checkKeys(definition.id());
      TableStatements statements = new TableStatements(table, hasRowAlias);
      writer = new TableWriter(connection, table, statements, limits);
      writers.put(definition.id(), writer);
    }
    return writer;
  }

  /**
   * Compares the foreign keys of all tables of a group when the first of them is written: what acts
   * when a row is deleted are keys of other tables, and nobody would notice that they do not.
   */
  private void checkKeys(TableId id) throws SQLException {
    Optional<CascadeGroup> group = cascades.group(id);
    if (group.isEmpty() || compared.contains(group.get())) {
      return;
    }
    List<Finding> differences = CascadeFindings.differences(connection, group.get());
    if (!differences.isEmpty()) {
      Finding first = differences.get(0);
      throw new ChangeRejectedException(
          id,
          "Cannot write to table '%s', which foreign keys connect with others. %s %s."
              .formatted(id, first.message(), first.fix()),
          null);
    }
    compared.add(group.get());
  }
}
