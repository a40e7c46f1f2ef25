package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

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

  private record Sample(long number) implements TransactionId {}

  /**
   * Whether foreign keys cascaded at the source is nothing that a transform should have to know.
   */
  @Test
  void keepHowTheSourceMadeAChangeThatATransformReplaces() {
    Rows<TableChange> rows =
        new Rows<>(
            List.of(
                change -> {
                  RowUpdate update = (RowUpdate) change;
                  return Optional.of(
                      new RowUpdate(update.table(), update.before(), Row.of(1L, 9L)));
                }),
            new Counters());
    RowUpdate update = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 2L));
    List<TableChange> changes = List.of(update, update.asUnchecked());

    TransactionPart<TableChange> left =
        rows.transform(
            new TransactionPart<>(new Sample(1), changes, Optional.empty(), Instant.EPOCH, 1));

    RowUpdate replaced = new RowUpdate(TABLE, Row.of(1L, 1L), Row.of(1L, 9L));
    assertThat(left.changes()).containsExactly(replaced, replaced.asUnchecked());
  }
}
