package dev.syncline.redis;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

  /** Those that have these texts, by their sums. */
  RecordedScripts(Map<String, byte[]> texts) {
    texts.forEach(
        (sum, text) -> {
          sums.add(sum);
          bytes += text.length;
        });
  }

  /**
   * Follows commands that are sent next: EVAL, EVALSHA and SCRIPT.
   *
   * @return the texts that are to be recorded with them, by their sums
   */
  Map<String, byte[]> follow(List<ScriptCommand> commands) {
    Map<String, byte[]> added = new LinkedHashMap<>();
    for (ScriptCommand script : commands) {
      byte[] text = script.text();
      if (text != null
          && sums.size() < MOST
          && bytes + text.length <= MOST_BYTES
          && sums.add(script.sum())) {
        bytes += text.length;
        added.put(script.sum(), text);
      }
    }
    return added;
  }
}
