package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.ReadListener;
import dev.syncline.testkit.Renaming;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A target that is set back to an earlier moment, as a failover to a replica that lagged does. */
class FailoverTest {

  private static final int ROWS = 100;
  private static final TableId JOINS = new TableId("shop", "t1");

  private static final TableDefinition REFERRING =
      new TableDefinition(
          JOINS,
          Rig.USERS.columns(),
          Rig.USERS.uniqueKeys(),
          List.of(
              new ForeignKey(
                  "to_users",
                  List.of(1),
                  Rig.USERS.id(),
                  List.of("id"),
                  ForeignKey.Rule.RESTRICT,
                  ForeignKey.Rule.RESTRICT,
                  false)));

  private final Rig rig = new Rig(2);
  private final Semaphore reads = new Semaphore(0);
  private long value;

  @AfterEach
  void close() {
    reads.release(Integer.MAX_VALUE / 2);
    rig.close();
  }

  private SyncJobBuilder<TableChange> job() {
    return job(Faults.hooked(what -> {}));
  }

  private SyncJobBuilder<TableChange> job(Faults faults) {
    return rig.job(
            new FlakySource(rig.source(), faults),
            new FlakySink(rig.sink(), faults),
            Rig.limits().lanes(3).snapshotReaders(1).snapshotWriters(1).build())
        .listener(faults);
  }

  private Map<String, String> stands() {
    return rig.target.progress(rig.name).orElseThrow().lanes().get(0);
  }

  /** Lets each stream move on at the target, behind all that was on its way before. */
  private void moveOn() {
    for (int i = 0; i < 2; i++) {
      Map<String, String> before = stands();
      Rig.await(
          "the target moves on",
          () -> {
            value++;
            rig.insert(Rig.LEDGER, 1, value);
            rig.update(Rig.ORDERS, 0, value);
            Map<String, String> now = stands();
            return before.entrySet().stream()
                .noneMatch(b -> b.getValue().equals(now.get(b.getKey())));
          });
    }
  }

  /** Waits until the checkpoint in the store says where the target is, and since when it holds. */
  private void awaitSaved() {
    Rig.await(
        "the checkpoint is saved",
        () -> {
          String saved = rig.store.load(rig.name).orElseThrow().content();
          return saved.contains("\nsince\t")
              && stands().entrySet().stream()
                  .allMatch(s -> saved.contains("\nposition\t" + s.getKey() + "\t" + s.getValue()));
        });
  }

  /** Takes a backup behind a checkpoint that was saved. */
  private Runnable backup() {
    awaitSaved();
    moveOn();
    return rig.target.backup();
  }

  private void end() {
    moveOn();
    awaitSaved();
    rig.closeJobs();
  }

  /** Sets the target back when a run takes it over: what a start checks before is as it was. */
  private static Faults setBack(Runnable backup) {
    AtomicReference<Runnable> left = new AtomicReference<>(backup);
    return Faults.hooked(
        what -> {
          if (what.equals("takeOver")) {
            left.getAndSet(() -> {}).run();
          }
        });
  }

  private void assertStops(SyncJobBuilder<TableChange> builder) {
    SyncJob<TableChange> job = rig.start(builder);
    Rig.await("the job stops", () -> job.status().failure().isPresent());
    assertThat(job.status().failure().orElseThrow())
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("it has lost commits");
  }

  @ParameterizedTest
  @EnumSource
  void readsRowsThatAreLostOnceMore(Consistency consistency) {
    rig.fill(ROWS);
    rig.startAndSynchronize(job().consistency(consistency));
    Runnable backup = backup();
    for (int i = 1; i < ROWS; i++) {
      rig.update(Rig.USERS, i, 1);
      rig.delete(Rig.ORDERS, i);
      rig.insert(Rig.LEDGER, i, i);
    }
    end();

    SyncJob<TableChange> next =
        rig.startAndSynchronize(job(setBack(backup)).consistency(consistency));

    rig.awaitEqual();
    assertThat(next.status().snapshotRows()).isZero();
  }

  /** A run that has copied and made nothing leaves it at what the target had before. */
  @ParameterizedTest
  @EnumSource
  void readsRowsThatWereLostBeforeTheLastRunOnceMore(Consistency consistency) {
    rig.fill(5);
    rig.startAndSynchronize(job().consistency(consistency));
    Runnable backup = backup();
    end();
    rig.startAndSynchronize(job().consistency(consistency));
    end();

    rig.startAndSynchronize(job(setBack(backup)).consistency(consistency));

    rig.awaitEqual();
  }

  @ParameterizedTest
  @EnumSource
  void stopsIfATableThatWasMadeIsLost(Consistency consistency) {
    rig.fill(5);
    rig.startAndSynchronize(job().consistency(consistency));
    Runnable backup = backup();
    TableDefinition made = new TableDefinition(JOINS, Rig.USERS.columns(), Rig.USERS.uniqueKeys());
    rig.database.create(made);
    rig.awaitEqual(made);
    end();

    assertStops(job(setBack(backup)).consistency(consistency));
  }

  /** Such a table is as it was, but what the job knows of it is of a later moment. */
  @Test
  void stopsIfAStatementThatEndsNoRunIsLost() {
    rig.fill(5);
    rig.startAndSynchronize(job());
    Runnable backup = backup();
    rig.database.changeObjects("CREATE VIEW v");
    Rig.await("it is carried out", () -> !rig.target.statements().isEmpty());
    end();

    assertStops(job(setBack(backup)));
  }

  @Test
  void stopsIfATableThatHasJoinedIsLost() {
    TableSelection selection =
        TableSelection.builder()
            .database("shop", db -> db.table("orders").table("ledger").tables("t*"))
            .build();
    TableId other = new TableId("shop", "other");
    TableDefinition joined =
        new TableDefinition(JOINS, Rig.USERS.columns(), Rig.USERS.uniqueKeys());
    rig.fill(5);
    rig.startAndSynchronize(rig.job(selection));
    Runnable backup = backup();
    rig.database.create(new TableDefinition(other, Rig.USERS.columns(), Rig.USERS.uniqueKeys()));
    rig.database.commit(rows -> rows.insert(other, Row.of(1L, 1L)));
    rig.database.rename(new Renaming(other, JOINS));
    rig.awaitEqual(joined);
    end();

    assertStops(rig.job(rig.source(), setBack(backup), selection));
  }

  /** Lets each range of rows wait until it may be read. */
  private void holdReads() {
    rig.database.listen(
        (moment, table) -> {
          if (moment == ReadListener.Moment.BEFORE_ROWS && !table.equals(Rig.LEDGER.id())) {
            acquire();
          }
        });
  }

  private void acquire() {
    try {
      reads.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The read was interrupted.", e);
    }
  }

  private int copied() {
    return rig.rows(Rig.USERS).size()
        + (int) rig.rows(Rig.ORDERS).stream().filter(row -> isCopied(row)).count();
  }

  private static boolean isCopied(Row row) {
    return (Long) row.value(0) < ROWS;
  }

  private void copy(int ranges) {
    int before = copied();
    reads.release(ranges);
    Rig.await("it is copied", () -> copied() >= Math.min(before + ranges * 7 - 7, 2 * ROWS));
  }

  @ParameterizedTest
  @EnumSource
  void copiesWhatIsLostOfAnUnfinishedCopyOnceMore(Consistency consistency) {
    rig.fill(ROWS);
    holdReads();
    rig.start(job().consistency(consistency));
    copy(3);
    Runnable backup = backup();
    copy(5);
    end();

    reads.release(ROWS);
    SyncJob<TableChange> next =
        rig.startAndSynchronize(job(setBack(backup)).consistency(consistency));

    rig.awaitEqual();
    assertThat(next.status().snapshotRows()).isGreaterThanOrEqualTo(2 * ROWS - 4 * 7);
  }

  @Test
  void stopsIfTheEndOfATablesCopyIsLost() {
    rig.fill(ROWS);
    holdReads();
    rig.start(job());
    copy(5);
    Runnable backup = backup();
    copy(ROWS / 7 + 1);
    assertThat(copied()).isGreaterThan(ROWS).isLessThan(2 * ROWS);
    end();

    reads.release(ROWS);
    assertStops(job(setBack(backup)));
  }

  @Test
  void stopsIfObjectsThatCameAfterTheRowsAreLost() {
    rig.fill(5);
    rig.database.create(REFERRING);
    AtomicReference<Runnable> backup = new AtomicReference<>();
    rig.startAndSynchronize(
        job(
            Faults.hooked(
                what -> {
                  if (what.equals("addForeignKeys") && backup.get() == null) {
                    backup.set(backup());
                  }
                })));
    assertThat(rig.target.foreignKeys(REFERRING.id())).hasSize(1);
    end();

    assertStops(job(setBack(backup.get())));
    assertThat(rig.target.foreignKeys(REFERRING.id())).isEmpty();
  }
}
