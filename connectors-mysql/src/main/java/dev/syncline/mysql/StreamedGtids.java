package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.mysql.MySqlPosition.Gtids;
import dev.syncline.mysql.MySqlPosition.MariaDb;
import dev.syncline.mysql.MySqlPosition.Plain;
import java.util.Optional;

/** Which transactions a stream has passed, on a server that gives them GTIDs. Not thread-safe. */
final class StreamedGtids {
  private MySqlPosition.Progress progress;
  private Optional<String> begun;

  StreamedGtids(MySqlPosition from) {
    this.progress = from.progress();
    this.begun = from.begun();
  }

  /** The position of a stream that has passed these transactions and come to a place. */
  MySqlPosition at(LogPlace place) {
    return at(place.point(), place);
  }

  private MySqlPosition at(BinlogPoint point, LogPlace place) {
    MySqlPosition.Progress known =
        progress instanceof Plain plain ? new Plain(plain.server(), place.created()) : progress;
    return new MySqlPosition(point, known, begun);
  }

  /** Whether the statement that a transaction begins with has been passed. */
  boolean hasBegun(MySqlTransactionId id) {
    return begun.equals(Optional.of(id.name()));
  }

  /** The position behind the statement that a transaction begins with. */
  MySqlPosition begin(MySqlTransactionId id, LogPlace place) {
    begun = Optional.of(id.name());
    return at(id.begin(), place);
  }

  /**
   * Makes sure that the next transaction has a GTID that comes next.
   *
   * @throws SyncException if it has none although those before had, or one out of order
   */
  void check(BinlogPoint begin, GroupStart start) {
    if (progress instanceof Gtids && start.gtid().isEmpty()) {
      throw new SyncException(
          "The transaction at %s has no GTID, but the job follows GTIDs. Set gtid_mode back to ON"
                  .formatted(begin)
              + " at the server and start the job anew with a snapshot.");
    }
    if (progress instanceof MariaDb mariaDb) {
      MariaDbGtid next =
          start
              .mariaDb()
              .orElseThrow(
                  () ->
                      new SyncException(
                          "The transaction at %s has no GTID of MariaDB, but the job follows them."
                                  .formatted(begin)
                              + " Start the job anew with a snapshot."));
      Optional<MariaDbGtid> last = mariaDb.last().last(next.domain());
      if (last.isPresent() && !next.isAfter(last.get())) {
        throw new SyncException(
            ("The transaction at %s has GTID '%s', which does not come after '%s'. Give servers"
                    + " that are written at the same time a gtid_domain_id each. %s Then start the"
                    + " job anew with a snapshot.")
                .formatted(begin, next, last.get(), MariaDbGtids.ORDER_ON_REPLICA));
      }
    }
  }

  /** Takes note that a transaction has ended. */
  void pass(MySqlTransactionId id) {
    if (progress instanceof Gtids gtids && id.gtid().isPresent()) {
      progress = new Gtids(gtids.executed().plus(id.gtid().get()));
    } else if (progress instanceof MariaDb mariaDb && id.mariaDb().isPresent()) {
      progress = new MariaDb(mariaDb.last().plus(id.mariaDb().get()));
    }
    begun = hasBegun(id) ? Optional.empty() : begun;
  }
}
