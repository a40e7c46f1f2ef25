package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a session had set when it ran a statement, as far as the log says it. Immutable once read.
 * Unknown variables end the list; those that all servers write come first.
 */
final class QueryVariables {

  private static final int FLAGS = 0;
  private static final int SQL_MODE = 1;
  private static final int OLD_CATALOG = 2;
  private static final int AUTO_INCREMENT = 3;
  private static final int CHARSET = 4;
  private static final int TIME_ZONE = 5;
  private static final int CATALOG = 6;
  private static final int TIME_NAMES = 7;
  private static final int DATABASE_COLLATION = 8;
  private static final int UPDATED_TABLES = 9;
  private static final int BYTES_WRITTEN = 10;
  private static final int INVOKER = 11;
  private static final int UPDATED_DATABASES = 12;
  private static final int MICROSECONDS = 13;
  private static final int EXPLICIT_DEFAULTS = 16;
  private static final int XID = 17;
  private static final int UTF8MB4_COLLATION = 18;
  private static final int REQUIRE_PRIMARY_KEY = 19;
  private static final int TABLE_ENCRYPTION = 20;
  private static final int MARIA_DB_MICROSECONDS = 128;

  /** So many databases stand for more than are listed. */
  private static final int TOO_MANY_DATABASES = 254;

  private static final int MICROSECONDS_BYTES = 3;
  private static final long NO_FOREIGN_KEY_CHECKS = 1L << 26;
  private static final long NO_UNIQUE_CHECKS = 1L << 27;

  private final Map<String, Long> numbers = new TreeMap<>();
  private final long second;
  private long mode;
  private long flags;
  private long microseconds;
  private boolean hasFlags;
  private boolean hasMode;
  private int client = -1;
  private String timeZone = "";

  private QueryVariables(long second) {
    this.second = second;
  }

  /**
   * Reads the variables of an event.
   *
   * @param second when the statement began
   */
  static QueryVariables parse(ByteCursor bytes, long second) {
    QueryVariables found = new QueryVariables(second);
    boolean known = true;
    while (known && bytes.remaining() > 0) {
      int code = bytes.unsignedByte();
      known = found.readBasic(code, bytes) || found.readMore(code, bytes);
    }
    return found;
  }

  /** How the session read quotes. */
  SqlMode mode() {
    return hasMode ? SqlMode.of(mode) : SqlMode.DEFAULT;
  }

  /** The number of a collation of the set in which the statement is written; -1 if unknown. */
  int clientCollation() {
    return client;
  }

  private boolean readBasic(int code, ByteCursor bytes) {
    switch (code) {
      case FLAGS -> {
        flags = bytes.unsignedInt();
        hasFlags = true;
      }
      case SQL_MODE -> {
        mode = bytes.signedLong();
        hasMode = true;
      }
      case OLD_CATALOG -> bytes.skip(bytes.unsignedByte() + 1);
      case AUTO_INCREMENT -> {
        numbers.put(StatementSettings.INCREMENT, (long) bytes.unsignedShort());
        numbers.put(StatementSettings.INCREMENT_OFFSET, (long) bytes.unsignedShort());
      }
      case CHARSET -> {
        client = bytes.unsignedShort();
        numbers.put(StatementSettings.CLIENT, (long) client);
        numbers.put(StatementSettings.COLLATION, (long) bytes.unsignedShort());
        numbers.put(StatementSettings.SERVER_COLLATION, (long) bytes.unsignedShort());
      }
      case TIME_ZONE -> timeZone = bytes.text(bytes.unsignedByte(), StandardCharsets.ISO_8859_1);
      case CATALOG -> bytes.skip(bytes.unsignedByte());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean readMore(int code, ByteCursor bytes) {
    switch (code) {
      case TIME_NAMES -> bytes.skip(2);
      case DATABASE_COLLATION ->
          numbers.put(StatementSettings.DATABASE_COLLATION, (long) bytes.unsignedShort());
      case UPDATED_TABLES, XID -> bytes.skip(Long.BYTES);
      case BYTES_WRITTEN -> bytes.skip(Integer.BYTES);
      case INVOKER -> {
        bytes.skip(bytes.unsignedByte());
        bytes.skip(bytes.unsignedByte());
      }
      case UPDATED_DATABASES -> skipDatabases(bytes);
      case MICROSECONDS, MARIA_DB_MICROSECONDS -> microseconds = bytes.unsigned(MICROSECONDS_BYTES);
      case EXPLICIT_DEFAULTS ->
          numbers.put(StatementSettings.EXPLICIT_DEFAULTS, (long) bytes.unsignedByte());
      case UTF8MB4_COLLATION ->
          numbers.put(StatementSettings.UTF8MB4_COLLATION, (long) bytes.unsignedShort());
      case REQUIRE_PRIMARY_KEY, TABLE_ENCRYPTION -> bytes.skip(1);
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void skipDatabases(ByteCursor bytes) {
    int count = bytes.unsignedByte();
    for (int i = 0; i < count && count < TOO_MANY_DATABASES; i++) {
      while (bytes.unsignedByte() != 0) {
        // The name goes on.
      }
    }
  }

  /** What {@link StatementSettings} needs to run the statement as it was run. */
  Map<String, String> settings(boolean mariaDb) {
    Map<String, String> settings = new TreeMap<>();
    numbers.forEach((name, value) -> settings.put(name, Long.toString(value)));
    if (hasMode) {
      settings.put(StatementSettings.SQL_MODE, SqlModes.names(mode, mariaDb));
    }
    if (hasFlags) {
      settings.put(
          StatementSettings.FOREIGN_KEY_CHECKS, (flags & NO_FOREIGN_KEY_CHECKS) == 0 ? "1" : "0");
      settings.put(StatementSettings.UNIQUE_CHECKS, (flags & NO_UNIQUE_CHECKS) == 0 ? "1" : "0");
    }
    if (!timeZone.isEmpty()) {
      settings.put(StatementSettings.TIME_ZONE, timeZone);
    }
    if (second > 0) {
      settings.put(StatementSettings.TIMESTAMP, "%d.%06d".formatted(second, microseconds));
    }
    return settings;
  }
}
