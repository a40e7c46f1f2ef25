package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.DeadLetter.Place;
import dev.syncline.DeadLetterSink;
import dev.syncline.MemoryDeadLetterSink;
import dev.syncline.PlainSink;
import dev.syncline.Selection;
import dev.syncline.SinkWriter;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.TransformFailedException;
import dev.syncline.TransientException;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.event.JobEvent;
import dev.syncline.transform.Transforms;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowsTest {

  private static final TableDefinition TABLE = Tables.keyed("t");

  private static final class WritingSink implements PlainSink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private record Sample(long number) implements TransactionId {}

  private final Counters counters = new Counters();

  private Rows<TableChange> rows(
      Transform<TableChange> transform, Optional<DeadLetterSink> letters) {
    Selection<TableChange> selection = TableSelection.builder().database("shop").build();
    return new Rows<>(
        new Shapes<>(new WritingSink(), selection, List.of(transform)),
        counters,
        new FailedChanges("a-job", letters, counters));
  }

  private static List<TableChange> through(Rows<TableChange> rows, List<TableChange> changes) {
    return rows.transform(
            new TransactionPart<>(new Sample(1), changes, Optional.empty(), Instant.EPOCH, 1),
            "log",
            new At(7))
        .changes();
  }

  /**
   * Whether foreign keys cascaded at the source is nothing that a transform should have to know.
   */
  @Test
  void keepHowTheSourceMadeAChangeThatATransformReplaces() {
    Rows<TableChange> rows =
        rows(
            change -> {
              RowUpdate update = (RowUpdate) change;
              return Optional.of(new RowUpdate(update.table(), update.before(), Row.of(1L, 9L)));
            },
            Optional.empty());
    RowUpdate update = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    List<TableChange> changes = List.of(update, update.asUnchecked());

    List<TableChange> left = through(rows, changes);

    RowUpdate replaced = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 9L));
    assertThat(left).containsExactly(replaced, replaced.asUnchecked());
  }

  private List<TableChange> throughOne(RowUpdate result, RowUpdate update) {
    return through(
        rows(change -> Optional.of(result), Optional.empty()), List.<TableChange>of(update));
  }

  /** A chunk drops its row for a change that brings it as a whole; nothing else would bring it. */
  @Test
  void stopAtATransformThatTakesValuesAway() {
    RowUpdate whole = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    RowUpdate lacking = new RowUpdate(TABLE, Row.of(1L, Row.ABSENT), Row.of(1L, Row.ABSENT));

    assertThatThrownBy(() -> throughOne(lacking, whole))
        .isInstanceOf(TransformFailedException.class)
        .hasMessageContainingAll("transform", "'shop.t'", "values");
  }

  @Test
  void takeValuesFromATransformThatTheLogDoesNotHave() {
    RowUpdate whole = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    RowUpdate lacking = new RowUpdate(TABLE, Row.of(1L, Row.ABSENT), Row.of(1L, Row.ABSENT));

    assertThat(throughOne(whole, lacking)).containsExactly(whole);
    assertThat(throughOne(lacking, lacking)).containsExactly(lacking);
  }

  private static final TableChange GOOD = new RowInsert(TABLE, Row.of(1L, 1L));
  private static final TableChange BAD = new RowInsert(TABLE, Row.of(4711L, 2L));

  private static Optional<TableChange> failing(TableChange change) {
    if (change.equals(BAD)) {
      throw new IllegalArgumentException("secret 4711");
    }
    return Optional.of(change);
  }

  @Test
  void stopAtATransformThatFailsWithoutShowingValues() {
    Rows<TableChange> rows = rows(RowsTest::failing, Optional.empty());

    assertThatThrownBy(() -> through(rows, List.of(GOOD, BAD)))
        .isInstanceOfSatisfying(
            TransformFailedException.class, e -> assertThat(e.change()).contains(BAD))
        .hasMessageContainingAll(
            "RowInsert", "'shop.t'", "key 'id'", "Sample[number=1]", "'7'", "IllegalArgument")
        .hasMessageNotContainingAny("4711", "secret");
  }

  @Test
  void giveWhatATransformFailsOnToTheDeadLettersAndGoOn() {
    MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
    Rows<TableChange> rows = rows(RowsTest::failing, Optional.of(letters));

    assertThat(through(rows, List.of(BAD, GOOD, BAD))).containsExactly(GOOD);

    assertThat(letters.letters())
        .hasSize(2)
        .allSatisfy(
            letter -> {
              assertThat(letter.job()).isEqualTo("a-job");
              assertThat(letter.change()).isEqualTo(BAD);
              assertThat(letter.place()).contains(new Place("log", "7", "Sample[number=1]"));
              assertThat(letter.cause()).isInstanceOf(IllegalArgumentException.class);
            });
    assertThat(counters.statuses().get(0).deadLetters()).isEqualTo(2);
    List<JobEvent> events = new ArrayList<>();
    rows.failed().tell(events::add);
    rows.failed().tell(events::add);
    assertThat(events)
        .containsExactly(
            new JobEvent.DeadLetters("a-job", TABLE.id(), 2, letters.letters().get(1).cause()));
  }

  @Test
  void giveExistingRowsToTheDeadLettersWithoutAPlace() {
    MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
    SnapshotRow bad = new SnapshotRow(TABLE, Row.of(4711L, 2L));
    SnapshotRow good = new SnapshotRow(TABLE, Row.of(1L, 2L));
    Rows<TableChange> rows =
        rows(
            change -> {
              if (change.equals(bad)) {
                throw new IllegalStateException();
              }
              return Optional.of(change);
            },
            Optional.of(letters));

    assertThat(rows.transform(List.of(bad, good))).containsExactly(good);

    assertThat(letters.letters()).hasSize(1);
    assertThat(letters.letters().get(0).place()).isEmpty();
    assertThat(letters.letters().get(0).change()).isEqualTo(bad);
  }

  /** A service that a transform asks may be away for a moment. */
  @Test
  void tryAgainWhatMayPass() {
    MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
    TransientException away = new TransientException("away", null);
    Rows<TableChange> rows =
        rows(
            change -> {
              throw away;
            },
            Optional.of(letters));

    assertThatThrownBy(() -> through(rows, List.of(GOOD))).isSameAs(away);
    assertThat(letters.letters()).isEmpty();
  }

  @Test
  void stopWhenALetterCannotBeKept() {
    Rows<TableChange> rows =
        rows(
            RowsTest::failing,
            Optional.of(
                letter -> {
                  throw new SyncException("The disk is full.");
                }));

    assertThatThrownBy(() -> through(rows, List.of(BAD))).hasMessage("The disk is full.");
    assertThat(counters.statuses()).isEmpty();
  }

  /** Otherwise all rows of a table would be dead letters when one of its columns is gone. */
  @Test
  void stopAtATableThatCannotBeTransformed() {
    MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
    Rows<TableChange> rows = rows(Transforms.mask("shop.t", "phone"), Optional.of(letters));

    assertThatThrownBy(() -> through(rows, List.of(GOOD)))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContainingAll("'phone'", "'shop.t'", "no such column");
    assertThatThrownBy(() -> rows.transform(List.of(new SnapshotRow(TABLE, Row.of(1L, 2L)))))
        .hasMessageContaining("no such column");
    assertThat(letters.letters()).isEmpty();
  }

  @Test
  void logsTellNothingThatATransformSays() {
    Rows<TableChange> rows =
        rows(
            change -> {
              throw new IllegalStateException("hunter2");
            },
            Optional.empty());
    RowInsert insert = new RowInsert(TABLE, Row.of(1L, 1L));

    assertThatThrownBy(() -> through(rows, List.of(insert)))
        .isInstanceOf(TransformFailedException.class)
        .hasRootCauseMessage("hunter2")
        .satisfies(
            failure ->
                assertThat(FailedChanges.told(failure))
                    .hasMessageContaining("A transform failed")
                    .cause()
                    .hasMessageContaining("IllegalStateException")
                    .hasMessageNotContaining("hunter2")
                    .hasNoCause());
  }
}
