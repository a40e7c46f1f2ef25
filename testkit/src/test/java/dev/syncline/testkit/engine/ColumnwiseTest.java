package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Consistency;
import dev.syncline.ExistingTables;
import dev.syncline.JobLimits;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.ReadListener;
import dev.syncline.testkit.RowEditor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A log that leaves values out leads to the same rows as one that does not. */
class ColumnwiseTest {

  private static final int KILLS = Integer.getInteger("syncline.kills", 30);
  private static final int KILLS_PER_HISTORY = 3;
  private static final int ROWS = 30;
  private static final int KEYS = 40;
  private static final int CODE = 1;
  private static final int LAST = 3;

  /** A key, a unique value that may be NULL, and two values that may be NULL. */
  private static final TableDefinition WIDE =
      new TableDefinition(
          new TableId("shop", "wide"),
          List.of(number("id", false), number("code", true), number("a", true), number("b", true)),
          List.of(
              new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS),
              new UniqueKey("code", List.of(CODE), UniqueKey.Coverage.COLUMNS)));

  private static Column number(String name, boolean nullable) {
    return new Column(
        name, ColumnType.of(ValueKind.INTEGER, "bigint"), nullable, Column.Origin.WRITTEN);
  }

  /** Rows of {@link #WIDE} as the source has them. */
  private static final class WideRows {
    private final Rig rig;
    private final Random random;
    private final Map<Long, Row> rows = new HashMap<>();
    private long version;

    WideRows(Rig rig, long seed) {
      this.rig = rig;
      this.random = new Random(seed);
      rig.database.create(WIDE);
    }

    void commit(int transactions) {
      for (int i = 0; i < transactions; i++) {
        int changes = 1 + random.nextInt(6);
        rig.database.commit(
            editor -> {
              for (int j = 0; j < changes; j++) {
                change(editor);
              }
            });
      }
    }

    private void change(RowEditor editor) {
      long id = random.nextInt(KEYS);
      Row old = rows.get(id);
      if (old == null) {
        put(editor, null, Row.of(id, freeCode(), maybe(), maybe()));
      } else if (random.nextInt(6) == 0) {
        rows.remove(id);
        editor.delete(WIDE.id(), Row.of(id));
      } else if (random.nextInt(6) == 0) {
        long to = random.nextInt(KEYS);
        put(editor, old, with(old, 0, rows.containsKey(to) ? id : to));
      } else {
        Row changed = with(old, 2 + random.nextInt(2), maybe());
        put(editor, old, random.nextInt(3) == 0 ? with(changed, CODE, freeCode()) : changed);
      }
    }

    private @Nullable Object maybe() {
      return random.nextInt(4) == 0 ? null : version++;
    }

    private @Nullable Object freeCode() {
      long code = random.nextInt(KEYS);
      boolean taken =
          rows.values().stream().anyMatch(row -> Long.valueOf(code).equals(row.value(CODE)));
      return taken ? null : code;
    }

    private void put(RowEditor editor, @Nullable Row old, Row row) {
      if (old == null) {
        editor.insert(WIDE.id(), row);
      } else {
        rows.remove((Long) old.value(0));
        editor.update(WIDE.id(), Row.of(old.value(0)), row);
      }
      rows.put((Long) row.value(0), row);
    }
  }

  private static Row with(Row row, int column, @Nullable Object value) {
    @Nullable Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = i == column ? value : row.value(i);
    }
    return Row.of(values);
  }

  @Test
  void killedJobsLoseAndMakeUpNothing() {
    for (int history = 0; history < KILLS / KILLS_PER_HISTORY; history++) {
      runHistory(new Random().nextLong(), 1 + history % 2);
    }
  }

  private static void runHistory(long seed, int streams) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(streams)) {
      rig.fill(ROWS);
      WideRows wide = new WideRows(rig, random.nextLong());
      wide.commit(20);
      rig.database.splitCommits(new Random(random.nextLong()));
      rig.database.logAs(new ValuesLeftOut(random.nextLong(), false));
      Workload workload = new Workload(rig, ROWS, random.nextLong());
      List<SyncJob<TableChange>> zombies = new ArrayList<>();
      for (int kill = 0; kill < KILLS_PER_HISTORY; kill++) {
        SyncJob<TableChange> job = start(rig, random);
        for (int i = 0; i < 10; i++) {
          workload.commit(random.nextInt(2));
          wide.commit(random.nextInt(6));
        }
        if (random.nextBoolean()) {
          job.close();
        } else {
          zombies.add(job);
        }
        wide.commit(random.nextInt(20));
      }
      zombies.forEach(SyncJob::close);
      SyncJob<TableChange> last = start(rig, random);
      wide.commit(30);
      Rig.awaitSynchronizing(last);
      rig.database.logAs(new ValuesLeftOut(random.nextLong(), true));
      wide.commit(30);

      rig.awaitEqual();
      rig.awaitEqual(WIDE);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with seed " + seed + ", streams " + streams, e);
    }
  }

  private static SyncJob<TableChange> start(Rig rig, Random random) {
    MemorySource source = new MemorySource(rig.database, 1 + random.nextInt(20));
    SyncJobBuilder<TableChange> job =
        rig.job(source, rig.sink(), limits(random))
            .consistency(random.nextBoolean() ? Consistency.TRANSACTIONAL : Consistency.PER_KEY);
    SyncJob<TableChange> started = rig.start(job);
    Rig.await("the checkpoint is there", () -> rig.store.load(rig.name).isPresent());
    return started;
  }

  /** Now and then such that a chunk may not grow by a few values. */
  private static JobLimits limits(Random random) {
    return Rig.limits()
        .lanes(1 + random.nextInt(5))
        .batchBytes(random.nextBoolean() ? 1 << 10 : 4 << 20)
        .build();
  }

  private static Rig wideRow() {
    Rig rig = new Rig(1);
    rig.database.create(WIDE);
    rig.database.commit(rows -> rows.insert(WIDE.id(), Row.of(1L, 1L, 1L, 1L)));
    rig.database.logAs(ColumnwiseTest::minimal);
    return rig;
  }

  /** The key, and of updates of one column that. */
  private static TableChange minimal(TableChange change) {
    Row address = Row.of(1L, Row.ABSENT, Row.ABSENT, Row.ABSENT);
    if (change instanceof RowUpdate update) {
      Object last = update.after().value(LAST);
      return new RowUpdate(WIDE, address, Row.of(1L, Row.ABSENT, Row.ABSENT, last));
    }
    return change instanceof RowDelete ? new RowDelete(WIDE, address) : change;
  }

  private static void updateLast(Rig rig, long value) {
    rig.database.commit(rows -> rows.update(WIDE.id(), Row.of(1L), Row.of(1L, 1L, 1L, value)));
  }

  @ParameterizedTest
  @EnumSource
  void changesTheColumnsOfARowThatIsBeingCopied(ReadListener.Moment moment) {
    try (Rig rig = wideRow()) {
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (at, table) -> {
            if (at == moment && table.equals(WIDE.id()) && reads.getAndIncrement() == 0) {
              updateLast(rig, 2);
              updateLast(rig, 3);
            }
          });

      rig.startAndSynchronize(rig.job());

      rig.awaitEqual(WIDE);
      assertThat(rig.rows(WIDE)).containsExactly(Row.of(1L, 1L, 1L, 3L));
    }
  }

  private static Throwable failureOf(SyncJob<TableChange> job) {
    Rig.await("the job fails", () -> job.status().failure().isPresent());
    return job.status().failure().orElseThrow();
  }

  @Test
  void stopsInFrontOfAChangeThatLacksValuesIfTheSinkTakesWholeRows() {
    try (Rig rig = wideRow()) {
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(rig.source(), rig.plainSink()));

      updateLast(rig, 2);

      assertThat(failureOf(job))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContainingAll("'shop.wide'", "'plain memory target'", "only some columns");
      assertThat(rig.rows(WIDE)).containsExactly(Row.of(1L, 1L, 1L, 1L));
    }
  }

  @Test
  void stopsInFrontOfADeleteThatLacksValuesIfTheSinkTakesWholeRows() {
    try (Rig rig = wideRow()) {
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job(rig.source(), rig.plainSink()));

      rig.database.commit(rows -> rows.delete(WIDE.id(), Row.of(1L)));

      assertThat(failureOf(job)).isInstanceOf(UnsupportedChangeException.class);
    }
  }

  @Test
  void goesOnIfATransformMakesTheChangeWhole() {
    try (Rig rig = wideRow()) {
      rig.startAndSynchronize(
          rig.job(rig.source(), rig.plainSink())
              .through(change -> Optional.of(change instanceof RowUpdate u ? whole(u) : change)));

      updateLast(rig, 2);

      rig.awaitEqual(WIDE);
    }
  }

  private static TableChange whole(RowUpdate update) {
    Row known = Row.of(1L, 1L, 1L, 1L);
    return update.isWhole()
        ? update
        : new RowUpdate(update.table(), known, update.table().carriedOver(known, update.after()));
  }

  @Test
  void stopsIfATransformTakesValuesAwayWhileTheRowIsBeingCopied() {
    try (Rig rig = wideRow()) {
      rig.database.logAs(change -> change);
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (at, table) -> {
            if (table.equals(WIDE.id()) && reads.getAndIncrement() == 0) {
              updateLast(rig, 2);
            }
          });

      SyncJob<TableChange> job =
          rig.start(
              rig.job()
                  .through(c -> Optional.of(c instanceof RowUpdate update ? minimal(update) : c)));

      assertThat(failureOf(job)).hasMessageContainingAll("transform", "'shop.wide'");
    }
  }

  @Test
  void stopsInFrontOfAnUpdateThatLacksValuesIfRowsOfTheTargetWereKept()
      throws InterruptedException {
    try (Rig rig = wideRow()) {
      rig.target.create(WIDE);
      writeAtTarget(rig, new RowInsert(WIDE, Row.of(1L, 5L, 5L, 5L)));
      SyncJob<TableChange> job =
          rig.startAndSynchronize(rig.job().existingTables(ExistingTables.KEEP_ROWS));

      updateLast(rig, 3);

      assertThat(failureOf(job))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContainingAll("'shop.wide'", "KEEP_ROWS");
      assertThat(rig.rows(WIDE)).containsExactly(Row.of(1L, 5L, 5L, 5L));
    }
  }

  @Test
  void stopsIfARowThatMustBeAtTheTargetIsNot() throws InterruptedException {
    try (Rig rig = wideRow()) {
      SyncJob<TableChange> job = rig.startAndSynchronize(rig.job());
      rig.awaitEqual(WIDE);
      writeAtTarget(rig, new RowDelete(WIDE, Row.of(1L, 1L, 1L, 1L)));

      updateLast(rig, 2);

      assertThat(failureOf(job))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("'shop.wide'");
      assertThat(rig.rows(WIDE)).isEmpty();
    }
  }

  private static void writeAtTarget(Rig rig, TableChange change) throws InterruptedException {
    try (var writer = rig.sink().openWriter()) {
      writer.write(
          new ChangeBatch<>(
              List.of(
                  new TransactionPart<>(
                      new Somebody(), List.of(change), Optional.empty(), Instant.EPOCH, 1)),
              Optional.empty()));
    }
  }

  private record Somebody() implements TransactionId {}
}
