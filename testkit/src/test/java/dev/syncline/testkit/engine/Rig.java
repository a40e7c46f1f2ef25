package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.MemoryDatabase;
import dev.syncline.testkit.MemorySink;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.MemoryTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A source, a target and a checkpoint store in the heap, and jobs between them. */
final class Rig implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(60);
  static final TableDefinition USERS = keyed("users");
  static final TableDefinition ORDERS = keyed("orders");

  /** Has no key: what is missing or doubled in it shows. */
  static final TableDefinition LEDGER =
      new TableDefinition(
          new TableId("shop", "ledger"), List.of(number("entry"), number("amount")), List.of());

  private static final TableSelection ALL = TableSelection.builder().database("shop").build();
  private static final AtomicInteger NUMBER = new AtomicInteger();

  final String name = "engine-test-" + NUMBER.incrementAndGet();
  final MemoryDatabase database;
  final MemoryTarget target = new MemoryTarget(Duration.ofSeconds(2));
  final MemoryCheckpointStore store = new MemoryCheckpointStore();

  /** What jobs save to: the store, or something around it. */
  CheckpointStore checkpoints = store;

  private final List<SyncJob<TableChange>> jobs = new ArrayList<>();

  Rig(int streams) {
    database = new MemoryDatabase(streams);
    database.create(USERS);
    database.create(ORDERS, database.streams().get(streams - 1));
    database.create(LEDGER);
  }

  private static TableDefinition keyed(String table) {
    return new TableDefinition(
        new TableId("shop", table),
        List.of(number("id"), number("value")),
        List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));
  }

  private static Column number(String column) {
    return new Column(
        column, ColumnType.of(ValueKind.INTEGER, "bigint"), false, Column.Origin.WRITTEN);
  }

  /** Fills the tables with rows of keys from 0. */
  Rig fill(int rows) {
    for (long key = 0; key < rows; key++) {
      insert(USERS, key, 0);
      insert(ORDERS, key, 0);
      insert(LEDGER, key, 0);
    }
    return this;
  }

  void insert(TableDefinition table, long key, long value) {
    database.commit(rows -> rows.insert(table.id(), Row.of(key, value)));
  }

  void update(TableDefinition table, long key, long value) {
    database.commit(rows -> rows.update(table.id(), Row.of(key), Row.of(key, value)));
  }

  void delete(TableDefinition table, long key) {
    database.commit(rows -> rows.delete(table.id(), Row.of(key)));
  }

  MemorySource source() {
    return new MemorySource(database);
  }

  MemorySink sink() {
    return new MemorySink(target);
  }

  ProgresslessSink plainSink() {
    return new ProgresslessSink(sink());
  }

  /** A job that copies all three tables, with small limits and quick retries. */
  SyncJobBuilder<TableChange> job() {
    return job(source(), sink());
  }

  SyncJobBuilder<TableChange> job(Source<TableChange> source, Sink<TableChange> sink) {
    return bare(source, sink).initialize(Initialization.STRUCTURE, Initialization.DATA);
  }

  /** A job that copies all tables, with limits of its own. */
  SyncJobBuilder<TableChange> job(
      Source<TableChange> source, Sink<TableChange> sink, JobLimits limits) {
    return withoutLimits(source, sink, ALL)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .limits(limits);
  }

  /** A job that copies some tables. */
  SyncJobBuilder<TableChange> job(TableSelection selection) {
    return withoutLimits(source(), sink(), selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .limits(limits().build());
  }

  /** A job that initializes nothing. */
  SyncJobBuilder<TableChange> bare(Source<TableChange> source, Sink<TableChange> sink) {
    return withoutLimits(source, sink, ALL).limits(limits().build());
  }

  private SyncJobBuilder<TableChange> withoutLimits(
      Source<TableChange> source, Sink<TableChange> sink, TableSelection selection) {
    return SyncJob.from(source)
        .to(sink)
        .named(name)
        .select(selection)
        .checkpoints(checkpoints)
        .retry(
            RetryPolicy.builder()
                .window(Duration.ofSeconds(30))
                .firstWait(Duration.ofMillis(1))
                .longestWait(Duration.ofMillis(20))
                .build());
  }

  /** Limits that make many small chunks, batches and checkpoints. */
  static JobLimits.Builder limits() {
    return JobLimits.builder()
        .batchRows(7)
        .queueBytes(2048)
        .checkpointInterval(Duration.ofMillis(5));
  }

  /** A job for some tables between any ends, of which nothing else is said. */
  SyncJobBuilder<TableChange> bare(
      Source<TableChange> source, Sink<TableChange> sink, TableSelection selection) {
    return withoutLimits(source, sink, selection);
  }

  /** A job that copies some tables, and whose connections break. */
  SyncJobBuilder<TableChange> job(MemorySource source, Faults faults, TableSelection selection) {
    return withoutLimits(new FlakySource(source, faults), new FlakySink(sink(), faults), selection)
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .limits(limits().build())
        .listener(faults);
  }

  /** Starts a job that ends with the rig. */
  SyncJob<TableChange> start(SyncJobBuilder<TableChange> builder) {
    SyncJob<TableChange> job = builder.build();
    jobs.add(job);
    job.start();
    return job;
  }

  /** A job whose connections break. */
  SyncJobBuilder<TableChange> job(MemorySource source, Faults faults) {
    return job(new FlakySource(source, faults), new FlakySink(sink(), faults)).listener(faults);
  }

  SyncJob<TableChange> start() {
    return start(job());
  }

  /** Starts a job and waits until all rows are copied. */
  SyncJob<TableChange> startAndSynchronize(SyncJobBuilder<TableChange> builder) {
    SyncJob<TableChange> job = start(builder);
    awaitSynchronizing(job);
    return job;
  }

  static void awaitSynchronizing(SyncJob<TableChange> job) {
    await("the job synchronizes", () -> isSynchronizing(job));
  }

  private static boolean isSynchronizing(SyncJob<TableChange> job) {
    job.status()
        .failure()
        .ifPresent(
            failure -> {
              throw new AssertionError("The job failed.", failure);
            });
    return job.status().state() == JobState.SYNCHRONIZING;
  }

  /** Waits until the target has the rows of the source in all tables. */
  void awaitEqual() {
    database.finishAll();
    for (TableDefinition table : List.of(USERS, ORDERS, LEDGER)) {
      awaitEqual(table);
    }
  }

  void awaitEqual(TableDefinition table) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!equal(table) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(1_000_000);
    }
    assertThat(rows(table))
        .as("rows of %s with jobs %s", table.id(), jobs.stream().map(SyncJob::status).toList())
        .containsExactlyInAnyOrderElementsOf(database.rows(table.id()));
  }

  boolean equal(TableDefinition table) {
    return target.tables().contains(table.id())
        && sorted(rows(table)).equals(sorted(database.rows(table.id())));
  }

  private static List<String> sorted(List<Row> rows) {
    return rows.stream().map(Rig::text).sorted().toList();
  }

  private static String text(Row row) {
    return IntStream.range(0, row.size())
        .mapToObj(i -> String.valueOf(row.value(i)))
        .collect(Collectors.joining(" "));
  }

  List<Row> rows(TableDefinition table) {
    return target.tables().contains(table.id()) ? target.rows(table.id()) : List.of();
  }

  /** Waits until something is so. */
  static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline of: %s", what).isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }

  List<JobStatus> statuses() {
    return jobs.stream().map(SyncJob::status).toList();
  }

  /** Whether the last job has stopped for good. */
  boolean hasFailed() {
    return jobs.get(jobs.size() - 1).status().failure().isPresent();
  }

  /** The threads of this rig's jobs. */
  List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(
            thread ->
                thread.equals("syncline-" + name) || thread.startsWith("syncline-" + name + "-"))
        .toList();
  }

  /** Closes all jobs, so that the next one is the only instance. */
  void closeJobs() {
    jobs.forEach(SyncJob::close);
  }

  /** Closes all jobs and checks that none of their threads is left. */
  @Override
  public void close() {
    closeJobs();
    await("the threads of " + name + " have ended", () -> threads().isEmpty());
  }
}
