package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.TableStatus;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables that get names which are not selected, or come from such names. */
class ArrivalsTest {

  private static final int HISTORIES = Integer.getInteger("syncline.kills", 30) / 5;

  private static final TableId USERS = Rig.USERS.id();
  private static final TableId ORDERS = Rig.ORDERS.id();
  private static final TableId OLD = new TableId("shop", "old_users");
  private static final TableId NEW = new TableId("shop", "new_users");
  private static final TableSelection SELECTION =
      TableSelection.builder()
          .database("shop", db -> db.table("users").table("orders").tables("t*"))
          .build();

  private static TableDefinition table(TableId id) {
    return new TableDefinition(id, Rig.USERS.columns(), Rig.USERS.uniqueKeys());
  }

  private static SyncJobBuilder<TableChange> job(Rig rig) {
    return rig.job(SELECTION);
  }

  /** A table that is not selected, with rows of keys from 100. */
  private static void makeOther(Rig rig, TableId id, int rows) {
    rig.database.create(table(id));
    for (long i = 0; i < rows; i++) {
      Row row = Row.of(100 + i, i);
      rig.database.commit(r -> r.insert(id, row));
    }
  }

  private static void insert(Rig rig, TableId id, long key) {
    rig.database.commit(rows -> rows.insert(id, Row.of(key, 1L)));
  }

  private static void awaitEqual(Rig rig, TableId table) {
    rig.database.finishAll();
    TableDefinition now =
        rig.database.tables().stream().filter(t -> t.id().equals(table)).findFirst().orElseThrow();
    rig.awaitEqual(now);
    assertThat(rig.target.definition(table)).contains(now);
  }

  @ParameterizedTest
  @EnumSource
  void aTableThatLeavesIsRenamedAtTheTargetAndFollowedNoMore(Consistency consistency) {
    try (Rig rig = new Rig(2)) {
      rig.fill(20);
      Queue<JobEvent> events = new ConcurrentLinkedQueue<>();
      SyncJob<TableChange> job =
          rig.startAndSynchronize(job(rig).consistency(consistency).listener(events::add));
      insert(rig, USERS, 50);
      rig.database.rename(new Renaming(USERS, OLD));
      insert(rig, OLD, 51);
      insert(rig, ORDERS, 51);

      awaitEqual(rig, ORDERS);
      Rig.await("it is told", () -> events.contains(new JobEvent.TableLeft(rig.name, USERS, OLD)));
      assertThat(rig.target.tables()).contains(OLD).doesNotContain(USERS);
      assertThat(rig.target.rows(OLD)).hasSize(21).contains(Row.of(50L, 1L));
      Rig.awaitSynchronizing(job);
      assertThat(job.status().tables().stream().map(TableStatus::table)).containsOnly(ORDERS);
      job.close();

      rig.startAndSynchronize(job(rig).consistency(consistency));
      insert(rig, ORDERS, 52);
      awaitEqual(rig, ORDERS);
      assertThat(rig.target.rows(OLD)).hasSize(21);
    }
  }

  @Test
  void aTableMayPassThroughANameThatIsNotSelected() {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      Queue<JobEvent> events = new ConcurrentLinkedQueue<>();
      rig.startAndSynchronize(job(rig).listener(events::add));
      insert(rig, USERS, 50);
      rig.database.rename(
          new Renaming(USERS, OLD), new Renaming(ORDERS, USERS), new Renaming(OLD, ORDERS));
      insert(rig, ORDERS, 51);

      // The rows of the other one are the same before all this.
      awaitEqual(rig, ORDERS);
      awaitEqual(rig, USERS);
      assertThat(events).noneMatch(JobEvent.TableLeft.class::isInstance);
      assertThat(events).noneMatch(JobEvent.TableJoined.class::isInstance);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTableThatComesIsCopiedAndFollowed(Consistency consistency) {
    try (Rig rig = new Rig(2)) {
      rig.fill(20);
      TableId came = new TableId("shop", "t1");
      Queue<JobEvent> events = new ConcurrentLinkedQueue<>();
      SyncJob<TableChange> job =
          rig.startAndSynchronize(job(rig).consistency(consistency).listener(events::add));
      makeOther(rig, NEW, 60);
      rig.database.rename(new Renaming(NEW, came));
      insert(rig, came, 1);
      insert(rig, ORDERS, 51);
      rig.database.commit(rows -> rows.delete(came, Row.of(100L)));

      awaitEqual(rig, came);
      awaitEqual(rig, ORDERS);
      insert(rig, came, 2);
      awaitEqual(rig, came);
      Rig.await(
          "it is told",
          () ->
              events.contains(new JobEvent.TableJoined(rig.name, came))
                  && events.stream().anyMatch(e -> isCopied(e, came)));
      Rig.awaitSynchronizing(job);
      assertThat(job.status().tables())
          .anyMatch(status -> status.table().equals(came) && status.snapshotComplete());
    }
  }

  private static boolean isCopied(JobEvent event, TableId table) {
    return event instanceof JobEvent.TableCopied copied && copied.table().equals(table);
  }

  @ParameterizedTest
  @EnumSource
  void oneTableMayTakeTheNameOfAnother(Consistency consistency) {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      rig.startAndSynchronize(job(rig).consistency(consistency));
      for (int i = 0; i < 3; i++) {
        makeOther(rig, NEW, 10 * i);
        rig.database.rename(
            new Renaming(USERS, new TableId("shop", "old" + i)), new Renaming(NEW, USERS));
        insert(rig, USERS, i);
        insert(rig, ORDERS, 50 + i);
      }

      awaitEqual(rig, USERS);
      awaitEqual(rig, ORDERS);
      assertThat(rig.target.tables()).contains(new TableId("shop", "old0"));
    }
  }

  @Test
  void whatIsDoneToATableBeforeItJoinsIsInItsCopy() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      SyncJob<TableChange> first = rig.startAndSynchronize(job(rig));
      first.close();
      TableId came = new TableId("shop", "t1");
      TableId moved = new TableId("shop", "t2");
      makeOther(rig, NEW, 30);
      rig.database.rename(new Renaming(NEW, came));
      insert(rig, came, 1);
      rig.database.alter(
          new TableDefinition(came, SchemaChangesTest.WIDE.columns(), Rig.USERS.uniqueKeys()),
          List.of(0, 1, -1));
      rig.database.commit(rows -> rows.insert(came, Row.of(2L, 2L, 2L)));
      rig.database.rename(new Renaming(came, moved));
      rig.database.commit(rows -> rows.insert(moved, Row.of(3L, 3L, 3L)));
      rig.database.truncate(moved);
      rig.database.commit(rows -> rows.insert(moved, Row.of(4L, 4L, 4L)));

      rig.startAndSynchronize(job(rig));
      awaitEqual(rig, moved);
      assertThat(rig.target.tables()).doesNotContain(came);
      assertThat(rig.target.statements()).isEmpty();
    }
  }

  @Test
  void aTableThatIsGoneAgainDoesNotJoinUntilItComesAgain() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      rig.startAndSynchronize(job(rig)).close();
      TableId came = new TableId("shop", "t1");
      makeOther(rig, NEW, 5);
      rig.database.rename(new Renaming(NEW, came));
      insert(rig, came, 1);
      rig.database.rename(new Renaming(came, NEW));
      rig.database.create(table(came));
      insert(rig, came, 2);
      rig.database.drop(came);
      insert(rig, ORDERS, 51);

      SyncJob<TableChange> job = rig.startAndSynchronize(job(rig));
      awaitEqual(rig, ORDERS);
      assertThat(rig.target.tables()).doesNotContain(came);
      assertThat(job.status().tables()).noneMatch(status -> status.table().equals(came));
      rig.database.create(table(came));
      insert(rig, came, 3);
      awaitEqual(rig, came);
      rig.database.rename(new Renaming(came, OLD));
      rig.database.rename(new Renaming(NEW, came));
      awaitEqual(rig, came);
    }
  }

  @Test
  void aTableWithoutAKeyJoinsToo() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      TableId came = new TableId("shop", "t1");
      rig.startAndSynchronize(job(rig));
      rig.database.rename(new Renaming(Rig.LEDGER.id(), came));
      insert(rig, came, 100);
      insert(rig, came, 100);

      awaitEqual(rig, came);
      insert(rig, came, 101);
      awaitEqual(rig, came);
    }
  }

  @Test
  void stopsInFrontOfATableWhoseNameTheTargetHas() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      TableId came = new TableId("shop", "t1");
      SyncJob<TableChange> job = rig.startAndSynchronize(job(rig));
      rig.target.create(table(came));
      makeOther(rig, NEW, 5);
      rig.database.rename(new Renaming(NEW, came));
      insert(rig, came, 1);

      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("'shop.t1' is at the target already")
          .hasMessageContaining("Drop it there");
      job.close();

      rig.startAndSynchronize(job(rig).existingTables(ExistingTables.USE_IF_EMPTY));
      awaitEqual(rig, came);
    }
  }

  @Test
  void stopsInFrontOfATableThatComesIfRowsAreNotCopied() {
    try (Rig rig = new Rig(1)) {
      rig.fill(2);
      SyncJob<TableChange> job =
          rig.startAndSynchronize(
              rig.bare(rig.source(), rig.sink(), SELECTION).initialize(Initialization.STRUCTURE));
      makeOther(rig, NEW, 5);
      rig.database.rename(new Renaming(NEW, new TableId("shop", "t1")));

      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("comes from outside of the selection")
          .hasMessageContaining("the job copies no rows");
    }
  }

  /** Between the plan of a first start and the making of its tables. */
  @Test
  void aTableThatChangesWhileTheJobBeginsJoinsIt() {
    for (int way = 0; way < 4; way++) {
      try (Rig rig = new Rig(1)) {
        rig.fill(20);
        FaultPoints points = new FaultPoints();
        int chosen = way;
        points.arm(FaultPoint.AFTER_TAKE_OVER, 1, () -> changeAtFirst(rig, chosen));
        rig.startAndSynchronize(rig.job(points.in(rig.source()), points.in(rig.sink())));
        rig.insert(Rig.LEDGER, 77, 1);

        SchemaHistory.awaitEqual(rig);
      }
    }
  }

  private static void changeAtFirst(Rig rig, int way) {
    insert(rig, USERS, 50);
    switch (way) {
      case 0 -> SchemaChangesTest.widen(rig);
      case 1 -> rig.database.drop(USERS);
      case 2 -> {
        rig.database.rename(new Renaming(USERS, NEW));
        insert(rig, NEW, 51);
      }
      default -> {
        SchemaChangesTest.widen(rig);
        rig.database.rename(
            new Renaming(USERS, NEW), new Renaming(ORDERS, USERS), new Renaming(NEW, ORDERS));
        rig.database.commit(rows -> rows.delete(ORDERS, Row.of(3L)));
        rig.database.commit(rows -> rows.insert(ORDERS, Row.of(60L, 1L, 1L)));
      }
    }
  }

  /** The engine knows nothing of these points, so a run that ends there is as good as a crash. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "BEFORE_TABLE_CREATE",
        "AFTER_TABLE_CREATE",
        "BEFORE_SCHEMA_APPLY",
        "AFTER_SCHEMA_APPLY",
        "BEFORE_CHECKPOINT_SAVE",
        "AFTER_CHECKPOINT_SAVE",
        "BEFORE_SNAPSHOT_WRITE",
        "AFTER_SNAPSHOT_WRITE",
        "BEFORE_LANE_COMMIT",
        "AFTER_LANE_COMMIT",
        "BEFORE_TAKE_OVER",
        "AFTER_TAKE_OVER"
      })
  void aRunMayEndAtEachPoint(FaultPoint point) {
    for (int passing = 1; passing <= 6; passing++) {
      try (Rig rig = new Rig(1)) {
        rig.fill(10);
        FaultPoints points = new FaultPoints();
        rig.checkpoints = points.in(rig.store);
        Source<TableChange> source = points.in(rig.source());
        Sink<TableChange> sink = points.in(rig.sink());
        makeOther(rig, NEW, 20);
        rig.startAndSynchronize(
            rig.bare(source, sink, SELECTION)
                .initialize(Initialization.STRUCTURE, Initialization.DATA)
                .limits(Rig.limits().lanes(3).build())
                .consistency(passing % 2 == 0 ? Consistency.PER_KEY : Consistency.TRANSACTIONAL));
        points.arm(
            point,
            points.passed(point) + passing,
            () -> {
              throw new TransientException("The run ends at " + point + ".");
            });
        rig.database.rename(new Renaming(USERS, OLD), new Renaming(NEW, USERS));
        insert(rig, USERS, 1);
        insert(rig, ORDERS, 51);

        awaitEqual(rig, USERS);
        awaitEqual(rig, ORDERS);
        assertThat(rig.target.rows(OLD)).hasSize(10);
        assertThat(rig.target.statements()).hasSize(1);
      }
    }
  }

  @Test
  void jobsThatAreKilledEndWithTheTablesOfTheSource() {
    for (int history = 0; history < HISTORIES; history++) {
      run(new Random().nextLong());
    }
  }

  /** Renames tables in and out by chance, while jobs lose connections and are started again. */
  private static void run(long seed) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(1)) {
      rig.fill(10 + random.nextInt(60));
      rig.database.drop(Rig.LEDGER.id());
      rig.database.splitCommits(new Random(random.nextLong()));
      AtomicInteger number = new AtomicInteger();
      Rig.awaitSynchronizing(start(rig, random));
      for (int job = 0; job < 4; job++) {
        for (int i = 0; i < 5; i++) {
          move(rig, random, number);
          work(rig, random);
          if (random.nextInt(3) == 0) {
            LockSupport.parkNanos(random.nextInt(20_000_000));
          }
        }
        rig.closeJobs();
        move(rig, random, number);
        work(rig, random);
        start(rig, random);
      }
      for (TableDefinition table : rig.database.tables()) {
        if (SELECTION.includes(table.id())) {
          awaitEqual(rig, table.id());
        }
      }
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with seed " + seed, e);
    }
  }

  private static SyncJob<TableChange> start(Rig rig, Random random) {
    Faults faults = Faults.sometimes(new Random(random.nextLong()), 60, 4);
    return rig.start(
        rig.bare(
                new FlakySource(rig.source(), faults), new FlakySink(rig.sink(), faults), SELECTION)
            .listener(faults)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .limits(Rig.limits().lanes(1 + random.nextInt(3)).build())
            .consistency(random.nextBoolean() ? Consistency.TRANSACTIONAL : Consistency.PER_KEY));
  }

  private static void move(Rig rig, Random random, AtomicInteger number) {
    int n = number.incrementAndGet();
    List<TableId> in = new ArrayList<>();
    List<TableId> out = new ArrayList<>();
    rig.database.tables().forEach(t -> (SELECTION.includes(t.id()) ? in : out).add(t.id()));
    if (out.isEmpty()) {
      makeOther(rig, new TableId("shop", "y" + n), 10);
      return;
    }
    TableId other = new TableId("shop", "x" + n);
    TableId fresh = new TableId("shop", "t" + n);
    switch (random.nextInt(7)) {
      case 0 -> makeOther(rig, other, random.nextInt(30));
      case 1 -> {
        if (in.size() > 1) {
          rig.database.rename(new Renaming(any(in, random), other));
        }
      }
      case 2, 3 -> rig.database.rename(new Renaming(any(out, random), fresh));
      case 4 -> {
        TableId taken = any(in, random);
        rig.database.rename(new Renaming(taken, other), new Renaming(any(out, random), taken));
      }
      case 5 -> rig.database.truncate(any(in, random));
      default -> {
        TableId id = any(in, random);
        TableDefinition now =
            rig.database.tables().stream().filter(t -> t.id().equals(id)).findFirst().orElseThrow();
        if (now.identity().isPresent() && now.columns().size() == 2) {
          rig.database.alter(
              new TableDefinition(id, SchemaChangesTest.WIDE.columns(), now.uniqueKeys()),
              List.of(0, 1, -1));
        }
      }
    }
  }

  private static TableId any(List<TableId> tables, Random random) {
    return tables.get(random.nextInt(tables.size()));
  }

  private static void work(Rig rig, Random random) {
    for (TableDefinition table : rig.database.tables()) {
      List<Row> there = rig.database.rows(table.id());
      long key = 1000L + random.nextInt(10_000_000);
      boolean deletes = !there.isEmpty() && random.nextBoolean();
      rig.database.commit(
          rows -> {
            Object[] values = new Object[table.columns().size()];
            java.util.Arrays.fill(values, key);
            rows.insert(table.id(), Row.of(values));
            if (deletes) {
              Row old = there.get(0);
              rows.delete(table.id(), table.identity().map(k -> old.pick(k.columns())).orElse(old));
            }
          });
    }
  }
}
