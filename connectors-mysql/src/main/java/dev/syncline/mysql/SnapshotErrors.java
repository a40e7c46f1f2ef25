package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableId;
import java.sql.SQLException;

/** What a failure means that happened while existing rows were read. */
final class SnapshotErrors {
  private static final int DEADLOCK = 1213;
  private static final int DATABASE_DENIED = 1044;
  private static final int TABLE_DENIED = 1142;

  private SnapshotErrors() {}

  /**
   * Our exception for a failure.
   *
   * <p>A table or column that is not there, or a table that is another one than when the read view
   * was opened, was changed behind the place to which the stream has come.
   */
  static SyncException translate(SQLException failure, TableId table) {
    return switch (failure.getErrorCode()) {
      case 1049, 1054, 1072, 1146, 1176, 1412 ->
          LiveTables.changed(table, MySqlErrors.withoutValues(failure));
      case 1242 ->
          new UnsupportedChangeException(
              ("Cannot read the rows of table '%s': one of more than %d bytes is too large for the"
                      + " memory. %s")
                  .formatted(table, LargestRow.bytesOfRow(), LargestRow.adviceForAnyRow()),
              MySqlErrors.withoutValues(failure));
      default -> MySqlErrors.translate(failure, "read the rows of table '" + table + "'");
    };
  }

  static boolean isDeadlock(SQLException failure) {
    return failure.getErrorCode() == DEADLOCK;
  }

  static boolean isDenied(SQLException failure) {
    return failure.getErrorCode() == DATABASE_DENIED || failure.getErrorCode() == TABLE_DENIED;
  }

  /**
   * Our exception for a lock that is denied, and needed only while there are XA transactions: of
   * them MariaDB does not say which a read shows.
   */
  static TransientException needsLock(SQLException denial, TableId table, XaUnderWay xa) {
    return new TransientException(
        ("Cannot read the rows of table '%s' at one point: XA transactions are under way (%s), and"
                + " the user may not lock the table meanwhile (%s). Commit them or roll them back,"
                + " or GRANT LOCK TABLES ON %s.* TO the user.")
            .formatted(
                table,
                xa.xids().isEmpty() ? "decided just now" : xa.names(),
                MySqlErrors.describe(denial),
                SqlNames.quote(table.database())),
        MySqlErrors.withoutValues(denial));
  }
}
