package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import dev.syncline.mysql.StatementEffect.Kind;
import dev.syncline.mysql.StatementEffect.ObjectName;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A statement in the binlog.
 *
 * @param database the session's default database; empty for none
 * @param sql the text; with characters replaced that are not understood if not {@link #isExact}
 * @param variables what the session had set
 * @param readable whether the text's character set is known
 * @param error the number of the error with which it ended when a part was done; 0 for none
 */
record QueryEvent(
    String database, String sql, QueryVariables variables, boolean readable, int error) {
  private static final int THREAD_AND_TIME_BYTES = 8;
  private static final int LOAD_BYTES = 13;
  private static final char REPLACEMENT = '\uFFFD';

  /** Reads a QUERY or an EXECUTE_LOAD_QUERY event. */
  static QueryEvent parse(RawEvent event) {
    boolean loads = event.type() == EventType.EXECUTE_LOAD_QUERY;
    return parse(event.body(), loads ? LOAD_BYTES : 0, event.second());
  }

  /**
   * Reads such an event behind its header.
   *
   * @param loadBytes how many bytes about a loaded file it has
   * @param second when the statement began
   */
  static QueryEvent parse(ByteCursor body, int loadBytes, long second) {
    body.skip(THREAD_AND_TIME_BYTES);
    int databaseBytes = body.unsignedByte();
    int error = body.unsignedShort();
    int variableBytes = body.unsignedShort();
    body.skip(loadBytes);
    int variables = body.take(variableBytes);
    QueryVariables found =
        QueryVariables.parse(
            new ByteCursor(body.array(), variables, variables + variableBytes), second);
    String database = body.utf8(databaseBytes);
    body.skip(1);
    byte[] text = body.bytes(body.remaining());
    int collation = found.clientCollation();
    Optional<String> sql = isAscii(text) ? Optional.of(ascii(text)) : decoded(text, collation);
    return new QueryEvent(
        database, sql.orElseGet(() -> ascii(text)), found, sql.isPresent(), error);
  }

  /** How the session read quotes. */
  SqlMode mode() {
    return variables.mode();
  }

  /** What else the statement depends on, in the words of {@link StatementSettings}. */
  Map<String, String> settings(MySqlFacts facts) {
    Map<String, String> settings = variables.settings(facts.mariaDb());
    boolean flagged = facts.isMariaDbFrom(10, 8, 4);
    if (flagged) {
      variables.explicitDefaults(true).ifPresent(on -> putExplicitDefaults(settings, on));
    } else if (!facts.isMySqlFrom(5, 7, 0)) {
      // It is nowhere in the log, and a session has it as the server was started.
      putExplicitDefaults(settings, facts.isOn(StatementSettings.EXPLICIT_DEFAULTS));
    }
    return settings;
  }

  private static void putExplicitDefaults(Map<String, String> settings, boolean on) {
    settings.put(StatementSettings.EXPLICIT_DEFAULTS, on ? "1" : "0");
  }

  /** What the statement may do to tables, if any server has logged it. */
  StatementEffect effect() {
    return readable ? StatementReader.read(sql, mode()) : unreadable();
  }

  /** What the statement may do to tables, as the server takes it that has logged it. */
  StatementEffect effect(SqlVersion server) {
    return readable ? StatementReader.read(sql, mode(), server) : unreadable();
  }

  private static StatementEffect unreadable() {
    return new StatementEffect(
        Kind.UNKNOWN, "a statement in another character set", List.of(new ObjectName("", "")));
  }

  private static boolean isAscii(byte[] text) {
    for (byte b : text) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** With other bytes than those of ASCII replaced. */
  private static String ascii(byte[] text) {
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** The text in the character set of a collation; empty if that is not known, or it is not. */
  private static Optional<String> decoded(byte[] text, int collation) {
    String charset = charset(collation);
    try {
      return MySqlCharset.named(charset).map(known -> known.decode(text, 0, text.length));
    } catch (MalformedValueException e) {
      // Bytes in a literal that is not ours to carry must not stop anybody: the rest is readable.
      return switch (charset) {
        case "utf8mb4" -> Optional.of(new String(text, StandardCharsets.UTF_8));
        case "gbk", "gb2312", "gb18030" ->
            Optional.of(new String(text, Charset.forName("GB18030")));
        default -> Optional.empty();
      };
    }
  }

  /** Whether nothing in the text was replaced since it is no character. */
  boolean isExact() {
    return readable && sql.indexOf(REPLACEMENT) < 0;
  }

  /** The character set of a collation by the number that all servers give it; empty if unknown. */
  private static String charset(int collation) {
    return switch (collation) {
      case 1, 84 -> "big5";
      case 2, 9, 21, 27, 77 -> "latin2";
      case 4, 80 -> "cp850";
      case 5, 8, 15, 31, 47, 48, 49, 94 -> "latin1";
      case 7, 74 -> "koi8r";
      case 12, 91 -> "ujis";
      case 13, 88 -> "sjis";
      case 14, 23, 50, 51, 52 -> "cp1251";
      case 16, 71 -> "hebrew";
      case 18, 89 -> "tis620";
      case 19, 85 -> "euckr";
      case 20, 41, 42, 79 -> "latin7";
      case 22, 75 -> "koi8u";
      case 24, 86 -> "gb2312";
      case 25, 70 -> "greek";
      case 26, 34, 44, 66, 99 -> "cp1250";
      case 28, 87 -> "gbk";
      case 29, 58, 59 -> "cp1257";
      case 30, 78 -> "latin5";
      case 36, 68 -> "cp866";
      case 38, 43 -> "macce";
      case 39, 53 -> "macroman";
      case 40, 81 -> "cp852";
      case 57, 67 -> "cp1256";
      case 95, 96 -> "cp932";
      case 97, 98 -> "eucjpms";
      case 248, 249, 250 -> "gb18030";
      case 33, 45, 46, 63, 76, 83 -> "utf8mb4";
      default -> isUtf8(collation) ? "utf8mb4" : "";
    };
  }

  private static boolean isUtf8(int collation) {
    return (collation >= 192 && collation <= 247)
        || (collation >= 255 && collation <= 323)
        || (collation >= 576 && collation <= 639);
  }
}
