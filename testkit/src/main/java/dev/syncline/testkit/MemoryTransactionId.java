package dev.syncline.testkit;

import dev.syncline.change.TransactionId;

/**
 * The id of a transaction of a {@link MemoryDatabase}.
 *
 * @param stream the stream that logged it
 * @param sequence its place in that stream, from 1
 * @param transaction the number that the database gave it
 */
record MemoryTransactionId(String stream, long sequence, long transaction)
    implements TransactionId {

  @Override
  public String toString() {
    return stream + ":" + sequence;
  }
}
