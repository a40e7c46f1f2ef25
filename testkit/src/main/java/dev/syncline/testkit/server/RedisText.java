package dev.syncline.testkit.server;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Bytes as texts that differ whenever the bytes do. */
final class RedisText {
  private static final int MOST_BYTES = 512;
  private static final int SHOWN_BYTES = 32;

  private RedisText() {}

  /**
   * What is UTF-8 as it is, but for backslashes, which are doubled; of anything else all bytes that
   * are no printable ASCII as {@code \x00}.
   */
  static String of(byte[] bytes) {
    if (isPlain(bytes)) {
      return new String(bytes, StandardCharsets.US_ASCII);
    }
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      if (text.chars().noneMatch(Character::isISOControl)) {
        return text.replace("\\", "\\\\");
      }
    } catch (CharacterCodingException noText) {
      // Shown byte by byte.
    }
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      if (b == '\\') {
        text.append("\\\\");
      } else if (b >= ' ' && b <= '~') {
        text.append((char) b);
      } else {
        text.append("\\x%02x".formatted(b));
      }
    }
    return text.toString();
  }

  private static boolean isPlain(byte[] bytes) {
    for (byte b : bytes) {
      if (b < ' ' || b > '~' || b == '\\') {
        return false;
      }
    }
    return true;
  }

  /** As {@link #of}, but of long values only the start, the length and a digest. */
  static String shortOf(byte[] bytes) {
    if (bytes.length <= MOST_BYTES) {
      return of(bytes);
    }
    byte[] start = new byte[SHOWN_BYTES];
    System.arraycopy(bytes, 0, start, 0, SHOWN_BYTES);
    return "%s… (%d bytes, SHA-256 %s)".formatted(of(start), bytes.length, digest(bytes));
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java runtime has SHA-256.", e);
    }
  }
}
