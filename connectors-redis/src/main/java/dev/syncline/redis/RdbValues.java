package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.SyncException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes commands of values that a target does not take as they are stored. */
final class RdbValues {

  private RdbValues() {}

  /** The value that a command restores in the form that {@link Deadlines} gives it; else null. */
  static @Nullable KeyValue restored(KeyCommand command) {
    if (command.size() < 5 || !Words.is(command.argument(0), "RESTORE")) {
      return null;
    }
    boolean expires = Deadlines.place(command) > 0;
    return new KeyValue(
        command.database(),
        command.argument(1),
        new StoredValue.Dump(command.argument(3)),
        expires ? Words.number(command.arguments(), 2) : KeyValue.NEVER);
  }

  /**
   * Whether RESTORE takes a value that is no string at a target.
   *
   * @throws ChangeRejectedException if the value is damaged
   */
  static boolean restores(KeyValue value, RedisVersion target) {
    try {
      byte[] payload = ((StoredValue.Dump) value.value()).payload();
      return RdbFormat.restores(target, RdbPayload.version(payload));
    } catch (SyncException e) {
      throw damaged(value, e);
    }
  }

  private static ChangeRejectedException damaged(KeyValue value, SyncException cause) {
    String key = KeyText.of(value.key());
    return new ChangeRejectedException(
        KeyText.place(value.database(), key),
        "Key '%s' in database %d cannot be written: %s"
            .formatted(key, value.database(), cause.getMessage()),
        cause);
  }

  /**
   * Commands that build a key from nothing, whatever has its name before. The expiry comes last.
   *
   * @param name the name that it gets, its own or a temporary one
   * @throws UnsupportedChangeException if the target has no commands for that value
   * @throws ChangeRejectedException if the value is damaged, or of a type that is not known
   */
  static List<KeyCommand> rebuild(
      KeyValue value, byte[] name, RedisVersion target, RdbLimits limits) {
    List<KeyCommand> commands = new ArrayList<>();
    int database = value.database();
    if (value.value() instanceof StoredValue.Text text) {
      commands.add(new RdbBatch("SET", name, text.bytes()).command(database, 1));
    } else {
      byte[] payload = ((StoredValue.Dump) value.value()).payload();
      RdbBuild build = new RdbBuild(database, name, limits, target, RdbPayload.version(payload));
      commands.add(build.delete());
      try {
        addAll(commands, payload, build);
      } catch (UnsupportedChangeException e) {
        throw RdbReader.naming(database, value.key(), e);
      } catch (SyncException e) {
        throw damaged(value, e);
      }
    }
    if (value.expiresAt() != KeyValue.NEVER) {
      commands.add(RdbBuild.expire(database, name, value.expiresAt()));
    }
    return commands;
  }

  private static void addAll(List<KeyCommand> commands, byte[] payload, RdbBuild build) {
    int type = RdbPayload.type(payload);
    RdbInput in = input(payload);
    if (type == RdbType.STRING) {
      commands.add(new RdbBatch("SET", build.name(), in.string()).command(build.database(), 1));
    } else if (RdbType.isStream(type)) {
      RdbStream first = build.stream(in, type, new TreeSet<>());
      List<KeyCommand> all = all(first);
      SortedSet<RdbStreamId> missing = first.missing();
      if (missing.isEmpty()) {
        commands.addAll(all);
      } else {
        in = input(payload);
        commands.addAll(all(build.stream(in, type, missing)));
      }
    } else {
      commands.addAll(all(build.commands(in, type)));
    }
    if (!in.isEmpty()) {
      throw in.malformed("there is something behind the end of a value");
    }
  }

  private static RdbInput input(byte[] payload) {
    return new RdbInput(payload, 1, payload.length - RdbPayload.FOOTER);
  }

  private static List<KeyCommand> all(RdbCommands commands) {
    List<KeyCommand> all = new ArrayList<>();
    for (KeyCommand command = commands.next(); command != null; command = commands.next()) {
      all.add(command);
    }
    return all;
  }
}
