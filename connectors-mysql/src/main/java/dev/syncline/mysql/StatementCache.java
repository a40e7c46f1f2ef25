package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Prepared statements of one connection, kept because the driver takes longer to read the text of a
 * large one than to fill it in. Bounded by what they hold: those that were not used for longest are
 * closed. Used by one thread; ends with the connection.
 */
final class StatementCache {

  /** About 100 bytes each. */
  private static final int MOST_PARAMETERS = 100_000;

  private static final int ROWS_WITH_OWN_SHAPE = 16;

  /**
   * Names a statement.
   *
   * @param owner whose statement it is, told apart by identity
   * @param kind which of the owner's statements
   * @param rows over how many rows
   */
  record Shape(Object owner, Kind kind, int rows) {}

  /** What is done to rows. */
  enum Kind {
    INSERT,
    UPSERT,
    INSERT_MISSING,
    DELETE
  }

  private record Kept(PreparedStatement statement, int parameters) {}

  private final Connection connection;
  private final Map<Shape, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long parameters;

  StatementCache(Connection connection) {
    this.connection = connection;
  }

  /**
   * How many of {@code rows} rows the next statement takes, so that few shapes are enough for any
   * number of rows.
   *
   * @param most how many it may take
   */
  static int rowsOfShape(int rows, int most) {
    if (rows >= most || rows <= ROWS_WITH_OWN_SHAPE) {
      return Math.min(rows, most);
    }
    return Integer.highestOneBit(rows);
  }

  /**
   * The statement of a shape, without values. Not to be closed by the caller.
   *
   * @param parameters how many it has
   */
  PreparedStatement get(Shape shape, int parameters, Supplier<String> text) throws SQLException {
    Kept found = kept.get(shape);
    if (found != null) {
      found.statement().clearParameters();
      return found.statement();
    }
    makeRoom(parameters);
    PreparedStatement statement = connection.prepareStatement(text.get());
    kept.put(shape, new Kept(statement, parameters));
    this.parameters += parameters;
    return statement;
  }

  private void makeRoom(int wanted) throws SQLException {
    Iterator<Kept> oldest = kept.values().iterator();
    while (parameters + wanted > MOST_PARAMETERS && oldest.hasNext()) {
      Kept next = oldest.next();
      oldest.remove();
      parameters -= next.parameters();
      next.statement().close();
    }
  }
}
