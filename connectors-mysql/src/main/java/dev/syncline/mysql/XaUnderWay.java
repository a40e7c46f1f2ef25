package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The XA transactions of which nobody knows at a moment whether reads show them, although they may
 * be in the log as committed: servers log the commit first, and let the engine commit then, apart
 * from the order of other transactions.
 *
 * @param xids those that were not decided, or not to the end; they stay in the server's list until
 *     the engine has committed
 */
record XaUnderWay(Set<String> xids) {
  private static final int ACCESS_DENIED = 1227;
  private static final int RESOURCE_MANAGER_ERROR = 1401;
  private static final int MOST_NAMED = 5;

  /** Copies the set. */
  XaUnderWay {
    xids = Set.copyOf(xids);
  }

  /**
   * Asks a server. MySQL 8.0 tells only accounts with XA_RECOVER_ADMIN, and commits in the order of
   * the log; there are none for others.
   */
  static XaUnderWay ask(Connection connection, MySqlFacts facts) throws SQLException {
    Set<String> xids = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("XA RECOVER")) {
      while (rows.next()) {
        byte[] data = rows.getBytes(4);
        int global = rows.getInt(2);
        xids.add(
            PreparedXa.xid(
                rows.getLong(1),
                Arrays.copyOf(data, global),
                Arrays.copyOfRange(data, global, global + rows.getInt(3))));
      }
    } catch (SQLException e) {
      if (!isKeptBack(facts, e.getErrorCode())) {
        throw e;
      }
    }
    return new XaUnderWay(xids);
  }

  /** Whether a server with such an error only does not tell this account. */
  static boolean isKeptBack(MySqlFacts facts, int error) {
    return facts.isMySqlFrom(8, 0, 0)
        && (error == ACCESS_DENIED || error == RESOURCE_MANAGER_ERROR);
  }

  /** Those of them that are among others too. */
  XaUnderWay among(XaUnderWay others) {
    return new XaUnderWay(
        xids.stream().filter(others.xids::contains).collect(Collectors.toUnmodifiableSet()));
  }

  /** Some of them, for messages. */
  String names() {
    String some = xids.stream().sorted().limit(MOST_NAMED).collect(Collectors.joining("; "));
    return xids.size() > MOST_NAMED
        ? some + "; and %d more".formatted(xids.size() - MOST_NAMED)
        : some;
  }

  /**
   * Whether reads that begin now surely show a transaction.
   *
   * @param logged a place that the log had passed before the server was asked
   */
  boolean shows(MySqlTransactionId transaction, BinlogPoint logged) {
    return transaction.begin().compareTo(logged) < 0 && !xids.contains(transaction.xa());
  }
}
