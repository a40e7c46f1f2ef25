package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventData;
import com.github.shyiko.mysql.binlog.event.EventHeader;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.syncline.SyncException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the stream of the client library into raw events and verifies their checksums, in place of
 * the library's own decoding. Used by the library's thread only.
 */
final class EventFrames extends EventDeserializer {
  private static final int PASSED_AT_ONCE = 64 * 1024;
  private static final int CHECKSUM_BYTES = 4;
  private static final int FLAGS_OFFSET = 17;
  private static final int FLAG_IN_USE = 1;
  private static final int VERSION_BYTES = 50;
  private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");

  /** Of the event that is being read; each event has an array of its own. */
  private final byte[] header = new byte[RawEvent.HEADER_BYTES];

  private final CRC32 crc = new CRC32();
  private final EventQueue queue;
  private final long largest;
  private final long largestPacked;
  private boolean checksummed;

  /**
   * Frames events.
   *
   * @param queue where they go; no memory is taken for an event before there is room for it
   * @param largest how many bytes an event may have; of a larger one only the head is kept
   * @param largestPacked the same for a compressed transaction
   */
  EventFrames(EventQueue queue, long largest, long largestPacked) {
    this.queue = queue;
    this.largest = largest;
    this.largestPacked = largestPacked;
  }

  @Override
  @SuppressWarnings("deprecation") // the library calls it all the same when it logs in
  public void setChecksumType(ChecksumType type) {
    super.setChecksumType(type);
    checksummed = type == ChecksumType.CRC32;
  }

  @Override
  public Event nextEvent(ByteArrayInputStream stream) throws IOException {
    stream.fill(header, 0, header.length);
    long length = RawEvent.lengthIn(header);
    if (length < RawEvent.HEADER_BYTES) {
      throw new SyncException(
          "The server sent a binlog event whose header says that it has %d bytes."
              .formatted(length));
    }
    boolean packed = RawEvent.typeIn(header) == EventType.TRANSACTION_PAYLOAD;
    boolean whole = length <= (packed ? largestPacked : largest);
    awaitRoom(whole ? length : RawEvent.HEAD_BYTES);
    byte[] bytes = Arrays.copyOf(header, whole ? (int) length : RawEvent.HEAD_BYTES);
    stream.fill(bytes, header.length, bytes.length - header.length);
    if (whole) {
      return new Event(Framed.HEADER, new Framed(frame(bytes)));
    }
    pass(stream, length - bytes.length);
    return new Event(Framed.HEADER, new Framed(new RawEvent(bytes, bytes.length)));
  }

  private void awaitRoom(long bytes) throws InterruptedIOException {
    try {
      queue.awaitRoom(bytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("The receiver of the binlog was interrupted.");
    }
  }

  private static void pass(ByteArrayInputStream stream, long count) throws IOException {
    byte[] passed = new byte[PASSED_AT_ONCE];
    for (long left = count; left > 0; left -= PASSED_AT_ONCE) {
      stream.fill(passed, 0, (int) Math.min(left, PASSED_AT_ONCE));
    }
  }

  /**
   * The raw event in an event that {@link #nextEvent} made. Can be had once, since the library
   * keeps the event while it waits for the next one.
   */
  static RawEvent raw(Event event) {
    return ((Framed) event.getData()).take();
  }

  /** Verifies and cuts off the checksum, if events have one. */
  RawEvent frame(byte[] bytes) {
    if (RawEvent.typeIn(bytes) == EventType.FORMAT_DESCRIPTION) {
      return description(bytes);
    }
    if (!checksummed) {
      return new RawEvent(bytes, bytes.length);
    }
    RawEvent event = new RawEvent(bytes, bytes.length - CHECKSUM_BYTES);
    verify(event);
    return event;
  }

  private RawEvent description(byte[] bytes) {
    RawEvent whole = new RawEvent(bytes, bytes.length);
    if (!describesChecksum(whole)) {
      checksummed = false;
      return whole;
    }
    RawEvent event = new RawEvent(bytes, bytes.length - CHECKSUM_BYTES);
    // The last byte of the body says whether the events that follow have checksums.
    checksummed = bytes[event.end() - 1] == 1;
    if (checksummed) {
      verify(event);
    }
    return event;
  }

  /** Servers from 5.6.1 on, and MariaDB, leave room for a checksum in this event in any case. */
  private static boolean describesChecksum(RawEvent description) {
    ByteCursor body = description.body();
    body.skip(2);
    String version = body.utf8(VERSION_BYTES);
    Matcher numbers = VERSION.matcher(version);
    if (!numbers.lookingAt()) {
      throw new SyncException(
          "The binlog says that a server of version '%s' wrote it, which is not understood."
              .formatted(version.strip()));
    }
    int major = Integer.parseInt(numbers.group(1));
    int minor = Integer.parseInt(numbers.group(2));
    int patch = Integer.parseInt(numbers.group(3));
    boolean mariaDb = version.contains("MariaDB");
    int number = major * 10_000 + minor * 100 + Math.min(patch, 99);
    return number >= (mariaDb ? 5_03_00 : 5_06_01);
  }

  private void verify(RawEvent event) {
    byte[] bytes = event.bytes();
    int end = event.end();
    long expected = new ByteCursor(bytes, end, bytes.length).unsignedInt();
    crc.reset();
    if (event.type() == EventType.FORMAT_DESCRIPTION) {
      // The server sets this flag while the file is open, without a new checksum.
      crc.update(bytes, 0, FLAGS_OFFSET);
      crc.update(bytes[FLAGS_OFFSET] & ~FLAG_IN_USE);
      crc.update(bytes, FLAGS_OFFSET + 1, end - FLAGS_OFFSET - 1);
    } else {
      crc.update(bytes, 0, end);
    }
    if (crc.getValue() != expected) {
      throw new SyncException(
          ("A binlog event is damaged: %s that ends at offset %d has checksum %08x, but %08x was"
               + " expected. Check the server's binlog with mysqlbinlog --verify-binlog-checksum,"
               + " and the network.")
              .formatted(event.type(), event.nextOffset(), crc.getValue(), expected));
    }
  }

  /** Carries a raw event through the library, which must not look into it. */
  private static final class Framed implements EventData {
    private static final EventHeader HEADER = new OpaqueHeader();

    private transient @Nullable RawEvent raw;

    Framed(RawEvent raw) {
      this.raw = raw;
    }

    RawEvent take() {
      RawEvent taken = Objects.requireNonNull(raw, "raw");
      raw = null;
      return taken;
    }
  }

  /** A header of no type that the library knows, so that it keeps no books of its own. */
  private static final class OpaqueHeader implements EventHeader {
    @Override
    public long getTimestamp() {
      return 0;
    }

    @Override
    public com.github.shyiko.mysql.binlog.event.EventType getEventType() {
      return com.github.shyiko.mysql.binlog.event.EventType.UNKNOWN;
    }

    @Override
    public long getServerId() {
      return 0;
    }

    @Override
    public long getHeaderLength() {
      return 0;
    }

    @Override
    public long getDataLength() {
      return 0;
    }
  }
}
