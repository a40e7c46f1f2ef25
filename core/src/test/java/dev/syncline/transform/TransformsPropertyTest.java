package dev.syncline.transform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Transform;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.transform.TransformHistory.Broken;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transforms in histories made by chance, and the proof that these find what can go wrong. */
class TransformsPropertyTest {

  private static final int HISTORIES_TO_FIND_A_FAULT = 1_000;

  @Property(tries = 5_000, shrinking = ShrinkingMode.OFF)
  void aTransformedHistoryEndsWithTheTransformedTable(
      @ForAll long seed, @ForAll boolean wholeRows) {
    new TransformHistory(seed, TransformHistory.choice(new Random(seed), wholeRows), wholeRows)
        .run();
  }

  /** What a transform must not do to a key. */
  enum Fault {
    /** It changes the row after a change alone. */
    AFTER_ONLY,
    /** It makes of two keys one. */
    NOT_APART,
    /** It does something else each time. */
    BY_CHANCE,
    /** It drops updates that bring a row out of those that it lets pass. */
    FORGETS_TO_DELETE
  }

  @ParameterizedTest
  @EnumSource
  void historiesFindEachFault(Fault fault) {
    int seed = 0;
    while (seed < HISTORIES_TO_FIND_A_FAULT && isFine(seed, fault)) {
      seed++;
    }

    assertThat(seed).as("history that finds %s", fault).isLessThan(HISTORIES_TO_FIND_A_FAULT);
  }

  private static boolean isFine(long seed, Fault fault) {
    try {
      new TransformHistory(seed, List.of(faulty(fault)), true).run();
      return true;
    } catch (Broken e) {
      return false;
    }
  }

  private static Transform<TableChange> faulty(Fault fault) {
    AtomicLong calls = new AtomicLong();
    return change ->
        switch (fault) {
          case AFTER_ONLY -> Optional.of(withKeys(change, 0, 100));
          case NOT_APART -> Optional.of(withKey(change, id -> id / 2));
          case BY_CHANCE -> Optional.of(withKey(change, id -> id + 100 * calls.incrementAndGet()));
          case FORGETS_TO_DELETE -> passing(change);
        };
  }

  private static Optional<TableChange> passing(TableChange change) {
    boolean passes =
        change instanceof RowUpdate update
            ? update.after().value(2) != null
            : !(change instanceof RowInsert insert) || insert.after().value(2) != null;
    return passes ? Optional.of(change) : Optional.empty();
  }

  private static TableChange withKeys(TableChange change, long before, long after) {
    if (change instanceof RowUpdate update) {
      return new RowUpdate(
          update.table(),
          with(update.before(), id -> id + before),
          with(update.after(), id -> id + after));
    }
    return withKey(change, id -> id + (change instanceof RowDelete ? before : after));
  }

  private static TableChange withKey(TableChange change, java.util.function.LongUnaryOperator key) {
    if (change instanceof RowInsert insert) {
      return new RowInsert(insert.table(), with(insert.after(), key));
    }
    if (change instanceof RowDelete delete) {
      return new RowDelete(delete.table(), with(delete.before(), key));
    }
    if (change instanceof RowUpdate update) {
      return new RowUpdate(update.table(), with(update.before(), key), with(update.after(), key));
    }
    return change;
  }

  private static Row with(Row row, java.util.function.LongUnaryOperator key) {
    return Row.of(key.applyAsLong((Long) row.value(0)), row.value(1), row.value(2), row.value(3));
  }
}
