package dev.syncline.mysql;

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

  private static final long REAL_AS_FLOAT = 1;
  private static final long ORACLE = 1L << 9;
  private static final long MAXDB = 1L << 12;

  DdlSession {
    collations = Map.copyOf(collations);
  }

  /**
   * The session of a statement.
   *
   * @param facts what the server is that wrote it
   */
  static DdlSession of(QueryEvent query, MySqlFacts facts) {
    QueryVariables found = query.variables();
    return new DdlSession(
        query.database(),
        found.modeBits(),
        found.foreignKeyChecks(),
        found.serverCollation(),
        found.explicitDefaults(facts.isMariaDbFrom(10, 8, 4)),
        found.collations(),
        found.isWhole(),
        query.error());
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
}
