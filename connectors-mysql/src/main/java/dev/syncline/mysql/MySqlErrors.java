package dev.syncline.mysql;

import com.mysql.cj.exceptions.CJCommunicationsException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientException;
import java.util.Objects;
import java.util.Set;

/**
 * Turns what the driver throws into our exceptions. The server's text goes along, without the row
 * values that it quotes.
 */
final class MySqlErrors {
  /** Lost and refused connections, locks, limits of time and number, servers that change roles. */
  private static final Set<Integer> TRANSIENT =
      Set.of(
          1021, 1028, 1030, 1037, 1038, 1040, 1041, 1043, 1053, 1077, 1078, 1079, 1080, 1105, 1114,
          1152, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1180, 1184, 1189, 1190, 1203, 1205,
          1206, 1213, 1226, 1317, 1412, 1430, 1461, 1532, 1613, 1614, 1615, 1637, 1684, 1689, 1742,
          1792, 1836, 1873, 1907, 1927, 1969, 2002, 2003, 2006, 2013, 2055, 3024, 3032, 3058, 3100,
          3101, 3168, 3169, 3572, 4031);

  /** Messages of these errors name objects and users, never row values. */
  private static final Set<Integer> HARMLESS_TEXT =
      Set.of(
          1005, 1007, 1008, 1021, 1022, 1030, 1036, 1040, 1044, 1045, 1046, 1048, 1049, 1050, 1051,
          1053, 1054, 1060, 1061, 1068, 1069, 1071, 1072, 1091, 1104, 1109, 1113, 1114, 1115, 1118,
          1129, 1130, 1131, 1132, 1133, 1136, 1138, 1142, 1143, 1146, 1147, 1153, 1158, 1159, 1160,
          1161, 1165, 1175, 1176, 1193, 1203, 1205, 1213, 1215, 1216, 1217, 1223, 1226, 1227, 1228,
          1229, 1230, 1235, 1251, 1264, 1265, 1273, 1290, 1317, 1356, 1364, 1406, 1410, 1412, 1419,
          1451, 1452, 1461, 1524, 1568, 1613, 1614, 1668, 1684, 1701, 1703, 1785, 1792, 1819, 1822,
          1824, 1836, 1862, 1872, 1873, 1907, 1927, 1969, 2000, 2002, 2003, 2006, 2013, 2020, 2055,
          3024, 3105, 3106, 3118, 3159, 3168, 3169, 3819, 3820, 3821, 3823, 3955, 4025, 4031, 4151);

  /** Data errors whose SQL state does not say so, and statements that do not fit the table. */
  private static final Set<Integer> REJECTED =
      Set.of(
          1048, 1054, 1062, 1136, 1146, 1153, 1216, 1217, 1242, 1264, 1265, 1292, 1364, 1366, 1369,
          1406, 1416, 1442, 1451, 1452, 1526, 1557, 1586, 1644, 1690, 1761, 1762, 1859, 3105, 3140,
          3141, 3144, 3156, 3157, 3508, 3513, 3514, 3516, 3617, 3668, 3669, 3730, 3732, 3819, 3966,
          4025, 4161);

  private MySqlErrors() {}

  /**
   * Our exception for a failure.
   *
   * @param what what was tried, completing the words "Cannot ..."; names the object in quotes
   */
  static SyncException translate(SQLException failure, String what) {
    SQLException first = root(failure);
    String message =
        "Cannot %s: %s. %s".formatted(what, describe(first), advice(first)).stripTrailing();
    SQLException cause = withoutValues(first);
    return isTransient(first)
        ? new TransientException(message, cause)
        : new SyncException(message, cause);
  }

  /** Whether trying again from the last checkpoint may succeed. Unknown failures are not. */
  static boolean isTransient(SQLException failure) {
    SQLException first = root(failure);
    if (hasCause(first, GeneralSecurityException.class)) {
      return false;
    }
    int code = first.getErrorCode();
    if (code == 1290) {
      // One number for all options that forbid a statement; read-only servers may change roles.
      return Objects.requireNonNullElse(first.getMessage(), "").contains("read-only");
    }
    if (code != 0) {
      return TRANSIENT.contains(code);
    }
    String state = Objects.requireNonNullElse(first.getSQLState(), "");
    boolean refusedKey = isPublicKeyRefused(first);
    return !refusedKey
        && (state.startsWith("08")
            || state.startsWith("40")
            // The driver gives no state to a connection that is lost between two rows.
            || hasCause(first, CJCommunicationsException.class)
            || first instanceof SQLTransientException
            || first instanceof SQLTimeoutException
            || first instanceof SQLNonTransientConnectionException);
  }

  /**
   * Whether the server refuses the data or the statement for good: a value out of range, a
   * duplicate, a constraint, a missing column or table.
   */
  static boolean isRejection(SQLException failure) {
    SQLException first = root(failure);
    String state = Objects.requireNonNullElse(first.getSQLState(), "");
    return !isTransient(first)
        && (state.startsWith("22")
            || state.startsWith("23")
            || REJECTED.contains(first.getErrorCode()));
  }

  /** The server's number and text, without the row values that it quotes. */
  static String describe(SQLException failure) {
    SQLException first = root(failure);
    int code = first.getErrorCode();
    String text = text(first);
    if (code == 0) {
      return text;
    }
    return "server error %d (%s): %s".formatted(code, first.getSQLState(), text);
  }

  /** The failure without row values in its message, to be kept as a cause. */
  static SQLException withoutValues(SQLException failure) {
    SQLException first = root(failure);
    if (hasHarmlessText(first)) {
      return first;
    }
    SQLException clean = new SQLException(text(first), first.getSQLState(), first.getErrorCode());
    clean.setStackTrace(first.getStackTrace());
    return clean;
  }

  /** Whether one of the causes is of a type. */
  static boolean hasCause(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Whether TLS was demanded of a server that offers none, by the driver's words for it. */
  static boolean isTlsMissing(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (Objects.requireNonNullElse(cause.getMessage(), "").contains("SSL Connection required")) {
        return true;
      }
    }
    return false;
  }

  private static SQLException root(SQLException failure) {
    // A batch failure repeats the text of the failure of its statement.
    return failure instanceof BatchUpdateException && failure.getCause() instanceof SQLException e
        ? e
        : failure;
  }

  private static boolean hasHarmlessText(SQLException failure) {
    int code = failure.getErrorCode();
    return code == 0 || HARMLESS_TEXT.contains(code);
  }

  private static String text(SQLException failure) {
    String whole = Objects.requireNonNullElse(failure.getMessage(), "no text").strip();
    String line = whole.lines().findFirst().orElse("no text").strip();
    String text = hasHarmlessText(failure) ? line : masked(whole.replace('\n', ' '));
    return text.endsWith(".") ? text.substring(0, text.length() - 1) : text;
  }

  private static String masked(String message) {
    // The only message that does not put its value between quotes.
    String text = message.replaceFirst("(no partition for value) .*", "$1 (value)");
    int first = text.indexOf('\'');
    if (first < 0) {
      return text;
    }
    // The server's own words about the object stand behind the value, at the end.
    for (String words : new String[] {" for key '", " for column '"}) {
      int tail = text.lastIndexOf(words);
      if (tail > first) {
        return text.substring(0, first) + "(value)" + text.substring(tail);
      }
    }
    int last = text.lastIndexOf('\'');
    return text.substring(0, first) + "(value)" + text.substring(Math.max(first, last) + 1);
  }

  private static boolean isPublicKeyRefused(SQLException failure) {
    return failure.getErrorCode() == 0
        && Objects.requireNonNullElse(failure.getMessage(), "").contains("Public Key Retrieval");
  }

  private static String advice(SQLException failure) {
    if (hasCause(failure, UnknownHostException.class)) {
      return "The host name is unknown here; check the setting 'host'.";
    }
    if (hasCause(failure, GeneralSecurityException.class)) {
      return "Check the certificate of the server against the setting 'tls'.";
    }
    if (isPublicKeyRefused(failure)) {
      return "Set 'tls' to encrypt the connection, or let the server offer TLS.";
    }
    return switch (failure.getErrorCode()) {
      case 1045, 1130, 1698, 3118, 4151 -> "Check user name, password and the user's host.";
      case 1044, 1142, 1143, 1227, 1370 -> "Grant the user the missing privilege.";
      case 1049 -> "Create the database, or name another one.";
      case 1129 -> "Run FLUSH HOSTS at the server after the cause of the refusals is mended.";
      case 1153, 2020 -> "Raise max_allowed_packet at the server.";
      case 1251, 1524, 2059 ->
          "Let the user log in by mysql_native_password or " + "caching_sha2_password.";
      case 1461 -> "Raise max_prepared_stmt_count at the server; clients there keep too many.";
      case 1862, 1820 -> "Give the user a new password.";
      case 1290, 1792, 1836 -> "The server does not accept writes at present.";
      default -> "";
    };
  }
}
