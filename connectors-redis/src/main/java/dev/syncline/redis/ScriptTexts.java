package dev.syncline.redis;

import dev.syncline.SyncException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
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

  /**
   * Notes a script.
   *
   * @return its sum
   */
  synchronized String add(byte[] text) {
    String sum = sum(text);
    if (texts.put(sum, text) == null) {
      bytes += text.length;
      Iterator<byte[]> eldest = texts.values().iterator();
      while (bytes > MOST_BYTES) {
        bytes -= eldest.next().length;
        eldest.remove();
      }
    }
    return sum;
  }

  /** The script with a sum in lower case; null if it is not known. */
  synchronized byte @Nullable [] find(String sum) {
    return texts.get(sum);
  }

  /** The sum by which a script is called. */
  static String sum(byte[] text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(text));
    } catch (NoSuchAlgorithmException e) {
      throw new SyncException("Java has no SHA-1, by which Redis names its scripts.", e);
    }
  }

  /** The sum that an argument of EVALSHA is. */
  static String sumIn(byte[] argument) {
    return new String(argument, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
  }
}
