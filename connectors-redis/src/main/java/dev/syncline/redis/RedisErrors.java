package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.redis.ConnectionRefusedException.Reason;
import java.io.IOException;
import java.net.ProtocolException;
import java.net.SocketTimeoutException;
import java.security.InvalidAlgorithmParameterException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.util.Set;
import javax.net.ssl.SSLException;

/** Turns failures of connections and answers of servers into what the engine decides by. */
final class RedisErrors {

  /**
   * Errors that pass by themselves: the server loads its data, has lost its master, runs a script,
   * has no room for one more connection, or the slots of a cluster are on their way; a script that
   * was flushed is looked for once more.
   */
  private static final Set<String> PASSING =
      Set.of(
          "LOADING",
          "MASTERDOWN",
          "BUSY",
          "TRYAGAIN",
          "CLUSTERDOWN",
          "MOVED",
          "ASK",
          "NOREPLICAS",
          "NOSCRIPT",
          "READONLY",
          // Nodes of a cluster go on with other words than other servers.
          "ERR max number of clients");

  /** A full server may get room again, and a failed save may be repeated. */
  private static final Set<String> PASSING_BY_HELP = Set.of("OOM", "MISCONF");

  /** The user may not do it, or the command is none that this server carries out. */
  private static final Set<String> OF_SERVERS =
      Set.of("NOPERM", "NOAUTH", "WRONGPASS", "EXECABORT", "CROSSSLOT", "NOPROTO", "UNKILLABLE");

  private RedisErrors() {}

  /** A connection that failed, or a server at its end that is none of Redis. */
  static SyncException lost(RedisAddress address, IOException cause) {
    if (cause instanceof ProtocolException) {
      return new SyncException(
          ("What server '%s' sends is not understood: %s Check address and port, and whether it"
                  + " speaks TLS.")
              .formatted(address, cause.getMessage()),
          cause);
    }
    if (isOfCertificate(cause)) {
      return new ConnectionRefusedException(
          Reason.CERTIFICATE,
          "Server '%s' cannot be connected to by TLS: %s".formatted(address, cause.getMessage()),
          cause);
    }
    String what =
        cause instanceof SocketTimeoutException
            ? "does not answer"
            : "cannot be reached or has ended the connection";
    return new TransientException(
        "Server '%s' %s: %s".formatted(address, what, cause.getMessage()), cause);
  }

  /**
   * Whether this side does not trust the certificate of the other, or the other way round. Other
   * failures of security are of what was damaged on its way, which passes.
   */
  private static boolean isOfCertificate(IOException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CertificateException
          || cause instanceof CertPathValidatorException
          || cause instanceof CertPathBuilderException
          // A store that has no certificate to be trusted.
          || cause instanceof InvalidAlgorithmParameterException) {
        return true;
      }
    }
    // What the other side says comes without a cause.
    String message = String.valueOf(failure.getMessage());
    return failure instanceof SSLException
        && (message.contains("certificate") || message.contains("unknown_ca"));
  }

  /**
   * An error that a server has answered with.
   *
   * @param what what was asked, in words without secrets
   */
  static SyncException refused(RedisAddress address, String what, RedisReplyException error) {
    String message =
        "Server '%s' refuses %s: %s".formatted(address, what, String.valueOf(error.getMessage()));
    if (error.is("NOAUTH")) {
      message += " Give the password of a user, and the username if that is not the default one.";
    }
    if (isPassing(error)) {
      return new TransientException(message, error);
    }
    return error.is("NOAUTH")
        ? new ConnectionRefusedException(Reason.LOGIN, message, error)
        : new SyncException(message, error);
  }

  /** A user whom a server does not let in. */
  static SyncException loginRefused(RedisAddress address, RedisReplyException error) {
    SyncException refused = refused(address, "to log in", error);
    return refused instanceof TransientException
        ? refused
        : new ConnectionRefusedException(Reason.LOGIN, String.valueOf(refused.getMessage()), error);
  }

  /** Whether it says something of the server or the user, and not of what was found. */
  static boolean isOfServer(RedisReplyException error) {
    return isPassing(error) || OF_SERVERS.stream().anyMatch(error::is);
  }

  /** Whether the same may succeed later. */
  static boolean isPassing(RedisReplyException error) {
    return PASSING.stream().anyMatch(error::is) || PASSING_BY_HELP.stream().anyMatch(error::is);
  }
}
