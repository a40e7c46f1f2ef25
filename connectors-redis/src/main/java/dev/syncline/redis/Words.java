package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Arguments of commands as words, numbers and names. */
final class Words {

  private static final int MOST_NAMES = 5;

  private Words() {}

  /** The bytes of a word. */
  static byte[] bytes(String word) {
    return word.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes of a number. */
  static byte[] bytes(long number) {
    return bytes(Long.toString(number));
  }

  /**
   * Whether an argument is a word, which is given in upper case; the argument's case is not told.
   */
  static boolean is(byte[] argument, String word) {
    if (argument.length != word.length()) {
      return false;
    }
    for (int i = 0; i < argument.length; i++) {
      if (upper(argument[i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A word in upper case. */
  static String upper(byte[] word) {
    return new String(word, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
  }

  /** A letter in upper case, other bytes as they are. */
  static int upper(byte letter) {
    return letter >= 'a' && letter <= 'z' ? letter - ('a' - 'A') : letter;
  }

  /**
   * The number that an argument of a command is.
   *
   * @throws UnsupportedChangeException if there is no such argument, or it is no number
   */
  static long number(byte[][] arguments, int at) {
    try {
      return Long.parseLong(new String(argument(arguments, at), StandardCharsets.ISO_8859_1));
    } catch (NumberFormatException e) {
      throw new UnsupportedChangeException(
          "The source sent %s, the argument %d of which should be a whole number."
              .formatted(command(arguments), at),
          e);
    }
  }

  /**
   * An argument of a command.
   *
   * @throws UnsupportedChangeException if there is none at that place
   */
  static byte[] argument(byte[][] arguments, int at) {
    if (at >= arguments.length) {
      throw new UnsupportedChangeException(
          "The source sent %s, which should have more of them.".formatted(command(arguments)));
    }
    return arguments[at];
  }

  /** A command for a message: its name and how much follows, nothing of what it writes. */
  static String command(byte[][] arguments) {
    return "the command %s with %d arguments".formatted(name(arguments), arguments.length - 1);
  }

  /** The name of a command in a message. */
  static String name(byte[][] arguments) {
    return quoted(arguments[0]);
  }

  /** A name in quotes; bytes that are no printable ASCII are written as \x and two digits. */
  static String quoted(byte[] name) {
    StringBuilder text = new StringBuilder("'");
    for (byte value : name) {
      if (value >= ' ' && value < 0x7f && value != '\\') {
        text.append((char) value);
      } else {
        text.append("\\x%02x".formatted(value & 0xff));
      }
    }
    return text.append('\'').toString();
  }

  /** Names in quotes, the first few of them. */
  static String quoted(List<byte[]> names) {
    String first =
        names.stream().limit(MOST_NAMES).map(Words::quoted).collect(Collectors.joining(", "));
    return names.size() > MOST_NAMES
        ? first + " and " + (names.size() - MOST_NAMES) + " more"
        : first;
  }
}
