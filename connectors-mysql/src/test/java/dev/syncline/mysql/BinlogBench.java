package dev.syncline.mysql;

import com.mysql.cj.NativeSession;
import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.a.NativeConstants;
import com.mysql.cj.protocol.a.NativeConstants.IntegerDataType;
import com.mysql.cj.protocol.a.NativePacketPayload;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A database {@code app} of its own on a server, a client that writes it, and readers of the binlog
 * that follow it.
 */
final class BinlogBench implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(60);

  private static final Duration POLL = Duration.ofMillis(50);
  private static final long PAUSE_NANOS = Duration.ofMillis(50).toNanos();

  /** The server's last words; its storage engine is "completed" before. */
  private static final Pattern SHUT_DOWN = Pattern.compile("Shutdown complete(?!d)");

  private static final String END_TABLE = "the_end";

  private final MySqlServer server;
  private final String app;
  private final Connection client;
  private int ends;

  BinlogBench(MySqlServer server) throws SQLException {
    this(server, server.createDatabase("app"), 0);
    run("CREATE TABLE " + END_TABLE + " (id INT PRIMARY KEY)");
  }

  private BinlogBench(MySqlServer server, String app, int ends) throws SQLException {
    this.server = server;
    this.app = app;
    this.ends = ends;
    this.client = server.connect(app);
  }

  /** The same database at another server, which has a copy of it by now. */
  BinlogBench at(MySqlServer other) throws SQLException {
    return new BinlogBench(other, app, ends);
  }

  /** The name of the selected database. */
  String app() {
    return app;
  }

  MySqlServer server() {
    return server;
  }

  Connection client() {
    return client;
  }

  /** Executes statements over the client. */
  void run(String... statements) throws SQLException {
    try (Statement statement = client.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** Lets the server end by itself, for the first time, and waits until it has. */
  void shutDown() throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      if (Feature.SHUTDOWN_STATEMENT.isIn(server.release())) {
        statement.execute("SHUTDOWN");
      } else {
        NativeSession session =
            (NativeSession) connection.unwrap(JdbcConnection.class).getSession();
        // With a level, which the driver leaves out and MySQL 5.6 demands.
        NativePacketPayload command = new NativePacketPayload(2);
        command.writeInteger(IntegerDataType.INT1, NativeConstants.COM_SHUTDOWN);
        command.writeInteger(IntegerDataType.INT1, 0);
        session.getProtocol().sendCommand(command, false, 0);
      }
    } catch (SQLException answerLost) {
      // The server may end before it answers; its log says so.
    }
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (!SHUT_DOWN.matcher(server.errorLogTail()).find()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The server does not end:\n" + server.errorLogTail());
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** Where the binlog ends. */
  MySqlPosition here() throws SQLException {
    MySqlSourceSettings source =
        new MySqlSourceSettings(
            endpoint(),
            Optional.empty(),
            Optional.empty(),
            Duration.ofSeconds(1),
            Duration.ofSeconds(10),
            BinlogSettings.DEFAULT_QUEUE_BYTES,
            Thread::new,
            OnlineTools.DEFAULTS);
    try (MySqlSession session =
        new MySqlSession(source, new SourceScope<>("bench", all()), new CutGroups())) {
      return (MySqlPosition) session.currentPositions().get(MySqlSession.STREAM);
    }
  }

  TableSelection all() {
    return TableSelection.builder().database(app).build();
  }

  MySqlEndpoint endpoint() {
    return endpointOf(server, server.port()).buildWithLogin();
  }

  /** An endpoint with the credentials of a server, reached through a port. */
  static MySqlEndpoint.Builder endpointOf(MySqlServer server, int port) {
    MySqlEndpoint.Builder builder = MySqlEndpoint.builder();
    builder.host(server.host());
    builder.port(port);
    builder.username(server.username());
    builder.password(server.password());
    return builder;
  }

  BinlogSettings settings() {
    return new BinlogSettings(
        endpoint(),
        BinlogSettings.serverIdFor(app, RandomGenerator.getDefault()),
        Duration.ofMillis(500),
        1L << 20,
        task -> {
          Thread thread = new Thread(task, "binlog-" + app);
          thread.setDaemon(true);
          return thread;
        });
  }

  /** Checks a position like a reader that is opened there, but with less patience. */
  void check(MySqlPosition from) throws SQLException {
    try (Connection connection = server.connect()) {
      BinlogStart.check(connection, MySqlFacts.read(connection), from, 1);
    }
  }

  MySqlSourceReader open(MySqlPosition from) throws SQLException {
    return open(from, settings(), all(), UnaryOperator.identity());
  }

  MySqlSourceReader open(
      MySqlPosition from,
      BinlogSettings settings,
      TableSelection selection,
      UnaryOperator<BinlogScope> change)
      throws SQLException {
    try (Connection metadata = server.connect()) {
      BinlogScope scope =
          BinlogScope.of(
              selection,
              new MySqlCatalog(metadata, false)
                  .structures(selection).stream().map(TableStructure::definition).toList(),
              new CutGroups());
      return MySqlSourceReader.open(
          metadata, MySqlFacts.read(metadata), settings, change.apply(scope), from);
    }
  }

  /** Writes a row that marks the end of what is to be read. */
  void end() throws SQLException {
    run("INSERT INTO " + END_TABLE + " VALUES (" + ++ends + ")");
  }

  /** Writes the mark of the end, opens the binlog and reads up to the mark. */
  List<Transaction> readFrom(MySqlPosition from) throws Exception {
    try (MySqlSourceReader reader = open(from)) {
      end();
      return readToEnd(reader);
    }
  }

  /** Reads up to the last mark of the end, which is left out. */
  List<Transaction> readToEnd(MySqlSourceReader reader) throws InterruptedException {
    Collected collected = new Collected();
    String end = "+" + END_TABLE + "(" + ends + ")";
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    while (collected.whole.isEmpty() || !collected.last().changes().equals(List.of(end))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("The end did not come; read so far: " + collected.whole);
      }
      collected.add(reader.poll(POLL));
    }
    return collected.whole.subList(0, collected.whole.size() - 1);
  }

  /**
   * A transaction as it was read.
   *
   * @param changes {@code +t(1, a)}, {@code -t(1, a)} or {@code ~t(1, a)(1, b)}
   */
  record Transaction(MySqlTransactionId id, List<String> changes, int parts, MySqlPosition end) {}

  /** Puts parts together. */
  static final class Collected {
    private final List<Transaction> whole = new ArrayList<>();
    private final List<String> open = new ArrayList<>();
    private int parts;
    private Optional<Position> position = Optional.empty();

    void add(ChangeBatch<TableChange> batch) {
      for (TransactionPart<TableChange> part : batch.parts()) {
        part.changes().forEach(change -> open.add(describe(change)));
        parts++;
        if (part.isLast()) {
          MySqlTransactionId id = (MySqlTransactionId) part.transaction();
          MySqlPosition end = (MySqlPosition) part.end().orElseThrow();
          whole.add(new Transaction(id, List.copyOf(open), parts, end));
          open.clear();
          parts = 0;
        }
      }
      position = batch.position().isPresent() ? batch.position() : position;
    }

    Optional<Position> position() {
      return position;
    }

    Transaction last() {
      return whole.get(whole.size() - 1);
    }
  }

  static List<List<String>> changes(List<Transaction> transactions) {
    return transactions.stream().map(Transaction::changes).toList();
  }

  private static String describe(TableChange change) {
    String table = change.table().id().name();
    if (change instanceof RowInsert insert) {
      return "+" + table + describe(insert.after());
    }
    if (change instanceof RowDelete delete) {
      return "-" + table + describe(delete.before());
    }
    RowUpdate update = (RowUpdate) change;
    return "~" + table + describe(update.before()) + describe(update.after());
  }

  private static String describe(Row row) {
    return IntStream.range(0, row.size())
        .mapToObj(row::value)
        .map(String::valueOf)
        .map(text -> text.length() > 40 ? text.length() + " characters" : text)
        .collect(Collectors.joining(", ", "(", ")"));
  }

  @Override
  public void close() throws SQLException {
    client.close();
  }
}
