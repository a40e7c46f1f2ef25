package dev.syncline.internal;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A source of a few rows in which each commit has two halves, the way into the log and the
 * visibility to readers, that come in either order and apart from each other. Until both are done a
 * transaction holds its rows. Of some updates the log has only what has changed.
 */
final class MergerSource {

  static final int KEYS = 8;
  static final int KEYS_PER_TABLE = 4;
  private static final List<TableDefinition> TABLES =
      List.of(Tables.withTwoValues("a"), Tables.withTwoValues("b"));

  /** A transaction. */
  static final class Transaction implements TransactionId {
    final List<TableChange> changes = new ArrayList<>();
    private final Set<Long> keys = new HashSet<>();
    private int sequence;
    private boolean visible;

    private boolean isDone() {
      return visible && sequence > 0;
    }
  }

  /** The job stops: what is known of a row does not make one. */
  static final class MissingRow extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** The key under which the row is not there. */
    final long key;

    MissingRow(long key) {
      this.key = key;
    }
  }

  /** A place in the log: so many transactions lie before it. */
  record Place(int sequence) implements Position {

    @Override
    public int compareTo(Position other) {
      return Integer.compare(sequence, ((Place) other).sequence);
    }

    @Override
    public boolean includes(TransactionId transaction) {
      return ((Transaction) transaction).sequence <= sequence;
    }
  }

  final List<Transaction> log = new ArrayList<>();
  private final Random random;
  private final Map<Long, Row> current = new HashMap<>();
  private final Map<Long, Row> visible = new HashMap<>();
  private final Set<Transaction> shown = new HashSet<>();
  private final List<Transaction> unfinished = new ArrayList<>();
  private long version;

  MergerSource(Random random) {
    this.random = random;
    for (long key = 0; key < KEYS; key++) {
      if (random.nextBoolean()) {
        current.put(key, newRow(key));
      }
    }
    visible.putAll(current);
  }

  static TableDefinition table(long key) {
    return TABLES.get((int) (key / KEYS_PER_TABLE));
  }

  static List<TableDefinition> tables() {
    return TABLES;
  }

  Map<Long, Row> rows() {
    return Map.copyOf(current);
  }

  /** Carries out a transaction of which no half is done. */
  void begin() {
    Transaction transaction = new Transaction();
    for (int i = random.nextInt(4); i >= 0; i--) {
      change(transaction);
    }
    unfinished.add(transaction);
  }

  private void change(Transaction transaction) {
    long key = hold(transaction, random.nextInt(KEYS));
    Row before = current.remove(key);
    if (before == null) {
      Row after = newRow(key);
      transaction.changes.add(new RowInsert(table(key), after));
      current.put(key, after);
    } else if (random.nextInt(3) == 0) {
      transaction.changes.add(new RowDelete(table(key), before));
    } else {
      long other = table(key).equals(TABLES.get(0)) ? 0 : KEYS_PER_TABLE;
      long moved = random.nextBoolean() ? key : other + random.nextInt(KEYS_PER_TABLE);
      hold(transaction, moved);
      long target = current.containsKey(moved) ? key : moved;
      boolean first = random.nextBoolean();
      boolean both = random.nextBoolean();
      version += 2;
      Row after =
          Row.of(
              target,
              first || both ? maybe(version - 2) : before.value(1),
              !first || both ? maybe(version - 1) : before.value(2));
      boolean moves = target != key;
      if (random.nextInt(moves ? 6 : 2) == 0) {
        Row logged =
            Row.of(
                target,
                first || both ? after.value(1) : Row.ABSENT,
                !first || both ? after.value(2) : Row.ABSENT);
        Row address = Row.of(key, Row.ABSENT, Row.ABSENT);
        transaction.changes.add(new RowUpdate(table(key), address, logged));
      } else {
        transaction.changes.add(new RowUpdate(table(key), before, after));
      }
      current.put(target, after);
    }
  }

  private Row newRow(long key) {
    version += 2;
    return Row.of(key, maybe(version - 2), maybe(version - 1));
  }

  /** NULL takes less memory, so that rows grow and shrink. */
  private @Nullable Object maybe(long value) {
    return random.nextInt(3) == 0 ? null : value;
  }

  private long hold(Transaction transaction, long key) {
    for (Transaction other : List.copyOf(unfinished)) {
      if (other.keys.contains(key)) {
        log(other);
        show(other);
      }
    }
    transaction.keys.add(key);
    return key;
  }

  /** Does a half of a transaction. */
  void half() {
    if (!unfinished.isEmpty()) {
      Transaction transaction = unfinished.get(random.nextInt(unfinished.size()));
      if (random.nextBoolean()) {
        log(transaction);
      } else {
        show(transaction);
      }
    }
  }

  void finishAll() {
    for (Transaction transaction : List.copyOf(unfinished)) {
      log(transaction);
      show(transaction);
    }
  }

  private void log(Transaction transaction) {
    if (transaction.sequence == 0) {
      log.add(transaction);
      transaction.sequence = log.size();
      unfinished.removeIf(Transaction::isDone);
    }
  }

  private void show(Transaction transaction) {
    if (!transaction.visible) {
      transaction.changes.forEach(change -> apply(change, visible));
      transaction.visible = true;
      shown.add(transaction);
      unfinished.removeIf(Transaction::isDone);
    }
  }

  /**
   * Carries out a change in some state.
   *
   * @throws MissingRow if a row that gets another key is not there to be moved
   */
  static void apply(TableChange change, Map<Long, Row> state) {
    if (change instanceof RowUpdate update) {
      Row old = state.remove(key(update.before()));
      if (old != null || update.after().isWhole()) {
        Row after = update.after();
        state.put(key(after), old == null ? after : update.table().carriedOver(old, after));
      } else if (key(update.before()) != key(update.after())) {
        throw new MissingRow(key(update.before()));
      }
    } else if (change instanceof RowInsert insert) {
      state.put(key(insert.after()), insert.after());
    } else if (change instanceof RowDelete delete) {
      state.remove(key(delete.before()));
    } else if (change instanceof SnapshotRow row) {
      state.put(key(row.row()), row.row());
    }
  }

  private static long key(Row row) {
    return (Long) row.value(0);
  }

  /** What is surely visible now: not all that is, nor all that one of it depends on. */
  Set<TransactionId> low() {
    return shown.stream().filter(t -> random.nextInt(8) > 0).collect(Collectors.toSet());
  }

  /** What is in the log now: not a mark to go by. */
  Set<TransactionId> logged() {
    return Set.copyOf(log);
  }

  List<SnapshotRow> read(long from, long to) {
    List<SnapshotRow> rows = new ArrayList<>();
    for (long key = from; key < to; key++) {
      if (visible.containsKey(key)) {
        rows.add(new SnapshotRow(table(key), visible.get(key)));
      }
    }
    return rows;
  }

  /** The mark of a read that ends now. */
  SnapshotChunk chunk(List<SnapshotRow> rows, Set<TransactionId> low, boolean naiveHigh) {
    int end = log.size();
    List<Transaction> notLogged = shown.stream().filter(t -> t.sequence == 0).toList();
    SnapshotChunk.Mark mark =
        new SnapshotChunk.Mark() {
          @Override
          public boolean isBefore(TransactionId transaction) {
            return low.contains(transaction);
          }

          @Override
          public boolean isPassedAt(Position position) {
            int at = ((Place) position).sequence();
            return naiveHigh
                || (at >= end
                    && notLogged.stream().allMatch(t -> t.sequence > 0 && t.sequence <= at));
          }
        };
    return new SnapshotChunk(KeyRange.ALL, rows, mark);
  }
}
