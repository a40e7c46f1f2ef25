package dev.syncline.redis;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import dev.syncline.TransientException;

/** What is found where a server cannot be asked. */
final class ConnectionFindings {

  private ConnectionFindings() {}

  /**
   * The finding for a failure.
   *
   * @param end the end of the job, {@code SOURCE} or {@code TARGET}
   * @param object what could not be asked
   */
  static Finding of(String end, String object, SyncException failure) {
    if (failure instanceof TransientException) {
      return finding(
          end + "_UNREACHABLE", object, failure, "Check address, port, network and TLS.");
    }
    if (failure instanceof ConnectionRefusedException refused) {
      return switch (refused.reason()) {
        case LOGIN ->
            finding(
                "LOGIN_FAILED",
                object,
                failure,
                "Set 'username' and 'password' to what works there, for sentinels"
                    + " 'sentinelUsername' and 'sentinelPassword'.");
        case CERTIFICATE ->
            finding(
                "TLS_FAILED",
                object,
                failure,
                "Let 'tls' trust the authority of the server's certificate, which must name the"
                    + " host for verifyIdentity(), and show one of its own if the server asks for"
                    + " that.");
      };
    }
    return finding("CHECK_FAILED", object, failure, "Mend what the message says, and check again.");
  }

  private static Finding finding(String code, String object, SyncException failure, String fix) {
    return new Finding(code, Severity.ERROR, object, String.valueOf(failure.getMessage()), fix);
  }
}
