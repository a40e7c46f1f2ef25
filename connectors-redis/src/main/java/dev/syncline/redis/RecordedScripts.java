package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The scripts whose texts a job has recorded at the target: a source sends them once, and a later
 * process of the job must know them too. Bounded: what comes when it is full is not recorded. Used
 * by one thread.
 */
final class RecordedScripts {

  static final int MOST = 1_000;

  private static final long MOST_BYTES = 4 << 20;

  private final Set<String> sums = new HashSet<>();
  private long bytes;

  /** Those that have these texts. */
  RecordedScripts(List<byte[]> texts) {
    for (byte[] text : texts) {
      sums.add(ScriptTexts.sum(text));
      bytes += text.length;
    }
  }

  /**
   * Follows commands that are sent next: EVAL, EVALSHA and SCRIPT.
   *
   * @return the texts that are to be recorded with them, by their sums
   */
  Map<String, byte[]> follow(List<KeyCommand> commands) {
    Map<String, byte[]> added = new LinkedHashMap<>();
    for (KeyCommand command : commands) {
      byte[] text = text(command);
      if (text != null && sums.size() < MOST && bytes + text.length <= MOST_BYTES) {
        String sum = ScriptTexts.sum(text);
        if (sums.add(sum)) {
          bytes += text.length;
          added.put(sum, text);
        }
      }
    }
    return added;
  }

  private static byte @Nullable [] text(KeyCommand command) {
    return switch (command.name()) {
      case "EVAL" -> command.argument(1);
      case "SCRIPT" -> Words.is(command.argument(1), "LOAD") ? command.argument(2) : null;
      default -> null;
    };
  }
}
