package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a command until its reply is there: where it was and which keys it names,
 * and nothing of what it writes.
 *
 * @param mayFail whether it may fail because of what its keys are at the target
 */
record SentCommand(int database, String name, List<byte[]> keys, boolean mayFail) {

  /**
   * How errors begin that come from what keys are at the target: they are not there, or of another
   * type, or have other groups. Scripts that meet them fail with ERR.
   */
  private static final Set<String> OF_KEYS =
      Set.of("ERR", "WRONGTYPE", "NOGROUP", "BUSYGROUP", "INVALIDOBJ");

  SentCommand(int database, String name, List<byte[]> keys) {
    this(database, name, keys, false);
  }

  /** A command that serves the others, such as SELECT. */
  static SentCommand serving(String name) {
    return new SentCommand(0, name, List.of());
  }

  static SentCommand of(KeyCommand command) {
    return of(command, false);
  }

  static SentCommand of(KeyCommand command, boolean mayFail) {
    return new SentCommand(command.database(), command.name(), command.keys(), mayFail);
  }

  /** Whether a reply means that it has failed, and may not. */
  boolean isRefusedBy(@Nullable Object reply) {
    return reply instanceof RedisReplyException error
        && !(mayFail && OF_KEYS.stream().anyMatch(error::is));
  }

  /** The command, its first key and its database, for messages. */
  String describe() {
    return keys.isEmpty()
        ? "Command '%s' in database %d".formatted(name, database)
        : "Command '%s' on key '%s' in database %d"
            .formatted(name, KeyText.of(keys.get(0)), database);
  }
}
