package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Asks the server how large rows are, of tables whose rows may be large, before any is sent: the
 * driver holds a row as a whole, and a range of rows too. Immutable.
 *
 * <p>A range is made so short that its rows fit into {@link #RANGE_BYTES}, and a row that is too
 * large for the heap is a named stop: when its range is cut, and by a condition of the query that
 * reads it, since it may have grown meanwhile.
 */
final class RowSizes {
  /** What the rows of a range may take together, unless it has only one. */
  static final long RANGE_BYTES = 8L << 20;

  /** Rows of less than this on average cannot make a range of many rows much too large. */
  private static final int WIDE_BYTES = 12 * 1024;

  /** The server fails with error 1242 if it comes to evaluate this. */
  private static final String FAIL = "(SELECT 1 UNION ALL SELECT 2)";

  private final TableId table;
  private final String size;
  private final long largest;

  private RowSizes(TableId table, String size, long largest) {
    this.table = table;
    this.size = size;
    this.largest = largest;
  }

  /** The sizes of a table's rows, of which the heap of this JVM decides which are too large. */
  static RowSizes of(TableDefinition table) {
    return of(table, LargestRow.bytesOfRow());
  }

  /** The sizes of a table's rows, of which those above a limit are too large. */
  static RowSizes of(TableDefinition table, long largest) {
    long most = 0;
    List<String> lengths = new ArrayList<>();
    for (Column column : table.columns()) {
      long bytes = mostBytes(MySqlTypes.nativeType(table.id(), column));
      most += bytes;
      if (bytes > Byte.MAX_VALUE) {
        lengths.add("COALESCE(LENGTH(" + quote(column.name()) + "), 0)");
      }
    }
    String size = most > WIDE_BYTES ? String.join(" + ", lengths) : "";
    return new RowSizes(table.id(), size, largest);
  }

  private static long mostBytes(NativeType type) {
    return switch (type.base()) {
      case CHAR, VARCHAR -> 4L * type.length();
      case BINARY, VARBINARY -> type.length();
      case TINYTEXT, TINYBLOB -> 1 << Byte.SIZE;
      case TEXT, BLOB -> 1 << Short.SIZE;
      case MEDIUMTEXT,
          MEDIUMBLOB,
          LONGTEXT,
          LONGBLOB,
          JSON,
          GEOMETRY,
          POINT,
          LINESTRING,
          POLYGON,
          MULTIPOINT,
          MULTILINESTRING,
          MULTIPOLYGON,
          GEOMETRYCOLLECTION,
          GEOMCOLLECTION ->
          Integer.MAX_VALUE;
      default -> Long.BYTES;
    };
  }

  /** Rows that may be read together, at least one, and how many bytes they take, 0 if few. */
  record Fitting(int rows, long bytes) {}

  /**
   * How many rows behind a key may be read together.
   *
   * @param rows how many are wanted
   * @throws UnsupportedChangeException if one of them is too large for the heap
   */
  Fitting fitting(Connection connection, ChunkKey key, String after, int rows) throws SQLException {
    int fitting = rows;
    long bytes = 0;
    boolean fits = size.isEmpty();
    while (!fits) {
      String sizes = key.select(size + " AS `bytes`", new KeyRange(after, KeyRange.OPEN));
      String sql =
          "SELECT COALESCE(SUM(`bytes`), 0), COALESCE(MAX(`bytes`), 0) FROM (%s LIMIT %d) `sizes`"
              .formatted(sizes, fitting);
      try (Statement statement = connection.createStatement();
          ResultSet found = statement.executeQuery(sql)) {
        found.next();
        if (found.getLong(2) > largest) {
          throw tooLarge(found.getLong(2));
        }
        bytes = found.getLong(1);
        fits = bytes <= RANGE_BYTES || fitting == 1;
      }
      fitting = fits ? fitting : (fitting + 1) / 2;
    }
    return new Fitting(fitting, bytes);
  }

  /** A condition that is true, but lets a query fail that comes to a row which is too large. */
  String condition() {
    return size.isEmpty() ? "TRUE" : "IF(" + size + " > " + largest + ", " + FAIL + ", 1) = 1";
  }

  private UnsupportedChangeException tooLarge(long found) {
    return new UnsupportedChangeException(
        "Cannot read the rows of table '%s': one of %d bytes is too large for the memory. %s"
            .formatted(
                table, found, LargestRow.adviceForRow(found, "the table out of the selection")));
  }
}
