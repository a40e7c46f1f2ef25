package dev.syncline.mysql;

import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.mysql.RowDecoders.RowDecoder;
import dev.syncline.testkit.server.MySqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.NullMarked;

/**
 * The events of some transactions as a server sent them, to be read again and again without the
 * server. In the connector's package, since what reads them is nobody else's. Not thread-safe.
 */
@NullMarked
public final class RecordedLog {

  /** Writes the transactions. */
  public interface Writing {
    /** Is called once. */
    void write() throws Exception;
  }

  private static final String JOB = "bench";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JsonNumbers JSON = JsonNumbers.WITH_FRACTION;

  private final List<RawEvent> head;
  private final List<RawEvent> transactions;
  private final List<RawEvent> rows;
  private final RowDecoder decoder;
  private final EventFrames frames =
      new EventFrames(new EventQueue(Long.MAX_VALUE), Long.MAX_VALUE, Long.MAX_VALUE);
  private final TransactionAssembler selected;
  private final TransactionAssembler other;

  private RecordedLog(MySqlPosition from, List<TableDefinition> tables, List<RawEvent> events) {
    int begin = 0;
    while (events.get(begin).type() != EventType.GTID) {
      begin++;
    }
    head = events.subList(0, begin);
    transactions = events.subList(begin, events.size());
    rows = transactions.stream().filter(e -> RowEvent.withCode(e.typeCode()).isPresent()).toList();
    RawEvent tableMap =
        transactions.stream()
            .filter(e -> e.type() == EventType.TABLE_MAP)
            .findFirst()
            .orElseThrow();
    decoder = new BinlogRows(JSON).open(tableMap, tables.get(0));
    String database = tables.get(0).id().database();
    selected = assembler(from, TableSelection.builder().database(database).build(), tables);
    other = assembler(from, TableSelection.builder().database("elsewhere").build(), List.of());
  }

  /**
   * Records transactions.
   *
   * @param database the database of their only table
   * @param count how many are written
   */
  public static RecordedLog of(MySqlServer server, String database, int count, Writing writing)
      throws Exception {
    MySqlSource source =
        MySqlSource.builder()
            .host(server.host())
            .port(server.port())
            .username(server.username())
            .password(server.password())
            .build();
    TableSelection selection = TableSelection.builder().database(database).build();
    try (TableSourceSession session = source.open(new SourceScope<>(JOB, selection))) {
      List<TableDefinition> tables =
          session.tables().stream().map(TableStructure::definition).toList();
      MySqlPosition from = (MySqlPosition) session.currentPositions().values().iterator().next();
      writing.write();
      return new RecordedLog(from, tables, events(server, from, count));
    }
  }

  private static List<RawEvent> events(MySqlServer server, MySqlPosition from, int count)
      throws InterruptedException {
    MySqlEndpoint.Builder endpoint = MySqlEndpoint.builder();
    endpoint.host(server.host());
    endpoint.port(server.port());
    endpoint.username(server.username());
    endpoint.password(server.password());
    BinlogSettings settings = BinlogSettings.of(endpoint.buildWithLogin(), JOB, Thread::new);
    List<RawEvent> events = new ArrayList<>();
    try (BinlogConnection connection = BinlogConnection.open(settings, from)) {
      while (events.stream().filter(e -> e.type() == EventType.XID).count() < count) {
        List<RawEvent> taken = connection.take(PATIENCE.toNanos(), from.point());
        if (taken.isEmpty()) {
          throw new IllegalStateException("The server sent no transaction in " + PATIENCE + ".");
        }
        events.addAll(taken);
      }
    }
    return events;
  }

  private TransactionAssembler assembler(
      MySqlPosition from, TableSelection selection, List<TableDefinition> tables) {
    BinlogScope scope = BinlogScope.of(selection, tables, new CutGroups());
    TransactionAssembler assembler =
        new TransactionAssembler(scope, from, new BinlogRows(JSON), false);
    for (RawEvent event : head) {
      if (event.type() == EventType.FORMAT_DESCRIPTION) {
        // Says that the events behind it have checksums.
        frames.frame(event.bytes());
      }
      assembler.accept(event);
    }
    return assembler;
  }

  /** Decodes the transactions' row events and nothing else. */
  public void decode(Consumer<TableChange> changes) {
    for (RawEvent event : rows) {
      decoder.decode(event).forEachRemaining(changes);
    }
  }

  /** Reads the transactions from the bytes on, as if their table were selected. */
  public List<TransactionPart<TableChange>> read() {
    return read(selected);
  }

  /** Reads the transactions from the bytes on, as if their table were not selected. */
  public List<TransactionPart<TableChange>> readOther() {
    return read(other);
  }

  private List<TransactionPart<TableChange>> read(TransactionAssembler assembler) {
    for (RawEvent event : transactions) {
      assembler.accept(frames.frame(event.bytes()));
    }
    return assembler.take();
  }
}
