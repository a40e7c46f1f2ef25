package dev.syncline.redis;

/** The elements of a collection, one after the other, in whatever form they are stored. */
interface RdbElements {

  /**
   * Adds the arguments of the next element to a command.
   *
   * @return whether there was one
   */
  boolean next(RdbBatch batch);

  /** Adds the arguments of one element to a command. */
  interface Element {
    void add(RdbBatch batch);
  }

  /** Elements whose number stands in front of them. */
  final class Counted implements RdbElements {
    private final Element element;
    private long remaining;

    Counted(long count, Element element) {
      this.element = element;
      remaining = count;
    }

    @Override
    public boolean next(RdbBatch batch) {
      if (remaining == 0) {
        return false;
      }
      remaining--;
      element.add(batch);
      batch.close();
      return true;
    }
  }

  /** Elements that are one or two strings. */
  static RdbElements strings(RdbInput in, int each) {
    return new Counted(
        in.count(),
        batch -> {
          for (int i = 0; i < each; i++) {
            batch.add(in.string());
          }
        });
  }

  /** Members of a sorted set: their scores come behind them, and go in front of them. */
  static RdbElements scored(RdbInput in, boolean binary) {
    return new Counted(
        in.count(),
        batch -> {
          byte[] member = in.string();
          batch.add(binary ? RdbScore.binary(in) : RdbScore.text(in));
          batch.add(member);
        });
  }
}
