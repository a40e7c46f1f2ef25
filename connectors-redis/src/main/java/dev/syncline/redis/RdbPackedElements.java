package dev.syncline.redis;

/** The elements of a packed collection, each of one or two texts. */
final class RdbPackedElements implements RdbElements {

  private final RdbInput in;
  private final RdbPacked packed;
  private final int each;
  private final boolean scored;

  RdbPackedElements(RdbInput in, RdbPacked packed, int each) {
    this(in, packed, each, false);
  }

  private RdbPackedElements(RdbInput in, RdbPacked packed, int each, boolean scored) {
    this.in = in;
    this.packed = packed;
    this.each = each;
    this.scored = scored;
  }

  /** Members of a sorted set, whose scores come behind them but go in front of them. */
  static RdbElements scored(RdbInput in, RdbPacked packed) {
    return new RdbPackedElements(in, packed, 2, true);
  }

  @Override
  public boolean next(RdbBatch batch) {
    byte[] first = packed.next();
    if (first == null) {
      return false;
    }
    byte[] second = each == 2 ? packed.next() : first;
    if (second == null) {
      throw in.malformed("a packed collection ends in the middle of an element");
    }
    if (scored) {
      batch.add(RdbScore.checked(in, second));
    }
    batch.add(first);
    if (each == 2 && !scored) {
      batch.add(second);
    }
    batch.close();
    return true;
  }
}
