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
 * @param schemaChange what changes tables or other objects; such a part is a whole transaction
 *     without changes of rows
 */
public record TransactionPart<C extends Change>(
    TransactionId transaction,
    List<C> changes,
    Optional<Position> end,
    Instant committedAt,
    long bytes,
    Optional<SchemaChange> schemaChange) {

  /**
   * Copies the list of changes.
   *
   * @throws IllegalArgumentException if there is a schema change beside changes of rows, or it is
   *     not the whole transaction
   */
  public TransactionPart {
    Objects.requireNonNull(transaction, "transaction");
    changes = List.copyOf(changes);
    Objects.requireNonNull(end, "end");
    Objects.requireNonNull(committedAt, "committedAt");
    if (schemaChange.isPresent() && !(changes.isEmpty() && end.isPresent())) {
      throw new IllegalArgumentException("A schema change is a transaction of its own.");
    }
  }

  /** A part with changes of rows or without any. */
  public TransactionPart(
      TransactionId transaction,
      List<C> changes,
      Optional<Position> end,
      Instant committedAt,
      long bytes) {
    this(transaction, changes, end, committedAt, bytes, Optional.empty());
  }

  /** This part with other changes of rows. */
  public TransactionPart<C> withChanges(List<C> others) {
    return new TransactionPart<>(transaction, others, end, committedAt, bytes, schemaChange);
  }

  /** Whether the transaction is complete with this part. */
  public boolean isLast() {
    return end.isPresent();
  }
}
