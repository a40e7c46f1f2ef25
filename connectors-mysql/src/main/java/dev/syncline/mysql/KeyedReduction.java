package dev.syncline.mysql;

import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reduces the changes of a table with a key to one delete and one write, each in the order of keys.
 *
 * <p>Why a single order of writes is enough although unique values may move between rows: the state
 * after the changes is one that the source had, so no two of its rows share a unique value. Trouble
 * can come only from a row that still holds, from before, a value which another row of the list
 * gets. Such rows are deleted first and then written anew from their full image; after that no
 * order of writes can meet a duplicate. Where it cannot be told whether two values are equal, they
 * are taken for equal, which deletes and writes anew more rows than necessary and is right too.
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
   * compared, or because a row must not be deleted and written anew.
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

    Entry(Row key, @Nullable Row initial, Row image) {
      this.key = key;
      this.initial = initial;
      this.latestImage = image;
      this.present = initial != null;
    }

    void write(Row row) {
      latestImage = row;
      present = true;
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
      if (!keyBefore.equals(keyAfter)) {
        entry.delete();
        moves |= after != null;
      }
    }
    if (after != null && keyAfter != null) {
      entries.computeIfAbsent(keyAfter, k -> new Entry(k, null, after)).write(after);
    }
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
      if (writtenAnew && table.hasOwnColumns()) {
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
    if (!written.isEmpty()) {
      steps.add(new TableStep.Write(written.stream().map(e -> e.latestImage).toList()));
    }
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
