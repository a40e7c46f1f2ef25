package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession;
import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.SourceScope;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** One run's way into a MySQL or MariaDB server. Connections are opened when something is asked. */
final class MySqlSession implements ObjectSourceSession {
  /** The only stream of a server: its binary log. */
  static final String STREAM = "binlog";

  private static final int LOOKS = 5;

  private final MySqlSourceSettings settings;
  private final MySqlConnections connections;
  private final SourceScope<TableChange> scope;
  private final TableSelection selection;
  private final RowFilters filters;
  private final CutGroups cutGroups;
  private final long serverId;

  /** The stream is open while an exact read looks into the log: each needs an id of its own. */
  private final long otherServerId;

  private final WatermarkRegistry watermarks = new WatermarkRegistry();
  private final AtomicInteger watermarkRows = new AtomicInteger();
  private final LiveTables.Seen seen = new LiveTables.Seen();
  private @Nullable MySqlFacts facts;
  private List<TableDefinition> defined = List.of();
  private Set<TableId> passedOver = Set.of();
  private Set<ObjectKind> followed = Set.of();
  private SourceMemory remembered = SourceMemory.nothing();
  private @Nullable XaHorizon xaHorizon;

  /**
   * A session that has asked for nothing yet.
   *
   * @param cutGroups what readers of earlier sessions have found
   */
  MySqlSession(MySqlSourceSettings settings, SourceScope<TableChange> scope, CutGroups cutGroups) {
    this.settings = settings;
    this.connections = new MySqlConnections(settings.endpoint());
    this.scope = scope;
    this.cutGroups = cutGroups;
    this.selection = SelectedDatabases.of(scope.selection());
    this.filters = new RowFilters(selection);
    this.serverId = settings.serverId().orElseGet(this::anyServerId);
    this.otherServerId =
        LongStream.generate(this::anyServerId)
            .filter(id -> id != serverId)
            .findFirst()
            .orElseThrow();
  }

  private long anyServerId() {
    return BinlogSettings.serverIdFor(scope.job(), RandomGenerator.getDefault());
  }

  @Override
  public Map<String, Position> currentPositions() {
    return Map.of(STREAM, ask("find the end of the log", this::currentPosition));
  }

  private Position currentPosition(Connection connection) throws SQLException {
    MySqlFacts server = facts(connection);
    if (!server.mariaDb()) {
      return BinlogStatus.read(connection, server).position(server);
    }
    try (Statement statement = connection.createStatement()) {
      // Unlike the end of the log, this place is ahead of what is visible by XA transactions only.
      statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
      return MariaDbSnapshot.position(connection, MariaDbSnapshot.point(connection));
    }
  }

  @Override
  public List<TableStructure> tables() {
    return ask("look at the selected tables", this::tables);
  }

  @Override
  public Found objects(Set<ObjectKind> kinds) {
    return ask(
        "look at views, routines, events and triggers",
        connection -> new ObjectCatalog(connection).objects(selection, kinds));
  }

  @Override
  public List<String> names(ObjectKind kind) {
    return ask(
        "look at each " + kind, connection -> new ObjectCatalog(connection).names(selection, kind));
  }

  /**
   * Looks until two looks agree. The first one ends by SHOW CREATE TABLE, which waits for changes
   * of the table that are logged but not yet in the catalog: the stream does not tell of them.
   */
  private List<TableStructure> tables(Connection connection) throws SQLException {
    MySqlCatalog catalog = new MySqlCatalog(connection, facts(connection).logsCascades());
    Optional<List<MySqlCatalog.Look>> before = look(catalog);
    for (int look = 2; look <= LOOKS; look++) {
      Optional<List<MySqlCatalog.Look>> now = look(catalog);
      if (before.isPresent() && now.isPresent() && shapes(now.get()).equals(shapes(before.get()))) {
        learn(before.get(), now.get());
        return now.get().stream().map(MySqlCatalog.Look::structure).toList();
      }
      before = now;
    }
    throw new TransientException(
        "The selected tables of '" + connections.endpoint() + "' are being changed all the time.");
  }

  /** Empty if a table was dropped or renamed meanwhile. */
  private Optional<List<MySqlCatalog.Look>> look(MySqlCatalog catalog) throws SQLException {
    try {
      return Optional.of(catalog.looks(selection));
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static List<TableDefinition> shapes(List<MySqlCatalog.Look> looks) {
    return looks.stream().map(look -> look.structure().definition()).toList();
  }

  /**
   * Spares readers of rows to look at each table: what the catalog showed the second time it showed
   * between two prints.
   */
  private void learn(List<MySqlCatalog.Look> before, List<MySqlCatalog.Look> now) {
    for (int i = 0; i < now.size(); i++) {
      MySqlCatalog.Look look = now.get(i);
      if (look.print().equals(before.get(i).print())) {
        seen.add(look.structure().definition(), look.print());
      }
    }
  }

  @Override
  public Map<String, String> memory() {
    return Map.of(STREAM, ask("look at the selected databases", c -> firstMemory(c).print()));
  }

  private SourceMemory firstMemory(Connection connection) throws SQLException {
    Map<TableId, TableId> underWay = OnlineFindings.find(connection, selection, settings.online());
    if (!underWay.isEmpty()) {
      throw new UnsupportedChangeException(OnlineFindings.describe(underWay));
    }
    return new SourceMemory(SelectedDatabases.collations(connection, selection));
  }

  @Override
  public synchronized void define(List<TableDefinition> tables, Map<String, String> memory) {
    defined = List.copyOf(tables);
    String text = memory.get(STREAM);
    remembered = text == null ? SourceMemory.nothing() : SourceMemory.parse(text);
    xaHorizon = null;
  }

  @Override
  public synchronized void passOver(Set<TableId> tables) {
    passedOver = Set.copyOf(tables);
  }

  private synchronized Set<TableId> passedOver() {
    return passedOver;
  }

  @Override
  public synchronized void follow(Set<ObjectKind> kinds) {
    followed = Set.copyOf(kinds);
  }

  private synchronized FollowedObjects followed() {
    return new FollowedObjects(selection, followed);
  }

  @Override
  public void awaitVisible(Map<String, Position> positions) {
    Optional<TableId> watermarkTable = settings.watermarkTable();
    switch (MarkMethod.of(facts(), watermarkTable.isPresent())) {
      // Positions of this kind are not ahead of what is visible.
      case GTIDS -> {}
      case BINLOG_SNAPSHOT -> new CommitsUnderWay(snapshots()).awaitXa(defined());
      case WATERMARKS ->
          new CommitsUnderWay(snapshots())
              .awaitByWatermark(watermarkTable.orElseThrow(), watermarkRows.incrementAndGet());
      case SHARE_LOCKS -> new CommitsUnderWay(snapshots()).awaitByLocks(defined());
    }
  }

  private synchronized List<TableDefinition> defined() {
    return defined;
  }

  /**
   * A chunk's mark relies on the stream to bring what the chunk does not show. The stream does not
   * bring what the position includes from which it goes on.
   */
  @Override
  public SnapshotReader openSnapshotReader() {
    if (facts().mariaDb()) {
      new CommitsUnderWay(snapshots()).awaitXa(defined());
    }
    return new MySqlSnapshotReader(
        snapshots(), watermarks, watermarkRows.incrementAndGet(), xaHorizon(), seen);
  }

  /** One for all readers. */
  private synchronized XaHorizon xaHorizon() {
    if (xaHorizon == null) {
      xaHorizon = new XaHorizon(snapshots(), defined);
    }
    return xaHorizon;
  }

  private SnapshotSessions snapshots() {
    return new SnapshotSessions(connections, settings, facts(), otherServerId, filters);
  }

  @Override
  public SourceReader<TableChange> openReader(String stream, Position from) {
    if (!stream.equals(STREAM) || !(from instanceof MySqlPosition position)) {
      throw new IllegalArgumentException(
          "'%s' has no stream '%s' with a position '%s'."
              .formatted(connections.endpoint(), stream, from));
    }
    MySqlFacts server = facts();
    Connection metadata = connections.open(MySqlCatalog.SETTINGS);
    try {
      BinlogScope scope = binlogScope().with(movingTables(metadata, server));
      return MySqlSourceReader.open(metadata, server, binlogSettings(), scope, position);
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "ask '" + connections.endpoint() + "' for its character sets");
    } finally {
      connections.close(metadata);
    }
  }

  private TableHistory movingTables(Connection metadata, MySqlFacts server) throws SQLException {
    ModelServer model = new ModelServer(server, ServerCollations.read(metadata, server));
    MovingTables tables =
        new MovingTables(followed(), model, defined(), remembered(), settings.online());
    tables.passOver(passedOver());
    tables.tellAway(seen::away);
    return tables;
  }

  private synchronized SourceMemory remembered() {
    return remembered;
  }

  private BinlogSettings binlogSettings() {
    return new BinlogSettings(
        settings.endpoint(),
        serverId,
        settings.heartbeat(),
        settings.bufferBytes(),
        settings.threads());
  }

  private synchronized BinlogScope binlogScope() {
    BinlogScope selected = BinlogScope.of(selection, defined, cutGroups);
    return settings
        .watermarkTable()
        .map(table -> selected.with(new BinlogScope.WatermarkTable(table, watermarks)))
        .orElse(selected);
  }

  @Override
  public void close() {
    // Readers own their connections, and every other one is closed where it was opened.
  }

  private synchronized MySqlFacts facts() {
    if (facts == null) {
      facts = ask("read the settings of the server", MySqlFacts::read);
    }
    return facts;
  }

  private synchronized MySqlFacts facts(Connection connection) throws SQLException {
    if (facts == null) {
      facts = MySqlFacts.read(connection);
    }
    return facts;
  }

  private interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  private <T> T ask(String what, Question<T> question) {
    Connection connection = connections.open(MySqlCatalog.SETTINGS);
    try {
      return question.ask(connection);
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, what + " at '" + connections.endpoint() + "'");
    } finally {
      connections.close(connection);
    }
  }
}
