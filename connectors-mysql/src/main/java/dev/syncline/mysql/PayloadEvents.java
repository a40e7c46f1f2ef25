package dev.syncline.mysql;

import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The events in a compressed transaction, unpacked one at a time, so that memory holds the packed
 * transaction and one event. Not thread-safe.
 */
final class PayloadEvents implements AutoCloseable {
  private static final int END = 0;
  private static final int COMPRESSION = 2;
  private static final long ZSTD = 0;
  private static final long NONE = 255;

  private final InputStream unpacked;
  private final long largest;

  private PayloadEvents(InputStream unpacked, long largest) {
    this.unpacked = unpacked;
    this.largest = largest;
  }

  /**
   * The events in a TRANSACTION_PAYLOAD event.
   *
   * @param largest how many bytes an event may have; of a larger one only the head is kept
   * @throws IllegalArgumentException if the event is malformed or packed in an unknown way
   */
  static PayloadEvents of(RawEvent event, long largest) {
    ByteCursor body = event.body();
    long compression = ZSTD;
    for (long field = body.packed(); field != END; field = body.packed()) {
      ByteCursor value = fieldValue(event, body);
      compression = field == COMPRESSION ? value.packed() : compression;
    }
    InputStream packed = new ByteArrayInputStream(event.bytes(), body.position(), body.remaining());
    if (compression == NONE) {
      return new PayloadEvents(packed, largest);
    }
    if (compression != ZSTD) {
      throw new IllegalArgumentException("compression " + compression + " is not known");
    }
    try {
      return new PayloadEvents(new ZstdInputStream(packed), largest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ByteCursor fieldValue(RawEvent event, ByteCursor body) {
    int length = Math.toIntExact(body.packed());
    int start = body.position();
    body.skip(length);
    return new ByteCursor(event.bytes(), start, start + length);
  }

  /**
   * The next event; empty at the end.
   *
   * @throws IllegalArgumentException if the payload is malformed
   */
  Optional<RawEvent> next() {
    try {
      byte[] header = unpacked.readNBytes(RawEvent.HEADER_BYTES);
      if (header.length == 0) {
        return Optional.empty();
      }
      long length = header.length < RawEvent.HEADER_BYTES ? 0 : RawEvent.lengthIn(header);
      if (length < RawEvent.HEADER_BYTES) {
        throw new IllegalArgumentException("an event in the payload has no proper header");
      }
      boolean whole = length <= largest;
      byte[] bytes = Arrays.copyOf(header, whole ? (int) length : RawEvent.HEAD_BYTES);
      int rest = bytes.length - header.length;
      if (unpacked.readNBytes(bytes, header.length, rest) < rest) {
        throw new IllegalArgumentException("an event in the payload ends too early");
      }
      if (!whole) {
        unpacked.skipNBytes(length - bytes.length);
      }
      return Optional.of(new RawEvent(bytes, bytes.length));
    } catch (IOException e) {
      throw new IllegalArgumentException("the payload cannot be unpacked", e);
    }
  }

  /** Frees the memory of the unpacker. */
  @Override
  public void close() {
    try {
      unpacked.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
