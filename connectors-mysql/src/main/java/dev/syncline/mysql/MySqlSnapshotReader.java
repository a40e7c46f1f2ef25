package dev.syncline.mysql;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.SnapshotReader;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Reads ranges of tables over one session, each in one short transaction that never outlives the
 * call, and whole tables at one exact point.
 */
final class MySqlSnapshotReader implements SnapshotReader {
  private static final String BEGIN = "START TRANSACTION WITH CONSISTENT SNAPSHOT";

  /** A read that has locked some rows may be the victim of a deadlock; it has nothing to lose. */
  private static final int LOCKING_ATTEMPTS = 5;

  /** Of a range that has grown since it was cut, so much is read and no more. */
  private static final long MOST_BYTES = 2 * RowSizes.RANGE_BYTES;

  private final SnapshotSessions sessions;
  private final Connection connection;
  private final MarkMethod method;
  private final WatermarkRegistry watermarks;
  private final int watermarkRow;
  private final XaHorizon xaHorizon;
  private final LiveTables live;
  private final Map<TableId, Boolean> transactional = new HashMap<>();

  private @Nullable Cut cut;

  /** What the table was from which rows were read last. */
  private String print = "";

  /** The range that was cut last, and what was known of its rows then. */
  private record Cut(TableId table, KeyRange range, RowSizes.Fitting rows) {}

  /**
   * A reader over a session of its own.
   *
   * @param watermarkRow the row of the watermark table that is this reader's alone
   */
  MySqlSnapshotReader(
      SnapshotSessions sessions,
      WatermarkRegistry watermarks,
      int watermarkRow,
      XaHorizon xaHorizon,
      LiveTables.Seen seen) {
    this.sessions = sessions;
    this.connection = sessions.open();
    this.method = MarkMethod.of(sessions.facts(), sessions.watermarkTable().isPresent());
    this.watermarks = watermarks;
    this.watermarkRow = watermarkRow;
    this.xaHorizon = xaHorizon;
    this.live = new LiveTables(connection, sessions.facts(), seen);
  }

  @Override
  public boolean canCut(TableDefinition table) {
    return ChunkKey.of(table).isPresent();
  }

  @Override
  public KeyRange nextRange(TableDefinition table, KeyRange rest, int rows) {
    if (rows < 1) {
      throw new IllegalArgumentException("A range must have a row or more, not " + rows + ".");
    }
    try {
      RowSizes.Fitting fitting = RowSizes.of(table).fitting(connection, key(table), rest, rows);
      KeyRange range = nextRangeOf(table, rest, fitting);
      cut = new Cut(table.id(), range, fitting);
      return range;
    } catch (SQLException e) {
      throw live.changedOr(table, SnapshotErrors.translate(e, table.id()));
    } catch (RuntimeException e) {
      throw live.changedOr(table, e);
    }
  }

  /** A last row that fills a range by itself ends it: others may come while it waits. */
  private KeyRange nextRangeOf(TableDefinition table, KeyRange rest, RowSizes.Fitting rows)
      throws SQLException {
    ChunkKey key = key(table);
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(key.probe(rest, rows.rows()))) {
      if (!found.next()) {
        return rest;
      }
      String upTo = key.bound(found);
      if (!found.next() && rows.bytes() <= RowSizes.RANGE_BYTES) {
        return rest;
      }
      if (upTo.equals(rest.after())) {
        throw new SyncException(
            "Cannot cut table '%s' into ranges: the server finds the same key behind itself. Check"
                    .formatted(table.id())
                + " the table with CHECK TABLE.");
      }
      return new KeyRange(rest.after(), upTo);
    }
  }

  @Override
  public long bytesOfRange() {
    return cut == null ? 0 : cut.rows().bytes();
  }

  @Override
  public SnapshotChunk readRange(TableDefinition table, KeyRange range) {
    RangeRead read = new RangeRead(table, RowSelect.of(table), key(table), range);
    try {
      SnapshotChunk chunk =
          switch (method) {
            case GTIDS -> readBetweenGtids(read);
            case BINLOG_SNAPSHOT -> readAtPoint(read);
            case WATERMARKS -> readBetweenWatermarks(read);
            case SHARE_LOCKS -> readLocked(read);
          };
      live.check(table, print);
      return chunk;
    } catch (SQLException e) {
      throw live.changedOr(table, SnapshotErrors.translate(e, table.id()));
    } catch (RuntimeException e) {
      throw live.changedOr(table, e);
    }
  }

  @Override
  public ExactRead readExactly(List<TableDefinition> tables) {
    try {
      return MySqlExactRead.begin(sessions, connection, live, tables);
    } catch (SQLException e) {
      throw SnapshotErrors.translate(e, tables.get(0).id());
    }
  }

  @Override
  public void close() {
    sessions.abort(connection);
  }

  private static ChunkKey key(TableDefinition table) {
    return ChunkKey.of(table)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Table '" + table.id() + "' has no key by which it can be cut."));
  }

  /** One range to be read. */
  private record RangeRead(TableDefinition table, RowSelect select, ChunkKey key, KeyRange range) {

    SnapshotChunk chunk(List<SnapshotRow> rows, Mark mark) {
      return new SnapshotChunk(range, rows, mark);
    }
  }

  /** Reads the rows, and then what the table is that they are from. */
  private List<SnapshotRow> rows(RangeRead read, String locking) throws SQLException {
    List<SnapshotRow> rows = new ArrayList<>();
    long bytes = 0;
    String condition = sessions.filters().condition(read.table());
    String sql = read.key().select(read.select().selectList(), read.range(), condition) + locking;
    try (Statement statement = connection.createStatement()) {
      // The driver's sign for: do not collect the result, hand on rows as they come.
      statement.setFetchSize(Integer.MIN_VALUE);
      try (ResultSet results = statement.executeQuery(sql)) {
        while (results.next()) {
          Row row = read.select().read(results);
          rows.add(new SnapshotRow(read.table(), row));
          bytes += row.approximateBytes();
          if (bytes > MOST_BYTES) {
            checkGrowth(read, rows.size());
          }
        }
      }
    }
    print = live.print(read.table().id());
    return rows;
  }

  /** A range may wait for long before it is read, and rows come to it meanwhile. */
  private void checkGrowth(RangeRead read, int rows) {
    TableId table = read.table().id();
    Cut last = cut;
    if (last != null
        && last.table().equals(table)
        && last.range().equals(read.range())
        && rows > last.rows().found()) {
      // The driver would take the rest of the rows before it closes the result.
      sessions.abort(connection);
      throw new TransientException(
          ("A range of table '%s' had %d rows when it was cut, but more when it was read, and they"
                  + " are too many to be read together. It is cut anew.")
              .formatted(table, last.rows().found()));
    }
  }

  private SnapshotChunk readBetweenGtids(RangeRead read) throws SQLException {
    GtidSet low = BinlogStatus.visibleGtids(connection);
    execute(BEGIN);
    try {
      BinlogPoint high = endOfLog();
      List<SnapshotRow> rows = rows(read, "");
      // An engine without read views has shown the table as it was read, not as it was then.
      return read.chunk(
          rows, new GtidMark(low, isTransactional(read.table().id()) ? high : endOfLog()));
    } finally {
      rollback();
    }
  }

  private SnapshotChunk readAtPoint(RangeRead read) throws SQLException {
    boolean tellsXa = sessions.facts().isMariaDbFrom(10, 5, 0);
    BinlogPoint logged = endOfLog();
    XaUnderWay xa = XaUnderWay.ask(connection, sessions.facts());
    Optional<BinlogPoint> shown = tellsXa ? Optional.empty() : xaHorizon.place(connection);
    execute(BEGIN);
    try {
      BinlogPoint point = MariaDbSnapshot.point(connection);
      List<SnapshotRow> rows = rows(read, "");
      // Behind the rows, since an engine without read views shows them as they were read.
      MariaDbGtids high = MariaDbSnapshot.logged(connection);
      return read.chunk(
          rows,
          tellsXa
              ? MariaDbMark.of(xa, logged, point, high)
              : MariaDbMark.ofAnyXa(shown, point, high));
    } finally {
      rollback();
    }
  }

  private SnapshotChunk readBetweenWatermarks(RangeRead read) throws SQLException {
    String low = writeWatermark();
    XaUnderWay xa = XaUnderWay.ask(connection, sessions.facts());
    execute(BEGIN);
    List<SnapshotRow> rows;
    try {
      rows = rows(read, "");
    } finally {
      rollback();
    }
    String high = writeWatermark();
    return read.chunk(rows, new WatermarkMark(watermarks, low, xa, high));
  }

  /**
   * While the rows are locked, every transaction that has changed one of them is visible and was
   * logged before, and every one that is going to will be logged later.
   */
  private SnapshotChunk readLocked(RangeRead read) throws SQLException {
    boolean hasRowLocks = isTransactional(read.table().id());
    for (int attempt = 1; ; attempt++) {
      execute("START TRANSACTION");
      try {
        BinlogPoint before = endOfLog();
        List<SnapshotRow> rows = rows(read, " LOCK IN SHARE MODE");
        BinlogPoint behind = endOfLog();
        // Engines without row locks change first and log later: what is logged is visible.
        return read.chunk(rows, new PointMark(hasRowLocks ? behind : before, behind));
      } catch (SQLException e) {
        if (!SnapshotErrors.isDeadlock(e) || attempt == LOCKING_ATTEMPTS) {
          throw e;
        }
      } finally {
        rollback();
      }
    }
  }

  private boolean isTransactional(TableId table) throws SQLException {
    Boolean known = transactional.get(table);
    if (known == null) {
      known = MySqlCatalog.isTransactional(connection, table);
      transactional.put(table, known);
    }
    return known;
  }

  private BinlogPoint endOfLog() throws SQLException {
    return BinlogStatus.read(connection, sessions.facts()).point();
  }

  private String writeWatermark() throws SQLException {
    TableId table = sessions.watermarkTable().orElseThrow();
    String token = UUID.randomUUID().toString();
    watermarks.expect(token);
    CommitsUnderWay.writeWatermark(connection, table, watermarkRow, token);
    return token;
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Ends the transaction; if even that fails, the session with it. */
  private void rollback() {
    try {
      execute("ROLLBACK");
    } catch (SQLException e) {
      sessions.abort(connection);
    }
  }
}
