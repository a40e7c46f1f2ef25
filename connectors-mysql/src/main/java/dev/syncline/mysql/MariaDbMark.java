package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;

/**
 * The mark of a read over a view for which a MariaDB server has named a place in its log.
 *
 * @param low the place of the read view: everything before it was visible to the read
 * @param xa the XA transactions that were under way before the view was opened
 * @param logged the end of the log before these were asked for
 * @param high the last transactions in the log at a later moment: nothing else was visible. Unlike
 *     a place they mean the same to a stream that goes on from another server
 */
record MariaDbMark(BinlogPoint low, XaUnderWay xa, BinlogPoint logged, MariaDbGtids high)
    implements Mark {

  @Override
  public boolean isBefore(TransactionId transaction) {
    return transaction instanceof MySqlTransactionId id
        && (id.isXa() ? xa.shows(id, logged) : id.begin().compareTo(low) < 0);
  }

  @Override
  public boolean isPassedAt(Position position) {
    return position instanceof MySqlPosition stream
        && stream.progress() instanceof MySqlPosition.MariaDb mariaDb
        && mariaDb.last().containsAll(high);
  }
}
