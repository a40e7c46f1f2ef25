package dev.syncline.change;

/**
 * What tells one source transaction from all others of its stream, known from its first change on:
 * a GTID, a transaction number, or the place where it begins in the log. Immutable.
 */
public interface TransactionId {

  /** The id in the words of the source, for messages. */
  @Override
  String toString();
}
