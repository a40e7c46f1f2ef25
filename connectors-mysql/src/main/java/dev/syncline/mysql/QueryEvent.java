package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import dev.syncline.mysql.StatementEffect.Kind;
import dev.syncline.mysql.StatementEffect.ObjectName;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A statement in the binlog.
 *
 * @param database the session's default database; empty for none
 * @param sql the text; with characters replaced that are not understood if not {@code readable}
 * @param variables what the session had set
 * @param readable whether the text's character set is known
 * @param error the number of the error with which it ended when a part was done; 0 for none
 */
record QueryEvent(
    String database, String sql, QueryVariables variables, boolean readable, int error) {
  private static final int THREAD_AND_TIME_BYTES = 8;
  private static final int LOAD_BYTES = 13;

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
    Charset charset = isAscii(text) ? StandardCharsets.US_ASCII : charset(found.clientCollation());
    return charset == null
        ? new QueryEvent(database, new String(text, StandardCharsets.US_ASCII), found, false, error)
        : new QueryEvent(database, new String(text, charset), found, true, error);
  }

  /** How the session read quotes. */
  SqlMode mode() {
    return variables.mode();
  }

  /** What else the statement depends on, in the words of {@link StatementSettings}. */
  Map<String, String> settings(boolean mariaDb) {
    return variables.settings(mariaDb);
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

  /** The character set of a collation of clients; null if it is not one of the usual ones. */
  private static @Nullable Charset charset(int collation) {
    return switch (collation) {
      case 5, 8, 15, 31, 47, 48, 49, 94 -> Charset.forName("windows-1252");
      case 24, 28, 86, 87, 248, 249, 250 -> Charset.forName("GB18030");
      case 33, 45, 46, 63, 76, 83 -> StandardCharsets.UTF_8;
      default -> isUtf8(collation) ? StandardCharsets.UTF_8 : null;
    };
  }

  private static boolean isUtf8(int collation) {
    return (collation >= 192 && collation <= 247)
        || (collation >= 255 && collation <= 323)
        || (collation >= 576 && collation <= 639);
  }
}
