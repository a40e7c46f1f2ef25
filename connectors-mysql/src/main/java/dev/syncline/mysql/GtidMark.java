package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;

/**
 * The mark of a read between two looks at a MySQL server with GTIDs.
 *
 * @param low the transactions that were visible before the read view was opened. The server adds a
 *     transaction after the engine has committed it
 * @param high the end of the log after the read view was opened. The server writes a transaction to
 *     the log before the engine commits it
 */
record GtidMark(GtidSet low, BinlogPoint high) implements Mark {
  @Override
  public boolean isBefore(TransactionId transaction) {
    return transaction instanceof MySqlTransactionId id
        && id.gtid().map(low::contains).orElse(false);
  }

  @Override
  public boolean isPassedAt(Position position) {
    // Before the stream has given anything, it stands at a point of an earlier session or server;
    // the transactions before it tell that it is not that far.
    return position instanceof MySqlPosition stream
        && stream.point().compareTo(high) >= 0
        && stream.progress() instanceof MySqlPosition.Gtids gtids
        && gtids.executed().containsAll(low);
  }
}
