package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.RawBinlog.RawEvent;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Tables of tests, described as the server's information schema describes them. */
final class TestTables {

  private static final String STRICT =
      "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO,ERROR_FOR_DIVISION_BY_ZERO";

  private static final int TABLE_MAP = 19;
  private static final int MAX_SHOWN = 2000;

  private TestTables() {}

  /** A session like those that the connector uses. */
  static Connection strict(MySqlServer server, String database) throws SQLException {
    return connect(server, database, STRICT, "");
  }

  /** A session that stores whatever it is given. */
  static Connection lenient(MySqlServer server, String database) throws SQLException {
    return connect(server, database, "ALLOW_INVALID_DATES,NO_AUTO_VALUE_ON_ZERO", "");
  }

  /** A session that fetches rows by a cursor of the server, in another encoding. */
  static Connection fetching(MySqlServer server, String database) throws SQLException {
    return connect(server, database, STRICT, "&useCursorFetch=true&defaultFetchSize=3");
  }

  private static Connection connect(
      MySqlServer server, String database, String mode, String properties) throws SQLException {
    String url =
        server.jdbcUrl(database)
            + "&characterEncoding=UTF-8&jdbcCompliantTruncation=false"
            + "&sessionVariables=time_zone='%2B00:00',sql_mode='"
            + mode
            + "'"
            + properties;
    return DriverManager.getConnection(url, server.username(), server.password());
  }

  /** The definition of a table; its first column is its key. */
  static TableDefinition describe(Connection connection, String database, String table)
      throws SQLException {
    TableId id = new TableId(database, table);
    List<Column> columns = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT column_name, column_type, character_set_name, collation_name, is_nullable"
                + " FROM information_schema.columns WHERE table_schema = ? AND table_name = ?"
                + " ORDER BY ordinal_position")) {
      statement.setString(1, database);
      statement.setString(2, table);
      try (ResultSet results = statement.executeQuery()) {
        while (results.next()) {
          ColumnType type =
              MySqlTypes.columnType(
                  id,
                  results.getString(1),
                  results.getString(2),
                  Optional.ofNullable(results.getString(3)).orElse(""),
                  Optional.ofNullable(results.getString(4)).orElse(""));
          boolean nullable = results.getString(5).equals("YES");
          columns.add(new Column(results.getString(1), type, nullable, Column.Origin.WRITTEN));
        }
      }
    }
    UniqueKey key = new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS);
    return new TableDefinition(id, columns, List.of(key));
  }

  /** All rows of a table in the order of its first column, read as the snapshot reads them. */
  static List<Row> read(Connection connection, TableDefinition table) throws SQLException {
    RowSelect select = RowSelect.of(table);
    List<Row> rows = new ArrayList<>();
    String sql = "SELECT " + select.selectList() + " FROM `" + table.id().name() + "` ORDER BY 1";
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        rows.add(select.read(results));
      }
    }
    return rows;
  }

  /** The changes of a table in the binary log between a place and its end. */
  static List<TableChange> changes(
      MySqlServer server, RawBinlog.Place from, TableDefinition table, JsonNumbers jsonNumbers)
      throws Exception {
    Map<Long, RowImageDecoder> decoders = new HashMap<>();
    List<TableChange> changes = new ArrayList<>();
    for (RawEvent event : RawBinlog.read(server, from, RawBinlog.end(server))) {
      if (event.type() == TABLE_MAP && TableMap.table(event.body()).equals(table.id())) {
        TableMap map = TableMap.parse(event.body());
        decoders.put(map.id(), RowImageDecoder.of(map, table, jsonNumbers));
        new TableMapCheck(server.release().family() == MARIADB, number -> Optional.empty())
            .check(map, table);
      }
      Optional<RowEvent> kind = RowEvent.withCode(event.type());
      if (kind.isPresent()) {
        RowImageDecoder decoder = decoders.get(RowImageDecoder.tableId(event.body()));
        if (decoder != null) {
          decoder
              .decode(kind.get(), new ByteCursor(event.body()), Long.MAX_VALUE, true)
              .forEachRemaining(changes::add);
        }
      }
    }
    return changes;
  }

  /** Writes a row as the sink does. */
  static void insert(Connection connection, TableDefinition table, Row row, String into)
      throws SQLException {
    List<Integer> ordinals = IntStream.range(0, row.size()).boxed().toList();
    Set<Integer> documents =
        ordinals.stream()
            .filter(i -> table.columns().get(i).type().kind() == ValueKind.JSON)
            .collect(Collectors.toSet());
    TargetTable target =
        new TargetTable(
            table, table.id(), ordinals, List.of(), List.of(), documents, List.of(), false);
    SqlText.Builder sql = new SqlText.Builder(target).append("INSERT INTO " + into + " VALUES (");
    for (int i : ordinals) {
      sql.append(i == 0 ? "" : ", ").append(row, i);
    }
    int unused = sql.append(")").build().execute(connection);
  }

  /** Executes a statement; a failure says which. */
  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      String start = sql.substring(0, Math.min(MAX_SHOWN, sql.length()));
      throw new SQLException(e.getMessage() + " in: " + start, e);
    }
  }
}
