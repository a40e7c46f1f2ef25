package dev.syncline.change;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a reader hands on at one time: parts of transactions in stream order.
 *
 * @param parts the parts; empty if nothing came
 * @param position where the stream stands behind this batch, also when all that came was nothing
 *     for this job; empty inside a transaction, and when the stream has not moved
 */
public record ChangeBatch<C extends Change>(
    List<TransactionPart<C>> parts, Optional<Position> position) {

  /** Copies the list of parts. */
  public ChangeBatch {
    parts = List.copyOf(parts);
    Objects.requireNonNull(position, "position");
  }

  /** A batch without news. */
  public static <C extends Change> ChangeBatch<C> empty() {
    return new ChangeBatch<>(List.of(), Optional.empty());
  }

  /** About how many bytes of heap the parts take. */
  public long bytes() {
    return parts.stream().mapToLong(TransactionPart::bytes).sum();
  }
}
