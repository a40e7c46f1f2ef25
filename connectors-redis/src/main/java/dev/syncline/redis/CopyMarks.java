package dev.syncline.redis;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Which keys a copy has brought. Of each key a hash of 64 bits is kept, so a key that did not come
 * may be taken for one that did (one of 10^19 pairs), and never the other way round. Not
 * thread-safe.
 */
final class CopyMarks implements AutoCloseable {

  private final Partitions marks;
  private final byte[] record = new byte[Long.BYTES];
  private final ByteBuffer writer = ByteBuffer.wrap(record);

  CopyMarks(CopyLimits limits) {
    this.marks = new Partitions(limits);
  }

  void add(long hash) {
    writer.putLong(0, hash);
    marks.add(Partitions.of(hash), record);
  }

  boolean isSpilled() {
    return marks.isSpilled();
  }

  /** The marks of a part, sorted. */
  long[] part(int part) {
    long[] hashes = new long[Math.toIntExact(marks.bytes(part) / Long.BYTES)];
    int[] at = {0};
    marks.forEach(
        part,
        bytes -> {
          while (bytes.hasRemaining()) {
            hashes[at[0]++] = bytes.getLong();
          }
        });
    Arrays.sort(hashes);
    return hashes;
  }

  @Override
  public void close() {
    marks.close();
  }
}
