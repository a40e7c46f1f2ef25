package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Commands that are ready to be sent, and what each of them is. Not thread-safe. */
final class CommandBatch {

  private final RespWriter bytes = new RespWriter();
  private final List<SentCommand> commands = new ArrayList<>();
  private final List<ScriptCommand> scripts = new ArrayList<>();
  private final List<KeyCommand> functions = new ArrayList<>();

  /** Adds a command; {@code arguments} are texts, numbers and arrays of bytes. */
  CommandBatch add(SentCommand command, Object... arguments) {
    bytes.add(arguments);
    commands.add(command);
    return this;
  }

  /** Adds a command. */
  CommandBatch add(SentCommand command, byte[][] arguments) {
    bytes.command(arguments);
    commands.add(command);
    return this;
  }

  /** Adds a command as the source has sent it. */
  void add(KeyCommand command, Optional<Runnable> onFailure) {
    SentCommand sent = SentCommand.of(command, onFailure);
    add(sent, command.arguments());
    if (sent.name().equals("FUNCTION")) {
      functions.add(command);
    }
  }

  /** Says that the command that was added last does something with scripts. */
  void script(ScriptCommand command) {
    scripts.add(command);
  }

  /** Adds a command that serves the others. */
  CommandBatch serving(Object... arguments) {
    return add(SentCommand.serving(arguments[0].toString()), arguments);
  }

  boolean isEmpty() {
    return commands.isEmpty();
  }

  RespWriter bytes() {
    return bytes;
  }

  /** Those of its commands that run scripts, load or flush them. */
  List<ScriptCommand> scripts() {
    return scripts;
  }

  /** Those of its commands that load functions or delete them. */
  List<KeyCommand> functions() {
    return functions;
  }

  List<SentCommand> commands() {
    return commands;
  }
}
