package dev.syncline.mysql;

import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the changes of a table with a key to one delete and one write, each in the order of keys,
 * and an update of each row of which only some columns are known.
 *
 * <p>Why a single order of writes is enough although unique values may move between rows: the state
 * after the changes is one that the source had, so no two of its rows share a unique value. Trouble
 * can come only from a row that still holds, from before, a value which another row of the list
 * gets. Such rows are deleted first and then written anew from their full image; after that no
 * order of writes can meet a duplicate. Where it cannot be told whether two values are equal, they
 * are taken for equal, which deletes and writes anew more rows than necessary and is right too.
 *
 * <p>Columns that change are laid over what is known of their row. If the row was written before,
 * that is all of it. A row that would have to be deleted and written anew, and is not known as a
 * whole, leaves the changes in the source's order.
 */
final class KeyedReduction {

  private final TargetTable table;
  private final Map<Row, Entry> entries = new HashMap<>();
  private boolean moves;

  private KeyedReduction(TargetTable table) {
    this.table = table;
  }

  /**
   * The steps; empty if the changes must run in the source's order, because a key cannot be
   * compared, or because a row must not or cannot be deleted and written anew.
   */
  static Optional<List<TableStep>> of(TargetTable table, List<TableChange> changes) {
    KeyedReduction reduction = new KeyedReduction(table);
    for (TableChange change : changes) {
      if (!reduction.add(change)) {
        return Optional.empty();
      }
    }
    return reduction.steps();
  }

  /** What becomes of one key. */
  private static final class Entry {
    private final Row key;
    private final @Nullable Row initial;
    private Row latestImage;
    private boolean present;
    private boolean recreated;

    /** Whether the image is the whole row, so that it can be written where there is none. */
    private boolean whole;

    /** Whether all changes of single columns came while the row may not have been copied yet. */
    private boolean mayBeMissing = true;

    Entry(Row key, @Nullable Row initial, Row image) {
      this.key = key;
      this.initial = initial;
      this.latestImage = image;
      this.present = initial != null;
    }

    void write(Row row) {
      latestImage = row;
      present = true;
      whole = true;
    }

    void delete() {
      present = false;
      recreated = true;
    }
  }

  /** Takes a change in; false if its key cannot be compared. */
  private boolean add(TableChange change) {
    Row before = NetEffect.before(change);
    Row after = NetEffect.after(change);
    Row keyBefore = before == null ? null : table.key(before).orElse(null);
    Row keyAfter = after == null ? null : table.key(after).orElse(null);
    if ((before != null && keyBefore == null) || (after != null && keyAfter == null)) {
      return false;
    }
    if (before != null && keyBefore != null) {
      Entry entry = entries.computeIfAbsent(keyBefore, k -> new Entry(k, before, before));
      if (change instanceof RowUpdate update && !table.isWritable(update.after())) {
        return patch(entry, update, keyAfter);
      }
      if (!keyBefore.equals(keyAfter)) {
        entry.delete();
        moves |= after != null;
      }
    }
    if (after != null && keyAfter != null) {
      write(keyAfter, after);
    }
    return true;
  }

  private void write(Row key, Row row) {
    entries.computeIfAbsent(key, k -> new Entry(k, null, row)).write(row);
  }

  /** Lays columns over what is known of a row; false if that is too little. */
  private boolean patch(Entry entry, RowUpdate update, @Nullable Row keyAfter) {
    if (!entry.present) {
      return false;
    }
    Row after = update.table().carriedOver(entry.latestImage, update.after());
    if (entry.key.equals(keyAfter)) {
      entry.latestImage = after;
      entry.mayBeMissing &= NetEffect.mayBeMissing(table, update);
      return true;
    }
    if (keyAfter == null || !entry.whole) {
      return false;
    }
    entry.delete();
    moves = true;
    write(keyAfter, after);
    return true;
  }

  private Optional<List<TableStep>> steps() {
    List<Entry> sorted = new ArrayList<>(entries.values());
    sorted.sort(Comparator.comparing(e -> e.key, KeyedReduction::compare));
    List<Entry> written = sorted.stream().filter(e -> e.present).toList();
    boolean[] releases = releases(written);
    List<Row> deletes = new ArrayList<>();
    int next = 0;
    for (Entry entry : sorted) {
      boolean writtenAnew = entry.present && releases[next++];
      if (writtenAnew && (table.hasOwnColumns() || !entry.whole)) {
        return Optional.empty();
      }
      if (!entry.present || writtenAnew || (table.hasOwnColumns() && entry.recreated)) {
        deletes.add(entry.latestImage);
      }
    }
    if (moves && table.hasOwnColumns()) {
      return Optional.empty();
    }
    List<TableStep> steps = new ArrayList<>();
    if (!deletes.isEmpty()) {
      steps.add(new TableStep.Delete(deletes));
    }
    List<Row> whole = new ArrayList<>();
    List<TableStep> patches = new ArrayList<>();
    for (Entry entry : written) {
      Row row = entry.latestImage;
      if (entry.initial == null || entry.whole) {
        whole.add(row);
      } else {
        patches.add(new TableStep.Patch(entry.initial, row, entry.mayBeMissing));
      }
    }
    if (!whole.isEmpty()) {
      steps.add(new TableStep.Write(whole));
    }
    steps.addAll(patches);
    return Optional.of(steps);
  }

  /** Which rows hold a unique value that another row gets. */
  private boolean[] releases(List<Entry> written) {
    boolean[] releases = new boolean[written.size()];
    if (written.size() < 2) {
      return releases;
    }
    for (TargetTable.OtherKey key : table.otherKeys()) {
      List<KeyChange> changes =
          written.stream().map(e -> KeyChange.of(table, key, e.initial, e.latestImage)).toList();
      Claims claims = new Claims();
      changes.forEach(claims::add);
      for (int i = 0; i < releases.length; i++) {
        releases[i] |= claims.includesHeldBy(changes.get(i));
      }
    }
    return releases;
  }

  private static int compare(Row left, Row right) {
    for (int i = 0; i < left.size(); i++) {
      int order = ValueEquality.compare(left.value(i), right.value(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** The values that rows get in one unique key. */
  private static final class Claims {
    private final Map<Row, Integer> known = new HashMap<>();
    private int all;
    private int unknown;

    void add(KeyChange change) {
      if (change.isGain()) {
        all++;
        Row value = change.after().canonical();
        if (value == null) {
          unknown++;
        } else {
          known.merge(value, 1, Integer::sum);
        }
      }
    }

    /** Whether another row may get the value that this one gives up. */
    boolean includesHeldBy(KeyChange change) {
      if (!change.isLoss()) {
        return false;
      }
      boolean gains = change.isGain();
      Row held = change.before().canonical();
      if (held == null) {
        return all > (gains ? 1 : 0);
      }
      boolean gainsUnknown = gains && change.after().canonical() == null;
      return known.containsKey(held) || unknown > (gainsUnknown ? 1 : 0);
    }
  }
}
