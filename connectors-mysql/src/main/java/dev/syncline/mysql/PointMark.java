package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;

/**
 * The mark of a read by places in the log.
 *
 * @param low everything before this place was visible to the read
 * @param high nothing behind this place was; the same place if the read stands exactly there
 */
record PointMark(BinlogPoint low, BinlogPoint high) implements Mark {

  @Override
  public boolean isBefore(TransactionId transaction) {
    return transaction instanceof MySqlTransactionId id && id.begin().compareTo(low) < 0;
  }

  @Override
  public boolean isPassedAt(Position position) {
    return position instanceof MySqlPosition stream && stream.point().compareTo(high) >= 0;
  }
}
