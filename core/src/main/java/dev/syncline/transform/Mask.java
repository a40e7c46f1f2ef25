package dev.syncline.transform;

/**
 * How {@link Transforms#mask} hides the values of a column. NULL stays NULL, so it shows. Immutable
 * and thread-safe.
 */
public final class Mask {

  private final String name;
  private final ValueChange change;

  private Mask(String name, ValueChange change) {
    this.name = name;
    this.change = change;
  }

  /**
   * Every value becomes the same: texts {@code ****} (less if they are shorter, so that it always
   * fits), numbers 0, dates and times the beginning of the year 2000 or of the day, documents
   * {@code {}}, sets the empty set, binary values as many zeros as they have bytes. The column
   * keeps its type.
   *
   * <p>Not for columns of keys, nor for ENUM and geometry, which have no such value.
   */
  public static Mask full() {
    return new Mask("full", new FullMask());
  }

  /**
   * Only the first and last characters of a text stay; each of the others becomes {@code *}. A text
   * that has no other characters becomes {@code *} as a whole. The column keeps its type.
   *
   * <p>For columns of text that are not of a key, since two keys could become one.
   *
   * @throws IllegalArgumentException if a number is negative
   */
  public static Mask partial(int first, int last) {
    if (first < 0 || last < 0) {
      throw new IllegalArgumentException(
          "The numbers of characters that stay must not be negative; got %d and %d."
              .formatted(first, last));
    }
    return new Mask("partial(" + first + ", " + last + ")", new PartialMask(first, last));
  }

  /**
   * Every value becomes its HMAC-SHA256 under a salt: 64 hexadecimal digits. The column becomes a
   * {@code varchar(64)} of ASCII, whatever its type was.
   *
   * <p>Equal values become equal and different ones different, in all tables with the same salt: so
   * keys may be masked, and what refers to them, if it is masked too, still does. Values that the
   * source takes for equal although they are not the same, such as {@code a} and {@code A}, become
   * different.
   *
   * <p>Whoever knows the salt can find values by trying. With another salt the target must be
   * loaded anew.
   *
   * @param salt at least 16 bytes that are hard to guess and stay the same for as long as the
   *     target lives; copied, and never shown
   * @throws IllegalArgumentException if it is shorter
   */
  public static Mask hash(byte[] salt) {
    return new Mask("hash", new HashMask(salt.clone()));
  }

  ValueChange change() {
    return change;
  }

  /** The kind of the mask, without its salt. */
  @Override
  public String toString() {
    return name;
  }
}
