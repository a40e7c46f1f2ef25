package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.TableSelection;
import dev.syncline.TargetProgress;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.MySqlServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;

/** A database of a test's own at a server, a sink that writes to it, and a job that is running. */
final class SinkFixture {
  static final String STREAM = "binlog";

  /** InnoDB tells the same again to whoever asks within a tenth of a second. */
  private static final long BETWEEN_LOOKS_NANOS = TimeUnit.MILLISECONDS.toNanos(150);

  private final MySqlServer server;
  private final String database;
  private final String ledger;
  private JobRun run;

  SinkFixture(MySqlServer server) throws SQLException {
    this.server = server;
    this.database = server.createDatabase("target");
    this.ledger = database + "_ledger";
    this.run = new JobRun("job of " + database, UUID.randomUUID().toString(), 1);
  }

  MySqlServer server() {
    return server;
  }

  String database() {
    return database;
  }

  String ledger() {
    return ledger;
  }

  /** The names of a table's columns, in its order. */
  List<String> columns(String table) throws SQLException {
    return ask(
        "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
            + " AND TABLE_NAME = '"
            + table
            + "' ORDER BY ORDINAL_POSITION");
  }

  /** The run that took over last. */
  JobRun run() {
    return run;
  }

  TableId id(String table) {
    return new TableId(database, table);
  }

  MySqlSink.Builder builder() {
    return builder(server.host(), server.port());
  }

  /** The same target by another way. */
  MySqlSink.Builder builder(String host, int port) {
    return MySqlSink.builder()
        .host(host)
        .port(port)
        .username(server.username())
        .password(server.password())
        .ledgerDatabase(ledger);
  }

  MySqlSink sink() {
    return builder().build();
  }

  /** What happens instead of a commit. */
  interface Commit {
    void at(Connection connection) throws SQLException;
  }

  /** The same sink, with connections that commit in another way. */
  MySqlSink through(Commit commit) {
    DataSource dataSource =
        (DataSource)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> faulty(server.connect(), commit));
    return MySqlSink.builder().dataSource(dataSource).ledgerDatabase(ledger).build();
  }

  private static Object faulty(Connection connection, Commit commit) {
    return Proxy.newProxyInstance(
        SinkFixture.class.getClassLoader(),
        new Class<?>[] {Connection.class},
        (proxy, method, arguments) -> {
          if (method.getName().equals("commit")) {
            commit.at(connection);
            return null;
          }
          try {
            return method.invoke(connection, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  /** Takes the target over for the first time. */
  TargetProgress start() {
    return takeOver(Map.of(STREAM, "p0"));
  }

  TargetProgress takeOver(Map<String, String> firstPositions) {
    TargetProgress progress = sink().takeOver(run, firstPositions);
    run = run.withEpoch(progress.epoch());
    return progress;
  }

  /** Takes over with other limits for statements that an earlier run has left. */
  TargetProgress takeOver(SchemaLimits limits) {
    TargetProgress progress = sink().takeOver(run, Map.of(), limits);
    run = run.withEpoch(progress.epoch());
    return progress;
  }

  LaneWriter<TableChange> lane() {
    return sink().openLane(run, 0);
  }

  SnapshotWriter snapshot() {
    return sink().openSnapshotWriter(run);
  }

  /** Writes changes with a new lane, in one transaction. */
  void write(TableChange... changes) throws InterruptedException {
    try (LaneWriter<TableChange> lane = lane()) {
      lane.write(Arrays.asList(changes));
      lane.commit(Map.of(STREAM, "after write"));
    }
  }

  /**
   * Changes the rows of a table one after the other, then deletes them so, and looks at the whole
   * table after each step.
   *
   * @param rows what is in the table
   */
  void changeAndDelete(TableDefinition table, List<Row> rows, UnaryOperator<Row> change)
      throws Exception {
    assertThat(rows(table)).containsExactlyInAnyOrderElementsOf(rows);
    List<Row> left = new ArrayList<>(rows);
    for (Row row : rows) {
      Row changed = change.apply(row);
      write(new RowUpdate(table, row, changed));
      left.remove(row);
      left.add(changed);
      assertThat(rows(table)).containsExactlyInAnyOrderElementsOf(left);
    }
    for (Row row : List.copyOf(left)) {
      write(new RowDelete(table, row));
      left.remove(row);
      assertThat(rows(table)).containsExactlyInAnyOrderElementsOf(left);
    }
  }

  /** A row with other values in some columns. */
  static Row with(Row row, Object... ordinalsAndValues) {
    Object[] values = new Object[row.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.value(i);
    }
    for (int i = 0; i < ordinalsAndValues.length; i += 2) {
      values[(Integer) ordinalsAndValues[i]] = ordinalsAndValues[i + 1];
    }
    return Row.of(values);
  }

  static Portion portion(TableDefinition table, ExistingRows existing, Row... rows) {
    List<SnapshotRow> snapshot = Arrays.stream(rows).map(r -> new SnapshotRow(table, r)).toList();
    return new Portion(table, snapshot, existing, Optional.empty());
  }

  /** Executes statements in the database, on one connection, in the server's own words. */
  void execute(String... statements) throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(Dialect.of(server.release(), sql));
      }
    }
  }

  /** The rows of an answer, columns with bars between. */
  List<String> ask(String sql) throws SQLException {
    try (Connection connection = server.connect(database)) {
      return ask(connection, sql);
    }
  }

  static List<String> ask(Connection connection, String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          row.add(rows.getString(i));
        }
        answers.add(String.join("|", row.stream().map(String::valueOf).toList()));
      }
    }
    return answers;
  }

  /** The definition of a table of the database. */
  TableDefinition definition(String table) throws SQLException {
    MySqlConnections connections = connections();
    Connection connection = connections.open(MySqlCatalog.SETTINGS);
    try {
      TableSelection selection =
          TableSelection.builder().database(database, db -> db.table(table)).build();
      return new MySqlCatalog(connection, false).structures(selection).get(0).definition();
    } finally {
      connections.close(connection);
    }
  }

  /** The rows of a table in normal form. */
  List<Row> rows(TableDefinition table) throws SQLException {
    MySqlConnections connections = connections();
    Connection connection = connections.open(MySqlCatalog.SETTINGS);
    try {
      return rows(connection, table);
    } finally {
      connections.close(connection);
    }
  }

  static List<Row> rows(Connection connection, TableDefinition table) throws SQLException {
    RowSelect select = RowSelect.of(table);
    List<Row> rows = new ArrayList<>();
    String sql = "SELECT " + select.selectList() + " FROM " + SqlNames.quote(table.id());
    try (Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      while (results.next()) {
        rows.add(select.read(results));
      }
    }
    return rows;
  }

  /** The same table under another name. */
  static TableDefinition renamed(TableDefinition table, TableId id) {
    return new TableDefinition(id, table.columns(), table.uniqueKeys());
  }

  MySqlConnections connections() {
    MySqlEndpoint.Builder endpoint = MySqlEndpoint.builder();
    endpoint.host(server.host());
    endpoint.port(server.port());
    endpoint.username(server.username());
    endpoint.password(server.password());
    return new MySqlConnections(endpoint.build());
  }

  /** Waits until a statement of another session on this database waits for a row. */
  void awaitStuckStatement() throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    String sql =
        "SELECT COUNT(*) FROM information_schema.INNODB_TRX t JOIN information_schema.PROCESSLIST p"
            + " ON p.ID = t.trx_mysql_thread_id WHERE t.trx_state = 'LOCK WAIT' AND p.INFO LIKE '%"
            + database
            + "%'";
    try (Connection connection = server.connect()) {
      while (ask(connection, sql).equals(List.of("0"))) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("No statement waits for a row.");
        }
        LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      }
    }
  }
}
