package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.List;

/**
 * What is remembered of a command until its reply is there: where it was and which keys it names,
 * and nothing of what it writes.
 */
record SentCommand(int database, String name, List<byte[]> keys) {

  /** A command that serves the others, such as SELECT. */
  static SentCommand serving(String name) {
    return new SentCommand(0, name, List.of());
  }

  static SentCommand of(KeyCommand command) {
    return new SentCommand(command.database(), command.name(), command.keys());
  }

  /** The command, its first key and its database, for messages. */
  String describe() {
    return keys.isEmpty()
        ? "Command '%s' in database %d".formatted(name, database)
        : "Command '%s' on key '%s' in database %d"
            .formatted(name, KeyText.of(keys.get(0)), database);
  }
}
