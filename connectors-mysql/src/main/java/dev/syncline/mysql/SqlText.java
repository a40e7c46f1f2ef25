package dev.syncline.mysql;

import com.mysql.cj.conf.PropertyKey;
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
 * times, and take twice their size of the server's max_allowed_packet. Immutable.
 *
 * @param sql the text
 * @param longValues texts and arrays of bytes, in the order of their parameters
 */
record SqlText(String sql, List<Object> longValues) {

  /** Shorter values are not worth a prepared statement. */
  static final int LONG = 16 * 1024;

  /** In a row that is large as a whole they are. */
  static final int LONG_IN_LARGE_ROW = 1024;

  private static final int LARGE_ROW = 256 * 1024;

  SqlText {
    longValues = List.copyOf(longValues);
  }

  /** How long a text or an array of bytes is; 0 for other values. */
  private static int length(Object value) {
    return value instanceof String text
        ? text.length()
        : value instanceof byte[] bytes ? bytes.length : 0;
  }

  /** How many bytes the largest packet of it has. */
  long largestPacket() {
    long largest = LargestRow.bytesInUtf8(sql);
    for (Object value : longValues) {
      long bytes =
          value instanceof String text ? LargestRow.bytesInUtf8(text) : ((byte[]) value).length;
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
        return statement.executeUpdate(sql);
      }
    }
    try (PreparedStatement statement = prepare(connection)) {
      for (int i = 0; i < longValues.size(); i++) {
        statement.setBinaryStream(i + 1, stream(longValues.get(i)));
      }
      return statement.executeUpdate();
    }
  }

  private PreparedStatement prepare(Connection connection) throws SQLException {
    JdbcConnection session = connection.unwrap(JdbcConnection.class);
    // What looks like a JDBC escape is a piece of a value or of a name.
    session
        .getPropertySet()
        .getBooleanProperty(PropertyKey.processEscapeCodesForPrepStmts)
        .setValue(false);
    return session.serverPrepareStatement(sql);
  }

  private static InputStream stream(Object value) {
    return value instanceof String text
        ? new Utf8Stream(text)
        : new ByteArrayInputStream((byte[]) value);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return "SQL of %d characters and %d long values".formatted(sql.length(), longValues.size());
  }

  /** Puts a statement together. Used by one thread. */
  static final class Builder {

    private final TargetTable table;
    private final StringBuilder sql = new StringBuilder();
    private final List<Object> longValues = new ArrayList<>();
    private @Nullable Row measured;
    private boolean large;

    Builder(TargetTable table) {
      this.table = table;
    }

    /** Appends a piece of SQL. */
    Builder append(String piece) {
      sql.append(piece);
      return this;
    }

    /**
     * Appends a value of a row.
     *
     * @throws ChangeRejectedException if the target would refuse it
     */
    Builder append(Row row, int ordinal) {
      Object value = row.value(ordinal);
      if (value instanceof String document && table.storesJson().contains(ordinal)) {
        ExactJson json = ExactJson.of(document);
        sql.append(json.head());
        appendPlain(row, document, ordinal);
        sql.append(json.tail());
      } else {
        appendPlain(row, value, ordinal);
      }
      return this;
    }

    /**
     * Appends a value as a literal, whatever its length: a parameter that was converted would be
     * compared by a collation of its own.
     *
     * @throws ChangeRejectedException if the target would refuse it
     */
    Builder appendLiteral(Row row, int ordinal) {
      SqlLiterals.append(sql, row.value(ordinal), table.id(), table.column(ordinal));
      return this;
    }

    private void appendPlain(Row row, @Nullable Object value, int ordinal) {
      if (value == null || !isLong(row, value)) {
        SqlLiterals.append(sql, value, table.id(), table.column(ordinal));
      } else {
        // Pieces have no charset.
        sql.append(value instanceof String ? "CONVERT(? USING utf8mb4)" : "?");
        longValues.add(value);
      }
    }

    private boolean isLong(Row row, Object value) {
      int length = SqlText.length(value);
      return length >= LONG || (length >= LONG_IN_LARGE_ROW && isLarge(row));
    }

    @SuppressWarnings("ReferenceEquality") // the values of one row come one after the other
    private boolean isLarge(Row row) {
      if (row != measured) {
        measured = row;
        large = WriteLimits.bytes(row, table.written()) > LARGE_ROW;
      }
      return large;
    }

    int length() {
      return sql.length();
    }

    /** Makes room for so many characters. */
    void ensureCapacity(int length) {
      sql.ensureCapacity(length);
    }

    SqlText build() {
      return new SqlText(sql.toString(), longValues);
    }
  }
}
