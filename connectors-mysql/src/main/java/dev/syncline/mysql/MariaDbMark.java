package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.Optional;

/**
 * The mark of a read over a view for which a MariaDB server has named a place in its log.
 *
 * @param low everything before this place was visible to the read, but for transactions known as
 *     XA; empty if nothing is known
 * @param xa the XA transactions that were under way before the view was opened
 * @param logged the end of the log before these were asked for
 * @param high the last transactions in the log at a later moment: nothing else was visible. Unlike
 *     a place they mean the same to a stream that goes on from another server
 */
record MariaDbMark(Optional<BinlogPoint> low, XaUnderWay xa, BinlogPoint logged, MariaDbGtids high)
    implements Mark {

  /**
   * The mark of a read.
   *
   * @param view the place of the read view
   */
  static MariaDbMark of(
      MySqlFacts facts, XaUnderWay xa, BinlogPoint logged, BinlogPoint view, MariaDbGtids high) {
    Optional<BinlogPoint> low = Optional.of(view);
    if (!facts.isMariaDbFrom(10, 5, 0)) {
      // The log does not tell XA transactions from others there, so each may be one.
      low = xa.xids().isEmpty() ? Optional.of(logged) : Optional.empty();
    }
    return new MariaDbMark(low, xa, logged, high);
  }

  @Override
  public boolean isBefore(TransactionId transaction) {
    if (!(transaction instanceof MySqlTransactionId id)) {
      return false;
    }
    return id.isXa()
        ? xa.shows(id, logged)
        : low.map(place -> id.begin().compareTo(place) < 0).orElse(false);
  }

  @Override
  public boolean isPassedAt(Position position) {
    return position instanceof MySqlPosition stream
        && stream.progress() instanceof MySqlPosition.MariaDb mariaDb
        && mariaDb.last().containsAll(high);
  }
}
