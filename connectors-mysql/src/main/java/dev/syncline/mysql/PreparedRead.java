package dev.syncline.mysql;

import dev.syncline.PositionLostException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.mysql.PreparedXa.Prepared;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an XA transaction again where it was prepared, over a connection beside the stream's. Where
 * that is not known it is looked for, from the newest file of the log back. Used by one thread, but
 * for {@link #close}.
 */
final class PreparedRead implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(PreparedRead.class);
  private static final long FIRST_EVENT = 4;

  private final BinlogSettings settings;
  private final MySqlConnections connections;
  private final String serverId;
  private final String xid;

  /** Where the transaction is committed; it was prepared before. */
  private final BinlogPoint commit;

  /** Files that were not looked into yet, the newest one first. */
  private final Deque<BinlogPoint> older = new ArrayDeque<>();

  private boolean hasLooked;
  private Optional<String> unread = Optional.empty();
  private @Nullable BinlogPoint begin;
  private @Nullable BinlogConnection connection;
  private @Nullable Connection metadata;
  private boolean closed;

  /** Of the connection that is open, as what it has received. */
  private PreparedEvents events;

  private final Queue<RawEvent> received = new ArrayDeque<>();

  /**
   * Connects to nothing yet.
   *
   * @param settings those of the look, with a server id of its own
   * @param serverId the server's own {@code server_id}
   * @param commit where the transaction is committed
   */
  PreparedRead(BinlogSettings settings, String serverId, Prepared prepared, BinlogPoint commit) {
    this.settings = settings;
    this.connections = new MySqlConnections(settings.endpoint());
    this.serverId = serverId;
    this.xid = prepared.xid();
    this.begin = prepared.begin().orElse(null);
    this.commit = commit;
    this.events = PreparedEvents.at(commit, xid, commit);
  }

  /**
   * The next event of the transaction, after waiting for it; the last one says that it is prepared.
   *
   * @return the event; empty if none came in time
   * @throws PositionLostException if the log does not have the transaction any more
   * @throws UnsupportedChangeException if it may be in what is too large to be looked into
   * @throws TransientException if trying again may succeed
   */
  Optional<RawEvent> next(long maxNanos) throws InterruptedException {
    try {
      BinlogConnection log = connection();
      if (received.isEmpty() && !events.isInside()) {
        received.addAll(log.take(maxNanos, events.point()));
      }
      Optional<RawEvent> next = events.next();
      while (next.isEmpty() && !received.isEmpty()) {
        next = events.accept(received.remove());
      }
      if (next.isEmpty() && events.isAtEnd()) {
        endFile(log);
      }
      return next;
    } catch (PositionLostException e) {
      throw new PositionLostException(
          "Cannot read XA transaction %s, which is committed at '%s', where it was prepared. %s"
              .formatted(xid, commit, e.getMessage()),
          e);
    }
  }

  /** Ends the look into a file, which comes to its end only if it was one. */
  private void endFile(BinlogConnection log) {
    log.close();
    synchronized (this) {
      connection = null;
    }
    begin = events.prepared().orElse(null);
    unread = events.unread().or(() -> unread);
    if (events.isDecided()) {
      older.clear();
    }
  }

  private BinlogConnection connection() throws InterruptedException {
    BinlogConnection open = current();
    if (open == null) {
      BinlogPoint there = begin;
      events =
          there == null
              ? PreparedEvents.lookIn(nextFile(), xid, commit)
              : PreparedEvents.at(there, xid, commit);
      received.clear();
      open = BinlogConnection.open(settings, events.position(), this::keep);
      if (!Long.toString(open.answeringServerId()).equals(serverId)) {
        throw new TransientException(
            "The look at XA transaction %s at '%s' was answered by another server."
                .formatted(xid, events.point()));
      }
    }
    return open;
  }

  private synchronized @Nullable BinlogConnection current() {
    return connection;
  }

  private synchronized void keep(BinlogConnection open) {
    checkClosed();
    connection = open;
  }

  private void checkClosed() {
    if (closed) {
      throw new TransientException(
          "The look at XA transaction %s, which is committed at '%s', was closed."
              .formatted(xid, commit));
    }
  }

  private BinlogPoint nextFile() {
    if (!hasLooked) {
      hasLooked = true;
      LOGGER.info("Looking in the log for XA transaction {}, committed at {}.", xid, commit);
      files().forEach(name -> older.push(new BinlogPoint(name, FIRST_EVENT)));
    }
    if (older.isEmpty() && unread.isPresent()) {
      throw new UnsupportedChangeException(
          "Cannot find where XA transaction %s was prepared, which is committed at '%s': it may be"
                  .formatted(xid, commit)
              + " "
              + unread.get());
    }
    if (older.isEmpty()) {
      throw new PositionLostException(
          ("XA transaction %s is committed at '%s', but the log does not say what it has changed:"
               + " it was prepared before the oldest file, or that was never logged. Keep the log"
               + " for longer than XA transactions stay prepared, and start the job anew with a"
               + " snapshot.")
              .formatted(xid, commit));
    }
    return older.pop();
  }

  /** The files up to that of the commit, oldest first. */
  private List<String> files() {
    Connection open = connections.open(MySqlCatalog.SETTINGS);
    try {
      ask(open);
      return BinlogStart.files(open).keySet().stream()
          .filter(name -> BinlogPoint.compareFiles(name, commit.file()) <= 0)
          .toList();
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "list the binlog files of '" + settings.endpoint() + "'");
    } finally {
      connections.close(open);
    }
  }

  private synchronized void ask(Connection open) {
    checkClosed();
    metadata = open;
  }

  /** Ends the connections. May be called twice. */
  @Override
  public void close() {
    BinlogConnection open;
    Connection asking;
    synchronized (this) {
      closed = true;
      open = connection;
      asking = metadata;
    }
    if (asking != null) {
      connections.abort(asking);
    }
    if (open != null) {
      open.close();
    }
  }
}
