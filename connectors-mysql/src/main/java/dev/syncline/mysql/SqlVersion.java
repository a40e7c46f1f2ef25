package dev.syncline.mysql;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose language a statement is written in.
 *
 * @param mariaDb MariaDB's, otherwise MySQL's
 * @param number the server's version as conditional comments name it, for example 80031 or 101105
 */
record SqlVersion(boolean mariaDb, int number) {
  private static final Pattern PRINTED = Pattern.compile("(mysql|mariadb) ([0-9]{1,7})");

  /** MariaDB passes over what was new in these versions of MySQL. */
  private static final int FIRST_FOREIGN = 50_700;

  private static final int LAST_FOREIGN = 99_999;

  /** The first MySQL that knows versions of six digits; all of MariaDB do. */
  private static final int SIX_DIGITS = 80_034;

  /** The first MySQL that reads behind MATCH. */
  private static final int FIRST_READING = 80_000;

  /** The last MariaDB that is known not to, and the first that is known to read behind MATCH. */
  private static final int LAST_OF_ENGINE = 100_299;

  private static final int FIRST_OF_SERVER = 101_100;

  /** The last versions that are known to go by what is named last, and the first not to. */
  private static final int LAST_BY_ORDER = 80_012;

  private static final int FIRST_BY_COLLATION = 80_031;
  private static final int LAST_MARIADB_BY_ORDER = 100_299;
  private static final int FIRST_MARIADB_BY_COLLATION = 101_100;

  /**
   * Whether a collation still counts behind which a character set is named, as in {@code COLLATE
   * utf8mb4_bin CHARACTER SET utf8mb4}; empty if that is not known.
   */
  Optional<Boolean> keepsCollation() {
    if (number >= (mariaDb ? FIRST_MARIADB_BY_COLLATION : FIRST_BY_COLLATION)) {
      return Optional.of(true);
    }
    boolean byOrder = number <= (mariaDb ? LAST_MARIADB_BY_ORDER : LAST_BY_ORDER);
    return byOrder ? Optional.of(false) : Optional.empty();
  }

  /** The version of a server. */
  static SqlVersion of(MySqlFacts server) {
    int number = server.versionNumber();
    return new SqlVersion(
        server.mariaDb(),
        number / 1_000_000 * 10_000 + number / 1_000 % 1_000 * 100 + number % 1_000);
  }

  /** As it was {@link #printed}; empty if it was not. */
  static Optional<SqlVersion> parse(String text) {
    Matcher matcher = PRINTED.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new SqlVersion(matcher.group(1).equals("mariadb"), Integer.parseInt(matcher.group(2))))
        : Optional.empty();
  }

  /** For settings of statements, for example {@code mysql 80031}. */
  String printed() {
    return (mariaDb ? "mariadb " : "mysql ") + number;
  }

  /**
   * Whether the server takes what stands in a conditional comment for words of the statement.
   *
   * @param ofMariaDb whether it begins with an M
   * @param from the version that it names; 0 for none
   */
  boolean takes(boolean ofMariaDb, int from) {
    if (ofMariaDb) {
      return mariaDb && from <= number;
    }
    boolean foreign = mariaDb && from >= FIRST_FOREIGN && from <= LAST_FOREIGN;
    return from <= number && !foreign;
  }

  /**
   * Whether a foreign key does what stands behind its {@code MATCH}. Servers whose storage engine
   * reads the statement itself do not look behind it (seen with MySQL 5.5.34 to 5.7.22, MariaDB
   * 10.1.23 and 10.2.11). Empty for versions between those and the ones that do (MySQL 8.0, MariaDB
   * 10.11.5).
   */
  Optional<Boolean> readsBehindMatch() {
    if (!mariaDb) {
      return Optional.of(number >= FIRST_READING);
    }
    return number > LAST_OF_ENGINE && number < FIRST_OF_SERVER
        ? Optional.empty()
        : Optional.of(number >= FIRST_OF_SERVER);
  }

  /** Whether the version in a conditional comment may have six digits instead of five. */
  boolean readsSixDigits() {
    return mariaDb || number >= SIX_DIGITS;
  }
}
