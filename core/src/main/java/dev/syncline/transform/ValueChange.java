package dev.syncline.transform;

import dev.syncline.change.ColumnType;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the values of a column change, and with them its type. NULL stays NULL. Thread-safe. */
interface ValueChange {

  /** Why it cannot be done to a column of a type; empty if it can. */
  Optional<String> obstacle(ColumnType from);

  /** The type of the column behind it. */
  ColumnType type(ColumnType from);

  /** Whether values that differ always differ afterwards, too. */
  boolean keepsApart(ColumnType from);

  /**
   * What becomes of a value that is not NULL. Equal values must become equal ones.
   *
   * @return a function that throws {@link UnfitValueException} for a value with which it cannot be
   *     done
   */
  Function<Object, @Nullable Object> values(ColumnType from);
}
