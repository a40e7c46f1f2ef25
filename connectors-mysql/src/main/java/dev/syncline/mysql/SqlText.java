package dev.syncline.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import dev.syncline.ChangeRejectedException;
import dev.syncline.change.Row;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement that writes to one table, with the values in it: most as literals, and long ones as
 * parameters. The driver sends these ahead of the statement, piece by piece
 * (COM_STMT_SEND_LONG_DATA of MySQL's protocol); as literals they would be in the heap up to ten
 * times, and take twice their size of the server's max_allowed_packet.
 */
final class SqlText {

  /** Shorter ones are not worth a prepared statement; at most a few hundred fit into a row. */
  static final int LONG = 16 * 1024;

  private static final int LONGEST_CHARACTER = 3;

  private final TargetTable table;
  private final StringBuilder sql = new StringBuilder();
  private final List<Object> longValues = new ArrayList<>();

  SqlText(TargetTable table) {
    this.table = table;
  }

  /** Whether a value in normal form is sent as a parameter. */
  static boolean isLong(Object value) {
    return value instanceof String text
        ? text.length() >= LONG
        : value instanceof byte[] bytes && bytes.length >= LONG;
  }

  /** Appends a piece of SQL. */
  SqlText append(String piece) {
    sql.append(piece);
    return this;
  }

  /**
   * Appends a value of a row.
   *
   * @throws ChangeRejectedException if the target would refuse it
   */
  SqlText append(Row row, int ordinal) {
    Object value = row.value(ordinal);
    if (value instanceof String document && table.storesJson().contains(ordinal)) {
      ExactJson json = ExactJson.of(document);
      append(json.head()).appendPlain(document, ordinal).append(json.tail());
    } else {
      appendPlain(value, ordinal);
    }
    return this;
  }

  private SqlText appendPlain(@Nullable Object value, int ordinal) {
    if (value == null || !isLong(value)) {
      SqlLiterals.append(sql, value, table.id(), table.column(ordinal));
    } else {
      // Pieces have no charset.
      sql.append(value instanceof String ? "CONVERT(? USING utf8mb4)" : "?");
      longValues.add(value);
    }
    return this;
  }

  int length() {
    return sql.length();
  }

  /** Makes room for so many characters. */
  void ensureCapacity(int length) {
    sql.ensureCapacity(length);
  }

  /** At most so many bytes the largest packet of it has. */
  long largestPacket() {
    long largest = (long) LONGEST_CHARACTER * sql.length();
    for (Object value : longValues) {
      long bytes =
          value instanceof String text
              ? (long) LONGEST_CHARACTER * text.length()
              : ((byte[]) value).length;
      largest = Math.max(largest, bytes);
    }
    return largest;
  }

  /** Runs it and returns how many rows it found or changed. */
  int execute(Connection connection) throws SQLException {
    if (longValues.isEmpty()) {
      try (Statement statement = connection.createStatement()) {
        // There are no JDBC escapes in it, and looking for them takes long.
        statement.setEscapeProcessing(false);
        return statement.executeUpdate(sql.toString());
      }
    }
    JdbcConnection session = connection.unwrap(JdbcConnection.class);
    try (PreparedStatement statement = session.serverPrepareStatement(sql.toString())) {
      for (int i = 0; i < longValues.size(); i++) {
        statement.setBinaryStream(i + 1, stream(longValues.get(i)));
      }
      return statement.executeUpdate();
    }
  }

  private static InputStream stream(Object value) {
    return value instanceof String text
        ? new Utf8Stream(text)
        : new ByteArrayInputStream((byte[]) value);
  }

  @Override
  public String toString() {
    return sql.toString();
  }
}
