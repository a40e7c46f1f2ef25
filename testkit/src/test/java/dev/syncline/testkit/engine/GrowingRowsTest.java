package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobLimits;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.ReadListener;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows that grow between their read and their write, of which the log has the new value only. */
class GrowingRowsTest {

  private static final int ROWS = 20;
  private static final int BATCH_ROWS = 7;
  private static final int BATCH_BYTES = 1 << 10;

  private static final TableDefinition NOTES =
      new TableDefinition(
          new TableId("shop", "notes"),
          List.of(
              new Column(
                  "id", ColumnType.of(ValueKind.INTEGER, "bigint"), false, Column.Origin.WRITTEN),
              text("title"),
              text("note")),
          List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));

  private static Column text(String name) {
    return new Column(name, ColumnType.of(ValueKind.TEXT, "text"), true, Column.Origin.WRITTEN);
  }

  private static Rig rig() {
    Rig rig = new Rig(1);
    rig.database.create(NOTES);
    rig.database.commit(
        rows -> IntStream.range(0, ROWS).forEach(id -> rows.insert(NOTES.id(), note(id, null))));
    rig.database.logAs(GrowingRowsTest::minimal);
    return rig;
  }

  private static Row note(long id, @Nullable String note) {
    return Row.of(id, "title", note);
  }

  /** The key, and the note. */
  private static TableChange minimal(TableChange change) {
    if (!(change instanceof RowUpdate update)) {
      return change;
    }
    Object id = update.after().value(0);
    return new RowUpdate(
        NOTES, Row.of(id, Row.ABSENT, Row.ABSENT), Row.of(id, Row.ABSENT, update.after().value(2)));
  }

  private static void setAll(Rig rig, @Nullable String note) {
    rig.database.commit(
        rows ->
            IntStream.range(0, ROWS)
                .forEach(id -> rows.update(NOTES.id(), Row.of((long) id), note(id, note))));
  }

  private static JobLimits limits() {
    return Rig.limits().batchBytes(BATCH_BYTES).build();
  }

  /** Each read finds short rows, and each chunk meets their long values while it waits. */
  @ParameterizedTest
  @ValueSource(ints = {BATCH_BYTES / 16, 4 * BATCH_BYTES})
  void aTableIsCopiedWhoseRowsGrowBehindEachRead(int length) {
    try (Rig rig = rig()) {
      String grown = "x".repeat(length);
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (table.equals(NOTES.id())) {
              reads.incrementAndGet();
              setAll(rig, moment == ReadListener.Moment.AFTER_ROWS ? grown : null);
            }
          });

      rig.startAndSynchronize(rig.job(rig.source(), rig.sink(), limits()));

      rig.awaitEqual(NOTES);
      assertThat(rig.rows(NOTES)).hasSize(ROWS).contains(note(3, grown));
      assertThat(reads.get() / 2).as("reads of ranges").isGreaterThan(ROWS / BATCH_ROWS + 1);
    }
  }

  @Test
  void rowsThatShrinkAreReadOnce() {
    try (Rig rig = rig()) {
      setAll(rig, "x".repeat(BATCH_BYTES / 16));
      AtomicInteger reads = new AtomicInteger();
      rig.database.listen(
          (moment, table) -> {
            if (table.equals(NOTES.id()) && moment == ReadListener.Moment.AFTER_ROWS) {
              reads.incrementAndGet();
              setAll(rig, null);
            }
          });

      rig.startAndSynchronize(rig.job(rig.source(), rig.sink(), limits()));

      rig.awaitEqual(NOTES);
      assertThat(reads.get()).isLessThanOrEqualTo(1 + ROWS / 4);
    }
  }
}
