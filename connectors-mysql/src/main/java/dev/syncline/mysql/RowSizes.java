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
 * Asks the server how large rows are, if they may be large together, before any is sent: a range of
 * rows is in memory as a whole. Immutable.
 *
 * <p>A range is made so short that its rows fit into {@link #RANGE_BYTES}, and a row that is too
 * large for the heap is a named stop: when its range is cut, and by a condition of the query that
 * reads it, since it may have grown meanwhile.
 */
final class RowSizes {
  /** What the rows of a range may take together, unless it has only one. */
  static final long RANGE_BYTES = 8L << 20;

  /** The server fails with error 1242 if it comes to evaluate this. */
  private static final String FAIL = "(SELECT 1 UNION ALL SELECT 2)";

  private final TableId table;
  private final String size;
  private final long widest;
  private final long largest;

  private RowSizes(TableId table, String size, long widest, long largest) {
    this.table = table;
    this.size = size;
    this.widest = widest;
    this.largest = largest;
  }

  /** The sizes of a table's rows, of which the heap of this JVM decides which are too large. */
  static RowSizes of(TableDefinition table) {
    return of(table, LargestRow.bytesOfRow());
  }

  /** The sizes of a table's rows, of which those above a limit are too large. */
  static RowSizes of(TableDefinition table, long largest) {
    long widest = 0;
    long narrow = 0;
    List<String> lengths = new ArrayList<>();
    for (Column column : table.columns()) {
      NativeType type = MySqlTypes.nativeType(table.id(), column);
      long bytes = mostBytes(type);
      widest += bytes;
      if (bytes > Byte.MAX_VALUE) {
        lengths.add("COALESCE(" + length(table.id(), column, type) + ", 0)");
      } else {
        narrow += bytes;
      }
    }
    lengths.add(Long.toString(narrow));
    return new RowSizes(table.id(), String.join(" + ", lengths), widest, largest);
  }

  private static long mostBytes(NativeType type) {
    return switch (type.base()) {
      case CHAR, VARCHAR -> 4L * type.length();
      case BINARY, VARBINARY -> type.length();
      case TINYTEXT, TINYBLOB -> 2L << Byte.SIZE;
      case TEXT, BLOB -> 2L << Short.SIZE;
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

  /** Short text may count too much, but not long text: that decides whether a row is too large. */
  private static String length(TableId table, Column column, NativeType type) {
    String name = quote(column.name());
    return switch (type.base()) {
      case CHAR, VARCHAR, TINYTEXT, TEXT -> "2 * LENGTH(" + name + ")";
      case MEDIUMTEXT, LONGTEXT -> {
        boolean isUtf8 = MySqlTypes.charset(table, column).isSentAsStored();
        yield lengthOfUtf8(isUtf8 ? name : "CONVERT(" + name + " USING utf8mb4)");
      }
      case JSON -> lengthOfUtf8(name);
      default -> "LENGTH(" + name + ")";
    };
  }

  /** Text that is not plain ASCII may take two bytes for each character in the heap. */
  private static String lengthOfUtf8(String text) {
    return "LENGTH(%1$s) + IF(LENGTH(%1$s) > CHAR_LENGTH(%1$s), CHAR_LENGTH(%1$s), 0)"
        .formatted(text);
  }

  /**
   * Rows that may be read together.
   *
   * @param rows how many, at least one
   * @param found how many of them there are; as many as may be if they cannot be large
   * @param bytes how many bytes they take; 0 if few
   */
  record Fitting(int rows, int found, long bytes) {}

  /**
   * How many of the first rows of a range may be read together.
   *
   * @param rows how many are wanted
   * @throws UnsupportedChangeException if one of them is too large for the heap
   */
  Fitting fitting(Connection connection, ChunkKey key, KeyRange rest, int rows)
      throws SQLException {
    if (rows * widest <= RANGE_BYTES) {
      return new Fitting(rows, rows, 0);
    }
    int tried = rows;
    Fitting fitting = measured(connection, key, rest, tried);
    while (fitting.bytes() > RANGE_BYTES && tried > 1) {
      tried = (tried + 1) / 2;
      fitting = measured(connection, key, rest, tried);
    }
    return fitting;
  }

  private Fitting measured(Connection connection, ChunkKey key, KeyRange rest, int rows)
      throws SQLException {
    String sizes = key.select(size + " AS `bytes`", rest);
    String sql =
        ("SELECT COUNT(*), COALESCE(SUM(`bytes`), 0), COALESCE(MAX(`bytes`), 0)"
                + " FROM (%s LIMIT %d) `sizes`")
            .formatted(sizes, rows);
    try (Statement statement = connection.createStatement();
        ResultSet answer = statement.executeQuery(sql)) {
      answer.next();
      if (answer.getLong(3) > largest) {
        throw tooLarge(answer.getLong(3));
      }
      return new Fitting(rows, answer.getInt(1), answer.getLong(2));
    }
  }

  /** A condition that is true, but lets a query fail that comes to a row which is too large. */
  String condition() {
    return widest <= largest ? "TRUE" : "IF(" + size + " > " + largest + ", " + FAIL + ", 1) = 1";
  }

  private UnsupportedChangeException tooLarge(long found) {
    return new UnsupportedChangeException(
        "Cannot read the rows of table '%s': one of %d bytes is too large for the memory. %s"
            .formatted(table, found, LargestRow.adviceForRow(found)));
  }
}
