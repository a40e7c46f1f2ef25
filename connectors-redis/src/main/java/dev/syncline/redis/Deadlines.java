package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Commands that give keys an expiry, in forms that do not depend on the moment at which they are
 * carried out. Whatever a source sends becomes one of these:
 *
 * <pre>
 * SET key value [PXAT millis | KEEPTTL]
 * PEXPIREAT key millis
 * RESTORE key millis payload REPLACE ABSTTL
 * HPEXPIREAT key millis [NX | XX | GT | LT] FIELDS ...
 * HSETEX key [PXAT millis | KEEPTTL] FIELDS ...
 * </pre>
 *
 * <p>A source sends a command whose condition was met, and no other; so conditions are left out.
 * Those of HPEXPIREAT stay: Valkey 9 names the fields for which they were not met, too.
 */
final class Deadlines {

  /** Fields of hashes of Redis cannot expire later, in the year 2527. */
  private static final long LATEST_OF_FIELDS = (1L << 44) - 1;

  private static final byte[] SET = Words.bytes("SET");
  private static final byte[] PXAT = Words.bytes("PXAT");
  private static final byte[] KEEPTTL = Words.bytes("KEEPTTL");
  private static final byte[] PEXPIREAT = Words.bytes("PEXPIREAT");
  private static final byte[] PERSIST = Words.bytes("PERSIST");
  private static final byte[] RESTORE = Words.bytes("RESTORE");
  private static final byte[] REPLACE = Words.bytes("REPLACE");
  private static final byte[] ABSTTL = Words.bytes("ABSTTL");
  private static final byte[] HPEXPIREAT = Words.bytes("HPEXPIREAT");
  private static final byte[] HPERSIST = Words.bytes("HPERSIST");
  private static final byte[] HSETEX = Words.bytes("HSETEX");
  private static final byte[] HSET = Words.bytes("HSET");
  private static final byte[] HDEL = Words.bytes("HDEL");

  private Deadlines() {}

  /** Which argument of a command in one of these forms is a time in milliseconds; -1 if none is. */
  static int place(KeyCommand command) {
    byte[][] arguments = command.arguments();
    return switch (command.name()) {
      case "SET" -> arguments.length == 5 && Words.is(arguments[3], "PXAT") ? 4 : -1;
      case "PEXPIREAT", "HPEXPIREAT" -> 2;
      case "RESTORE" -> arguments.length == 6 && Words.is(arguments[5], "ABSTTL") ? 2 : -1;
      case "HSETEX" -> Words.is(arguments[2], "PXAT") ? 3 : -1;
      default -> -1;
    };
  }

  /** The latest time that a command in one of these forms may give. */
  static long latest(KeyCommand command) {
    CommandTable.Command known = CommandTable.find(command.argument(0));
    boolean ofFields = known != null && known.meaning() == CommandTable.Meaning.FIELDS;
    return ofFields ? LATEST_OF_FIELDS : Long.MAX_VALUE;
  }

  /** SET, SETEX and PSETEX. */
  static byte[][] set(byte[][] arguments, Moment moment) {
    byte[] value = Words.argument(arguments, 2);
    if (Words.is(arguments[0], "SET")) {
      return arguments.length == 3
          ? arguments
          : set(arguments[1], value, options(arguments, 3, moment));
    }
    TimeUnit unit = Words.is(arguments[0], "SETEX") ? TimeUnit.SECONDS : TimeUnit.MILLISECONDS;
    long deadline = moment.deadlineAfter(Words.number(arguments, 2), unit);
    value = Words.argument(arguments, 3);
    return new byte[][] {SET, arguments[1], value, PXAT, Words.bytes(deadline)};
  }

  /** MSETEX, which becomes one SET for each key. */
  static List<byte[][]> setMany(byte[][] arguments, int[] keys, Moment moment) {
    ExpiryOptions options = options(arguments, 2 + 2 * keys.length, moment);
    List<byte[][]> sets = new ArrayList<>(keys.length);
    for (int key : keys) {
      sets.add(set(arguments[key], arguments[key + 1], options));
    }
    return sets;
  }

  private static ExpiryOptions options(byte[][] arguments, int from, Moment moment) {
    return new ExpiryOptions(arguments, from, arguments.length, moment);
  }

  private static byte[][] set(byte[] key, byte[] value, ExpiryOptions options) {
    byte[] deadline = options.deadline;
    if (deadline != null) {
      return new byte[][] {SET, key, value, PXAT, deadline};
    }
    return options.keeps ? new byte[][] {SET, key, value, KEEPTTL} : new byte[][] {SET, key, value};
  }

  /** EXPIRE and its like, and GETEX; null if it changes nothing. */
  static byte @Nullable [][] expire(byte[][] arguments, Moment moment) {
    byte[] key = arguments[1];
    if (Words.is(arguments[0], "GETEX")) {
      ExpiryOptions options = options(arguments, 2, moment);
      byte[] deadline = options.deadline;
      if (deadline != null) {
        return new byte[][] {PEXPIREAT, key, deadline};
      }
      return options.persists ? new byte[][] {PERSIST, key} : null;
    }
    long deadline = deadline(arguments, moment);
    return new byte[][] {PEXPIREAT, key, Words.bytes(deadline)};
  }

  /** The argument 2 as a time, which the command's name gives its meaning: H?P?EXPIRE(AT)?. */
  private static long deadline(byte[][] arguments, Moment moment) {
    String name = Words.upper(arguments[0]);
    TimeUnit unit = name.contains("PEXPIRE") ? TimeUnit.MILLISECONDS : TimeUnit.SECONDS;
    long time = Words.number(arguments, 2);
    return name.endsWith("AT")
        ? moment.deadline(unit.toMillis(time))
        : moment.deadlineAfter(time, unit);
  }

  /** RESTORE and RESTORE-ASKING. */
  static byte[][] restore(byte[][] arguments, Moment moment) {
    byte[] payload = Words.argument(arguments, 3);
    long time = Words.number(arguments, 2);
    if (time == 0) {
      return new byte[][] {RESTORE, arguments[1], arguments[2], payload, REPLACE};
    }
    boolean absolute = false;
    for (int i = 4; i < arguments.length; i++) {
      absolute |= Words.is(arguments[i], "ABSTTL");
    }
    long deadline =
        absolute ? moment.deadline(time) : moment.deadlineAfter(time, TimeUnit.MILLISECONDS);
    return new byte[][] {RESTORE, arguments[1], Words.bytes(deadline), payload, REPLACE, ABSTTL};
  }

  /**
   * HEXPIRE and its like, HSETEX, HGETEX and HGETDEL; null if it changes nothing. Fields get their
   * own times even while the reader is behind: what a source is asked for later is the expiry of
   * keys.
   */
  static byte @Nullable [][] fields(byte[][] arguments, Moment behind) {
    Moment moment = new Moment(behind.executedAtMillis(), false);
    byte[] key = arguments[1];
    int fields = 2;
    while (!Words.is(Words.argument(arguments, fields), "FIELDS")) {
      fields++;
    }
    String name = Words.upper(arguments[0]);
    if (name.equals("HGETDEL")) {
      return join(arguments, fields + 2, HDEL, key);
    }
    if (name.contains("EXPIRE")) {
      byte[] deadline = Words.bytes(deadline(arguments, moment));
      return join(arguments, 3, HPEXPIREAT, key, deadline);
    }
    ExpiryOptions options = new ExpiryOptions(arguments, 2, fields, moment);
    byte[] deadline = options.deadline;
    if (name.equals("HGETEX")) {
      return deadline != null
          ? join(arguments, fields, HPEXPIREAT, key, deadline)
          : options.persists ? join(arguments, fields, HPERSIST, key) : null;
    }
    if (deadline != null) {
      return join(arguments, fields, HSETEX, key, PXAT, deadline);
    }
    return options.keeps
        ? join(arguments, fields, HSETEX, key, KEEPTTL)
        : join(arguments, fields + 2, HSET, key);
  }

  /** Some arguments and behind them those of a command from a place on. */
  private static byte[][] join(byte[][] arguments, int from, byte[]... first) {
    byte[][] joined = new byte[first.length + arguments.length - from][];
    System.arraycopy(first, 0, joined, 0, first.length);
    System.arraycopy(arguments, from, joined, first.length, arguments.length - from);
    return joined;
  }
}
