package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The commands of a copy, as releases know them that do not know all of them. */
final class RdbOlderCommands {

  private RdbOlderCommands() {}

  /**
   * A command of a copy that a {@link RdbReader} has made, as a target knows it; null if it is of
   * no use there.
   *
   * @throws UnsupportedChangeException if the target has nothing like it
   */
  static @Nullable KeyCommand atTarget(KeyCommand command, RedisVersion target) {
    String name = command.name();
    if (name.startsWith("X") && !target.hasStreams()) {
      throw refused(command, target, "has no streams; they exist from Redis 5.0");
    }
    return switch (name) {
      case "FUNCTION" -> {
        if (!target.hasFunctions()) {
          throw new UnsupportedChangeException(
              "The source has functions, and %s knows none; Redis does from 7.0. Use a newer"
                      .formatted(target)
                  + " target, or delete the functions at the source (FUNCTION FLUSH).");
        }
        yield command;
      }
      case "HPEXPIREAT" -> {
        if (!target.hasFieldExpiry()) {
          throw refused(
              command,
              target,
              "does not know fields that expire; Redis does from 7.4, Valkey from 9.0");
        }
        yield command;
      }
      case "XCFGSET" -> target.knowsProducers() ? command : null;
      default -> command;
    };
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
