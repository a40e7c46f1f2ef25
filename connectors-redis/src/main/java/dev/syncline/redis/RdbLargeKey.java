package dev.syncline.redis;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import org.jspecify.annotations.Nullable;

/**
 * Commands that build a key under a temporary name, and then let it take the place of another. Its
 * expiry comes last: a key that is expired already is then deleted and not missed.
 */
final class RdbLargeKey implements RdbCommands {

  private enum Stage {
    DELETE,
    BUILD,
    EXPIRE,
    DONE
  }

  private final RdbBuild build;
  private final byte[] key;
  private final long expiresAt;
  private final RdbCommands commands;
  private Stage stage = Stage.DELETE;

  RdbLargeKey(RdbBuild build, byte[] key, long expiresAt, RdbCommands commands) {
    this.build = build;
    this.key = key;
    this.expiresAt = expiresAt;
    this.commands = commands;
  }

  @Override
  public @Nullable KeyCommand next() {
    switch (stage) {
      case DELETE -> {
        stage = Stage.BUILD;
        return build.delete();
      }
      case BUILD -> {
        KeyCommand command = nextPiece();
        if (command != null) {
          return command;
        }
        stage = expiresAt == KeyValue.NEVER ? Stage.DONE : Stage.EXPIRE;
        return new RdbBatch("RENAME", build.name(), key).command(build.database(), 1, 2);
      }
      case EXPIRE -> {
        stage = Stage.DONE;
        return RdbBuild.expire(build.database(), key, expiresAt);
      }
      default -> {
        return null;
      }
    }
  }

  private @Nullable KeyCommand nextPiece() {
    try {
      return commands.next();
    } catch (UnsupportedChangeException e) {
      throw RdbReader.naming(build.database(), key, e);
    }
  }
}
