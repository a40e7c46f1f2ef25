package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import dev.syncline.mysql.StatementEffect.Kind;
import dev.syncline.mysql.StatementEffect.ObjectName;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement in the binlog.
 *
 * @param database the session's default database; empty for none
 * @param sql the text; with characters replaced that are not understood if not {@code readable}
 * @param mode how the session read quotes
 * @param readable whether the text's character set is known
 */
record QueryEvent(String database, String sql, SqlMode mode, boolean readable) {
  private static final int THREAD_AND_TIME_BYTES = 8;
  private static final int ERROR_BYTES = 2;
  private static final int LOAD_BYTES = 13;

  private static final int FLAGS = 0;
  private static final int SQL_MODE = 1;
  private static final int OLD_CATALOG = 2;
  private static final int AUTO_INCREMENT = 3;
  private static final int CHARSET = 4;
  private static final int TIME_ZONE = 5;
  private static final int CATALOG = 6;

  /** Reads a QUERY or an EXECUTE_LOAD_QUERY event. */
  static QueryEvent parse(RawEvent event) {
    ByteCursor body = event.body();
    body.skip(THREAD_AND_TIME_BYTES);
    int databaseBytes = body.unsignedByte();
    body.skip(ERROR_BYTES);
    int variableBytes = body.unsignedShort();
    if (event.type() == EventType.EXECUTE_LOAD_QUERY) {
      body.skip(LOAD_BYTES);
    }
    ByteCursor variables =
        new ByteCursor(event.bytes(), body.position(), body.position() + variableBytes);
    body.skip(variableBytes);
    Variables found = Variables.parse(variables);
    String database = body.utf8(databaseBytes);
    body.skip(1);
    byte[] text = body.bytes(body.remaining());
    Charset charset = isAscii(text) ? StandardCharsets.US_ASCII : charset(found.collation);
    return charset == null
        ? new QueryEvent(database, new String(text, StandardCharsets.US_ASCII), found.mode, false)
        : new QueryEvent(database, new String(text, charset), found.mode, true);
  }

  /** What the statement may do to tables. */
  StatementEffect effect() {
    return readable
        ? StatementReader.read(sql, mode)
        : new StatementEffect(
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

  /** What the session had set; unknown variables end the list, the ones needed come first. */
  private static final class Variables {
    private SqlMode mode = SqlMode.DEFAULT;
    private int collation = -1;

    static Variables parse(ByteCursor bytes) {
      Variables found = new Variables();
      boolean known = true;
      while (known && bytes.remaining() > 0) {
        known = found.parseOne(bytes);
      }
      return found;
    }

    private boolean parseOne(ByteCursor bytes) {
      switch (bytes.unsignedByte()) {
        case FLAGS, AUTO_INCREMENT -> bytes.skip(4);
        case SQL_MODE -> mode = SqlMode.of(bytes.signedLong());
        case OLD_CATALOG -> bytes.skip(bytes.unsignedByte() + 1);
        case CHARSET -> {
          collation = bytes.unsignedShort();
          bytes.skip(4);
        }
        case TIME_ZONE, CATALOG -> bytes.skip(bytes.unsignedByte());
        default -> {
          return false;
        }
      }
      return true;
    }
  }
}
