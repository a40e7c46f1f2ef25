package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Commands in the form that a target's version understands, which may be older than the source's.
 *
 * <p>Commands that a target does not know by name or by their number of arguments are not looked
 * for here: it refuses them before it carries out anything. Here is what it would carry out in
 * another way, or find wrong only when it is too late.
 */
final class TargetCommands {

  /** SET with KEEPTTL for those that do not have it. */
  private static final String KEEP_EXPIRY =
      "local t = redis.call('PTTL', KEYS[1]) redis.call('SET', KEYS[1], ARGV[1])"
          + " if t > 0 then redis.call('PEXPIRE', KEYS[1], t) end";

  /** MOVE for those that leave the expiry behind. */
  private static final String MOVE_WITH_EXPIRY =
      "local t = redis.call('PTTL', KEYS[1])"
          + " if redis.call('MOVE', KEYS[1], ARGV[1]) == 1 and t > 0 then"
          + " redis.call('SELECT', ARGV[1]) redis.call('PEXPIRE', KEYS[1], t) end";

  private final RedisVersion version;

  TargetCommands(RedisVersion version) {
    this.version = version;
  }

  /**
   * What the target has to carry out instead of a command, mostly the command itself.
   *
   * @throws UnsupportedChangeException if it has nothing that does the same
   */
  List<KeyCommand> of(KeyCommand command) {
    if (version.isAtLeast(8, 0)) {
      return List.of(command);
    }
    return switch (command.name()) {
      case "SET" -> set(command);
      case "RESTORE" -> restore(command);
      case "MOVE" ->
          List.of(
              version.losesExpiryByMove()
                  ? script(command, MOVE_WITH_EXPIRY, command.argument(2))
                  : command);
      case "UNLINK" -> version.isAtLeast(4, 0) ? List.of(command) : renamed(command, "DEL");
      case "HSET" ->
          version.isAtLeast(4, 0) || command.size() == 4
              ? List.of(command)
              : renamed(command, "HMSET");
      case "HSETEX" -> hashSet(command);
      case "LPUSHX", "RPUSHX" -> version.isAtLeast(4, 0) ? List.of(command) : pushEach(command);
      case "LPOP", "RPOP" -> version.isAtLeast(6, 2) ? List.of(command) : pop(command);
      case "LMOVE" -> version.isAtLeast(6, 2) ? List.of(command) : listMove(command);
      case "GEORADIUS", "GEORADIUSBYMEMBER" ->
          version.isAtLeast(6, 2) ? List.of(command) : found(command);
      default -> version.isAtLeast(7, 0) ? List.of(command) : List.of(options(command));
    };
  }

  private List<KeyCommand> set(KeyCommand command) {
    byte[] key = command.argument(1);
    byte[] value = command.argument(2);
    if (command.size() == 5 && !version.isAtLeast(6, 2)) {
      return List.of(
          made(command, "SET", key, value), made(command, "PEXPIREAT", key, command.argument(4)));
    }
    if (command.size() == 4 && !version.isAtLeast(6, 0)) {
      return List.of(script(command, KEEP_EXPIRY, value));
    }
    return List.of(command);
  }

  /** A script on the key of a command. */
  private static KeyCommand script(KeyCommand command, String text, byte[] argument) {
    byte[][] eval = {
      Words.bytes("EVAL"), Words.bytes(text), Words.bytes(1), command.argument(1), argument
    };
    return KeyCommand.of(command.database(), eval, 3);
  }

  private List<KeyCommand> restore(KeyCommand command) {
    if (version.isAtLeast(5, 0)) {
      return List.of(command);
    }
    byte[] key = command.argument(1);
    byte[] payload = command.argument(3);
    byte[] forever = Words.bytes(0);
    List<KeyCommand> commands = new ArrayList<>();
    if (version.isAtLeast(3, 0)) {
      commands.add(made(command, "RESTORE", key, forever, payload, Words.bytes("REPLACE")));
    } else {
      commands.add(made(command, "DEL", key));
      commands.add(made(command, "RESTORE", key, forever, payload));
    }
    if (Deadlines.place(command) > 0) {
      commands.add(made(command, "PEXPIREAT", key, command.argument(2)));
    }
    return commands;
  }

  private List<KeyCommand> hashSet(KeyCommand command) {
    if (version.hasSetWithFieldExpiry()) {
      return List.of(command);
    }
    int at = Deadlines.place(command);
    int fields = at > 0 ? 4 : 3;
    byte[][] pairs = Arrays.copyOfRange(command.arguments(), fields + 2, command.size());
    byte[] key = command.argument(1);
    List<KeyCommand> commands = new ArrayList<>();
    commands.addAll(of(made(command, "HSET", prepended(key, pairs))));
    if (at > 0 && version.hasFieldExpiry()) {
      byte[][] expire = new byte[4 + pairs.length / 2][];
      expire[0] = key;
      expire[1] = command.argument(at);
      expire[2] = command.argument(fields);
      expire[3] = command.argument(fields + 1);
      Arrays.setAll(expire, i -> i < 4 ? expire[i] : pairs[2 * (i - 4)]);
      commands.add(made(command, "HPEXPIREAT", expire));
    } else if (at > 0 || version.hasFieldExpiry()) {
      // Without expiry of fields there is none that could be kept, and none to be set.
      throw new UnsupportedChangeException(
          "The source set fields of the hash %s with an expiry of their own (HSETEX), which the"
                  .formatted(Words.quoted(key))
              + " target, "
              + version
              + ", cannot do. Use a target of Redis 8.0 or Valkey 9.0 or newer.");
    }
    return commands;
  }

  private static List<KeyCommand> pushEach(KeyCommand command) {
    List<KeyCommand> commands = new ArrayList<>();
    for (int i = 2; i < command.size(); i++) {
      commands.add(made(command, command.name(), command.argument(1), command.argument(i)));
    }
    return commands;
  }

  /** To pop so many elements is to keep the others. */
  private static List<KeyCommand> pop(KeyCommand command) {
    if (command.size() == 2) {
      return List.of(command);
    }
    long count = Words.number(command.arguments(), 2);
    boolean left = command.name().equals("LPOP");
    byte[] first = Words.bytes(left ? count : 0);
    byte[] last = Words.bytes(left ? -1 : -count - 1);
    return List.of(made(command, "LTRIM", command.argument(1), first, last));
  }

  /** Older versions leave what they should replace if there is nothing to look in. */
  private static List<KeyCommand> found(KeyCommand command) {
    byte[] from = command.argument(command.keyPlaces()[0]);
    byte[] to = command.argument(command.keyPlaces()[command.keyPlaces().length - 1]);
    return Arrays.equals(from, to) ? List.of(command) : List.of(made(command, "DEL", to), command);
  }

  private static List<KeyCommand> listMove(KeyCommand command) {
    return Words.is(command.argument(3), "RIGHT") && Words.is(command.argument(4), "LEFT")
        ? List.of(
            KeyCommand.of(
                command.database(),
                new byte[][] {Words.bytes("RPOPLPUSH"), command.argument(1), command.argument(2)},
                1,
                2))
        : List.of(command);
  }

  /** A command without options that older versions do not have and do not need. */
  private KeyCommand options(KeyCommand command) {
    int size = command.size();
    return switch (command.name()) {
      case "XGROUP" ->
          Words.is(command.argument(1), "CREATECONSUMER") && !version.createsConsumers()
              ? RdbOlderCommands.createConsumer(
                  command.database(),
                  new byte[][] {command.argument(2), command.argument(3), command.argument(4)},
                  version)
              : without(command, "ENTRIESREAD", 5, size, 2);
      case "XSETID" ->
          without(without(command, "ENTRIESADDED", 3, size, 2), "MAXDELETEDID", 3, size - 2, 2);
      case "XADD" -> {
        refuse(command, "MINID", 2, endOfAddOptions(command));
        // The source has found the stream, or would not have sent the command.
        yield version.isAtLeast(6, 2)
            ? command
            : without(command, "NOMKSTREAM", 2, endOfAddOptions(command), 1);
      }
      case "XTRIM" -> refuse(command, "MINID", 2, 3);
      case "ZADD" -> {
        int end = endOf(command, Set.of("NX", "XX", "GT", "LT", "CH", "INCR"));
        yield refuse(refuse(command, "GT", 2, end), "LT", 2, end);
      }
      case "SCRIPT" ->
          Words.is(command.argument(1), "FLUSH")
              ? KeyCommand.of(command.database(), Arrays.copyOf(command.arguments(), 2))
              : command;
      default -> command;
    };
  }

  /** Where the options from the argument 2 on end that are one word each. */
  private static int endOf(KeyCommand command, Set<String> options) {
    int end = 2;
    while (end < command.size() && options.contains(Words.upper(command.argument(end)))) {
      end++;
    }
    return end;
  }

  /** Where the options of XADD end, which is where the entry's id is. */
  private static int endOfAddOptions(KeyCommand command) {
    int end = 2;
    while (end < command.size()) {
      switch (Words.upper(command.argument(end))) {
        case "NOMKSTREAM", "KEEPREF", "DELREF", "ACKED" -> end++;
        case "MAXLEN", "MINID", "LIMIT" -> end += isSign(command.argument(end + 1)) ? 3 : 2;
        default -> {
          return end;
        }
      }
    }
    return end;
  }

  private static boolean isSign(byte[] argument) {
    return Words.is(argument, "=") || Words.is(argument, "~");
  }

  private static KeyCommand without(
      KeyCommand command, String option, int from, int to, int count) {
    for (int i = from; i < to; i++) {
      if (Words.is(command.argument(i), option)) {
        List<byte[]> kept = new ArrayList<>(Arrays.asList(command.arguments()));
        kept.subList(i, i + count).clear();
        return KeyCommand.of(command.database(), kept.toArray(byte[][]::new), command.keyPlaces());
      }
    }
    return command;
  }

  private KeyCommand refuse(KeyCommand command, String option, int from, int to) {
    for (int i = from; i < to && !version.isAtLeast(6, 2); i++) {
      if (Words.is(command.argument(i), option)) {
        throw new UnsupportedChangeException(
            "The source sent %s of the key %s with the option %s, which the target, %s, does not"
                    .formatted(command.name(), Words.quoted(command.argument(1)), option, version)
                + " know. Use a target of Redis 6.2 or newer.");
      }
    }
    return command;
  }

  private static List<KeyCommand> renamed(KeyCommand command, String name) {
    byte[][] arguments = command.arguments().clone();
    arguments[0] = Words.bytes(name);
    return List.of(KeyCommand.of(command.database(), arguments, command.keyPlaces()));
  }

  private static KeyCommand made(KeyCommand command, String name, byte[]... arguments) {
    return KeyCommand.of(command.database(), prepended(Words.bytes(name), arguments), 1);
  }

  private static byte[][] prepended(byte[] first, byte[]... others) {
    byte[][] all = new byte[others.length + 1][];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }
}
