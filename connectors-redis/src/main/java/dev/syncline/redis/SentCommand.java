package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a command until its reply is there: where it was and which keys it names,
 * and nothing of what it writes.
 *
 * @param onFailure to be called if it fails because of what its keys are at the target; empty if it
 *     must not
 */
record SentCommand(int database, String name, List<byte[]> keys, Optional<Runnable> onFailure) {

  /**
   * How errors begin that come from what keys are at the target: they are not there, or of another
   * type, or have other groups. Scripts that meet them fail with ERR.
   */
  private static final Set<String> OF_KEYS =
      Set.of("ERR", "WRONGTYPE", "NOGROUP", "BUSYGROUP", "INVALIDOBJ");

  SentCommand(int database, String name, List<byte[]> keys) {
    this(database, name, keys, Optional.empty());
  }

  /** A command that serves the others, such as SELECT. */
  static SentCommand serving(String name) {
    return new SentCommand(0, name, List.of());
  }

  static SentCommand of(KeyCommand command) {
    return of(command, Optional.empty());
  }

  static SentCommand of(KeyCommand command, Optional<Runnable> onFailure) {
    return new SentCommand(command.database(), command.name(), command.keys(), onFailure);
  }

  /** Whether a reply means that it has failed, and must not. If it may, that is told. */
  boolean hasFailed(@Nullable Object reply) {
    if (!(reply instanceof RedisReplyException error)) {
      return false;
    }
    boolean ofKeys =
        OF_KEYS.stream().anyMatch(error::is) || (isScript() && !RedisErrors.isOfServer(error));
    boolean may = onFailure.isPresent() && ofKeys;
    if (may) {
      onFailure.get().run();
    }
    return !may;
  }

  /** Scripts have errors of their own, which come from what they find. */
  private boolean isScript() {
    return name.equals("EVAL") || name.equals("EVALSHA") || name.equals("FCALL");
  }

  /** Its error, without what scripts, and commands of modules, say in their own words. */
  RedisReplyException inWordsOfServers(RedisReplyException error) {
    return isScript() || CommandTable.find(Words.bytes(name)) == null ? error.ofOthers() : error;
  }

  /** The command, its first key and its database, for messages. */
  String describe() {
    return keys.isEmpty()
        ? "Command '%s' in database %d".formatted(name, database)
        : "Command '%s' on key '%s' in database %d"
            .formatted(name, KeyText.of(keys.get(0)), database);
  }
}
