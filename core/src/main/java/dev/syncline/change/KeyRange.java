package dev.syncline.change;

import java.util.Objects;

/**
 * A range of a table's key, in the source's order: everything behind {@code after} up to and with
 * {@code upTo}.
 *
 * <p>Bounds are text that the source made and alone understands; {@link #OPEN} is the open end.
 *
 * @param after the bound that is not part of the range; {@link #OPEN} at the beginning of the table
 * @param upTo the bound that is the last key of the range; {@link #OPEN} at the end of the table
 */
public record KeyRange(String after, String upTo) {

  /** No bound. */
  public static final String OPEN = "";

  /** The whole table. */
  public static final KeyRange ALL = new KeyRange(OPEN, OPEN);

  /** Checks that nothing is missing. */
  public KeyRange {
    Objects.requireNonNull(after, "after");
    Objects.requireNonNull(upTo, "upTo");
  }

  /** Whether the range goes on to the end of the table. */
  public boolean isLast() {
    return upTo.equals(OPEN);
  }

  /** Says which ends are open, never what the bounds are: they hold values of people's rows. */
  @Override
  public String toString() {
    return "KeyRange[after=%s, upTo=%s]".formatted(end(after), end(upTo));
  }

  private static String end(String bound) {
    return bound.equals(OPEN) ? "open" : "a key";
  }
}
