package dev.syncline.mysql;

import static java.util.Map.entry;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A character set of MySQL: how its bytes become text. Bytes that stand for no character are an
 * error, never a replacement character. Thread-safe.
 */
final class MySqlCharset {

  private static final char REPLACEMENT = '\uFFFD';

  private static final Map<String, MySqlCharset> ALL =
      Map.ofEntries(
          entry("utf8mb4", of(StandardCharsets.UTF_8, 4)),
          entry("utf8mb3", of(StandardCharsets.UTF_8, 3)),
          entry("utf8", of(StandardCharsets.UTF_8, 3)),
          entry("ascii", of(StandardCharsets.US_ASCII, 1)));

  private final Charset charset;
  private final int maxBytesPerCharacter;

  private MySqlCharset(Charset charset, int maxBytesPerCharacter) {
    this.charset = charset;
    this.maxBytesPerCharacter = maxBytesPerCharacter;
  }

  private static MySqlCharset of(Charset charset, int maxBytesPerCharacter) {
    return new MySqlCharset(charset, maxBytesPerCharacter);
  }

  /** The character set with MySQL's name; empty if it is not supported. */
  static Optional<MySqlCharset> named(String name) {
    return Optional.ofNullable(ALL.get(name.toLowerCase(Locale.ROOT)));
  }

  /** How many bytes a character takes at most. */
  int maxBytesPerCharacter() {
    return maxBytesPerCharacter;
  }

  /** Whether a server that sends utf8mb4 sends this character set's bytes as they are stored. */
  boolean isUtf8() {
    return charset.equals(StandardCharsets.UTF_8);
  }

  /**
   * The text behind bytes.
   *
   * @throws MalformedValueException if the bytes are not text in this character set
   */
  String decode(byte[] bytes, int offset, int length) {
    String text = new String(bytes, offset, length, charset);
    if (text.indexOf(REPLACEMENT) >= 0) {
      checkIsReal(bytes, offset, length);
    }
    return text;
  }

  /** A replacement character may be what was stored: decodes again in a way that fails if not. */
  private void checkIsReal(byte[] bytes, int offset, int length) {
    try {
      charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, offset, length));
    } catch (CharacterCodingException e) {
      throw new MalformedValueException("the bytes are not text in its character set");
    }
  }
}
