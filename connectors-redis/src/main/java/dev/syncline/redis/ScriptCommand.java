package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.change.KeyCommand;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A command that runs a script, loads one or forgets all: EVAL, EVALSHA or SCRIPT. To sum a script
 * takes longer than anything else that is done with such a command, so it is done once.
 *
 * @param sum the sum by which the script is called, in lower case; empty if all are forgotten
 * @param text the script; null if the command does not bring it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ScriptCommand(KeyCommand command, String sum, byte @Nullable [] text) {

  private static final byte[] EVAL = Words.bytes("EVAL");
  private static final byte[] SCRIPT = Words.bytes("SCRIPT");
  private static final byte[] LOAD = Words.bytes("LOAD");

  /** What a command does with scripts; null if nothing. */
  static @Nullable ScriptCommand of(KeyCommand command) {
    byte[] name = command.argument(0);
    if (Words.is(name, "EVAL")) {
      return bringing(command, command.argument(1));
    }
    if (Words.is(name, "EVALSHA")) {
      String sum = new String(command.argument(1), StandardCharsets.ISO_8859_1);
      return new ScriptCommand(command, sum.toLowerCase(Locale.ROOT), null);
    }
    if (!Words.is(name, "SCRIPT")) {
      return null;
    }
    return Words.is(command.argument(1), "LOAD")
        ? bringing(command, command.argument(2))
        : new ScriptCommand(command, "", null);
  }

  private static ScriptCommand bringing(KeyCommand command, byte[] text) {
    return new ScriptCommand(command, sum(text), text);
  }

  /** This command, which calls a script by its sum, with its text. */
  ScriptCommand with(byte[] script) {
    byte[][] arguments = command.arguments().clone();
    arguments[0] = EVAL;
    arguments[1] = script;
    KeyCommand eval = KeyCommand.of(command.database(), arguments, command.keyPlaces());
    return new ScriptCommand(eval, sum, script);
  }

  /** What loads the script that this command brings. */
  ScriptCommand load(byte[] script) {
    return new ScriptCommand(KeyCommand.of(0, new byte[][] {SCRIPT, LOAD, script}), sum, script);
  }

  /** The sum by which a script is called. */
  static String sum(byte[] script) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(script));
    } catch (NoSuchAlgorithmException e) {
      throw new SyncException("Java has no SHA-1, by which Redis names its scripts.", e);
    }
  }
}
