package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The commands of a copy, as releases know them that do not know all of them. */
final class RdbOlderCommands {

  private RdbOlderCommands() {}

  /**
   * A command as a target knows it; null if it is of no use there. Commands that a {@link
   * RdbReader} has made are known by the name under which they build a key. All others stay, also
   * those that another stream brings meanwhile.
   *
   * @throws UnsupportedChangeException if the target has nothing like it
   */
  static @Nullable KeyCommand atTarget(KeyCommand command, RedisVersion target) {
    int[] keys = command.keyPlaces();
    if (keys.length == 0) {
      refuseFunctions(command, target);
      return command;
    }
    return BuildNames.isOne(command.argument(keys[0])) ? building(command, target) : command;
  }

  private static void refuseFunctions(KeyCommand command, RedisVersion target) {
    if (!target.hasFunctions()
        && command.size() > 1
        && Words.is(command.argument(0), "FUNCTION")
        && Words.is(command.argument(1), "LOAD")) {
      throw new UnsupportedChangeException(
          "The source has functions, and %s knows none; Redis does from 7.0. Use a newer"
                  .formatted(target)
              + " target, or delete the functions at the source (FUNCTION FLUSH).");
    }
  }

  private static @Nullable KeyCommand building(KeyCommand command, RedisVersion target) {
    String name = command.name();
    if (name.startsWith("X") && !target.hasStreams()) {
      throw refused(command, target, "has no streams; they exist from Redis 5.0");
    }
    if (name.equals("HPEXPIREAT") && !target.hasFieldExpiry()) {
      throw refused(
          command,
          target,
          "does not know fields that expire; Redis does from 7.4, Valkey from 9.0");
    }
    return name.equals("XCFGSET") && !target.knowsProducers() ? null : command;
  }

  /**
   * Creates a consumer that has nothing pending.
   *
   * @param names of the key, the group and the consumer
   */
  static KeyCommand createConsumer(int database, byte[][] names, RedisVersion target) {
    if (target.createsConsumers()) {
      return new RdbBatch("XGROUP", "CREATECONSUMER", names[0], names[1], names[2])
          .command(database, 2);
    }
    // To read what is pending creates the consumer too, and delivers nothing.
    return new RdbBatch(
            "XREADGROUP", "GROUP", names[1], names[2], "COUNT", 1, "STREAMS", names[0], "0-0")
        .command(database, 7);
  }

  private static UnsupportedChangeException refused(
      KeyCommand command, RedisVersion target, String why) {
    String key = new String(command.keys().get(0), StandardCharsets.UTF_8);
    return new UnsupportedChangeException(
        "Command %s of key '%s' in database %d cannot be written: %s %s. Use a newer target, or"
                .formatted(command.name(), key, command.database(), target, why)
            + " leave the key out.");
  }
}
