package dev.syncline.internal;

import dev.syncline.KeysStatus;
import dev.syncline.TableStatus;
import dev.syncline.change.Change;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.KeyChange;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts rows by table, over all runs of a job object. Thread-safe. */
final class Counters {

  private static final class Table {
    volatile boolean complete;
    volatile long estimated;
    final LongAdder snapshot = new LongAdder();
    final LongAdder inserts = new LongAdder();
    final LongAdder updates = new LongAdder();
    final LongAdder deletes = new LongAdder();
    final LongAdder dropped = new LongAdder();
    final LongAdder deadLetters = new LongAdder();
  }

  private static final class Database {
    final LongAdder copied = new LongAdder();
    final LongAdder commands = new LongAdder();
    final Map<String, Long> expected = new ConcurrentHashMap<>();
  }

  /** Changes that are written and not yet committed. Used by one thread. */
  static final class Tally {

    private static final int KINDS = 3;

    private final Map<TableId, long[]> tables = new HashMap<>();
    private final KeyTally keys = new KeyTally();
    private long changes;

    /** The table of the last change, since most changes are of the same one as that before. */
    private @Nullable TableDefinition last;

    private long[] counts = new long[KINDS];

    void add(Collection<? extends Change> written) {
      changes += written.size();
      for (Change change : written) {
        if (change instanceof KeyChange key) {
          keys.add(key);
        } else if (change instanceof TableChange row) {
          if (!row.table().equals(last)) {
            last = row.table();
            counts = tables.computeIfAbsent(last.source(), t -> new long[KINDS]);
          }
          counts[kind(row)]++;
        }
      }
    }

    private static int kind(TableChange change) {
      return change instanceof RowUpdate ? 1 : change instanceof RowDelete ? 2 : 0;
    }

    void clear() {
      tables.clear();
      keys.clear();
      changes = 0;
      last = null;
    }
  }

  private final Map<TableId, Table> tables = new ConcurrentSkipListMap<>();
  private final Map<Integer, Database> databases = new ConcurrentSkipListMap<>();
  private final LongAdder total = new LongAdder();

  private Table table(TableId id) {
    return tables.computeIfAbsent(id, t -> new Table());
  }

  void plan(TableId id, long estimatedRows, boolean complete) {
    Table table = table(id);
    table.estimated = estimatedRows;
    table.complete = complete;
  }

  /** Goes on with what becomes of tables. */
  void follow(List<TableEffect> effects) {
    for (TableEffect effect : effects) {
      if (effect instanceof Renamed renamed) {
        Table table = tables.remove(renamed.table());
        tables.put(renamed.after().id(), table == null ? new Table() : table);
      } else if (effect instanceof Dropped) {
        tables.remove(effect.table());
      }
    }
  }

  /** Says that a table takes part no more. */
  void forget(TableId id) {
    tables.remove(id);
  }

  void complete(TableId id) {
    table(id).complete = true;
  }

  void dropped(Change change) {
    if (change instanceof TableChange row) {
      table(row.table().source()).dropped.increment();
    }
  }

  void deadLetter(Change change) {
    if (change instanceof TableChange row) {
      table(row.table().id()).deadLetters.increment();
    }
  }

  void copied(TableId id, int rows) {
    table(id).snapshot.add(rows);
    total.add(rows);
  }

  /** Counts changes that were committed. */
  void followed(Tally tally) {
    tally.tables.forEach(
        (id, counts) -> {
          Table table = table(id);
          table.inserts.add(counts[0]);
          table.updates.add(counts[1]);
          table.deletes.add(counts[2]);
        });
    tally.keys.begun().forEach(this::beginCopy);
    tally
        .keys
        .databases()
        .forEach(
            (number, counts) -> {
              Database database = database(number);
              database.copied.add(counts[0]);
              database.commands.add(counts[1]);
            });
    total.add(tally.changes);
  }

  /**
   * Several streams bring a part of the keys each; one that begins again lets all be counted anew.
   */
  private void beginCopy(CopyBegin begin) {
    begin.expected().forEach((number, keys) -> database(number).expected.put(begin.stream(), keys));
    if (begin.attempt() > 1) {
      databases.values().forEach(database -> database.copied.reset());
    }
  }

  private Database database(int number) {
    return databases.computeIfAbsent(number, n -> new Database());
  }

  List<KeysStatus> databases() {
    return databases.entrySet().stream()
        .map(
            entry ->
                new KeysStatus(
                    entry.getKey(),
                    entry.getValue().copied.sum(),
                    entry.getValue().expected.values().stream().mapToLong(keys -> keys).sum(),
                    entry.getValue().commands.sum()))
        .toList();
  }

  long copied(TableId id) {
    return table(id).snapshot.sum();
  }

  long total() {
    return total.sum();
  }

  List<TableStatus> statuses() {
    return tables.entrySet().stream().map(e -> status(e.getKey(), e.getValue())).toList();
  }

  private static TableStatus status(TableId id, Table table) {
    return new TableStatus(
        id,
        table.complete,
        table.snapshot.sum(),
        table.estimated,
        table.inserts.sum(),
        table.updates.sum(),
        table.deletes.sum(),
        table.dropped.sum(),
        table.deadLetters.sum());
  }
}
