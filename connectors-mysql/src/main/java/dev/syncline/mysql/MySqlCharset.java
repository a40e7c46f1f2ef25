package dev.syncline.mysql;

import dev.syncline.mysql.CodeTable.PrivateUse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A character set of MySQL: how its bytes become text. Bytes that stand for no character are an
 * error, never a replacement character. Thread-safe.
 */
final class MySqlCharset {

  private static final char REPLACEMENT = '\uFFFD';
  private static final TreeMap<String, MySqlCharset> ALL = new TreeMap<>();

  /** Pairs of characters whose codes MySQL has the other way round than the JDK. */
  private static final String GB18030_SWAPPED =
      "\uFE10\uE78D\uFE12\uE78E\uFE11\uE78F\uFE13\uE790\uFE14\uE791\uFE15\uE792\uFE16\uE793"
          + "\uFE17\uE794\uFE18\uE795\uFE19\uE796\u9FB4\uE81E\u9FB5\uE826\u9FB6\uE82B"
          + "\u9FB7\uE82C\u9FB8\uE832\u9FB9\uE843\u9FBA\uE854\u9FBB\uE864";

  static {
    jdk("utf8mb4", "UTF-8", 4);
    jdk("utf8mb3", "UTF-8", 3);
    jdk("utf8", "UTF-8", 3);
    jdk("ascii", "US-ASCII", 1);
    jdk("ucs2", "UTF-16BE", 2);
    jdk("utf16", "UTF-16BE", 4);
    jdk("utf16le", "UTF-16LE", 4);
    jdk("utf32", "UTF-32BE", 4);
    jdk("gb18030", "GB18030", 4);
    // MySQL's latin1 is Windows-1252 whose five free places are control characters.
    table("latin1", "windows-1252", 1, "81=0081 8D=008D 8F=008F 90=0090 9D=009D");
    table("latin2", "ISO-8859-2", 1, "");
    table("latin5", "ISO-8859-9", 1, "");
    table("latin7", "ISO-8859-13", 1, "");
    table("greek", "ISO-8859-7", 1, "A1=02BD A2=02BC A4= A5= AA=");
    table("hebrew", "ISO-8859-8", 1, "AF=203E");
    table("cp1250", "windows-1250", 1, "");
    table("cp1251", "windows-1251", 1, "");
    table("cp1256", "windows-1256", 1, "8A= 8F= 98= 9A= 9F= AA= C0= FF=");
    table("cp1257", "windows-1257", 1, "");
    table("cp850", "IBM850", 1, "");
    table("cp852", "IBM852", 1, "");
    table("cp866", "IBM866", 1, "FC=207F FD=00B2");
    table("koi8r", "KOI8-R", 1, "");
    table("koi8u", "KOI8-U", 1, "95=2022");
    table("tis620", "TIS-620", 1, "80-9F=0080 A0=");
    table("macroman", "x-MacRoman", 1, "");
    table("macce", "x-MacCentralEurope", 1, "");
    table("gbk", "x-mswin-936", 2, "80=");
    table("gb2312", "EUC-CN", 2, "");
    table(
        "big5",
        "Big5",
        2,
        "A15A= A1FE= A240= A2CC= A2CE= F9D6=7881 F9D7=92B9 F9D8=88CF F9D9=58BB F9DA=6052 F9DB=7CA7"
            + " F9DC=5AFA");
    table("sjis", "Shift_JIS", 2, "815C=2015 815F=005C");
    table("cp932", "windows-31j", 2, "");
    table("euckr", "x-windows-949", 2, "");
    table("ujis", "EUC-JP", 3, "A1BD=2015 A1C0=005C 8FA2B7=007E");
    table(
        "eucjpms",
        "x-eucJP-Open",
        3,
        "A1BD=2015 A1C1=FF5E A1C2=2225 A1DD=FF0D A1F1=FFE0 A1F2=FFE1 A2CC=FFE2 8FA2C3=FFE4");
  }

  /** The character set of JSON documents. */
  static final MySqlCharset UTF8 = named("utf8mb4").orElseThrow();

  /** How bytes become text where there is no table. */
  private enum Form {
    AS_IN_JDK,
    GB18030,
    UCS2,
    UTF32
  }

  private final String name;
  private final Form form;
  private final int maxBytesPerCharacter;
  private final String jdkName;
  private final @Nullable String tableDifferences;
  private @Nullable volatile CodeTable table;
  private @Nullable volatile Charset jdk;

  private MySqlCharset(
      String name, String jdkName, int maxBytesPerCharacter, @Nullable String tableDifferences) {
    this.name = name;
    this.form =
        switch (name) {
          case "gb18030" -> Form.GB18030;
          case "ucs2" -> Form.UCS2;
          case "utf32" -> Form.UTF32;
          default -> Form.AS_IN_JDK;
        };
    this.jdkName = jdkName;
    this.maxBytesPerCharacter = maxBytesPerCharacter;
    this.tableDifferences = tableDifferences;
  }

  private static void jdk(String name, String jdkName, int maxBytes) {
    ALL.put(name, new MySqlCharset(name, jdkName, maxBytes, null));
  }

  private static void table(String name, String jdkName, int maxBytes, String differences) {
    ALL.put(name, new MySqlCharset(name, jdkName, maxBytes, differences));
  }

  /** The character set with MySQL's name; empty if Syncline or this JDK does not support it. */
  static Optional<MySqlCharset> named(String name) {
    return Optional.ofNullable(ALL.get(name.toLowerCase(Locale.ROOT)))
        .filter(charset -> Charset.isSupported(charset.jdkName));
  }

  /** The names of all character sets that are supported. */
  static Set<String> names() {
    return Set.copyOf(ALL.keySet());
  }

  /** How many bytes a character takes at most. */
  int maxBytesPerCharacter() {
    return maxBytesPerCharacter;
  }

  /** Whether a server that sends utf8mb4 sends this character set's bytes as they are stored. */
  boolean isSentAsStored() {
    return jdkName.equals("UTF-8") || name.equals("ascii");
  }

  /**
   * The text behind bytes.
   *
   * @throws MalformedValueException if the bytes are not text in this character set
   */
  String decode(byte[] bytes, int offset, int length) {
    if (tableDifferences != null) {
      return table(tableDifferences).decode(bytes, offset, length);
    }
    return switch (form) {
      case AS_IN_JDK -> jdkText(bytes, offset, length);
      case GB18030 -> swapped(jdkText(bytes, offset, length));
      case UCS2 -> withoutSurrogates(jdkText(bytes, offset, length));
      case UTF32 -> utf32(bytes, offset, length);
    };
  }

  /** Quick for ASCII, which the JDK looks for first. */
  private String jdkText(byte[] bytes, int offset, int length) {
    Charset charset = jdkCharset();
    String text = new String(bytes, offset, length, charset);
    if (text.indexOf(REPLACEMENT) >= 0) {
      checkIsReal(charset, bytes, offset, length);
    }
    return text;
  }

  /** Built when it is needed for the first time: a table takes milliseconds and 256 KiB. */
  private CodeTable table(String differences) {
    CodeTable built = table;
    if (built == null) {
      PrivateUse privateUse =
          switch (name) {
            case "gbk", "euckr" -> PrivateUse.UNDEFINED;
            case "ujis", "eucjpms" -> PrivateUse.EUC_ROWS;
            default -> PrivateUse.AS_IN_JDK;
          };
      built = CodeTable.build(name, jdkName, maxBytesPerCharacter, privateUse, differences);
      table = built;
    }
    return built;
  }

  private Charset jdkCharset() {
    Charset found = jdk;
    if (found == null) {
      found = Charset.forName(jdkName);
      jdk = found;
    }
    return found;
  }

  /** A replacement character may be what was stored: decodes again in a way that fails if not. */
  private void checkIsReal(Charset charset, byte[] bytes, int offset, int length) {
    try {
      charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes, offset, length));
    } catch (CharacterCodingException e) {
      throw malformed(name);
    }
  }

  /** The JDK's decoder takes the first character away if it is a byte order mark. */
  private static String utf32(byte[] bytes, int offset, int length) {
    if (length % Integer.BYTES != 0) {
      throw malformed("utf32");
    }
    ByteCursor in = new ByteCursor(bytes, offset, offset + length);
    StringBuilder text = new StringBuilder(length / Integer.BYTES);
    while (in.remaining() > 0) {
      int character = (int) in.bigEndian(Integer.BYTES);
      boolean isHalf = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
      if (isHalf || !Character.isValidCodePoint(character)) {
        throw malformed("utf32");
      }
      text.appendCodePoint(character);
    }
    return text.toString();
  }

  private static String swapped(String text) {
    StringBuilder swapped = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      int place = c < '\u9FB4' ? -1 : GB18030_SWAPPED.indexOf(c);
      if (place >= 0) {
        swapped = swapped == null ? new StringBuilder(text) : swapped;
        swapped.setCharAt(i, GB18030_SWAPPED.charAt(place ^ 1));
      }
    }
    return swapped == null ? text : swapped.toString();
  }

  /** To MySQL, ucs2 has no characters of four bytes; it stores halves of them without asking. */
  private static String withoutSurrogates(String text) {
    if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))) {
      throw malformed("ucs2");
    }
    return text;
  }

  /** The failure for bytes that are not text in a character set. */
  static MalformedValueException malformed(String charset) {
    return new MalformedValueException("its bytes are not text in character set '" + charset + "'");
  }

  /** The name that MySQL has for this character set. */
  @Override
  public String toString() {
    return name;
  }
}
