package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;

/** Makes findings of sessions that could not be opened. */
final class ConnectionFindings {
  private ConnectionFindings() {}

  /**
   * The finding for what {@link MySqlConnections#open} threw.
   *
   * @param object {@code source} or {@code target}
   */
  static Finding of(SyncException failure, String object) {
    String message = String.valueOf(failure.getMessage());
    if (MySqlErrors.hasCause(failure, UnknownHostException.class)) {
      return error("HOST_UNKNOWN", object, message, "Set 'host' to a name that is known here.");
    }
    if (MySqlErrors.hasCause(failure, GeneralSecurityException.class)) {
      return error(
          "TLS_FAILED", object, message, "Let 'tls' trust the authority of the server's key.");
    }
    if (MySqlErrors.isTlsMissing(failure)) {
      return error(
          "TLS_FAILED", object, message, "Let the server offer TLS, or set 'tls' to do without.");
    }
    return switch (serverError(failure)) {
      case 1045, 1130, 1251, 1524, 1698, 1820, 1862, 2059, 3118, 3159, 3955, 4151 ->
          error(
              "LOGIN_FAILED",
              object,
              message,
              "Set 'username' and 'password' to what works there.");
      default ->
          error(
              "CONNECTION_FAILED",
              object,
              message,
              "Make sure that the server runs and that 'host' and 'port' lead to it.");
    };
  }

  private static int serverError(SyncException failure) {
    return failure.getCause() instanceof SQLException e ? e.getErrorCode() : 0;
  }

  private static Finding error(String code, String object, String message, String fix) {
    return new Finding(code, Severity.ERROR, object, message, fix);
  }
}
