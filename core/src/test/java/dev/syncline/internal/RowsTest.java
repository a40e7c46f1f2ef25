package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Selection;
import dev.syncline.Sink;
import dev.syncline.SinkWriter;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.Transform;
import dev.syncline.change.Row;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RowsTest {

  private static final TableDefinition TABLE = Tables.keyed("t");

  private static Rows<TableChange> rows(Transform<TableChange> transform) {
    Selection<TableChange> selection = TableSelection.builder().database("shop").build();
    return new Rows<>(new Shapes<>(new PlainSink(), selection, List.of(transform)), new Counters());
  }

  private static final class PlainSink implements Sink<TableChange> {
    @Override
    public SinkWriter<TableChange> openWriter() {
      throw new UnsupportedOperationException();
    }
  }

  private record Sample(long number) implements TransactionId {}

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
            });
    RowUpdate update = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    List<TableChange> changes = List.of(update, update.asUnchecked());

    TransactionPart<TableChange> left =
        rows.transform(
            new TransactionPart<>(new Sample(1), changes, Optional.empty(), Instant.EPOCH, 1));

    RowUpdate replaced = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 9L));
    assertThat(left.changes()).containsExactly(replaced, replaced.asUnchecked());
  }

  private static List<TableChange> throughOne(RowUpdate result, RowUpdate update) {
    Rows<TableChange> rows = rows(change -> Optional.of(result));
    return rows.transform(
            new TransactionPart<>(
                new Sample(1), List.of(update), Optional.empty(), Instant.EPOCH, 1))
        .changes();
  }

  /** A chunk drops its row for a change that brings it as a whole; nothing else would bring it. */
  @Test
  void stopAtATransformThatTakesValuesAway() {
    RowUpdate whole = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    RowUpdate lacking = new RowUpdate(TABLE, Row.of(1L, Row.ABSENT), Row.of(1L, Row.ABSENT));

    assertThatThrownBy(() -> throughOne(lacking, whole))
        .isInstanceOf(SyncException.class)
        .hasMessageContainingAll("transform", "'shop.t'", "values");
  }

  @Test
  void takeValuesFromATransformThatTheLogDoesNotHave() {
    RowUpdate whole = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    RowUpdate lacking = new RowUpdate(TABLE, Row.of(1L, Row.ABSENT), Row.of(1L, Row.ABSENT));

    assertThat(throughOne(whole, lacking)).containsExactly(whole);
    assertThat(throughOne(lacking, lacking)).containsExactly(lacking);
  }
}
