package dev.syncline.internal;

import dev.syncline.TargetKeys;
import dev.syncline.change.Change;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Cuts transactions into shares of lanes: the changes of one key go to one lane, and unique values
 * that pass between rows are claimed, so that their order can be kept. Owned by the job's thread.
 *
 * <p>A transaction is not cut where order cannot be kept by that: if a key or a unique value cannot
 * be compared, if a row moves from one lane to another, or if shares would wait for each other.
 */
final class Splitter<C extends Change> {

  /** A unique value that a change takes or gives up, by its hash, and the lane of the change. */
  record Claim(long value, int lane) {}

  /**
   * A transaction in shares.
   *
   * @param shares the share of each lane, as a transaction; null for lanes that have none
   * @param claims in the order of the changes
   */
  record Cut<C extends Change>(List<@Nullable TransactionPart<C>> shares, List<Claim> claims) {}

  /** What is known of a table. */
  private record Table(TableRoute route, TargetKeys target, List<OtherKey> others) {}

  /** A unique key besides the first, and the seed of the hashes of its values. */
  private record OtherKey(UniqueKey key, long seed) {}

  /** Says that a transaction must not be cut. */
  private static final int NONE = -1;

  /** About how many bytes of heap a share takes beside its changes. */
  private static final int SHARE_BYTES = 160;

  private static final int MOST_TABLES = 20_000;

  private final Routes routes;
  private final int lanes;
  private List<Claim> claims = new ArrayList<>();
  private final Function<TableDefinition, TargetKeys> targets;
  private final IdentityHashMap<TableDefinition, Table> tables = new IdentityHashMap<>();

  /**
   * A splitter.
   *
   * @param targets asked at the first change of a table
   */
  Splitter(Routes routes, int lanes, Function<TableDefinition, TargetKeys> targets) {
    this.routes = routes;
    this.lanes = lanes;
    this.targets = targets;
  }

  /** The transaction in shares; empty if it must be written as a whole. */
  Optional<Cut<C>> cut(TransactionPart<C> part) {
    List<@Nullable List<C>> shares = new ArrayList<>(Collections.nCopies(lanes, null));
    claims = new ArrayList<>();
    for (C change : part.changes()) {
      int lane = change instanceof TableChange row ? lane(row) : NONE;
      if (lane == NONE) {
        return Optional.empty();
      }
      List<C> share = shares.get(lane);
      if (share == null) {
        share = new ArrayList<>();
        shares.set(lane, share);
      }
      share.add(change);
    }
    if (!haveAnOrder()) {
      return Optional.empty();
    }
    List<@Nullable TransactionPart<C>> parts = new ArrayList<>();
    shares.forEach(share -> parts.add(share == null ? null : share(part, share)));
    return Optional.of(new Cut<>(parts, claims));
  }

  private static <C extends Change> TransactionPart<C> share(
      TransactionPart<C> whole, List<C> changes) {
    if (changes.size() == whole.changes().size()) {
      return whole;
    }
    long bytes = SHARE_BYTES + whole.bytes() * changes.size() / whole.changes().size();
    return new TransactionPart<>(
        whole.transaction(), changes, whole.end(), whole.committedAt(), bytes);
  }

  private int lane(TableChange change) {
    Table table = table(change.table());
    TableRoute route = table.route();
    if (route.hasOneHome()) {
      return TableRoute.lane(route.home(TableRoute.anyRow(change)), lanes);
    }
    Row before = TableRoute.before(change);
    Row after = TableRoute.after(change);
    Row one = TableRoute.anyRow(change);
    if (!isComparable(table, one, route.key())) {
      return NONE;
    }
    int lane = TableRoute.lane(route.home(one), lanes);
    if (before != null && after != null && !areSame(before, after, route.key())) {
      boolean stays =
          isComparable(table, after, route.key())
              && TableRoute.lane(route.home(after), lanes) == lane;
      if (!stays) {
        return NONE;
      }
    }
    for (OtherKey other : table.others()) {
      if (!claim(table, other, before, after, lane)) {
        return NONE;
      }
    }
    return lane;
  }

  /** Notes what a change takes and gives up in a unique key; false if that cannot be told. */
  private boolean claim(
      Table table, OtherKey other, @Nullable Row before, @Nullable Row after, int lane) {
    UniqueKey key = other.key();
    if (before != null
        && after != null
        && !key.columns().isEmpty()
        && areSame(before, after, key.columns())) {
      return true;
    }
    for (Row row : new @Nullable Row[] {before, after}) {
      if (row != null && !row.hasAll(key.columns())) {
        return false;
      }
      if (row != null && occupies(row, key)) {
        if (key.coverage() != UniqueKey.Coverage.COLUMNS
            || !isComparable(table, row, key.columns())) {
          return false;
        }
        claims.add(new Claim(KeyHash.of(other.seed(), row, key.columns()), lane));
      }
    }
    return true;
  }

  /** NULL keeps no other row from anything, except in expressions, of which nothing is known. */
  private static boolean occupies(Row row, UniqueKey key) {
    if (key.coverage() != UniqueKey.Coverage.EXPRESSION) {
      for (int column : key.columns()) {
        if (row.value(column) == null) {
          return false;
        }
      }
    }
    return true;
  }

  /** What a row lacks after an update is as it was before. */
  private static boolean areSame(Row before, Row after, List<Integer> columns) {
    for (int column : columns) {
      boolean known = before.has(column) && after.has(column);
      boolean same =
          known
              ? Objects.deepEquals(before.value(column), after.value(column))
              : !after.has(column);
      if (!same) {
        return false;
      }
    }
    return true;
  }

  private static boolean isComparable(Table table, Row row, List<Integer> columns) {
    for (int column : columns) {
      Object value = row.value(column);
      if (value == null || !table.target().isComparable(column, value)) {
        return false;
      }
    }
    return true;
  }

  /** Whether no share would have to wait for another one that waits for it. */
  private boolean haveAnOrder() {
    if (claims.size() < 2) {
      return true;
    }
    long[] after = new long[lanes];
    Map<Long, Integer> last = new HashMap<>();
    boolean any = false;
    for (Claim claim : claims) {
      Integer earlier = last.put(claim.value(), claim.lane());
      if (earlier != null && earlier != claim.lane()) {
        after[claim.lane()] |= 1L << earlier;
        any = true;
      }
    }
    return !any || isAcyclic(after);
  }

  private boolean isAcyclic(long[] after) {
    long left = lanes == Long.SIZE ? -1L : (1L << lanes) - 1;
    boolean moved = true;
    while (left != 0 && moved) {
      moved = false;
      for (int lane = 0; lane < lanes; lane++) {
        boolean there = (left & (1L << lane)) != 0;
        if (there && (after[lane] & left) == 0) {
          left &= ~(1L << lane);
          moved = true;
        }
      }
    }
    return left == 0;
  }

  private Table table(TableDefinition definition) {
    Table table = tables.get(definition);
    if (table == null) {
      if (tables.size() >= MOST_TABLES) {
        tables.clear();
      }
      table = describe(definition);
      tables.put(definition, table);
    }
    return table;
  }

  private Table describe(TableDefinition definition) {
    TargetKeys target = targets.apply(definition);
    TableRoute route = routes.of(definition);
    List<OtherKey> others =
        target.others().stream()
            .map(key -> new OtherKey(key, KeyHash.mix(route.seed(), KeyHash.of(key.name()))))
            .toList();
    return new Table(route, target, others);
  }
}
