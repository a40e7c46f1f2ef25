package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
  private static final int MARIA_DB_XID = 129;
  private static final int MARIA_DB_COLLATIONS = 131;

  /** So many databases stand for more than are listed. */
  private static final int TOO_MANY_DATABASES = 254;

  private static final int MICROSECONDS_BYTES = 3;
  private static final long NO_FOREIGN_KEY_CHECKS = 1L << 26;
  private static final long NO_UNIQUE_CHECKS = 1L << 27;
  private static final long MARIA_DB_EXPLICIT_DEFAULTS = 1L << 24;

  /** A collation of utf8mb4, by which MariaDB names the character set. */
  private static final int UTF8MB4 = 45;

  private final Map<String, Long> numbers = new TreeMap<>();
  private final Map<Integer, Integer> collations = new HashMap<>();
  private final long second;
  private final byte[] bytes;
  private long mode;
  private long flags;
  private long microseconds;
  private boolean hasFlags;
  private boolean hasMode;
  private int client = -1;
  private String timeZone = "";
  private boolean whole = true;

  private QueryVariables(long second, byte[] bytes) {
    this.second = second;
    this.bytes = bytes;
  }

  /**
   * Reads the variables of an event.
   *
   * @param second when the statement began
   */
  static QueryVariables parse(ByteCursor bytes, long second) {
    int from = bytes.position();
    byte[] kept = Arrays.copyOfRange(bytes.array(), from, from + bytes.remaining());
    QueryVariables found = new QueryVariables(second, kept);
    while (found.whole && bytes.remaining() > 0) {
      int code = bytes.unsignedByte();
      found.whole = found.readBasic(code, bytes) || found.readMore(code, bytes);
    }
    return found;
  }

  /** When the statement began. */
  long second() {
    return second;
  }

  /** The variables as the log has them. */
  byte[] bytes() {
    return bytes.clone();
  }

  /** How the session read quotes. */
  SqlMode mode() {
    return hasMode ? SqlMode.of(mode) : SqlMode.DEFAULT;
  }

  /** The bits of {@code sql_mode}. */
  long modeBits() {
    return mode;
  }

  /** Whether foreign keys were checked. */
  boolean foreignKeyChecks() {
    return (flags & NO_FOREIGN_KEY_CHECKS) == 0;
  }

  /** The number of {@code collation_server}; 0 if the log does not say. */
  int serverCollation() {
    return numbers.getOrDefault(StatementSettings.SERVER_COLLATION, 0L).intValue();
  }

  /**
   * {@code explicit_defaults_for_timestamp}; empty if the log does not say.
   *
   * @param flagged whether the server has it among its flags, as MariaDB does from 10.8.4 on
   */
  Optional<Boolean> explicitDefaults(boolean flagged) {
    if (flagged) {
      return hasFlags ? Optional.of((flags & MARIA_DB_EXPLICIT_DEFAULTS) != 0) : Optional.empty();
    }
    return Optional.ofNullable(numbers.get(StatementSettings.EXPLICIT_DEFAULTS))
        .map(value -> value != 0);
  }

  /**
   * The numbers of the default collations of character sets where they differ from the server's, by
   * the number of a collation of the character set.
   */
  Map<Integer, Integer> collations() {
    return Map.copyOf(collations);
  }

  /** Whether all that the log says of the session was understood. */
  boolean isWhole() {
    return whole;
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
      case UPDATED_TABLES, XID, MARIA_DB_XID -> bytes.skip(Long.BYTES);
      case BYTES_WRITTEN -> bytes.skip(Integer.BYTES);
      case INVOKER -> {
        bytes.skip(bytes.unsignedByte());
        bytes.skip(bytes.unsignedByte());
      }
      case UPDATED_DATABASES -> skipDatabases(bytes);
      case MICROSECONDS, MARIA_DB_MICROSECONDS -> microseconds = bytes.unsigned(MICROSECONDS_BYTES);
      case EXPLICIT_DEFAULTS ->
          numbers.put(StatementSettings.EXPLICIT_DEFAULTS, (long) bytes.unsignedByte());
      case UTF8MB4_COLLATION -> {
        int collation = bytes.unsignedShort();
        numbers.put(StatementSettings.UTF8MB4_COLLATION, (long) collation);
        collations.put(UTF8MB4, collation);
      }
      case MARIA_DB_COLLATIONS -> {
        for (int left = bytes.unsignedByte(); left > 0; left--) {
          collations.put(bytes.unsignedShort(), bytes.unsignedShort());
        }
      }
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
