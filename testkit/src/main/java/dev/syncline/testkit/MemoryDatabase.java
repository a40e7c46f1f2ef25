package dev.syncline.testkit;

import dev.syncline.SchemaObject;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableId;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.WeakHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A database in the heap that a {@link MemorySource} reads: tables, transactions, and one or more
 * logs with positions. Thread-safe.
 *
 * <p>A commit has two halves, as it has on real servers: the transaction enters the log, and
 * readers of tables see it. {@link #begin} puts them into the caller's hands, {@link #splitCommits}
 * lets chance order them and pull them apart, so that a wrong merge of snapshot and stream shows.
 */
public final class MemoryDatabase {

  private static final int MAX_UNFINISHED = 8;
  private static final int STEPS_TO_FINISH = 4;

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final Clock clock;
  private final Map<String, MemoryLog> logs = new LinkedHashMap<>();
  private final Map<TableId, Home> tables = new TreeMap<>();
  private final Set<SplitTransaction> unfinished = new LinkedHashSet<>();
  private final Map<MemoryTable.Touch, SplitTransaction> holders = new HashMap<>();
  private final Map<Thread, SplitTransaction> lastOfThread = new WeakHashMap<>();
  private final Map<String, Position> acknowledged = new HashMap<>();
  private ReadListener readListener = (moment, table) -> {};
  private UnaryOperator<TableChange> logged = change -> change;
  private @Nullable Random splitting;
  private long lastTransaction;
  private final List<SchemaObject> objects = new ArrayList<>();
  private final Set<SchemaObject> hidden = new HashSet<>();

  /** Where a table is logged, its newest state, and the state that readers see. */
  record Home(String stream, MemoryTable current, MemoryTable visible) {}

  /**
   * An empty database.
   *
   * @param streams how many logs it has, at least 1
   * @throws IllegalArgumentException if that is less than 1
   */
  public MemoryDatabase(int streams) {
    this(streams, Clock.systemUTC());
  }

  /** An empty database whose commits take their time from a clock. */
  public MemoryDatabase(int streams, Clock clock) {
    if (streams < 1) {
      throw new IllegalArgumentException("A database has at least 1 stream; got " + streams + ".");
    }
    this.clock = Objects.requireNonNull(clock, "clock");
    for (int i = 0; i < streams; i++) {
      logs.put("stream-" + i, new MemoryLog("stream-" + i));
    }
  }

  /** The names of the streams, {@code stream-0} first. */
  public List<String> streams() {
    return List.copyOf(logs.keySet());
  }

  /** Makes a table whose changes go to the first stream. */
  public void create(TableDefinition table) {
    create(table, streams().get(0));
  }

  /** Makes an object that is no table. */
  public void create(SchemaObject object) {
    Objects.requireNonNull(object, "object");
    locked(
        () -> {
          objects.add(object);
        });
  }

  /** Keeps sessions from saying how an object is made, though not from naming it. */
  public void hide(SchemaObject object) {
    locked(
        () -> {
          hidden.add(Objects.requireNonNull(object, "object"));
        });
  }

  boolean isHidden(SchemaObject object) {
    return locked(() -> hidden.contains(object));
  }

  /** The objects that are no tables, in the order in which they were made. */
  public List<SchemaObject> objects() {
    return locked(() -> List.copyOf(objects));
  }

  /**
   * Makes a table whose changes go to a stream.
   *
   * @throws IllegalStateException if there is one of that name
   */
  public void create(TableDefinition table, String stream) {
    locked(
        () -> {
          change("CREATE TABLE " + table.id(), List.of(new Created(table)), stream);
        });
  }

  /**
   * Gives a table other columns or keys. New columns are NULL in the rows that are there, or 0 if
   * they must not be.
   *
   * @param after the table as it is then, under its name
   * @param origins for each column the ordinal that it had before, or -1 if it is new
   * @throws IllegalStateException if two rows would have the same key
   */
  public void alter(TableDefinition after, List<Integer> origins) {
    locked(
        () -> {
          Home home = home(after.id());
          Altered effect = new Altered(home.current().definition(), after, origins);
          change("ALTER TABLE " + after.id(), List.of(effect), home.stream());
        });
  }

  /** Drops a table with its rows. */
  public void drop(TableId table) {
    locked(
        () -> {
          Home home = home(table);
          Dropped effect = new Dropped(home.current().definition());
          change("DROP TABLE " + table, List.of(effect), home.stream());
        });
  }

  /** Removes all rows of a table without a trace in the log but for the statement. */
  public void truncate(TableId table) {
    locked(
        () -> {
          Home home = home(table);
          Emptied effect = new Emptied(home.current().definition());
          change("TRUNCATE TABLE " + table, List.of(effect), home.stream());
        });
  }

  /** Gives tables of one stream other names, one after the other, in one statement. */
  public void rename(Renaming first, Renaming... more) {
    locked(
        () -> {
          List<Renaming> renamings = new ArrayList<>(List.of(first));
          renamings.addAll(List.of(more));
          change(
              "RENAME TABLE " + renamings,
              MemorySchemas.renamings(renamings, tables()),
              home(first.from()).stream());
        });
  }

  /** Logs a statement about objects that are no tables. */
  public void changeObjects(String text) {
    locked(() -> change(text, List.of(), streams().get(0)));
  }

  /** Carries a statement out and logs it. It waits for transactions that have changed a table. */
  private void change(String text, List<TableEffect> effects, String stream) {
    long number = lastTransaction + 1;
    SchemaChange change =
        new SchemaChange(
            new SchemaChange.Statement("memory", text + " /* " + number + " */", "", Map.of()),
            effects);
    Set<TableId> names = MemorySchemas.names(change);
    names.forEach(this::finishTable);
    Map<TableId, MemoryTable> current = new TreeMap<>();
    Map<TableId, MemoryTable> visible = new TreeMap<>();
    for (TableId name : names) {
      Home home = tables.get(name);
      if (home != null) {
        current.put(name, home.current());
        visible.put(name, home.visible());
      }
    }
    Map<TableId, MemoryTable> currentAfter = MemorySchemas.after(change, current);
    Map<TableId, MemoryTable> visibleAfter = MemorySchemas.after(change, visible);
    MemoryLog log = log(stream);
    lastTransaction = number;
    log.append(
        new MemoryLog.Changed(
            new MemoryTransactionId(stream, log.end() + 1, number), change, clock.instant()));
    names.forEach(tables::remove);
    currentAfter.forEach(
        (id, table) ->
            tables.put(id, new Home(stream, table, Objects.requireNonNull(visibleAfter.get(id)))));
  }

  /**
   * Commits one transaction; an exception rolls it back. Other threads wait meanwhile. What the
   * same thread committed before is finished first.
   *
   * @param changes makes the changes
   * @throws IllegalStateException if a row to change is missing or a key would be doubled
   */
  public void commit(Consumer<RowEditor> changes) {
    locked(
        () -> {
          SplitTransaction before = lastOfThread.get(Thread.currentThread());
          if (before != null) {
            before.finish();
          }
          SplitTransaction transaction = begin(changes);
          lastOfThread.put(Thread.currentThread(), transaction);
          int way = splitting == null ? 0 : splitting.nextInt(3);
          switch (way) {
            case 0 -> transaction.finish();
            case 1 -> transaction.writeToLog();
            default -> transaction.makeVisible();
          }
          step();
        });
  }

  /**
   * Carries out a transaction that is neither in the log nor visible yet; an exception rolls it
   * back.
   *
   * @param changes makes the changes
   * @throws IllegalStateException if a row to change is missing or a key would be doubled
   */
  public SplitTransaction begin(Consumer<RowEditor> changes) {
    return locked(
        () -> {
          MemoryEditor editor = new MemoryEditor(this);
          try {
            changes.accept(editor);
          } catch (RuntimeException | Error e) {
            editor.rollBack();
            throw e;
          }
          SplitTransaction transaction = new SplitTransaction(this, ++lastTransaction, editor);
          unfinished.add(transaction);
          transaction.touches().forEach(touch -> holders.put(touch, transaction));
          return transaction;
        });
  }

  /**
   * From now on lets chance decide for each commit whether its halves come together, which one
   * comes first, and how many operations of the database lie between them.
   *
   * <p>Before a test looks at its end it calls {@link #finishAll}.
   */
  public void splitCommits(Random random) {
    locked(() -> splitting = Objects.requireNonNull(random, "random"));
  }

  /**
   * From now on passes every change through a function before it enters a log, for example one that
   * leaves values out, as the logs of some databases do.
   */
  public void logAs(UnaryOperator<TableChange> image) {
    locked(() -> logged = Objects.requireNonNull(image, "image"));
  }

  /** Finishes all transactions of which a half is missing. */
  public void finishAll() {
    locked(() -> List.copyOf(unfinished).forEach(SplitTransaction::finish));
  }

  /** Gives whoever reads a stream something else to remember, and changes nothing else. */
  public void remember(String stream) {
    locked(() -> log(stream).remember(++lastTransaction, clock.instant()));
  }

  /** Puts an entry without meaning for any table into a log. */
  public void logNothing(String stream) {
    locked(() -> log(stream).append(new MemoryLog.Nothing()));
  }

  /** The tables as they are. */
  public List<TableDefinition> tables() {
    return locked(() -> homes().stream().map(home -> home.current().definition()).toList());
  }

  /** Puts a statement about a table into its log that a reader does not understand. */
  public void logStatement(TableId table, String text) {
    locked(() -> log(home(table).stream()).append(new MemoryLog.Statement(table, text)));
  }

  /** Throws away the log of the position's stream up to the position. */
  public void purge(MemoryPosition upTo) {
    locked(() -> log(upTo.stream()).purge(upTo.sequence()));
  }

  /** Where the log of a stream ends. */
  public MemoryPosition end(String stream) {
    return locked(() -> new MemoryPosition(stream, log(stream).end()));
  }

  /** The greatest position of a stream that was acknowledged. */
  public Optional<Position> acknowledged(String stream) {
    return locked(() -> Optional.ofNullable(acknowledged.get(stream)));
  }

  /** The rows of a table after all transactions, unfinished ones too, in the order of its key. */
  public List<Row> rows(TableId table) {
    return locked(() -> home(table).current().rows());
  }

  /** Calls a listener from now on while ranges and tables are read; replaces the one before. */
  public void listen(ReadListener listener) {
    locked(() -> readListener = Objects.requireNonNull(listener, "listener"));
  }

  // What follows serves the readers and the parts of a transaction.

  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Waits until something is true that only changes under the lock. */
  boolean await(Duration maxWait, BooleanSupplier condition) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long left = maxWait.toNanos();
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Something happened: unfinished commits may go on. */
  void step() {
    locked(
        () -> {
          Random random = splitting;
          for (SplitTransaction transaction : List.copyOf(unfinished)) {
            boolean crowded = unfinished.size() > MAX_UNFINISHED;
            if (random != null && (crowded || random.nextInt(STEPS_TO_FINISH) == 0)) {
              transaction.finish();
            }
          }
        });
  }

  /** Lets chance decide, if it has a say at all; mostly yes. */
  boolean tossCoin() {
    return locked(
        () -> {
          Random random = splitting;
          return random != null && random.nextInt(4) > 0;
        });
  }

  Home home(TableId table) {
    Home home = tables.get(table);
    if (home == null) {
      throw new IllegalArgumentException("There is no table '" + table + "'.");
    }
    return home;
  }

  List<Home> homes() {
    return List.copyOf(tables.values());
  }

  MemoryLog log(String stream) {
    MemoryLog log = logs.get(stream);
    if (log == null) {
      throw new IllegalArgumentException("There is no stream '" + stream + "'.");
    }
    return log;
  }

  long append(String stream, long transaction, List<TableChange> changes) {
    MemoryLog log = log(stream);
    MemoryTransactionId id = new MemoryTransactionId(stream, log.end() + 1, transaction);
    List<TableChange> images = changes.stream().map(logged).toList();
    return log.append(new MemoryLog.Committed(id, images, clock.instant()));
  }

  void show(List<TableChange> changes) {
    for (TableChange change : changes) {
      MemoryTable table = home(change.table().id()).visible();
      if (change instanceof RowUpdate update) {
        take(table, update.before());
        put(table, update.after());
      } else if (change instanceof RowInsert insert) {
        put(table, insert.after());
      } else if (change instanceof RowDelete delete) {
        take(table, delete.before());
      } else if (change instanceof SnapshotRow) {
        throw new IllegalStateException("A transaction has no rows of a snapshot.");
      }
    }
  }

  private static void put(MemoryTable table, Row row) {
    table.set(table.address(row), table.added(row));
  }

  private static void take(MemoryTable table, Row row) {
    table.set(table.address(row), table.removed(table.address(row)));
  }

  void settled(SplitTransaction transaction) {
    unfinished.remove(transaction);
    lastOfThread.values().remove(transaction);
    transaction.touches().forEach(touch -> holders.remove(touch, transaction));
  }

  void finishHolders(Set<MemoryTable.Touch> touches) {
    for (MemoryTable.Touch touch : touches) {
      SplitTransaction holder = holders.get(touch);
      if (holder != null) {
        holder.finish();
      }
    }
  }

  /** Finishes what is unfinished in a table, as a reader does that waits for its locks. */
  void finishTable(TableId table) {
    for (SplitTransaction transaction : List.copyOf(unfinished)) {
      if (transaction.touches().stream().anyMatch(t -> t.table().equals(table))) {
        transaction.finish();
      }
    }
  }

  long lastTransaction() {
    return lastTransaction;
  }

  List<SplitTransaction> unfinished() {
    return new ArrayList<>(unfinished);
  }

  ReadListener readListener() {
    return locked(() -> readListener);
  }

  void acknowledge(String stream, Position position) {
    locked(() -> acknowledged.merge(stream, position, (a, b) -> a.compareTo(b) >= 0 ? a : b));
  }
}
