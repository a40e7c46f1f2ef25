package dev.syncline.mysql;

import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.Optional;
import java.util.Set;

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
  static MariaDbMark of(XaUnderWay xa, BinlogPoint logged, BinlogPoint view, MariaDbGtids high) {
    return new MariaDbMark(Optional.of(view), xa, logged, high);
  }

  /**
   * The mark of a read from a log that does not tell XA transactions from others, so each may be
   * one.
   *
   * @param shown each XA transaction before this place was visible to the read; empty if nothing is
   *     known
   * @param view the place of the read view; it may be before the other one, which the log had
   *     passed when others were not visible yet
   */
  static MariaDbMark ofAnyXa(Optional<BinlogPoint> shown, BinlogPoint view, MariaDbGtids high) {
    Optional<BinlogPoint> low = shown.map(place -> place.compareTo(view) < 0 ? place : view);
    return new MariaDbMark(low, new XaUnderWay(Set.of()), view, high);
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
