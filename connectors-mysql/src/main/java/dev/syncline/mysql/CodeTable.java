package dev.syncline.mysql;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * The characters of a character set whose codes have one byte, two bytes, or three with {@code 8F}
 * in front. Immutable after it was built, and thread-safe.
 *
 * <p>Starts from the JDK's table; where MySQL's table differs, MySQL's is right, since it decides
 * what a text column holds after the text has made the way to a server and back.
 */
final class CodeTable {

  /** Whether characters for private use count. */
  enum PrivateUse {
    /** They have the codes that the JDK knows. */
    AS_IN_JDK,
    /** The JDK assigns codes to them that MySQL leaves undefined. */
    UNDEFINED,
    /** The last ten rows of both planes of the Japanese EUC sets hold them. */
    EUC_ROWS
  }

  private static final char UNDEFINED = '\uFFFF';
  private static final int CODES = 1 << Character.SIZE;
  private static final int THREE_BYTES = 0x8F;
  private static final int EUC_FIRST_ROW = 0xF5;
  private static final int EUC_LAST_ROW = 0xFE;
  private static final int EUC_FIRST_CELL = 0xA1;
  private static final int EUC_LAST_CELL = 0xFE;
  private static final char FIRST_PRIVATE = '\uE000';
  private static final char LAST_PRIVATE = '\uF8FF';

  private final String name;
  private final char[] single = new char[1 << Byte.SIZE];
  private final char[] pairs = new char[CODES];
  private final char[] triples = new char[CODES];
  private final boolean hasTriples;
  private boolean hasAscii;

  private CodeTable(String name, boolean hasTriples) {
    this.name = name;
    this.hasTriples = hasTriples;
  }

  /**
   * Builds a table.
   *
   * @param name MySQL's name, for messages
   * @param jdkName the JDK's character set to begin with
   * @param maxBytes the length of the longest code, 1 to 3
   * @param differences MySQL's characters where they differ from the JDK's, for example {@code
   *     "815F=005C A4="}: hexadecimal code, then character; without one the code is undefined. Two
   *     codes with {@code -} between them are a range whose characters follow one another.
   */
  static CodeTable build(
      String name, String jdkName, int maxBytes, PrivateUse privateUse, String differences) {
    CodeTable table = new CodeTable(name, maxBytes > 2);
    CharsetDecoder jdk = Charset.forName(jdkName).newDecoder();
    for (int code = 0; code < table.single.length; code++) {
      table.single[code] = jdkCharacter(jdk, privateUse, (byte) code);
    }
    for (int code = 0; code < CODES; code++) {
      byte high = (byte) (code >> Byte.SIZE);
      boolean hasPair = maxBytes > 1 && table.single[high & 0xFF] == UNDEFINED;
      table.pairs[code] = hasPair ? jdkCharacter(jdk, privateUse, high, (byte) code) : UNDEFINED;
      table.triples[code] =
          table.hasTriples
              ? jdkCharacter(jdk, privateUse, (byte) THREE_BYTES, high, (byte) code)
              : UNDEFINED;
    }
    if (privateUse == PrivateUse.EUC_ROWS) {
      char next = fillPrivateRows(table.pairs, FIRST_PRIVATE);
      fillPrivateRows(table.triples, next);
    }
    for (String difference : differences.split(" ", -1)) {
      table.apply(difference);
    }
    table.hasAscii = IntStream.range(0, 1 << 7).allMatch(code -> table.single[code] == code);
    return table;
  }

  private static char jdkCharacter(CharsetDecoder jdk, PrivateUse privateUse, byte... code) {
    try {
      String text = jdk.decode(ByteBuffer.wrap(code)).toString();
      boolean isOne = text.length() == 1;
      boolean isPrivate =
          isOne && text.charAt(0) >= FIRST_PRIVATE && text.charAt(0) <= LAST_PRIVATE;
      return !isOne || (isPrivate && privateUse == PrivateUse.UNDEFINED)
          ? UNDEFINED
          : text.charAt(0);
    } catch (CharacterCodingException e) {
      return UNDEFINED;
    }
  }

  private static char fillPrivateRows(char[] codes, char first) {
    char next = first;
    for (int row = EUC_FIRST_ROW; row <= EUC_LAST_ROW; row++) {
      for (int cell = EUC_FIRST_CELL; cell <= EUC_LAST_CELL; cell++) {
        codes[row << Byte.SIZE | cell] = next++;
      }
    }
    return next;
  }

  private void apply(String difference) {
    if (difference.isEmpty()) {
      return;
    }
    String[] sides = difference.split("=", -1);
    String[] range = sides[0].split("-", -1);
    int first = HexFormat.fromHexDigits(range[0]);
    int last = range.length == 1 ? first : HexFormat.fromHexDigits(range[1]);
    for (int code = first; code <= last; code++) {
      char character =
          sides[1].isEmpty()
              ? UNDEFINED
              : (char) (HexFormat.fromHexDigits(sides[1]) + code - first);
      switch (range[0].length()) {
        case 2 -> single[code] = character;
        case 4 -> pairs[code] = character;
        default -> triples[code & 0xFFFF] = character;
      }
    }
  }

  private static boolean isAscii(byte[] bytes, int offset, int length) {
    for (int at = offset; at < offset + length; at++) {
      if (bytes[at] < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * The text behind bytes.
   *
   * @throws MalformedValueException if some of the bytes stand for no character
   */
  String decode(byte[] bytes, int offset, int length) {
    if (hasAscii && isAscii(bytes, offset, length)) {
      return new String(bytes, offset, length, StandardCharsets.ISO_8859_1);
    }
    char[] text = new char[length];
    int count = 0;
    int end = offset + length;
    for (int at = offset; at < end; ) {
      int first = bytes[at++] & 0xFF;
      char character = single[first];
      if (character == UNDEFINED && hasTriples && first == THREE_BYTES && at + 1 < end) {
        character = triples[(bytes[at] & 0xFF) << Byte.SIZE | (bytes[at + 1] & 0xFF)];
        at += 2;
      } else if (character == UNDEFINED && at < end) {
        character = pairs[first << Byte.SIZE | (bytes[at++] & 0xFF)];
      }
      if (character == UNDEFINED) {
        throw MySqlCharset.malformed(name);
      }
      text[count++] = character;
    }
    return new String(text, 0, count);
  }
}
