package dev.syncline.redis;

import org.jspecify.annotations.Nullable;

/** Fields and values in the form of a zipmap, which Redis used up to 2.4. */
final class RdbZipmap implements RdbPacked {

  private static final int LONG = 254;
  private static final int END = 255;

  private final RdbInput in;
  private boolean isValue;
  private boolean ended;

  RdbZipmap(byte[] packed) {
    in = new RdbInput(packed, 0, packed.length);
    in.skip(1);
  }

  @Override
  public byte @Nullable [] next() {
    if (ended) {
      return null;
    }
    int length = in.unsignedByte();
    if (length == END) {
      ended = true;
      if (isValue || !in.isEmpty()) {
        throw in.malformed("a zipmap does not end where it should");
      }
      return null;
    }
    if (length == LONG) {
      length = in.littleInt();
      if (length < 0) {
        throw in.malformed("an element of a zipmap is too long");
      }
    }
    // A value may have some bytes behind it that are free.
    int free = isValue ? in.unsignedByte() : 0;
    byte[] element = in.bytes(length);
    in.skip(free);
    isValue = !isValue;
    return element;
  }
}
