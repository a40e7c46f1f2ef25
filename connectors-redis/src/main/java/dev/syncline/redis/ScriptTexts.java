package dev.syncline.redis;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The texts of scripts that a source has sent, by the sums by which it calls them later. Bounded:
 * what was not called for longest is forgotten. Thread-safe; outlives the connections of a sink.
 */
final class ScriptTexts {

  private static final long MOST_BYTES = 4 << 20;

  private final Map<String, byte[]> texts = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  /** Notes a script with its sum in lower case. */
  synchronized void add(String sum, byte[] text) {
    if (texts.put(sum, text) == null) {
      bytes += text.length;
      Iterator<byte[]> eldest = texts.values().iterator();
      while (bytes > MOST_BYTES) {
        bytes -= eldest.next().length;
        eldest.remove();
      }
    }
  }

  /** The script with a sum in lower case; null if it is not known. */
  synchronized byte @Nullable [] find(String sum) {
    return texts.get(sum);
  }
}
