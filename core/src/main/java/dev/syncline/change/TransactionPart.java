package dev.syncline.change;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A whole source transaction or, if that is too large to be held, a piece of one. The pieces of a
 * transaction follow each other without anything between them.
 *
 * @param transaction the transaction that the changes belong to
 * @param changes the changes in the order in which the source made them; may be empty
 * @param end the position right behind the transaction; present on its last part only
 * @param committedAt when the source committed, by the source's clock
 * @param bytes about how many bytes of heap the part takes, with all that belongs to it alone
 */
public record TransactionPart<C extends Change>(
    TransactionId transaction,
    List<C> changes,
    Optional<Position> end,
    Instant committedAt,
    long bytes) {

  /** Copies the list of changes. */
  public TransactionPart {
    Objects.requireNonNull(transaction, "transaction");
    changes = List.copyOf(changes);
    Objects.requireNonNull(end, "end");
    Objects.requireNonNull(committedAt, "committedAt");
  }

  /** Whether the transaction is complete with this part. */
  public boolean isLast() {
    return end.isPresent();
  }
}
