package dev.syncline.mysql;

import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The XA transactions that a stream has seen prepared and not decided. Not thread-safe.
 *
 * <p>What is remembered only saves a look into the log: of a transaction that is not known here, or
 * whose events were too many to be kept, the place where it was prepared is looked for when it is
 * committed ({@link PreparedRead}). So nothing of this is part of a position, and everything has a
 * limit.
 */
final class PreparedXa {
  private static final Logger LOGGER = LoggerFactory.getLogger(PreparedXa.class);

  static final int MAX_TRANSACTIONS = 10_000;
  static final long MAX_BYTES = 4L << 20;

  /** What an event takes beside its bytes. */
  private static final int EVENT_BYTES = 64;

  private final Map<String, Prepared> byXid = new LinkedHashMap<>();
  private long bytes;

  /**
   * A prepared transaction.
   *
   * @param xid its id as servers write it into statements
   * @param begin where its group begins; empty if that is not known
   * @param hasChanges whether it may change selected tables
   * @param kept the events that do, and those that say which of them count; empty if they are to be
   *     read again
   */
  record Prepared(
      String xid, Optional<BinlogPoint> begin, boolean hasChanges, List<RawEvent> kept) {

    /** Copies the list. */
    Prepared {
      kept = List.copyOf(kept);
    }

    long keptBytes() {
      return kept.stream().mapToLong(PreparedXa::bytesOf).sum();
    }
  }

  static long bytesOf(RawEvent event) {
    return (long) event.bytes().length + EVENT_BYTES;
  }

  /** The text of an id as servers write it into statements. */
  static String xid(long format, byte[] global, byte[] branch) {
    HexFormat hex = HexFormat.of();
    return "X'" + hex.formatHex(global) + "',X'" + hex.formatHex(branch) + "'," + format;
  }

  /** Remembers a transaction; older ones are forgotten if there are too many. */
  void add(Prepared prepared) {
    take(prepared.xid());
    byXid.put(prepared.xid(), prepared);
    bytes += prepared.keptBytes();
    Iterator<Prepared> oldest = byXid.values().iterator();
    while (byXid.size() > MAX_TRANSACTIONS) {
      bytes -= oldest.next().keptBytes();
      oldest.remove();
    }
    if (bytes > MAX_BYTES) {
      forgetEvents();
    }
  }

  private void forgetEvents() {
    for (Map.Entry<String, Prepared> entry : byXid.entrySet()) {
      Prepared old = entry.getValue();
      if (bytes > MAX_BYTES && !old.kept().isEmpty()) {
        LOGGER.debug("XA transaction {} is not kept any more.", old.xid());
        bytes -= old.keptBytes();
        entry.setValue(new Prepared(old.xid(), old.begin(), old.hasChanges(), List.of()));
      }
    }
  }

  /** What is known of a transaction that is decided now; it is forgotten. */
  Prepared take(String xid) {
    Prepared known = byXid.remove(xid);
    if (known == null) {
      return new Prepared(xid, Optional.empty(), true, List.of());
    }
    bytes -= known.keptBytes();
    return known;
  }
}
