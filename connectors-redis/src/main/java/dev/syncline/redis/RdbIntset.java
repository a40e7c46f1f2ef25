package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Whole numbers of a fixed width, which small sets are made of. */
final class RdbIntset implements RdbPacked {

  private final RdbInput in;
  private final int width;
  private int remaining;

  RdbIntset(byte[] packed) {
    in = new RdbInput(packed, 0, packed.length);
    width = in.littleInt();
    remaining = in.littleInt();
    if (width != 2 && width != 4 && width != 8) {
      throw in.malformed("an intset has numbers of %d bytes".formatted(width));
    }
    if (packed.length - in.position() != (long) remaining * width) {
      throw in.malformed("an intset is not as long as its numbers");
    }
  }

  @Override
  public byte @Nullable [] next() {
    if (remaining == 0) {
      return null;
    }
    remaining--;
    long number =
        switch (width) {
          case 2 -> in.unsignedByte() | (byte) in.unsignedByte() << 8;
          case 4 -> in.littleInt();
          default -> in.littleLong();
        };
    return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
  }
}
