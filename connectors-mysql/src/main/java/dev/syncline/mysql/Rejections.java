package dev.syncline.mysql;

import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import dev.syncline.ChangeRejectedException;
import dev.syncline.SyncException;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Says which refusals of a server to write rows are for good. */
final class Rejections {

  private static final int DUPLICATE = 1062;
  private static final int GUARD = 1242;
  private static final int PACKET_TOO_LARGE = 1153;
  private static final int UNKNOWN = 1105;

  /** A row is referred to, or refers to none; what cascades would make a duplicate. */
  private static final Set<Integer> FOREIGN_KEY = Set.of(1216, 1217, 1451, 1452, 1557, 1761, 1762);

  private static final long MEBIBYTE = 1 << 20;

  /** What a packet has besides a value or a statement, and to spare. */
  private static final long HEADERS = 1024;

  private static final long MAX_PACKET = 1 << 30;

  private Rejections() {}

  /**
   * Our exception for a failed statement on a table.
   *
   * @param bytes about how large its largest packet was
   */
  static SyncException translate(SQLException failure, TargetTable table, long bytes) {
    String what = "write to table '" + table.id() + "'";
    if (isTooLarge(failure)) {
      return rejected(
          failure,
          table,
          ("Cannot %s: a row, or a value of it, takes %d bytes in a packet, which is more than the "
                  + "target's setting max_allowed_packet. %s")
              .formatted(what, bytes, fix(failure, bytes)));
    }
    if (!MySqlErrors.isRejection(failure)) {
      return MySqlErrors.translate(failure, what);
    }
    if (failure.getErrorCode() == GUARD || failure.getErrorCode() == DUPLICATE) {
      return rejected(failure, table, duplicate(failure, what, table));
    }
    if (FOREIGN_KEY.contains(failure.getErrorCode())) {
      return rejected(failure, table, foreignKey(failure, what));
    }
    return rejected(
        failure,
        table,
        ("Cannot %s: the target refuses a row, %s. Make the target's table like the source's, or "
                + "leave it out of the selection.")
            .formatted(what, MySqlErrors.describe(failure)));
  }

  /** Of a long value the server finds out when it has all pieces, and has no number for that. */
  private static boolean isTooLarge(SQLException failure) {
    return failure instanceof PacketTooBigException
        || failure.getErrorCode() == PACKET_TOO_LARGE
        || (failure.getErrorCode() == UNKNOWN && text(failure).contains("mysql_send_long_data"));
  }

  private static String text(SQLException failure) {
    return Objects.requireNonNullElse(failure.getMessage(), "");
  }

  private static String fix(SQLException failure, long bytes) {
    long enough = ((bytes + HEADERS) / MEBIBYTE + 1) * MEBIBYTE;
    if (enough > MAX_PACKET) {
      return "No server takes as much; leave the table out of the selection.";
    }
    return text(failure).contains("max_long_data_size")
        ? "Set max_allowed_packet = %d in the target's configuration and start it anew."
            .formatted(enough)
        : "Run SET GLOBAL max_allowed_packet = %d at the target, and set it in its configuration."
            .formatted(enough);
  }

  private static String duplicate(SQLException failure, String what, TargetTable table) {
    String keys =
        table.otherKeys().stream().map(k -> "'" + k.name() + "'").collect(Collectors.joining(", "));
    return ("Cannot %s: a row of the source has a value in a unique key (%s) that another row of "
            + "the target has, which must not be overwritten (server error %d). The target differs "
            + "from the source: delete that row, or load the table anew.")
        .formatted(what, keys.isEmpty() ? "none is known" : keys, failure.getErrorCode());
  }

  /** Foreign keys are checked in tables that cascade only, and the source had checked them too. */
  private static String foreignKey(SQLException failure, String what) {
    return ("Cannot %s: a foreign key of the target refuses a row, %s. At the target the rows at"
            + " the other end of the key are not those of the source: a transform drops some,"
            + " somebody else has changed them, or the job does not write that table"
            + " (FOREIGN_KEY_OUTSIDE). End the cause, then make these rows like the source's"
            + " and start the job again, or load the tables anew.")
        .formatted(what, MySqlErrors.describe(failure));
  }

  private static ChangeRejectedException rejected(
      SQLException failure, TargetTable table, String message) {
    return new ChangeRejectedException(table.id(), message, MySqlErrors.withoutValues(failure));
  }
}
