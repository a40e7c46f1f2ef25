package dev.syncline.mysql;

import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.mysql.MySqlPosition.Plain;
import dev.syncline.mysql.PreparedXa.Prepared;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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
  private final String serverId;
  private final String xid;

  /** Where the transaction is committed; it was prepared before. */
  private final BinlogPoint commit;

  private final Deque<BinlogPoint> older = new ArrayDeque<>();
  private @Nullable BinlogPoint begin;
  private @Nullable BinlogConnection connection;
  private boolean closed;

  /** Of the connection that is open. */
  private LogPlace place;

  private String file = "";
  private @Nullable BinlogPoint group;
  private @Nullable BinlogPoint found;
  private boolean complete;

  /**
   * Connects to nothing yet.
   *
   * @param settings those of the look, with a server id of its own
   * @param serverId the server's own {@code server_id}
   * @param commit where the transaction is committed
   */
  PreparedRead(BinlogSettings settings, String serverId, Prepared prepared, BinlogPoint commit) {
    this.settings = settings;
    this.serverId = serverId;
    this.xid = prepared.xid();
    this.begin = prepared.begin().orElse(null);
    this.commit = commit;
    this.place = new LogPlace(at(commit));
  }

  private static MySqlPosition at(BinlogPoint point) {
    return new MySqlPosition(point, new Plain("beside", Optional.empty()));
  }

  /**
   * More events of the transaction, after waiting for them; the last one of all says that it is
   * prepared.
   *
   * @return the events; empty if none came in time
   * @throws PositionLostException if the log does not have the transaction any more
   * @throws TransientException if trying again may succeed
   */
  List<RawEvent> take(long maxNanos) throws InterruptedException {
    List<RawEvent> events = new ArrayList<>();
    try {
      BinlogConnection log = connection();
      for (RawEvent event : log.take(maxNanos, place.point())) {
        if (!complete && !isAtEnd() && !event.isAboutPlace()) {
          see(event, events);
        }
      }
      if (isAtEnd()) {
        log.close();
        keep(null);
        begin = found;
      }
    } catch (PositionLostException e) {
      throw new PositionLostException(
          "Cannot read XA transaction %s, which is committed at '%s', where it was prepared. %s"
              .formatted(xid, commit, e.getMessage()),
          e);
    }
    return events;
  }

  /** Whether a file was looked through as far as it can have the transaction. */
  private boolean isAtEnd() {
    BinlogPoint here = place.point();
    boolean isBehind = !here.file().equals(file) || here.compareTo(commit) >= 0;
    return begin == null && isBehind;
  }

  private void see(RawEvent event, List<RawEvent> events) {
    place.pass(event);
    switch (event.type()) {
      case ROTATE -> place.rotate(event);
      case FORMAT_DESCRIPTION -> place.describe(event);
      case GTID, ANONYMOUS_GTID, GTID_TAGGED, MARIADB_GTID -> enter(place.begin());
      case TRANSACTION_PAYLOAD -> {
        try (PayloadEvents inner = PayloadEvents.of(event, LargestRow.bytesOfEvent())) {
          Optional<RawEvent> next = inner.next();
          while (next.isPresent()) {
            seeInside(next.get(), events);
            next = inner.next();
          }
        }
      }
      default -> seeInside(event, events);
    }
  }

  private void enter(BinlogPoint next) {
    if (begin != null && next.compareTo(begin) > 0) {
      throw new SyncException(
          ("XA transaction %s, which is committed at '%s', is not where it was prepared, at '%s'."
                  + " Check the server's binlog with mysqlbinlog, and start the job anew with a"
                  + " snapshot.")
              .formatted(xid, commit, begin));
    }
    group = next;
  }

  private void seeInside(RawEvent event, List<RawEvent> events) {
    boolean isWanted = begin != null && begin.equals(group);
    boolean isEnd = event.type() == EventType.XA_PREPARE;
    if (isWanted) {
      events.add(event);
      complete = isEnd;
    } else if (isEnd && xid.equals(preparedXid(event))) {
      found = group;
    }
  }

  /** The transaction that an event prepares; empty if it commits it as well. */
  private static String preparedXid(RawEvent event) {
    ByteCursor body = event.body();
    boolean onePhase = body.unsignedByte() != 0;
    long format = body.unsignedInt();
    long globalBytes = body.unsignedInt();
    long branchBytes = body.unsignedInt();
    return onePhase ? "" : PreparedXa.xid(format, body.bytes(globalBytes), body.bytes(branchBytes));
  }

  private BinlogConnection connection() throws InterruptedException {
    BinlogConnection open = current();
    if (open == null) {
      BinlogPoint from = begin == null ? nextFile() : begin;
      place = new LogPlace(at(from));
      file = from.file();
      group = null;
      open = BinlogConnection.open(settings, at(from));
      boolean sameServer = Long.toString(open.answeringServerId()).equals(serverId);
      if (!keep(open) || !sameServer) {
        open.close();
        throw new TransientException(
            "The look at XA transaction %s at '%s' was closed, or its server has moved."
                .formatted(xid, from));
      }
    }
    return open;
  }

  private synchronized @Nullable BinlogConnection current() {
    return connection;
  }

  private synchronized boolean keep(@Nullable BinlogConnection open) {
    connection = open;
    return !closed;
  }

  private BinlogPoint nextFile() {
    if (file.isEmpty()) {
      LOGGER.info("Looking in the log for XA transaction {}, committed at {}.", xid, commit);
      files().forEach(name -> older.push(new BinlogPoint(name, FIRST_EVENT)));
    }
    if (older.isEmpty()) {
      throw new PositionLostException(
          ("XA transaction %s is committed at '%s', but the log does not say any more what it has"
                  + " changed: it was prepared before the oldest file. Keep the log for longer than"
                  + " XA transactions stay prepared, and start the job anew with a snapshot.")
              .formatted(xid, commit));
    }
    return older.pop();
  }

  /** The files up to that of the commit, oldest first. */
  private List<String> files() {
    MySqlConnections connections = new MySqlConnections(settings.endpoint());
    Connection metadata = connections.open(MySqlCatalog.SETTINGS);
    try {
      return BinlogStart.files(metadata).keySet().stream()
          .filter(name -> BinlogPoint.compareFiles(name, commit.file()) <= 0)
          .toList();
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "list the binlog files of '" + settings.endpoint() + "'");
    } finally {
      connections.close(metadata);
    }
  }

  /** Ends the connection. May be called twice. */
  @Override
  public void close() {
    BinlogConnection open;
    synchronized (this) {
      closed = true;
      open = connection;
    }
    if (open != null) {
      open.close();
    }
  }
}
