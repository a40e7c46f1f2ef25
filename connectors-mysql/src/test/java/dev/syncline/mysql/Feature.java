package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;
import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;

import dev.syncline.testkit.server.MySqlRelease;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/** What only newer releases have, so that tests can expect the opposite of older ones. */
public enum Feature {
  /** Fractions of seconds. */
  FRACTIONS("5.6", "10.0"),
  /** Columns of type JSON, whatever that is. */
  JSON("5.7", "10.2"),
  /** JSON as a type of its own, and not as a check of text. */
  BINARY_JSON("5.7", ""),
  /** Generated columns, by the words of the standard. */
  GENERATED_COLUMNS("5.7", "10.2"),
  /** The character set {@code gb18030}. */
  GB18030("5.7", ""),
  /** The character set {@code utf16le}. */
  UTF16LE("5.6", "10.0"),
  /** Keys of more than 767 bytes, unless told otherwise. */
  LONG_KEYS("5.7", "10.2"),
  /** Names of columns in the log. */
  COLUMN_NAMES_IN_LOG("8.0", "10.5"),
  /** Checksums of events, by default. */
  CHECKSUMS("5.6", "10.2"),
  /** An error that tells a reader that another one has its server id. */
  SAME_SERVER_ID_IS_NAMED("5.7", "10.2"),
  /** TLS of a version that Java still speaks. */
  MODERN_TLS("8.0", "10.4"),
  /** The statement SHUTDOWN. */
  SHUTDOWN_STATEMENT("5.7", "10.0"),
  /** Values of virtual columns in the log, and not NULL. */
  VIRTUAL_COLUMNS_IN_LOG("5.7", "10.3"),
  /** What foreign keys do to other rows, as changes of these. */
  CASCADES_IN_LOG("9.6", ""),
  /** The statement that forgets the log, by its new name alone. */
  RESET_BINARY_LOGS("8.4", ""),
  /** The statement CREATE SEQUENCE. */
  SEQUENCES("", "10.3"),
  /** Roles. */
  ROLES("8.0", "10.1"),
  /** XA transactions that are logged as such, and not as any other when they are committed. */
  XA_IN_LOG("5.7", "10.5"),
  /** Long values of prepared statements as large as a packet, and not as it was at the start. */
  LONG_DATA_LIMIT_CAN_BE_SET("5.6", "10.5"),
  /** The privilege {@code BINLOG MONITOR}, by which {@code REPLICATION CLIENT} is known since. */
  BINLOG_MONITOR("", "10.5"),
  /** Foreign keys that need the privilege {@code REFERENCES}. */
  REFERENCES_PRIVILEGE("5.7", "10.0"),
  /** GTIDs that say what a read has seen, or a read view's own place in the log. */
  MARKS_WITHOUT_LOCKS("5.7", "10.0"),
  /** Commits in the order of the log, so that a visible row tells something of the log. */
  WATERMARKS("5.6", ""),
  /** The function that tells what a collation compares. */
  WEIGHT_STRING("5.6", "10.0"),
  /**
   * Foreign keys that refer to one table act in the order of their names from the start, and not
   * only when the server has read them again.
   */
  KEYS_ACT_BY_NAME("5.7", "10.0"),
  /** {@code TIMESTAMP} columns that get no values by themselves, if an option says so. */
  TIMESTAMPS_AS_OTHERS("5.6", "10.1"),
  /** The same unless an option says otherwise. */
  TIMESTAMPS_AS_OTHERS_FIRST("8.0", "10.10"),
  /** Images of rows without the columns that did not change. */
  PARTIAL_IMAGES("5.6", "10.1");

  private final String mySql;
  private final String mariaDb;

  /**
   * The versions that were the first to have it.
   *
   * @param mySql empty if no MySQL has it
   * @param mariaDb empty if no MariaDB has it
   */
  Feature(String mySql, String mariaDb) {
    this.mySql = mySql;
    this.mariaDb = mariaDb;
  }

  /** Whether a release has it. */
  public boolean isIn(MySqlRelease release) {
    return isFrom(release, MYSQL, mySql) || isFrom(release, MARIADB, mariaDb);
  }

  /** The releases that have it. */
  Set<MySqlRelease> releases() {
    return Arrays.stream(MySqlRelease.values()).filter(this::isIn).collect(Collectors.toSet());
  }

  private static boolean isFrom(MySqlRelease release, MySqlRelease.Family family, String version) {
    if (version.isEmpty()) {
      return false;
    }
    int dot = version.indexOf('.');
    return release.isFrom(
        family,
        Integer.parseInt(version.substring(0, dot)),
        Integer.parseInt(version.substring(dot + 1)));
  }
}
