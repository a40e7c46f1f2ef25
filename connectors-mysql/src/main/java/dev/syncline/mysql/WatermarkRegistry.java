package dev.syncline.mysql;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where in the binlog the rows stand that a session wrote into its watermark table. Thread-safe.
 *
 * <p>A snapshot reader says which token it is going to write, writes it as text into any column of
 * the watermark table and commits. The binlog reader of the same session looks for the tokens that
 * are expected and notes the transaction.
 */
final class WatermarkRegistry {

  private final Map<String, byte[]> expected = new ConcurrentHashMap<>();
  private final Map<String, BinlogPoint> seen = new ConcurrentHashMap<>();

  /**
   * Says that a token is going to be written. Call it before writing.
   *
   * @param token printable ASCII, unique for all times, for example a UUID
   * @throws IllegalArgumentException if the token is shorter than 16 characters
   */
  void expect(String token) {
    if (Objects.requireNonNull(token, "token").length() < 16) {
      throw new IllegalArgumentException(
          "A watermark token needs 16 characters or more to be unique, but is '" + token + "'.");
    }
    expected.put(token, token.getBytes(StandardCharsets.US_ASCII));
  }

  /** The beginning of the transaction that wrote the token; empty as long as it was not read. */
  Optional<BinlogPoint> find(String token) {
    return Optional.ofNullable(seen.get(token));
  }

  /** Frees what is kept for a token. */
  void forget(String token) {
    expected.remove(token);
    seen.remove(token);
  }

  /**
   * Takes note of the tokens in a row event of the watermark table. Called by the binlog reader.
   *
   * @param begin the beginning of the event's transaction
   */
  void scan(byte[] event, BinlogPoint begin) {
    Set<String> found = new HashSet<>();
    expected.forEach(
        (token, bytes) -> {
          if (contains(event, bytes)) {
            seen.putIfAbsent(token, begin);
            found.add(token);
          }
        });
    found.forEach(expected::remove);
  }

  private static boolean contains(byte[] text, byte[] part) {
    for (int start = 0; start + part.length <= text.length; start++) {
      int length = 0;
      while (length < part.length && text[start + length] == part[length]) {
        length++;
      }
      if (length == part.length) {
        return true;
      }
    }
    return false;
  }
}
