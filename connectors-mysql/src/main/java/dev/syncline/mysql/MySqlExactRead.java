package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.ExactRead;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads a whole table as it stands at one point, row by row as the server sends them, so that the
 * table need not fit into memory.
 *
 * <p>MariaDB says at which point its read view stands. On MySQL with GTIDs a view is opened again
 * until the log shows that it is exact for the table ({@link QuietWindow}). Else, and if the table
 * is changed all the time, it is locked against changes while the read view is opened and the point
 * is taken, and then no more; a table whose engine has no read views stays locked to the end.
 */
final class MySqlExactRead implements ExactRead {
  static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT";

  private final SnapshotSessions sessions;
  private final Connection connection;
  private final Optional<Connection> lock;
  private final TableDefinition table;
  private final RowSelect select;
  private final MySqlPosition position;
  private final Statement statement;
  private final ResultSet results;
  private boolean atEnd;
  private boolean closed;

  private MySqlExactRead(Opened opened, Statement statement, ResultSet results) {
    this.sessions = opened.sessions;
    this.connection = opened.connection;
    this.lock = opened.lock;
    this.table = opened.table;
    this.select = opened.select;
    this.position = opened.position;
    this.statement = statement;
    this.results = results;
  }

  /** A read view at a known point. */
  private record Opened(
      SnapshotSessions sessions,
      Connection connection,
      Optional<Connection> lock,
      TableDefinition table,
      RowSelect select,
      MySqlPosition position) {}

  /**
   * Begins to read.
   *
   * @param connection an idle session that belongs to the read until it is closed
   */
  static MySqlExactRead begin(
      SnapshotSessions sessions, Connection connection, TableDefinition table) throws SQLException {
    boolean hasReadViews = MySqlCatalog.isTransactional(connection, table.id());
    if (sessions.facts().mariaDb() && hasReadViews) {
      execute(connection, BEGIN);
      MySqlPosition position =
          MariaDbSnapshot.position(connection, MariaDbSnapshot.point(connection));
      return start(sessions, connection, Optional.empty(), table, position);
    }
    if (sessions.facts().hasGtids() && hasReadViews) {
      Optional<MySqlPosition> exact = new QuietWindow(sessions, connection, table).open();
      if (exact.isPresent()) {
        return start(sessions, connection, Optional.empty(), table, exact.get());
      }
    }
    return beginLocked(sessions, connection, table, hasReadViews);
  }

  private static MySqlExactRead beginLocked(
      SnapshotSessions sessions, Connection connection, TableDefinition table, boolean hasReadViews)
      throws SQLException {
    Connection lock = sessions.openForLocking();
    boolean locksToTheEnd = false;
    try {
      MySqlPosition position = openLocked(sessions.facts(), connection, lock, table.id());
      Optional<Connection> kept = hasReadViews ? Optional.empty() : Optional.of(lock);
      MySqlExactRead read = start(sessions, connection, kept, table, position);
      locksToTheEnd = !hasReadViews;
      return read;
    } finally {
      if (!locksToTheEnd) {
        sessions.close(lock);
      }
    }
  }

  private static MySqlExactRead start(
      SnapshotSessions sessions,
      Connection connection,
      Optional<Connection> lock,
      TableDefinition table,
      MySqlPosition position)
      throws SQLException {
    RowSelect select = RowSelect.of(table);
    Opened opened = new Opened(sessions, connection, lock, table, select, position);
    Statement statement =
        connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY);
    // The driver's sign for: do not collect the result, hand on rows as they come.
    statement.setFetchSize(Integer.MIN_VALUE);
    ResultSet results =
        statement.executeQuery(
            "SELECT %s FROM %s WHERE %s"
                .formatted(select.selectList(), quote(table.id()), RowSizes.of(table).condition()));
    return new MySqlExactRead(opened, statement, results);
  }

  private static MySqlPosition openLocked(
      MySqlFacts facts, Connection connection, Connection lock, TableId table) throws SQLException {
    // Waits for the transactions that have changed the table, and makes new ones wait.
    execute(lock, "LOCK TABLES " + quote(table) + " READ");
    execute(connection, BEGIN);
    return position(facts, connection);
  }

  private static MySqlPosition position(MySqlFacts facts, Connection connection)
      throws SQLException {
    BinlogStatus status = BinlogStatus.read(connection, facts);
    return facts.mariaDb()
        ? MariaDbSnapshot.position(connection, status.point())
        : status.position(facts);
  }

  @Override
  public Position position() {
    return position;
  }

  @Override
  public List<SnapshotRow> next(int maxRows) {
    if (maxRows < 1) {
      throw new IllegalArgumentException("At least one row must be asked for, not " + maxRows);
    }
    List<SnapshotRow> rows = new ArrayList<>();
    try {
      long bytes = 0;
      while (!atEnd && rows.size() < maxRows && bytes < RowSizes.RANGE_BYTES) {
        if (results.next()) {
          SnapshotRow row = new SnapshotRow(table, select.read(results));
          bytes += row.row().approximateBytes();
          rows.add(row);
        } else {
          end();
        }
      }
    } catch (SQLException e) {
      throw SnapshotErrors.translate(e, table.id());
    }
    return rows;
  }

  private void end() throws SQLException {
    atEnd = true;
    results.close();
    statement.close();
    execute(connection, "ROLLBACK");
    lock.ifPresent(sessions::close);
  }

  /** Ends the read. One that did not come to its end takes the session with it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!atEnd) {
      // The driver would first fetch all that is left.
      sessions.abort(connection);
      lock.ifPresent(sessions::abort);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
