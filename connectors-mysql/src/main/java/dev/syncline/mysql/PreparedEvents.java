package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.mysql.MySqlPosition.Plain;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a part of the log says of an XA transaction: its events, if the part begins where it was
 * prepared, or else where that is. Events come out one at a time, also those of a compressed
 * transaction, so that memory holds no more than one. Not thread-safe.
 */
final class PreparedEvents {
  private static final int LONGEST_DECISION = 1024;

  private final String xid;

  /** Where the transaction is committed. */
  private final BinlogPoint commit;

  private final BinlogPoint from;
  private final boolean isLook;
  private final LogPlace place;
  private @Nullable BinlogPoint group;
  private @Nullable PayloadEvents payload;
  private boolean complete;
  private @Nullable BinlogPoint prepared;
  private boolean decided;
  private Optional<String> unread = Optional.empty();

  private PreparedEvents(String xid, BinlogPoint commit, BinlogPoint from, boolean isLook) {
    this.xid = xid;
    this.commit = commit;
    this.from = from;
    this.isLook = isLook;
    this.place = new LogPlace(position());
  }

  /** A part that begins where the transaction was prepared. */
  static PreparedEvents at(BinlogPoint begin, String xid, BinlogPoint commit) {
    return new PreparedEvents(xid, commit, begin, false);
  }

  /** The part of a file that can have the transaction, to look for it there. */
  static PreparedEvents lookIn(BinlogPoint file, String xid, BinlogPoint commit) {
    return new PreparedEvents(xid, commit, file, true);
  }

  /** Where the part begins, as a position to read from. */
  MySqlPosition position() {
    return new MySqlPosition(from, new Plain("beside", Optional.empty()));
  }

  /** Behind the last event. */
  BinlogPoint point() {
    return place.point();
  }

  /** Whether an event is to come out before the next one is taken. */
  boolean isInside() {
    return payload != null;
  }

  /** Whether a look has seen all of its file that can have the transaction. */
  boolean isAtEnd() {
    BinlogPoint here = place.point();
    boolean isBehind = !here.file().equals(from.file()) || here.compareTo(commit) >= 0;
    return isLook && isBehind;
  }

  /** Where the transaction was prepared; empty if not in what was seen. */
  Optional<BinlogPoint> prepared() {
    return Optional.ofNullable(prepared);
  }

  /** Whether one of the same id was decided here, so that it can only be behind that. */
  boolean isDecided() {
    return decided;
  }

  /** A transaction that may be it, but was too large to be seen, and what to do about that. */
  Optional<String> unread() {
    return unread;
  }

  /**
   * Takes the next event of the log.
   *
   * @return an event of the transaction, the last of which says that it is prepared
   * @throws SyncException if the transaction is not where it should be, or the log is malformed
   */
  Optional<RawEvent> accept(RawEvent event) {
    return guarded(() -> take(event));
  }

  private Optional<RawEvent> take(RawEvent event) {
    if (event.isAboutPlace() || complete || isAtEnd()) {
      return Optional.empty();
    }
    place.pass(event);
    switch (event.type()) {
      case ROTATE -> place.rotate(event);
      case FORMAT_DESCRIPTION -> place.describe(event);
      case GTID, ANONYMOUS_GTID, GTID_TAGGED, MARIADB_GTID -> enter(place.begin());
      case TRANSACTION_PAYLOAD -> {
        if (!event.isCut()) {
          payload = PayloadEvents.of(event, LargestRow.bytesOfEvent());
          return unpack();
        }
        return tooLarge(event);
      }
      default -> {
        return see(event);
      }
    }
    return Optional.empty();
  }

  /**
   * The next event of the transaction out of a compressed one; empty at its end.
   *
   * @throws SyncException if the log is malformed
   */
  Optional<RawEvent> next() {
    return guarded(this::unpack);
  }

  private Optional<RawEvent> guarded(Supplier<Optional<RawEvent>> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new SyncException(
          ("Cannot read the log at '%s', where XA transaction %s is looked for, which is committed"
                  + " at '%s': %s. Check the server's binlog with mysqlbinlog.")
              .formatted(place.point(), xid, commit, e.getMessage()),
          e);
    }
  }

  private Optional<RawEvent> unpack() {
    Optional<RawEvent> found = Optional.empty();
    PayloadEvents open = payload;
    while (open != null && found.isEmpty()) {
      Optional<RawEvent> inner = open.next();
      found = inner.flatMap(this::see);
      if (inner.isEmpty() || complete) {
        open.close();
        payload = null;
        open = null;
      }
    }
    return found;
  }

  private void enter(BinlogPoint next) {
    if (!isLook && next.compareTo(from) > 0) {
      throw new SyncException(
          ("XA transaction %s, which is committed at '%s', is not where it was prepared, at '%s'."
                  + " Check the server's binlog with mysqlbinlog, and start the job anew with a"
                  + " snapshot.")
              .formatted(xid, commit, from));
    }
    group = next;
  }

  private Optional<RawEvent> tooLarge(RawEvent event) {
    if (!isLook) {
      return see(event);
    }
    unread =
        Optional.of(
            "the one that ends at '%s', which is too large for the memory. %s"
                .formatted(place.point(), LargestRow.adviceForEvent(event)));
    return Optional.empty();
  }

  private Optional<RawEvent> see(RawEvent event) {
    boolean isEnd = event.type() == EventType.XA_PREPARE;
    if (!isLook) {
      boolean isWanted = from.equals(group);
      complete = isWanted && isEnd;
      return isWanted ? Optional.of(event) : Optional.empty();
    }
    if (isEnd && xid.equals(preparedXid(event))) {
      prepared = group;
    } else if (decides(event)) {
      prepared = null;
      decided = true;
      unread = Optional.empty();
    }
    return Optional.empty();
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

  /** Whether an event decides a transaction of the same id, which was another one then. */
  private boolean decides(RawEvent event) {
    RawEvent plain = event;
    if (event.isCut() || event.length() > LONGEST_DECISION) {
      return false;
    }
    if (event.type() == EventType.MARIADB_QUERY_COMPRESSED) {
      CompressedEvent compressed = CompressedEvent.of(event);
      if (compressed.plainBytes() > LONGEST_DECISION) {
        return false;
      }
      plain = compressed.plain();
    }
    if (plain.type() != EventType.QUERY) {
      return false;
    }
    String sql = QueryEvent.parse(plain).sql().strip();
    return sql.equals("XA COMMIT " + xid) || sql.equals("XA ROLLBACK " + xid);
  }
}
