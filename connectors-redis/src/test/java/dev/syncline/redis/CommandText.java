package dev.syncline.redis;

import dev.syncline.KeySelection;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Commands as text for tables: their arguments with blanks between them. */
final class CommandText {

  /** What no command is. */
  static final String NOTHING = "-";

  static final RedisVersion SOURCE = RedisVersion.redis(7, 0);

  private CommandText() {}

  static byte[][] arguments(String command) {
    return Arrays.stream(command.trim().split(" ", -1))
        .map(argument -> argument.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
  }

  /** A selection of keys, of the job "job" and a source that is no cluster. */
  static StreamScope scope(KeySelection selection) {
    return new StreamScope("job", "redis", Optional.empty(), selection, false);
  }

  /** A command whose keys are those that the table knows. */
  static KeyCommand command(String text) {
    byte[][] arguments = arguments(text);
    CommandTable.Command command = CommandTable.find(arguments[0]);
    return command == null
        ? KeyCommand.of(0, arguments)
        : KeyCommand.of(0, arguments, command.keys().all(arguments));
  }

  static String of(KeyCommand command) {
    return Arrays.stream(command.arguments())
        .map(argument -> new String(argument, StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }

  static String of(List<? extends KeyChange> changes) {
    return changes.isEmpty()
        ? NOTHING
        : changes.stream().map(CommandText::of).collect(Collectors.joining("; "));
  }

  private static String of(KeyChange change) {
    if (change instanceof KeyFlush flush) {
      return "flush of " + flush.scope();
    }
    return of((KeyCommand) change);
  }

  static String names(List<byte[]> keys) {
    return keys.stream()
        .map(key -> new String(key, StandardCharsets.UTF_8))
        .collect(Collectors.joining(" "));
  }
}
