package dev.syncline.mysql;

import dev.syncline.TransientException;
import dev.syncline.change.TableDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The place in the log of a MariaDB server up to which each XA transaction on some tables is
 * visible, for servers whose log does not tell which transactions are XA.
 *
 * <p>A place that the log has passed is one as soon as each transaction that was prepared then is
 * gone, whatever has been prepared since. If one stays, the tables are locked for a moment: all of
 * them, since what one read has surely seen a later one of another table is taken to see as well.
 * Thread-safe.
 */
final class XaHorizon {
  private final SnapshotSessions sessions;
  private final List<TableDefinition> tables;
  private final Lock turn = new ReentrantLock();
  private volatile Optional<BinlogPoint> place = Optional.empty();

  /** What is waited for; only touched by whose turn it is. */
  private @Nullable Coming coming;

  /**
   * A place that is not yet one.
   *
   * @param xa those that have been prepared ever since
   * @param since when the place was taken, by the clock of {@link System#nanoTime}
   */
  private record Coming(BinlogPoint logged, XaUnderWay xa, long since) {}

  /**
   * Asks nothing yet.
   *
   * @param tables all tables that are read
   */
  XaHorizon(SnapshotSessions sessions, List<TableDefinition> tables) {
    this.sessions = sessions;
    this.tables = List.copyOf(tables);
  }

  /**
   * The place for reads that begin now; empty if none is known yet. It is moved on first, unless
   * another thread is doing so: an earlier place is still true.
   *
   * @throws TransientException if the tables had to be locked and could not be; names the
   *     transactions that stay
   */
  Optional<BinlogPoint> place(Connection connection) throws SQLException {
    if (turn.tryLock()) {
      try {
        advance(connection);
      } finally {
        turn.unlock();
      }
    }
    return place;
  }

  private void advance(Connection connection) throws SQLException {
    BinlogPoint logged = BinlogStatus.read(connection, sessions.facts()).point();
    XaUnderWay now = XaUnderWay.ask(connection, sessions.facts());
    Coming before = coming;
    if (now.xids().isEmpty()) {
      moveTo(logged);
    } else if (before == null) {
      coming = new Coming(logged, now, System.nanoTime());
    } else {
      XaUnderWay staying = before.xa().among(now);
      if (staying.xids().isEmpty()) {
        moveTo(before.logged());
        coming = new Coming(logged, now, System.nanoTime());
      } else if (System.nanoTime() - before.since() < sessions.lockTimeout().toNanos()) {
        coming = new Coming(before.logged(), staying, before.since());
      } else {
        new CommitsUnderWay(sessions).lockOnce(tables, staying);
        moveTo(logged);
      }
    }
  }

  private void moveTo(BinlogPoint reached) {
    place = Optional.of(reached);
    coming = null;
  }
}
