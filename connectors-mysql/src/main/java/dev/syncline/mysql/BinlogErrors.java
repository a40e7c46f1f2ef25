package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.network.IdentityVerificationException;
import com.github.shyiko.mysql.binlog.network.ServerException;
import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.IOException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Turns what the binlog client and the server's dump thread report into our exceptions. */
final class BinlogErrors {
  /** One number for everything that goes wrong in a dump thread; the text tells which it is. */
  private static final int DUMP_FAILED = 1236;

  /** MariaDB's own number for one of those failures. */
  private static final int SAME_SERVER_ID = 4052;

  private static final String START_ANEW =
      "Start the job anew with a snapshot, or bring the missing log back.";

  private static final List<Rule> RULES =
      List.of(
          new Rule(Outcome.POSITION_LOST, START_ANEW, "could not find first log file"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "could not find next log"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "purged"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "position > file size"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "impossible position"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "which is not in the master's binlog"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "is missing the gtid"),
          new Rule(Outcome.POSITION_LOST, START_ANEW, "has more gtids than"),
          new Rule(
              Outcome.PERMANENT,
              "Give this job a server id that no other replica or job uses by the setting"
                  + " 'serverId', and make sure that the job runs only once.",
              "with the same server_uuid/server_id",
              "with the same server_id"),
          new Rule(
              Outcome.PERMANENT,
              "Set server_id to a number from 1 on at the server.",
              "server id was not set",
              "misconfigured master"),
          new Rule(
              Outcome.PERMANENT,
              "Start the server with log_bin.",
              "binary log is not open",
              "not using binary logging"),
          new Rule(
              Outcome.PERMANENT,
              "Raise max_allowed_packet at the server, up to 1G.",
              "max_allowed_packet"),
          new Rule(
              Outcome.PERMANENT,
              "Set gtid_mode back to ON at the server, or start the job anew with a snapshot.",
              "gtid_mode",
              "anonymous transaction"),
          new Rule(
              Outcome.PERMANENT,
              "The server cannot read its own binlog; check it with mysqlbinlog at the server.",
              "bogus data",
              "crc check",
              "corrupt"));

  private BinlogErrors() {}

  private enum Outcome {
    POSITION_LOST,
    PERMANENT
  }

  private record Rule(Outcome outcome, String advice, List<String> words) {
    Rule(Outcome outcome, String advice, String... words) {
      this(outcome, advice, List.of(words));
    }

    boolean fits(String text) {
      return words.stream().anyMatch(text::contains);
    }
  }

  /**
   * Our exception for a failure.
   *
   * @param failure what the client reported
   * @param endpoint the server
   * @param position where we stood, for the message
   */
  static SyncException translate(Throwable failure, MySqlEndpoint endpoint, Object position) {
    SyncException own = cause(failure, SyncException.class);
    if (own != null) {
      return own;
    }
    ServerException refused = cause(failure, ServerException.class);
    if (refused != null
        && (refused.getErrorCode() == DUMP_FAILED || refused.getErrorCode() == SAME_SERVER_ID)) {
      return dumpFailure(refused, endpoint, position);
    }
    String what = "read the binlog of '%s' from '%s' on".formatted(endpoint, position);
    if (refused != null) {
      String text = Objects.requireNonNullElse(refused.getMessage(), "no text");
      return MySqlErrors.translate(
          new SQLException(text, refused.getSqlState(), refused.getErrorCode(), refused), what);
    }
    if (isTlsRefusal(failure)) {
      return new SyncException(
          "Cannot %s: the encrypted connection was refused: %s. Check the certificate of the server"
                  .formatted(what, text(failure))
              + " against the setting 'tls'.",
          failure);
    }
    if (cause(failure, UnknownHostException.class) != null) {
      return new TransientException(
          "Cannot %s: the host name is unknown here; check the setting 'host'.".formatted(what),
          failure);
    }
    if (failure instanceof IOException || cause(failure, IOException.class) != null) {
      return new TransientException(
          "Cannot %s: the connection failed: %s.".formatted(what, text(failure)), failure);
    }
    return new SyncException("Cannot %s: %s.".formatted(what, failure), failure);
  }

  private static SyncException dumpFailure(
      ServerException failure, MySqlEndpoint endpoint, Object position) {
    String said = Objects.requireNonNullElse(failure.getMessage(), "no text").strip();
    String lower = said.toLowerCase(Locale.ROOT);
    Rule rule = RULES.stream().filter(r -> r.fits(lower)).findFirst().orElse(null);
    String message =
        "Cannot read the binlog of '%s' from '%s' on: the server says '%s'. %s"
            .formatted(endpoint, position, said, rule == null ? "" : rule.advice())
            .strip();
    if (rule == null) {
      return new TransientException(message, failure);
    }
    return switch (rule.outcome()) {
      case POSITION_LOST -> new PositionLostException(message, failure);
      case PERMANENT -> new SyncException(message, failure);
    };
  }

  private static boolean isTlsRefusal(Throwable failure) {
    // A handshake that was cut off is a lost connection; only a verdict on keys is not.
    return cause(failure, GeneralSecurityException.class) != null
        || cause(failure, IdentityVerificationException.class) != null
        || (cause(failure, SSLException.class) != null && text(failure).contains("certificate"))
        || text(failure).contains("does not support SSL");
  }

  private static String text(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String text = Objects.requireNonNullElse(first.getMessage(), first.getClass().getSimpleName());
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return type.cast(cause);
      }
    }
    return null;
  }
}
