package dev.syncline.mysql;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the log says of the session that ran a statement, as far as tables depend on it. Immutable.
 *
 * @param database the default database; empty for none
 * @param sqlMode the bits of {@code sql_mode}
 * @param foreignKeyChecks whether foreign keys were checked
 * @param serverCollation the number of {@code collation_server}; 0 if the log does not say
 * @param explicitTimestamps {@code explicit_defaults_for_timestamp}; empty if the log does not say
 * @param collations the numbers of the default collations of character sets where they differ from
 *     the server's, by the number of a collation of the character set
 * @param whole whether all that the log says of the session was understood
 * @param error the number of the error with which the statement ended after a part was done; 0 for
 *     none
 */
record DdlSession(
    String database,
    long sqlMode,
    boolean foreignKeyChecks,
    int serverCollation,
    Optional<Boolean> explicitTimestamps,
    Map<Integer, Integer> collations,
    boolean whole,
    int error) {

  private static final int THREAD_AND_TIME_BYTES = 8;

  private static final int FLAGS = 0;
  private static final int SQL_MODE = 1;
  private static final int OLD_CATALOG = 2;
  private static final int AUTO_INCREMENT = 3;
  private static final int CHARSET = 4;
  private static final int TIME_ZONE = 5;
  private static final int CATALOG = 6;
  private static final int NAMES_OF_TIMES = 7;
  private static final int DATABASE_CHARSET = 8;
  private static final int UPDATED_TABLES = 9;
  private static final int BYTES_OF_MASTER = 10;
  private static final int INVOKER = 11;
  private static final int UPDATED_DATABASES = 12;
  private static final int MICROSECONDS = 13;
  private static final int EXPLICIT_TIMESTAMPS = 16;
  private static final int DDL_XID = 17;
  private static final int COLLATION_FOR_UTF8MB4 = 18;
  private static final int REQUIRES_PRIMARY_KEY = 19;
  private static final int ENCRYPTION = 20;
  private static final int MARIADB_MICROSECONDS = 128;
  private static final int MARIADB_XID = 129;
  private static final int MARIADB_COLLATIONS = 131;

  /** How many names of databases there are if there are too many to be named. */
  private static final int TOO_MANY_DATABASES = 254;

  private static final long NO_FOREIGN_KEY_CHECKS = 1L << 26;
  private static final long MARIADB_EXPLICIT_TIMESTAMPS = 1L << 24;

  /** A collation of utf8mb4, by which MariaDB names the character set. */
  static final int UTF8MB4 = 45;

  private static final long REAL_AS_FLOAT = 1;
  private static final long ORACLE = 1L << 9;
  private static final long MAXDB = 1L << 12;

  DdlSession {
    collations = Map.copyOf(collations);
  }

  /**
   * Reads a QUERY event.
   *
   * @param facts what the server is that wrote it
   * @throws IllegalArgumentException if the event is no such event
   */
  static DdlSession parse(RawEvent event, MySqlFacts facts) {
    return parse(event.body(), facts);
  }

  /** Reads such an event behind its header. */
  static DdlSession parse(ByteCursor body, MySqlFacts facts) {
    body.skip(THREAD_AND_TIME_BYTES);
    int databaseBytes = body.unsignedByte();
    int error = body.unsignedShort();
    int end = body.unsignedShort();
    Variables found = new Variables(facts);
    end += body.position();
    boolean known = true;
    while (known && body.position() < end) {
      known = found.parseOne(body);
    }
    body.skip(end - body.position());
    return new DdlSession(
        body.utf8(databaseBytes),
        found.sqlMode,
        found.foreignKeyChecks,
        found.serverCollation,
        found.explicitTimestamps,
        found.collations,
        known,
        error);
  }

  /** Whether {@code REAL} is the small type. */
  boolean hasRealAsFloat() {
    return (sqlMode & REAL_AS_FLOAT) != 0;
  }

  /** Whether types have other meanings than usual. */
  boolean hasForeignTypes(MySqlFacts facts) {
    long modes = facts.isMySqlFrom(8, 0, 0) ? 0 : ORACLE | MAXDB;
    return (sqlMode & modes) != 0;
  }

  private static final class Variables {
    private final boolean flagsHaveTimestamps;
    private long sqlMode;
    private boolean foreignKeyChecks = true;
    private int serverCollation;
    private Optional<Boolean> explicitTimestamps = Optional.empty();
    private final Map<Integer, Integer> collations = new HashMap<>();

    Variables(MySqlFacts facts) {
      // The variable is a session's since then.
      this.flagsHaveTimestamps = facts.isMariaDbFrom(10, 8, 4);
    }

    /** Reads a variable; false if it is not known. */
    boolean parseOne(ByteCursor bytes) {
      switch (bytes.unsignedByte()) {
        case FLAGS -> flags(bytes.unsigned(4));
        case SQL_MODE -> sqlMode = bytes.signedLong();
        case OLD_CATALOG -> bytes.skip(bytes.unsignedByte() + 1);
        case AUTO_INCREMENT, BYTES_OF_MASTER -> bytes.skip(4);
        case CHARSET -> {
          bytes.skip(4);
          serverCollation = bytes.unsignedShort();
        }
        case TIME_ZONE, CATALOG -> bytes.skip(bytes.unsignedByte());
        case NAMES_OF_TIMES, DATABASE_CHARSET -> bytes.skip(2);
        case UPDATED_TABLES, DDL_XID, MARIADB_XID -> bytes.skip(8);
        case INVOKER -> {
          bytes.skip(bytes.unsignedByte());
          bytes.skip(bytes.unsignedByte());
        }
        case UPDATED_DATABASES -> databases(bytes);
        case MICROSECONDS, MARIADB_MICROSECONDS -> bytes.skip(3);
        case EXPLICIT_TIMESTAMPS -> explicitTimestamps = Optional.of(bytes.unsignedByte() != 0);
        case COLLATION_FOR_UTF8MB4 -> collations.put(UTF8MB4, bytes.unsignedShort());
        case REQUIRES_PRIMARY_KEY, ENCRYPTION -> bytes.skip(1);
        case MARIADB_COLLATIONS -> {
          for (int left = bytes.unsignedByte(); left > 0; left--) {
            collations.put(bytes.unsignedShort(), bytes.unsignedShort());
          }
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private void flags(long flags) {
      foreignKeyChecks = (flags & NO_FOREIGN_KEY_CHECKS) == 0;
      if (flagsHaveTimestamps) {
        explicitTimestamps = Optional.of((flags & MARIADB_EXPLICIT_TIMESTAMPS) != 0);
      }
    }

    private static void databases(ByteCursor bytes) {
      int count = bytes.unsignedByte();
      for (int left = count == TOO_MANY_DATABASES ? 0 : count; left > 0; left--) {
        while (bytes.unsignedByte() != 0) {
          // The name ends with a zero.
        }
      }
    }
  }
}
