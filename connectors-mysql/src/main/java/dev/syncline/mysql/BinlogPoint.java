package dev.syncline.mysql;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in the binlog files of one server.
 *
 * <p>Files are ordered by the number at the end of their names, so that {@code bin.1000000} comes
 * after {@code bin.999999}. Points of different servers must not be compared.
 *
 * @param file the name of the file, without directory
 * @param offset the byte in the file, at least 0
 */
record BinlogPoint(String file, long offset) implements Comparable<BinlogPoint> {

  private static final int MOST_DIGITS = 18;
  private static final Pattern FILE = Pattern.compile("(.*)\\.(\\d{1,18})");

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the file name does not end in a number or the offset is
   *     negative
   */
  BinlogPoint {
    Objects.requireNonNull(file, "file");
    if (!isFile(file)) {
      throw new IllegalArgumentException(
          "A binlog file needs a name that ends in a number, such as 'binlog.000001', but got '"
              + file
              + "'.");
    }
    if (offset < 0) {
      throw new IllegalArgumentException(
          "A place in binlog file '" + file + "' must not be negative, but is " + offset + ".");
    }
  }

  /**
   * Parses what {@link #toString} prints.
   *
   * @throws IllegalArgumentException if the text is no point
   */
  static BinlogPoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "A place in the binlog must be 'file:offset', but is '" + text + "'.");
    }
    return new BinlogPoint(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
  }

  /** Whether a name can be one; without a regular expression, since each event has a point. */
  private static boolean isFile(String name) {
    int digits = 0;
    while (digits < name.length() && isDigit(name.charAt(name.length() - 1 - digits))) {
      digits++;
    }
    int dot = name.length() - 1 - digits;
    return digits >= 1
        && digits <= MOST_DIGITS
        && dot >= 0
        && name.charAt(dot) == '.'
        && !hasControls(name);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean hasControls(String name) {
    for (int i = 0; i < name.length(); i++) {
      if (name.charAt(i) < ' ') {
        return true;
      }
    }
    return false;
  }

  /** The same file at another offset. */
  BinlogPoint at(long other) {
    return new BinlogPoint(file, other);
  }

  @Override
  public int compareTo(BinlogPoint other) {
    int byFile = compareFiles(file, other.file);
    return byFile != 0 ? byFile : Long.compare(offset, other.offset);
  }

  /** Orders files of one server: by base name, then by number. */
  static int compareFiles(String left, String right) {
    if (left.equals(right)) {
      return 0;
    }
    Matcher a = FILE.matcher(left);
    Matcher b = FILE.matcher(right);
    if (!a.matches() || !b.matches()) {
      throw new IllegalArgumentException(
          "Binlog files '" + left + "' and '" + right + "' must end in a number to be compared.");
    }
    int byName = a.group(1).compareTo(b.group(1));
    int byNumber = Long.compare(Long.parseLong(a.group(2)), Long.parseLong(b.group(2)));
    return byName != 0 ? byName : byNumber != 0 ? byNumber : left.compareTo(right);
  }

  /** The point as {@code file:offset}. */
  @Override
  public String toString() {
    return file + ":" + offset;
  }
}
