package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.JobState;
import dev.syncline.SchemaChanges;
import dev.syncline.Sink;
import dev.syncline.Source;
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
import dev.syncline.testkit.MemoryTarget.SchemaMoment;
import dev.syncline.testkit.Renaming;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.Hold;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SchemaChangesTest {

  private static final TableId USERS = Rig.USERS.id();
  private static final TableId ORDERS = Rig.ORDERS.id();
  private static final TableId LEDGER = Rig.LEDGER.id();
  private static final TableId NEW = new TableId("shop", "new");

  /** USERS with a third column. */
  static final TableDefinition WIDE =
      new TableDefinition(
          USERS,
          List.of(
              Rig.USERS.columns().get(0),
              Rig.USERS.columns().get(1),
              SchemaHistory.number("more", true)),
          Rig.USERS.uniqueKeys());

  static void widen(Rig rig) {
    rig.database.alter(WIDE, List.of(0, 1, -1));
  }

  static SyncJobBuilder<TableChange> job(Rig rig, Consistency consistency) {
    return rig.job(rig.source(), rig.sink(), Rig.limits().lanes(3).build())
        .consistency(consistency);
  }

  @ParameterizedTest
  @EnumSource
  void carriesOutWhatHappensToTables(Consistency consistency) {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      Queue<JobEvent.SchemaChanged> events = new ConcurrentLinkedQueue<>();
      SyncJob<TableChange> job =
          rig.startAndSynchronize(job(rig, consistency).listener(noting(events)));

      widen(rig);
      rig.database.commit(rows -> rows.insert(USERS, Row.of(50L, 1L, 2L)));
      rig.database.create(table(NEW));
      rig.database.commit(rows -> rows.insert(NEW, Row.of(1L, 1L)));
      rig.database.truncate(LEDGER);
      rig.insert(Rig.LEDGER, 5, 5);
      rig.database.rename(
          new Renaming(USERS, new TableId("shop", "swap")),
          new Renaming(ORDERS, USERS),
          new Renaming(new TableId("shop", "swap"), ORDERS));
      rig.database.commit(
          rows -> {
            rows.insert(USERS, Row.of(60L, 1L));
            rows.insert(ORDERS, Row.of(60L, 1L, 3L));
          });
      rig.database.drop(NEW);
      rig.insert(Rig.LEDGER, 6, 6);

      SchemaHistory.awaitEqual(rig);
      assertThat(rig.target.statements()).hasSize(5);
      Rig.await("the events are there", () -> events.size() == 5);
      JobEvent.SchemaChanged first = events.remove();
      assertThat(first.tables()).containsExactly(USERS);
      assertThat(first.done()).isEqualTo(SchemaChanges.APPLY);
      assertThat(first.statement()).startsWith("ALTER TABLE shop.users");
      Rig.awaitSynchronizing(job);
      assertThat(job.status().tables().stream().map(TableStatus::table).toList())
          .containsExactlyInAnyOrder(USERS, ORDERS, LEDGER);
    }
  }

  private static dev.syncline.event.JobListener noting(Queue<JobEvent.SchemaChanged> events) {
    return event -> {
      if (event instanceof JobEvent.SchemaChanged changed) {
        events.add(changed);
      }
    };
  }

  private static TableDefinition table(TableId id) {
    return new TableDefinition(id, Rig.USERS.columns(), Rig.USERS.uniqueKeys());
  }

  @ParameterizedTest
  @EnumSource
  void aStatementThatChangesNoDefinitionEndsNoRun(Consistency consistency) {
    try (Rig rig = new Rig(2)) {
      rig.fill(5);
      FaultPoints points = new FaultPoints();
      Sink<TableChange> sink = points.in(rig.sink());
      rig.startAndSynchronize(
          rig.job(rig.source(), sink, Rig.limits().lanes(3).build()).consistency(consistency));
      for (long i = 0; i < 20; i++) {
        rig.insert(Rig.USERS, 50 + i, 1);
        rig.insert(Rig.ORDERS, 50 + i, 1);
        rig.database.changeObjects("CREATE VIEW v" + i);
        rig.insert(Rig.LEDGER, i, i);
        rig.database.truncate(i % 2 == 0 ? LEDGER : ORDERS);
      }

      Rig.await("all statements were run", () -> rig.target.statements().size() == 40);
      SchemaHistory.awaitEqual(rig);
      assertThat(points.passed(FaultPoint.AFTER_TAKE_OVER)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSourceBackWhatItRemembers(Consistency consistency) {
    try (Rig rig = new Rig(2)) {
      rig.database.remember("stream-1");
      rig.fill(5);
      FaultPoints points = new FaultPoints();
      Sink<TableChange> sink = points.in(rig.sink());
      rig.startAndSynchronize(
          rig.job(rig.source(), sink, Rig.limits().lanes(3).build()).consistency(consistency));
      for (int i = 0; i < 5; i++) {
        rig.database.remember("stream-0");
        rig.insert(Rig.USERS, 50 + i, 1);
        rig.database.remember("stream-1");
      }
      SchemaHistory.awaitEqual(rig);
      assertThat(points.passed(FaultPoint.AFTER_TAKE_OVER)).isEqualTo(1);
      assertThat(rig.target.statements()).isEmpty();

      widen(rig);
      rig.database.remember("stream-0");
      rig.database.remember("stream-1");
      rig.insert(Rig.ORDERS, 80, 1);
      SchemaHistory.awaitEqual(rig);
      rig.closeJobs();
      rig.startAndSynchronize(job(rig, consistency));
      rig.database.remember("stream-0");
      rig.database.remember("stream-1");
      rig.insert(Rig.ORDERS, 90, 1);

      SchemaHistory.awaitEqual(rig);
    }
  }

  @Test
  void countersFollowTablesThatAreRenamed() {
    try (Rig rig = new Rig(1)) {
      rig.fill(20);
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());
      rig.insert(Rig.USERS, 50, 1);
      rig.database.rename(new Renaming(USERS, NEW));
      rig.database.commit(rows -> rows.insert(NEW, Row.of(51L, 1L)));

      SchemaHistory.awaitEqual(rig);
      Rig.await(
          "both rows are counted under the new name",
          () ->
              job.status().tables().stream()
                  .anyMatch(t -> t.table().equals(NEW) && t.inserts() == 2));
    }
  }

  @Test
  void stopsInFrontOfAStatementAndGoesOnWithAnotherPolicy() {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      SyncJob<TableChange> job =
          rig.startAndSynchronize(rig.job().schemaChanges(SchemaChanges.STOP));
      rig.insert(Rig.USERS, 50, 1);
      widen(rig);
      rig.database.commit(rows -> rows.insert(USERS, Row.of(51L, 1L, 2L)));

      Rig.await("the job stops", () -> job.status().state() == JobState.FAILED);
      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("ALTER TABLE shop.users")
          .hasMessageContaining("stream-0:")
          .hasMessageContaining("schemaChanges(APPLY)");
      assertThat(rig.target.rows(USERS)).contains(Row.of(50L, 1L)).hasSize(6);
      assertThat(rig.target.statements()).isEmpty();
      job.close();

      rig.startAndSynchronize(rig.job());
      SchemaHistory.awaitEqual(rig);
    }
  }

  @ParameterizedTest
  @EnumSource
  void ignoresWhatIsDoneByHand(Consistency consistency) {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      SyncJob<TableChange> job =
          rig.startAndSynchronize(job(rig, consistency).schemaChanges(SchemaChanges.IGNORE));
      rig.database.truncate(ORDERS);
      rig.insert(Rig.ORDERS, 70, 1);
      Rig.await("the row is there", () -> rig.target.rows(ORDERS).contains(Row.of(70L, 1L)));
      assertThat(rig.target.rows(ORDERS)).hasSize(6);
      rig.database.drop(LEDGER);
      rig.insert(Rig.USERS, 70, 1);

      rig.awaitEqual(Rig.USERS);
      assertThat(rig.target.tables()).contains(LEDGER);
      assertThat(rig.target.statements()).isEmpty();
      job.close();
      rig.startAndSynchronize(job(rig, consistency).schemaChanges(SchemaChanges.IGNORE));
      rig.insert(Rig.USERS, 71, 1);
      rig.awaitEqual(Rig.USERS);
    }
  }

  @Test
  void aSinkThatOnlyWritesGoesOnWithTheDefinitionsBehindWhatIsIgnored() {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      SyncJobBuilder<TableChange> first =
          rig.job(rig.source(), rig.plainSink()).schemaChanges(SchemaChanges.IGNORE);
      SyncJob<TableChange> job = rig.startAndSynchronize(first);
      rig.database.drop(LEDGER);
      rig.insert(Rig.USERS, 70, 1);
      rig.awaitEqual(Rig.USERS);
      job.close();

      rig.startAndSynchronize(
          rig.job(rig.source(), rig.plainSink()).schemaChanges(SchemaChanges.IGNORE));
      rig.insert(Rig.USERS, 71, 1);
      rig.awaitEqual(Rig.USERS);
    }
  }

  @Test
  void isNotBuiltToCarryOutWhatTheSinkCannot() {
    try (Rig rig = new Rig(1)) {
      SyncJobBuilder<TableChange> job =
          rig.job(rig.source(), rig.plainSink()).schemaChanges(SchemaChanges.APPLY);

      assertThatThrownBy(job::build)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("plain memory target")
          .hasMessageContaining("IGNORE or STOP");
    }
  }

  @Test
  void aTableThatIsNamedMayBeDroppedAndTheJobStartedAgain() {
    try (Rig rig = new Rig(1)) {
      TableSelection two =
          TableSelection.builder()
              .database("shop", db -> db.table("users").table("orders"))
              .build();
      rig.fill(5);
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(two));
      job.close();
      rig.database.drop(ORDERS);
      SyncJob<TableChange> second = rig.startAndSynchronize(rig.job(two));
      Rig.await("it is dropped", () -> !rig.target.tables().contains(ORDERS));
      second.close();

      rig.startAndSynchronize(rig.job(two));
      rig.insert(Rig.USERS, 70, 1);
      rig.awaitEqual(Rig.USERS);
    }
  }

  @Test
  void whatIsWrittenBehindADefinitionIsReadWithItAfterAStop() {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());
      job.close();
      rig.insert(Rig.USERS, 50, 1);
      widen(rig);
      rig.database.commit(rows -> rows.insert(USERS, Row.of(51L, 1L, 2L)));
      rig.database.alter(
          new TableDefinition(
              USERS, List.of(WIDE.columns().get(0), WIDE.columns().get(2)), WIDE.uniqueKeys()),
          List.of(0, 2));
      rig.database.commit(rows -> rows.insert(USERS, Row.of(52L, 3L)));
      rig.database.drop(LEDGER);
      rig.database.create(table(NEW));

      rig.startAndSynchronize(rig.job());
      SchemaHistory.awaitEqual(rig);
    }
  }

  @Test
  void theDefinitionIsDurableBeforeTheTargetChanges() {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      List<String> stored = new ArrayList<>();
      rig.target.onSchemaChange(
          moment -> {
            if (moment == SchemaMoment.INTENDED) {
              stored.add(rig.store.load(rig.name).orElseThrow().content());
            }
          });
      rig.startAndSynchronize(rig.job());
      widen(rig);

      SchemaHistory.awaitEqual(rig);
      assertThat(stored).hasSize(1);
      String[] parts = stored.get(0).split("\nhistory\tstream-0\t", -1);
      assertThat(parts).hasSize(2);
      assertThat(tables(parts[0])).contains("value").doesNotContain("more");
      assertThat(tables(parts[1])).contains("value").contains("more");
    }
  }

  /** The definitions of a part of a checkpoint. */
  private static String tables(String checkpoint) {
    return checkpoint
        .lines()
        .filter(line -> line.startsWith("tables\t"))
        .map(line -> Base64.getDecoder().decode(line.substring("tables\t".length())))
        .map(SchemaChangesTest::inflated)
        .collect(Collectors.joining());
  }

  private static String inflated(byte[] block) {
    try (InputStream in = new InflaterInputStream(new ByteArrayInputStream(block))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aRunThatEndsBetweenTheStepsRunsNothingTwice(SchemaMoment moment) {
    for (Consistency consistency : Consistency.values()) {
      try (Rig rig = new Rig(2)) {
        rig.fill(20);
        AtomicInteger left = new AtomicInteger(3);
        rig.target.onSchemaChange(
            at -> {
              if (at == moment && left.getAndDecrement() > 0) {
                throw new TransientException("The connection broke.");
              }
            });
        rig.startAndSynchronize(job(rig, consistency));
        rig.insert(Rig.USERS, 50, 1);
        widen(rig);
        rig.database.commit(rows -> rows.insert(USERS, Row.of(51L, 1L, 2L)));
        rig.database.truncate(LEDGER);
        rig.database.create(table(NEW));
        rig.database.commit(rows -> rows.insert(NEW, Row.of(1L, 1L)));
        rig.database.changeObjects("CREATE VIEW v AS SELECT 1");
        rig.insert(Rig.LEDGER, 8, 8);
        rig.database.drop(ORDERS);

        SchemaHistory.awaitEqual(rig);
        assertThat(rig.target.statements()).hasSize(5);
      }
    }
  }

  @Test
  void whatWasBegunComesFirstAgainAlsoIfItMakesNothingOfTables() {
    try (Rig rig = new Rig(2)) {
      rig.fill(5);
      AtomicBoolean slow = new AtomicBoolean();
      rig.target.onSchemaChange(
          at -> {
            if (at == SchemaMoment.INTENDED && !slow.getAndSet(true)) {
              // In the next run the other stream is the first that comes to a change of tables.
              rig.database.truncate(ORDERS);
              throw new TransientException("The connection broke.");
            }
          });
      long delay = TimeUnit.MILLISECONDS.toNanos(300);
      Faults faults =
          Faults.hooked(
              call -> {
                if (slow.get()
                    && call.equals("poll")
                    && Thread.currentThread().getName().endsWith("reader-stream-0")) {
                  LockSupport.parkNanos(delay);
                }
              });
      rig.startAndSynchronize(rig.job(rig.source(), faults));
      rig.database.changeObjects("CREATE VIEW v");

      Rig.await("both are run", () -> rig.target.statements().size() == 2 || rig.hasFailed());
      SchemaHistory.awaitEqual(rig);
      assertThat(rig.target.statements().get(0)).contains("VIEW");
    }
  }

  /** The engine knows nothing of these points, so a run that ends there is as good as a crash. */
  @ParameterizedTest
  @EnumSource(
      names = {
        "BEFORE_SCHEMA_APPLY",
        "AFTER_SCHEMA_APPLY",
        "BEFORE_CHECKPOINT_SAVE",
        "AFTER_CHECKPOINT_SAVE",
        "BEFORE_LANE_COMMIT",
        "AFTER_LANE_COMMIT",
        "BEFORE_TAKE_OVER",
        "AFTER_TAKE_OVER"
      })
  void aRunThatEndsAtAFaultPointRunsNothingTwice(FaultPoint point) {
    for (Consistency consistency : Consistency.values()) {
      for (int passing = 1; passing <= 6; passing++) {
        try (Rig rig = new Rig(1)) {
          rig.fill(10);
          FaultPoints points = new FaultPoints();
          rig.checkpoints = points.in(rig.store);
          Source<TableChange> source = points.in(rig.source());
          Sink<TableChange> sink = points.in(rig.sink());
          rig.startAndSynchronize(
              rig.job(source, sink, Rig.limits().lanes(3).build()).consistency(consistency));
          points.arm(
              point,
              points.passed(point) + passing,
              () -> {
                throw new TransientException("The run ends at " + point + ".");
              });
          widen(rig);
          rig.database.commit(rows -> rows.insert(USERS, Row.of(51L, 1L, 2L)));
          rig.database.rename(new Renaming(LEDGER, NEW));
          rig.insert(Rig.ORDERS, 51, 2);
          rig.database.truncate(ORDERS);

          SchemaHistory.awaitEqual(rig);
          assertThat(rig.target.statements()).hasSize(3);
        }
      }
    }
  }

  @Test
  void theJobGoesOnWithItsOtherWorkWhileAStatementRuns() throws InterruptedException {
    try (Rig rig = new Rig(2)) {
      rig.fill(10);
      FaultPoints points = new FaultPoints();
      Sink<TableChange> sink = points.in(rig.sink());
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(rig.source(), sink));
      Hold hold = points.hold(FaultPoint.BEFORE_SCHEMA_APPLY);
      widen(rig);
      hold.awaitReached(Rig.SOON);
      rig.insert(Rig.ORDERS, 50, 1);
      rig.insert(Rig.LEDGER, 50, 1);
      Rig.await(
          "the source is told what is safe",
          () ->
              rig.database
                  .acknowledged("stream-1")
                  .map(p -> p.compareTo(rig.database.end("stream-1")) < 0)
                  .orElse(false));
      assertThat(rig.target.rows(ORDERS)).hasSize(10);
      assertThat(job.status().state()).isEqualTo(JobState.SYNCHRONIZING);
      hold.release();

      SchemaHistory.awaitEqual(rig);
    }
  }
}
