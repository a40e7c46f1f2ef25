package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.event.GtidTaggedEventData;
import com.github.shyiko.mysql.binlog.event.MySqlGtid;
import com.github.shyiko.mysql.binlog.event.deserialization.GtidTaggedEventDataDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What the first event of a group says of it.
 *
 * @param gtid the GTID if it is one of MySQL
 * @param mariaDb the GTID if it is one of MariaDB
 * @param committedAt when the group was committed; empty if the event does not say
 * @param extent how the group ends
 * @param xid the XA transaction that the group prepares; empty if it does not or does not say so
 *     yet
 */
record GroupStart(
    Optional<Gtid> gtid,
    Optional<MariaDbGtid> mariaDb,
    Optional<Instant> committedAt,
    Extent extent,
    String xid) {
  private static final int LOGICAL_CLOCK = 2;
  private static final int LOGICAL_CLOCK_BYTES = 16;
  private static final int TIMESTAMP_BYTES = 7;
  private static final long TIMESTAMP_MASK = (1L << 55) - 1;
  private static final int STANDALONE = 1;
  private static final int GROUP_COMMIT = 1 << 1;
  private static final int PREPARED_XA = 1 << 6;
  private static final int COMMIT_ID_BYTES = 8;

  /** A group that begins with its own statement and has no GTID. */
  static final GroupStart BARE =
      new GroupStart(Optional.empty(), Optional.empty(), Optional.empty(), Extent.STATEMENT, "");

  /** How a group ends. */
  enum Extent {
    /** With its first statement, unless that is BEGIN. */
    STATEMENT,
    /** With a commit or a rollback. */
    TRANSACTION
  }

  /** Reads a GTID event of any kind. */
  static GroupStart parse(RawEvent event) {
    return switch (event.type()) {
      case GTID -> parseMySql(event.body(), true);
      case ANONYMOUS_GTID -> parseMySql(event.body(), false);
      case GTID_TAGGED -> parseTagged(event.body());
      case MARIADB_GTID -> parseMariaDb(event);
      default -> throw new IllegalArgumentException("no group begins with " + event);
    };
  }

  private static GroupStart parseMySql(ByteCursor body, boolean named) {
    body.skip(1);
    UUID source = new UUID(body.bigEndian(Long.BYTES), body.bigEndian(Long.BYTES));
    long number = body.signedLong();
    Optional<Gtid> gtid =
        named ? Optional.of(new Gtid(source.toString(), number)) : Optional.empty();
    boolean timed =
        body.remaining() > LOGICAL_CLOCK_BYTES + TIMESTAMP_BYTES
            && body.unsignedByte() == LOGICAL_CLOCK;
    if (!timed) {
      return new GroupStart(gtid, Optional.empty(), Optional.empty(), Extent.STATEMENT, "");
    }
    body.skip(LOGICAL_CLOCK_BYTES);
    long micros = body.unsigned(TIMESTAMP_BYTES) & TIMESTAMP_MASK;
    return new GroupStart(gtid, Optional.empty(), instant(micros), Extent.STATEMENT, "");
  }

  private static GroupStart parseTagged(ByteCursor body) {
    try {
      GtidTaggedEventData data =
          new GtidTaggedEventDataDeserializer()
              .deserialize(new ByteArrayInputStream(body.bytes(body.remaining())));
      MySqlGtid gtid = data.getMySqlGtid();
      String uuid = gtid.getServerId().toString().toLowerCase(Locale.ROOT);
      String source = gtid.getTag() == null ? uuid : uuid + ":" + gtid.getTag();
      return new GroupStart(
          Optional.of(new Gtid(source, gtid.getTransactionId())),
          Optional.empty(),
          instant(data.getImmediateCommitTimestamp()),
          Extent.STATEMENT,
          "");
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static GroupStart parseMariaDb(RawEvent event) {
    ByteCursor body = event.body();
    long sequence = body.signedLong();
    long domain = body.unsignedInt();
    int flags = body.unsignedByte();
    Extent extent = (flags & STANDALONE) != 0 ? Extent.STATEMENT : Extent.TRANSACTION;
    MariaDbGtid gtid = new MariaDbGtid(domain, event.serverId(), sequence);
    if ((flags & GROUP_COMMIT) != 0) {
      body.skip(COMMIT_ID_BYTES);
    }
    String xid = (flags & PREPARED_XA) != 0 ? xid(body) : "";
    return new GroupStart(Optional.empty(), Optional.of(gtid), Optional.empty(), extent, xid);
  }

  /** The id of an XA transaction as servers write it into statements. */
  private static String xid(ByteCursor body) {
    long format = body.unsignedInt();
    int globalBytes = body.unsignedByte();
    int branchBytes = body.unsignedByte();
    return PreparedXa.xid(format, body.bytes(globalBytes), body.bytes(branchBytes));
  }

  private static Optional<Instant> instant(long micros) {
    return micros == 0
        ? Optional.empty()
        : Optional.of(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }
}
