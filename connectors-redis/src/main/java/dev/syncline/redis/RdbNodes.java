package dev.syncline.redis;

import org.jspecify.annotations.Nullable;

/** The elements of a list that is stored as a row of packed lists (quicklist). */
final class RdbNodes implements RdbElements {

  /** A node that is a single large element. */
  private static final int PLAIN = 1;

  private static final int PACKED = 2;

  private final RdbInput in;
  private final boolean listpacks;
  private long remaining;
  private @Nullable RdbPacked node;

  /**
   * Elements of a list.
   *
   * @param listpacks whether they are packed as from Redis 7.0; else they are ziplists
   */
  RdbNodes(RdbInput in, boolean listpacks) {
    this.in = in;
    this.listpacks = listpacks;
    remaining = in.count();
  }

  @Override
  public boolean next(RdbBatch batch) {
    while (true) {
      byte[] element = node == null ? null : node.next();
      node = element == null ? null : node;
      if (element == null && remaining == 0) {
        return false;
      }
      if (element == null) {
        element = nextNode();
      }
      if (element != null) {
        batch.add(element);
        batch.close();
        return true;
      }
    }
  }

  /** Goes to the next node, and returns it if it is a single element. */
  private byte @Nullable [] nextNode() {
    remaining--;
    if (listpacks) {
      int container = in.small();
      if (container == PLAIN) {
        return in.string();
      }
      if (container != PACKED) {
        throw in.malformed("a list has a node of the unknown kind " + container);
      }
      node = new RdbListpack(in.string());
    } else {
      node = new RdbZiplist(in.string());
    }
    return null;
  }
}
