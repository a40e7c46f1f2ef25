package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The options of SET and its like, as far as they still matter: when the key or field expires, or
 * that it keeps or loses its expiry. The conditions do not, since they were met at the source.
 */
final class ExpiryOptions {

  /** When it expires at the target, in milliseconds; null if no option says so. */
  final byte @Nullable [] deadline;

  /** Whether it keeps the expiry that it has. */
  final boolean keeps;

  /** Whether it loses the expiry that it has. */
  final boolean persists;

  /**
   * Reads the arguments from a place up to another one.
   *
   * @throws UnsupportedChangeException if there is an option that is not known
   */
  ExpiryOptions(byte[][] arguments, int from, int to, Moment moment) {
    byte @Nullable [] time = null;
    boolean keep = false;
    boolean persist = false;
    for (int i = from; i < to; i++) {
      switch (Words.upper(arguments[i])) {
        case "EX", "PX" -> {
          TimeUnit unit = unit(arguments[i]);
          long amount = Words.number(arguments, ++i);
          time = Words.bytes(moment.deadlineAfter(amount, unit));
        }
        case "EXAT", "PXAT" -> {
          TimeUnit unit = unit(arguments[i]);
          long millis = unit.toMillis(Words.number(arguments, ++i));
          time = Words.bytes(moment.deadline(millis));
        }
        case "KEEPTTL" -> keep = true;
        case "PERSIST" -> persist = true;
        case "NX", "XX", "FNX", "FXX", "GET" -> {}
        case "IFEQ", "IFNE", "IFDEQ", "IFDNE" -> i++;
        default ->
            throw new UnsupportedChangeException(
                "The source sent %s with an option that this connector does not know, %s. A newer"
                        .formatted(Words.command(arguments), Words.quoted(arguments[i]))
                    + " version of it may.");
      }
    }
    deadline = time;
    keeps = keep;
    persists = persist;
  }

  private static TimeUnit unit(byte[] option) {
    return Words.upper(option[0]) == 'E' ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS;
  }
}
