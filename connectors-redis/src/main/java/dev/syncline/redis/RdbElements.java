package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.syncline.SyncException;

/**
 * The elements of a collection, one after the other, in whatever form they are stored.
 *
 * <p>There is one way to take them: {@link #next} adds the arguments of one element to a command.
 */
interface RdbElements {

  /** Takes the place of the length of a score that is no number; +inf and -inf follow. */
  int NOT_A_NUMBER = 253;

  int INFINITE = 254;

  /**
   * Adds the next element.
   *
   * @return whether there was one
   */
  boolean next(RdbBatch batch);

  /** Elements that are strings. */
  static RdbElements strings(RdbInput in, long count, int each) {
    return new Counted(
        in,
        count,
        batch -> {
          for (int i = 0; i < each; i++) {
            batch.add(in.string());
          }
        });
  }

  /** Members of a sorted set, whose scores come behind them but go in front of them. */
  static RdbElements scored(RdbInput in, long count, boolean binary) {
    return new Counted(
        in,
        count,
        batch -> {
          byte[] member = in.string();
          batch.add(binary ? score(in, Double.longBitsToDouble(in.littleLong())) : score(in));
          batch.add(member);
        });
  }

  /** Adds one element to a command. */
  interface Element {
    void add(RdbBatch batch);
  }

  /** Elements whose number stands in front of them. */
  final class Counted implements RdbElements {
    private final RdbInput in;
    private final Element element;
    private long remaining;

    Counted(RdbInput in, long count, Element element) {
      this.in = in;
      this.element = element;
      remaining = count;
    }

    @Override
    public boolean next(RdbBatch batch) {
      if (remaining == 0) {
        return false;
      }
      if (remaining < 0) {
        throw in.malformed("there are too many elements");
      }
      remaining--;
      element.add(batch);
      batch.close();
      return true;
    }
  }

  /** A score as text that gives the same number again. */
  private static byte[] score(RdbInput in, double score) {
    if (Double.isNaN(score)) {
      throw in.malformed("a score is not a number");
    }
    if (Double.isInfinite(score)) {
      return (score > 0 ? "inf" : "-inf").getBytes(US_ASCII);
    }
    long whole = (long) score;
    boolean isWhole = Double.compare(whole, score) == 0 && Math.abs(whole) < 1L << 53;
    return (isWhole ? Long.toString(whole) : Double.toString(score)).getBytes(US_ASCII);
  }

  private static byte[] score(RdbInput in) {
    int length = in.unsignedByte();
    if (length >= INFINITE) {
      return (length == INFINITE ? "inf" : "-inf").getBytes(US_ASCII);
    }
    return checked(in, length == NOT_A_NUMBER ? new byte[0] : in.bytes(length));
  }

  /** A score that is stored as text. */
  static byte[] checked(RdbInput in, byte[] score) {
    String text = new String(score, US_ASCII);
    if (text.isEmpty() || text.contains("nan") || text.indexOf('\0') >= 0) {
      throw in.malformed("a score is not a number");
    }
    return score;
  }

  /** Whether a value has no elements, though it should not exist then. */
  static boolean isEmpty(int type, byte[] payload) {
    int first = payload[1] & 0xff;
    return switch (type) {
      case RdbType.LIST,
          RdbType.SET,
          RdbType.ZSET,
          RdbType.ZSET_2,
          RdbType.HASH,
          RdbType.LIST_QUICKLIST,
          RdbType.LIST_QUICKLIST_2,
          RdbType.HASH_METADATA_PRE_GA ->
          first == 0;
      case RdbType.HASH_METADATA -> payload[9] == 0;
      case RdbType.LIST_ZIPLIST, RdbType.ZSET_ZIPLIST, RdbType.HASH_ZIPLIST -> first == 11;
      case RdbType.SET_LISTPACK, RdbType.ZSET_LISTPACK, RdbType.HASH_LISTPACK -> first == 7;
      case RdbType.SET_INTSET -> first == 8;
      case RdbType.HASH_ZIPMAP -> first == 2;
      default -> false;
    };
  }

  /** A failure of elements that do not come in pairs, or otherwise as they should. */
  static SyncException uneven(RdbInput in) {
    return in.malformed("a packed collection ends in the middle of an element");
  }
}
