package dev.syncline.testkit;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.SchemaObject;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.MemoryTable.Stored;
import dev.syncline.testkit.TargetTransaction.Cell;
import dev.syncline.testkit.TargetTransaction.Written;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A database in the heap that a {@link MemorySink} writes: tables with their unique keys,
 * transactions that hold their rows, the records of jobs, and a history of each key. Thread-safe.
 */
public final class MemoryTarget {

  /** How long a transaction waits for a row, and a take-over for a transaction, by default. */
  public static final Duration DEFAULT_LOCK_WAIT = Duration.ofSeconds(5);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Duration lockWait;
  private final Map<TableId, MemoryTable> tables = new TreeMap<>();
  private final Map<TableId, Map<String, ForeignKey>> foreignKeys = new HashMap<>();
  private final Map<String, SchemaObject> objects = new LinkedHashMap<>();
  private final Map<Object, TargetTransaction> held = new HashMap<>();
  private final Map<TargetTransaction, Optional<JobRun>> open = new HashMap<>();
  private final Map<Cell, List<MemoryWrite>> history = new HashMap<>();
  private TargetRecords records = new TargetRecords();
  private final List<String> statements = new ArrayList<>();
  private Runnable commitListener = () -> {};
  private Consumer<SchemaMoment> schemaListener = moment -> {};

  /** An empty target that waits for locks as long as {@link #DEFAULT_LOCK_WAIT}. */
  public MemoryTarget() {
    this(DEFAULT_LOCK_WAIT);
  }

  /** An empty target that waits for locks up to a time. */
  public MemoryTarget(Duration lockWait) {
    this.lockWait = Objects.requireNonNull(lockWait, "lockWait");
  }

  /** Makes a table unless it is there. */
  public void create(TableDefinition table) {
    lock.lock();
    try {
      if (tables.putIfAbsent(table.id(), new MemoryTable(table)) == null) {
        addForeignKeys(table);
      }
    } finally {
      lock.unlock();
    }
  }

  /** The foreign keys of a table. They do nothing; a cascading sink is told what does. */
  public List<ForeignKey> foreignKeys(TableId table) {
    lock.lock();
    try {
      return List.copyOf(foreignKeys.getOrDefault(table, Map.of()).values());
    } finally {
      lock.unlock();
    }
  }

  /** The objects that are no tables, in the order in which they were made. */
  public List<SchemaObject> objects() {
    lock.lock();
    try {
      return List.copyOf(objects.values());
    } finally {
      lock.unlock();
    }
  }

  /** Loses a table with its rows, if it is there. */
  public void drop(TableId table) {
    lock.lock();
    try {
      tables.remove(table);
      foreignKeys.remove(table);
    } finally {
      lock.unlock();
    }
  }

  /** The names of the tables. */
  public Set<TableId> tables() {
    lock.lock();
    try {
      return new TreeSet<>(tables.keySet());
    } finally {
      lock.unlock();
    }
  }

  /**
   * The committed rows of a table in the order of its key.
   *
   * @throws IllegalArgumentException if there is no such table
   */
  public List<Row> rows(TableId table) {
    lock.lock();
    try {
      MemoryTable found =
          find(table)
              .orElseThrow(
                  () -> new IllegalArgumentException("There is no table '" + table + "'."));
      List<Row> rows = new ArrayList<>();
      committed(found).values().forEach(s -> rows.addAll(Collections.nCopies(s.count(), s.row())));
      return rows;
    } finally {
      lock.unlock();
    }
  }

  private Map<Row, Stored> committed(MemoryTable table) {
    Map<Row, Stored> committed = new TreeMap<>(table.range(null, null));
    open.keySet().forEach(transaction -> uncover(transaction, table, committed));
    return committed;
  }

  private static void uncover(
      TargetTransaction transaction, MemoryTable table, Map<Row, Stored> committed) {
    transaction
        .before()
        .forEach(
            (cell, stored) -> {
              if (cell.table() == table) {
                committed.remove(cell.address());
                stored.ifPresent(s -> committed.put(cell.address(), s));
              }
            });
  }

  /**
   * What was committed under a key, oldest first.
   *
   * @param address the values of the key; all values of the row in a keyless table
   */
  public List<MemoryWrite> history(TableId table, Row address) {
    lock.lock();
    try {
      return find(table)
          .map(found -> List.copyOf(history.getOrDefault(new Cell(found, address), List.of())))
          .orElse(List.of());
    } finally {
      lock.unlock();
    }
  }

  /** What a job has recorded; empty if nothing. */
  public Optional<TargetProgress> progress(String job) {
    lock.lock();
    try {
      return records.progress(job);
    } finally {
      lock.unlock();
    }
  }

  /** Loses what a job has recorded. */
  public void forget(String job) {
    lock.lock();
    try {
      records.forget(job);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Takes a backup of what is committed: tables, objects, and what jobs have recorded. To run it
   * sets the target back to that, as a failover to a replica that lagged does; once, and while
   * nobody writes.
   *
   * @throws IllegalStateException if a change of tables is under way
   */
  public Runnable backup() {
    lock.lock();
    try {
      Map<TableId, MemoryTable> tablesThen = new TreeMap<>();
      tables.forEach(
          (id, table) -> {
            MemoryTable copy = new MemoryTable(table.definition());
            committed(table).forEach(copy::set);
            tablesThen.put(id, copy);
          });
      Map<TableId, Map<String, ForeignKey>> keysThen = new HashMap<>();
      foreignKeys.forEach((id, keys) -> keysThen.put(id, new TreeMap<>(keys)));
      Map<String, SchemaObject> objectsThen = new LinkedHashMap<>(objects);
      TargetRecords recordsThen = records.copy();
      List<String> statementsThen = List.copyOf(statements);
      return () ->
          whileLocked(
              () -> {
                replace(tables, tablesThen);
                replace(foreignKeys, keysThen);
                replace(objects, objectsThen);
                records = recordsThen;
                statements.clear();
                statements.addAll(statementsThen);
              });
    } finally {
      lock.unlock();
    }
  }

  private static <K, V> void replace(Map<K, V> map, Map<K, V> then) {
    map.clear();
    map.putAll(then);
  }

  /**
   * Calls a listener from now on after each commit, before anybody sees the next one; replaces the
   * one before. An exception of the listener reaches the writer after its commit.
   */
  public void onCommit(Runnable listener) {
    lock.lock();
    try {
      commitListener = Objects.requireNonNull(listener, "listener");
    } finally {
      lock.unlock();
    }
  }

  /** Moments between the steps in which a change of tables is carried out. */
  public enum SchemaMoment {
    /** It is recorded that the change begins. */
    INTENDED,
    /** The tables are changed, and the position is not behind the change. */
    CHANGED
  }

  /**
   * Calls a listener from now on between the steps of changes of tables; replaces the one before.
   * An exception of the listener reaches the writer.
   */
  public void onSchemaChange(Consumer<SchemaMoment> listener) {
    whileLocked(() -> schemaListener = Objects.requireNonNull(listener, "listener"));
  }

  /** The texts of the statements that jobs have carried out, in order. */
  public List<String> statements() {
    lock.lock();
    try {
      return List.copyOf(statements);
    } finally {
      lock.unlock();
    }
  }

  /** How a table is defined; empty if it is not there. */
  public Optional<TableDefinition> definition(TableId table) {
    lock.lock();
    try {
      return find(table).map(MemoryTable::definition);
    } finally {
      lock.unlock();
    }
  }

  // What follows serves the writers.

  void at(SchemaMoment moment) {
    Consumer<SchemaMoment> listener;
    lock.lock();
    try {
      listener = schemaListener;
    } finally {
      lock.unlock();
    }
    listener.accept(moment);
  }

  /** The tables of some names, as far as they are there. The target is locked. */
  Map<TableId, MemoryTable> tables(Set<TableId> names) {
    Map<TableId, MemoryTable> found = new TreeMap<>(tables);
    found.keySet().retainAll(names);
    return found;
  }

  /** Checks that a job writes nothing but the one transaction. The target is locked. */
  void checkQuiet(JobRun run) {
    if (open.values().stream().filter(Optional.of(run)::equals).count() > 1) {
      throw new IllegalStateException("The job writes rows while it changes tables.");
    }
  }

  /** Carries a change out. The target is locked. */
  void change(SchemaChange change) {
    Set<TableId> names = MemorySchemas.names(change);
    Map<TableId, MemoryTable> after = MemorySchemas.after(change, tables(names));
    names.forEach(tables::remove);
    names.forEach(foreignKeys::remove);
    tables.putAll(after);
    after.values().forEach(table -> addForeignKeys(table.definition()));
    statements.add(change.text());
  }

  /** Work that is done while the target is locked. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws InterruptedException;
  }

  <T> T locked(Work<T> work) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      return work.run();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  void addForeignKeys(TableDefinition table) {
    whileLocked(
        () -> {
          Map<String, ForeignKey> keys =
              foreignKeys.computeIfAbsent(table.id(), id -> new TreeMap<>());
          table.foreignKeys().forEach(key -> keys.putIfAbsent(key.name(), key));
        });
  }

  /** Whether there are tables or objects of these names. */
  boolean has(List<TableId> names) {
    lock.lock();
    try {
      return names.stream()
          .allMatch(
              name ->
                  tables.containsKey(name)
                      || objects.values().stream()
                          .anyMatch(object -> object.fullName().equals(name.toString())));
    } finally {
      lock.unlock();
    }
  }

  void create(SchemaObject object) {
    whileLocked(() -> objects.putIfAbsent(object.toString(), object));
  }

  TargetProgress takeOver(JobRun run, Map<String, String> firstPositions)
      throws InterruptedException {
    return locked(
        () -> {
          await(
              () -> !records.isBusy(run.job()),
              "A transaction of an earlier run of job '" + run.job() + "' is still open.");
          return records.takeOver(run, firstPositions);
        });
  }

  void beginLanes(JobRun run, int lanes, String layout) {
    whileLocked(() -> records.beginLanes(run, lanes, layout));
  }

  /** How a table tells its rows apart: by all of their values as they are. */
  TargetKeys keysOf(TableDefinition source) {
    lock.lock();
    try {
      return find(source.id())
          .map(MemoryTable::keys)
          .orElseThrow(
              () ->
                  new ChangeRejectedException(
                      source.id(), "Table '" + source.id() + "' is not at the target.", null));
    } finally {
      lock.unlock();
    }
  }

  /** Opens a transaction outside of any job. The target is locked. */
  TargetTransaction begin() {
    TargetTransaction transaction = new TargetTransaction(this);
    open.put(transaction, Optional.empty());
    return transaction;
  }

  /** Opens a transaction of a run, if the run may write. The target is locked. */
  TargetTransaction begin(JobRun run) {
    TargetTransaction transaction = new TargetTransaction(this);
    records.enter(run, transaction);
    open.put(transaction, Optional.of(run));
    return transaction;
  }

  /** Commits, calls the listener and forgets the transaction. The target is locked. */
  void commit(TargetTransaction transaction) {
    for (Written written : transaction.commit()) {
      history.computeIfAbsent(written.cell(), c -> new ArrayList<>()).add(written.write());
    }
    commitListener.run();
  }

  void rollBack(TargetTransaction transaction) {
    if (open.containsKey(transaction)) {
      transaction.rollBack();
    }
  }

  /** Locks without regard to interruption, to close something. */
  void whileLocked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  TargetRecords records() {
    return records;
  }

  Optional<MemoryTable> find(TableId table) {
    return Optional.ofNullable(tables.get(table));
  }

  Presence presence(TableId table) {
    if (!tables().contains(table)) {
      return Presence.ABSENT;
    }
    return rows(table).isEmpty() ? Presence.EMPTY : Presence.FILLED;
  }

  /** Waits until something belongs to a transaction, which keeps it to its end. */
  void hold(TargetTransaction transaction, Object thing) throws InterruptedException {
    await(
        () ->
            !open.containsKey(transaction) || held.getOrDefault(thing, transaction) == transaction,
        "A row is held by another transaction.");
    if (!open.containsKey(transaction)) {
      throw new TransientException("The transaction was closed while it waited for a row.");
    }
    held.put(thing, transaction);
    transaction.holds().add(thing);
  }

  void release(TargetTransaction transaction) {
    transaction.holds().forEach(held::remove);
    open.remove(transaction).ifPresent(run -> records.leave(run, transaction));
    changed.signalAll();
  }

  private void await(BooleanSupplier condition, String otherwise) throws InterruptedException {
    long left = lockWait.toNanos();
    while (!condition.getAsBoolean()) {
      if (left <= 0) {
        throw new TransientException(otherwise + " Waited " + lockWait + "; try again.");
      }
      left = changed.awaitNanos(left);
    }
  }
}
