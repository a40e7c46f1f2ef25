package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Elements in the form of a ziplist, which Redis used up to 6.2. */
final class RdbZiplist implements RdbPacked {

  /** How long the whole is, where the last element begins, how many there are. */
  private static final int HEADER = 10;

  private static final int END = 0xff;
  private static final int LONG_PREVIOUS = 0xfe;

  private final RdbInput in;
  private boolean ended;

  RdbZiplist(byte[] packed) {
    in = new RdbInput(packed, 0, packed.length);
    in.skip(HEADER);
  }

  @Override
  public byte @Nullable [] next() {
    if (ended) {
      return null;
    }
    int previous = in.unsignedByte();
    if (previous == END) {
      ended = true;
      if (!in.isEmpty()) {
        throw in.malformed("there is something behind the end of a ziplist");
      }
      return null;
    }
    if (previous == LONG_PREVIOUS) {
      in.skip(4);
    }
    int encoding = in.unsignedByte();
    return switch (encoding >>> 6) {
      case 0 -> in.bytes(encoding & 0x3f);
      case 1 -> in.bytes((encoding & 0x3f) << 8 | in.unsignedByte());
      case 2 -> {
        int length = Integer.reverseBytes(in.littleInt());
        if (length < 0) {
          throw in.malformed("an element of a ziplist is too long");
        }
        yield in.bytes(length);
      }
      default -> Long.toString(integer(encoding)).getBytes(StandardCharsets.US_ASCII);
    };
  }

  private long integer(int encoding) {
    return switch (encoding) {
      case 0xc0 -> in.unsignedByte() | (byte) in.unsignedByte() << 8;
      case 0xd0 -> in.littleInt();
      case 0xe0 -> in.littleLong();
      case 0xf0 -> in.unsignedByte() | in.unsignedByte() << 8 | (byte) in.unsignedByte() << 16;
      case 0xfe -> (byte) in.unsignedByte();
      default -> {
        if (encoding > 0xf0 && encoding < 0xfe) {
          yield (encoding & 0x0f) - 1L;
        }
        throw in.malformed("an element of a ziplist is packed in the unknown way " + encoding);
      }
    };
  }
}
