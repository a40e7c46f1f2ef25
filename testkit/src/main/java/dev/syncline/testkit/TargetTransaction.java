package dev.syncline.testkit;

import dev.syncline.ChangeRejectedException;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.MemoryTable.Stored;
import dev.syncline.testkit.MemoryTable.Touch;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An open transaction of a {@link MemoryTarget}, which is locked while a method runs. */
final class TargetTransaction {

  private final MemoryTarget target;
  private final Map<Cell, Optional<Stored>> before = new LinkedHashMap<>();
  private final List<Written> written = new ArrayList<>();
  private final Set<Object> holds = new HashSet<>();

  /** A row's place in a table. */
  record Cell(MemoryTable table, Row address) {

    // Tables are compared by identity: a target has one of each name.
    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Cell cell && cell.table == table && cell.address.equals(address);
    }

    @Override
    public int hashCode() {
      return 31 * System.identityHashCode(table) + address.hashCode();
    }
  }

  /** A line of history that is added on commit. */
  record Written(Cell cell, MemoryWrite write) {}

  TargetTransaction(MemoryTarget target) {
    this.target = target;
  }

  void apply(TableChange given) throws InterruptedException {
    MemoryTable table = table(given.table());
    TableChange change = completed(given).orElse(null);
    if (change instanceof RowInsert insert) {
      put(table, insert.after(), MemoryWrite.Kind.WRITE);
    } else if (change instanceof RowUpdate update) {
      boolean moves = !table.address(update.before()).equals(table.address(update.after()));
      if (moves || table.isKeyless()) {
        take(table, update.before());
      }
      put(table, update.after(), MemoryWrite.Kind.WRITE);
    } else if (change instanceof RowDelete delete) {
      take(table, delete.before());
    } else if (change instanceof SnapshotRow row) {
      put(table, row.row(), MemoryWrite.Kind.SNAPSHOT);
    }
  }

  /**
   * A change with what the target knows of its rows; empty if there is nothing to do.
   *
   * @throws ChangeRejectedException if there is no row to change, and no row can be made
   */
  Optional<TableChange> completed(TableChange change) throws InterruptedException {
    if (change.isWhole()) {
      return Optional.of(change);
    }
    TableDefinition definition = change.table();
    if (change instanceof RowDelete delete) {
      Stored old = stored(delete.table(), delete.before());
      return Optional.of(
          old == null ? delete : new RowDelete(definition, old.row(), delete.unchecked()));
    }
    return change instanceof RowUpdate update ? completed(update) : Optional.of(change);
  }

  private Optional<TableChange> completed(RowUpdate update) throws InterruptedException {
    TableDefinition definition = update.table();
    MemoryTable table = table(definition);
    boolean moves = !table.address(update.before()).equals(table.address(update.after()));
    boolean writable = definition.isWritable(update.after());
    Stored old = stored(definition, update.before());
    if (old != null) {
      if (!writable && moves && stored(definition, update.after()) != null) {
        throw rejected(definition, "there is another row with its new key");
      }
      Row after = definition.carriedOver(old.row(), update.after());
      return Optional.of(new RowUpdate(definition, old.row(), after, update.unchecked()));
    }
    if (writable) {
      return Optional.of(update);
    }
    if (update.early() && !moves) {
      return Optional.empty();
    }
    throw rejected(definition, "it is not there, and only some of its columns are known");
  }

  private static ChangeRejectedException rejected(TableDefinition definition, String why) {
    return new ChangeRejectedException(
        definition.id(),
        "Cannot update a row of table '%s': %s.".formatted(definition.id(), why),
        null);
  }

  private @Nullable Stored stored(TableDefinition definition, Row row) throws InterruptedException {
    MemoryTable table = table(definition);
    Row address = table.address(row);
    target.hold(this, new Touch(definition.id(), "", address));
    return table.find(address);
  }

  void copy(SnapshotRow row, ExistingRows existing) throws InterruptedException {
    MemoryTable table = table(row.table());
    Row address = table.address(row.row());
    target.hold(this, new Touch(table.definition().id(), "", address));
    boolean there = !table.isKeyless() && table.find(address) != null;
    if (!there || existing == ExistingRows.OVERWRITE) {
      put(table, row.row(), MemoryWrite.Kind.SNAPSHOT);
    }
  }

  void clear(TableDefinition definition) throws InterruptedException {
    MemoryTable table = table(definition);
    for (Row row : table.rows()) {
      touch(table, row);
      set(table, table.address(row), null, MemoryWrite.Kind.CLEAR);
    }
  }

  void rollBack() {
    before.forEach((cell, stored) -> cell.table().set(cell.address(), null));
    before.forEach((cell, stored) -> cell.table().set(cell.address(), stored.orElse(null)));
    forget();
  }

  /** Makes everything final and gives the history. */
  List<Written> commit() {
    List<Written> history = List.copyOf(written);
    forget();
    return history;
  }

  private void forget() {
    before.clear();
    written.clear();
    target.release(this);
  }

  /** What this transaction keeps from others. */
  Set<Object> holds() {
    return holds;
  }

  /** What a row was before this transaction; empty if the transaction has not touched it. */
  Map<Cell, Optional<Stored>> before() {
    return before;
  }

  private void put(MemoryTable table, Row row, MemoryWrite.Kind kind) throws InterruptedException {
    Row address = table.address(row);
    touch(table, row);
    Stored old = table.find(address);
    if (old != null) {
      touch(table, old.row());
    }
    Optional<MemoryTable.Duplicate> duplicate = table.duplicate(row);
    if (duplicate.isPresent()) {
      throw new ChangeRejectedException(
          table.definition().id(),
          "Cannot write a row of table '%s': another row has the same values under key '%s'."
              .formatted(table.definition().id(), duplicate.get().key()),
          null);
    }
    set(table, address, table.added(row), kind);
  }

  private void take(MemoryTable table, Row row) throws InterruptedException {
    Row address = table.address(row);
    target.hold(this, new Touch(table.definition().id(), "", address));
    Stored old = table.find(address);
    if (old != null) {
      touch(table, old.row());
      set(table, address, table.removed(address), MemoryWrite.Kind.DELETE);
    }
  }

  private void touch(MemoryTable table, Row row) throws InterruptedException {
    for (Touch touch : table.touches(row)) {
      target.hold(this, touch);
    }
  }

  private void set(MemoryTable table, Row address, @Nullable Stored stored, MemoryWrite.Kind kind) {
    Cell cell = new Cell(table, address);
    before.putIfAbsent(cell, Optional.ofNullable(table.find(address)));
    table.set(address, stored);
    written.add(
        new Written(cell, new MemoryWrite(kind, Optional.ofNullable(stored).map(Stored::row))));
  }

  private MemoryTable table(TableDefinition source) {
    return target
        .find(source.id())
        .filter(table -> table.definition().columns().equals(source.columns()))
        .orElseThrow(
            () ->
                new ChangeRejectedException(
                    source.id(),
                    "Table '%s' is not at the target with the columns that it has at the source."
                        .formatted(source.id()),
                    null));
  }
}
