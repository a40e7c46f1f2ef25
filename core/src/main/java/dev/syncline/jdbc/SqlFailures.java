package dev.syncline.jdbc;

import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.util.Set;

/** Tells what a failure of a database means by its class and its SQL state. */
final class SqlFailures {

  // Connection, rolled back, resources, operator (shutdown), system.
  private static final Set<String> TRANSIENT_CLASSES = Set.of("08", "40", "53", "57", "58");

  private SqlFailures() {}

  static boolean isTransient(SQLException failure) {
    return failure instanceof SQLTransientException
        || failure instanceof SQLRecoverableException
        || failure instanceof SQLNonTransientConnectionException
        || TRANSIENT_CLASSES.contains(stateClass(failure));
  }

  static boolean isDuplicate(SQLException failure) {
    return failure instanceof SQLIntegrityConstraintViolationException
        || stateClass(failure).equals("23");
  }

  private static String stateClass(SQLException failure) {
    String state = failure.getSQLState();
    return state == null || state.length() < 2 ? "" : state.substring(0, 2);
  }
}
