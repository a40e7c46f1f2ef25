package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.ExactRead;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads whole tables as they stand together at one point, row by row as the server sends them, so
 * that they need not fit into memory.
 *
 * <p>MariaDB says at which point its read view stands, unless XA transactions are under way ({@link
 * MariaDbSnapshot#open}). On MySQL with GTIDs a view is opened again until the log shows that it is
 * exact for the tables ({@link QuietWindow}). Else, and if a table is changed all the time, they
 * are locked against changes while the read view is opened and the point is taken, and then no
 * more; where an engine has no read views they stay locked to the end.
 */
final class MySqlExactRead implements ExactRead {
  static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT";

  private final SnapshotSessions sessions;
  private final Connection connection;
  private final Optional<Connection> lock;
  private final MySqlPosition position;
  private final Deque<TableDefinition> left;
  private final LiveTables live;
  private final Map<TableId, String> prints;
  private @Nullable StreamedRows current;
  private boolean closed;

  private MySqlExactRead(View view, Optional<Connection> lock, MySqlPosition position) {
    this.sessions = view.sessions;
    this.connection = view.connection;
    this.left = new ArrayDeque<>(view.tables);
    this.live = view.live;
    this.prints = Map.copyOf(view.prints);
    this.lock = lock;
    this.position = position;
  }

  /** A read view of some tables, which is yet to be opened. */
  private record View(
      SnapshotSessions sessions,
      Connection connection,
      List<TableDefinition> tables,
      LiveTables live,
      Map<TableId, String> prints) {

    MySqlExactRead opened(Optional<Connection> lock, MySqlPosition position) throws SQLException {
      MySqlExactRead read = new MySqlExactRead(this, lock, position);
      read.current = read.open();
      return read;
    }
  }

  /**
   * Begins to read.
   *
   * @param connection an idle session that belongs to the read until it is closed
   * @param live over the same session
   */
  static MySqlExactRead begin(
      SnapshotSessions sessions,
      Connection connection,
      LiveTables live,
      List<TableDefinition> tables)
      throws SQLException {
    Map<TableId, String> prints = new HashMap<>();
    View view = new View(sessions, connection, tables, live, prints);
    boolean haveReadViews = true;
    for (TableDefinition table : tables) {
      prints.put(table.id(), live.print(table.id()));
      live.check(table, prints.get(table.id()));
      haveReadViews &= MySqlCatalog.isTransactional(connection, table.id());
    }
    if (sessions.facts().mariaDb() && haveReadViews) {
      Optional<MySqlPosition> exact = MariaDbSnapshot.open(connection, sessions.facts());
      if (exact.isPresent()) {
        return view.opened(Optional.empty(), exact.get());
      }
    }
    if (sessions.facts().hasGtids() && haveReadViews) {
      Optional<MySqlPosition> exact = new QuietWindow(sessions, connection, tables).open();
      if (exact.isPresent()) {
        return view.opened(Optional.empty(), exact.get());
      }
    }
    return beginLocked(view, haveReadViews);
  }

  private static MySqlExactRead beginLocked(View view, boolean haveReadViews) throws SQLException {
    Connection lock = view.sessions.openForLocking();
    boolean locksToTheEnd = false;
    try {
      lock(view, lock, haveReadViews);
      execute(view.connection, BEGIN);
      MySqlPosition position = position(view.sessions.facts(), view.connection);
      Optional<Connection> kept = haveReadViews ? Optional.empty() : Optional.of(lock);
      MySqlExactRead read = view.opened(kept, position);
      locksToTheEnd = !haveReadViews;
      return read;
    } finally {
      if (!locksToTheEnd) {
        view.sessions.close(lock);
      }
    }
  }

  /** Waits for the transactions that have changed the tables, and makes new ones wait. */
  private static void lock(View view, Connection lock, boolean haveReadViews) throws SQLException {
    String tables =
        view.tables.stream()
            .map(table -> quote(table.id()) + " READ")
            .collect(Collectors.joining(", "));
    try {
      execute(lock, "LOCK TABLES " + tables);
    } catch (SQLException e) {
      MySqlFacts facts = view.sessions.facts();
      if (facts.mariaDb() && haveReadViews && SnapshotErrors.isDenied(e)) {
        XaUnderWay xa = XaUnderWay.ask(view.connection, facts);
        throw SnapshotErrors.needsLock(e, view.tables.get(0).id(), xa);
      }
      throw e;
    }
  }

  private static MySqlPosition position(MySqlFacts facts, Connection connection)
      throws SQLException {
    BinlogStatus status = BinlogStatus.read(connection, facts);
    return facts.mariaDb()
        ? MariaDbSnapshot.position(connection, status.point())
        : status.position(facts);
  }

  /** The rows of the next table; null behind the last one. */
  private @Nullable StreamedRows open() throws SQLException {
    TableDefinition next = left.poll();
    return next == null
        ? null
        : StreamedRows.of(connection, next, sessions.filters().condition(next));
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
    while (rows.isEmpty() && current != null) {
      TableId table = current.table().id();
      try {
        rows = current.next(maxRows);
        if (current.isAtEnd()) {
          end(table);
        }
      } catch (SQLException e) {
        throw SnapshotErrors.translate(e, table);
      }
    }
    return rows;
  }

  /** Ends a table, and behind the last one the view. */
  private void end(TableId table) throws SQLException {
    if (!live.print(table).equals(prints.get(table))) {
      throw LiveTables.changed(table, null);
    }
    current = open();
    if (current == null) {
      execute(connection, "ROLLBACK");
      lock.ifPresent(sessions::close);
    }
  }

  /** Ends the read. One that did not come to its end takes the session with it. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (current != null) {
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
