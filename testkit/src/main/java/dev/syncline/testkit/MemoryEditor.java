package dev.syncline.testkit;

import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryTable.Stored;
import dev.syncline.testkit.MemoryTable.Touch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries out one transaction in the newest state of a {@link MemoryDatabase}, which is locked. */
final class MemoryEditor implements RowEditor {

  private final MemoryDatabase database;
  private final Map<String, List<TableChange>> changesByStream = new LinkedHashMap<>();
  private final Set<Touch> touches = new HashSet<>();
  private final List<Runnable> undo = new ArrayList<>();

  MemoryEditor(MemoryDatabase database) {
    this.database = database;
  }

  @Override
  public void insert(TableId id, Row row) {
    MemoryDatabase.Home home = database.home(id);
    RowInsert change = new RowInsert(home.current().definition(), row);
    touch(home.current(), row);
    if (!home.current().isKeyless() && home.current().find(home.current().address(row)) != null) {
      throw new IllegalStateException("Table '" + id + "' has a row with the key already.");
    }
    add(id, home.current(), row);
    log(home, change);
  }

  @Override
  public void update(TableId id, Row address, Row after) {
    MemoryDatabase.Home home = database.home(id);
    MemoryTable table = home.current();
    Row before = existing(id, table, address);
    touch(table, before);
    touch(table, after);
    set(table, address, table.removed(address));
    if (!table.isKeyless() && table.find(table.address(after)) != null) {
      throw new IllegalStateException("Table '" + id + "' has a row with the new key already.");
    }
    add(id, table, after);
    log(home, new RowUpdate(table.definition(), before, after));
  }

  @Override
  public void delete(TableId id, Row address) {
    MemoryDatabase.Home home = database.home(id);
    Row before = existing(id, home.current(), address);
    touch(home.current(), before);
    set(home.current(), address, home.current().removed(address));
    log(home, new RowDelete(home.current().definition(), before));
  }

  void rollBack() {
    Collections.reverse(undo);
    undo.forEach(Runnable::run);
  }

  Map<String, List<TableChange>> changesByStream() {
    return changesByStream;
  }

  Set<Touch> touches() {
    return touches;
  }

  private static Row existing(TableId id, MemoryTable table, Row address) {
    Stored stored = table.find(Objects.requireNonNull(address, "address"));
    if (stored == null) {
      throw new IllegalStateException("Table '" + id + "' has no row with that key.");
    }
    return stored.row();
  }

  private void add(TableId id, MemoryTable table, Row row) {
    table
        .duplicate(row)
        .ifPresent(
            other -> {
              throw new IllegalStateException(
                  "Table '%s' has the values under its unique key '%s' already."
                      .formatted(id, other.key()));
            });
    set(table, table.address(row), table.added(row));
  }

  private void set(MemoryTable table, Row address, @Nullable Stored stored) {
    Stored old = table.find(address);
    undo.add(() -> table.set(address, old));
    table.set(address, stored);
  }

  private void touch(MemoryTable table, Row row) {
    Set<Touch> touched = table.touches(row);
    database.finishHolders(touched);
    touches.addAll(touched);
  }

  private void log(MemoryDatabase.Home home, TableChange change) {
    changesByStream.computeIfAbsent(home.stream(), s -> new ArrayList<>()).add(change);
  }
}
