package dev.syncline.redis;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Puts off when keys expire at the target by a moment, so that the source's own deletion, or its
 * renewal, comes first. The target would otherwise expire a key by its own clock that the source
 * has just renewed, and the renewal would find nothing. Immutable.
 *
 * @param millis by how much
 */
record ExpiryGrace(long millis) {

  /** A time at which a key expires, as the target gets it. */
  long at(long time) {
    return Math.addExact(time, millis);
  }

  /** A command as the target gets it; the same if it says of nothing when it expires. */
  byte[][] of(String name, byte[][] arguments) {
    return switch (name) {
      case "PEXPIREAT", "HPEXPIREAT" -> at(arguments, 2);
      case "RESTORE" -> has(arguments, "ABSTTL", 4) ? at(arguments, 2) : arguments;
      case "SET" -> atOption(arguments, 3);
      case "HSETEX" -> atOption(arguments, 2);
      default -> arguments;
    };
  }

  private static boolean has(byte[][] arguments, String option, int first) {
    for (int i = first; i < arguments.length; i++) {
      if (isOption(arguments[i], option)) {
        return true;
      }
    }
    return false;
  }

  private byte[][] atOption(byte[][] arguments, int first) {
    for (int i = first; i < arguments.length - 1; i++) {
      if (isOption(arguments[i], "FIELDS")) {
        return arguments;
      }
      if (isOption(arguments[i], "PXAT")) {
        return at(arguments, i + 1);
      }
    }
    return arguments;
  }

  private static boolean isOption(byte[] argument, String option) {
    return argument.length == option.length()
        && new String(argument, StandardCharsets.US_ASCII)
            .toUpperCase(Locale.ROOT)
            .equals(option);
  }

  private byte[][] at(byte[][] arguments, int place) {
    long time = Long.parseLong(new String(arguments[place], StandardCharsets.US_ASCII));
    if (time == 0) {
      // For RESTORE that is a key which does not expire; as a time it is over in any case.
      return arguments;
    }
    byte[][] later = arguments.clone();
    later[place] = Long.toString(at(time)).getBytes(StandardCharsets.US_ASCII);
    return later;
  }
}
