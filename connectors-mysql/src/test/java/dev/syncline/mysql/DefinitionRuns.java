package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import dev.syncline.testkit.server.MySqlServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Runs statements at a server, and then lets a {@link SchemaModel} take them out of the log: what
 * it says of the tables is compared with what the catalog said after each of them.
 */
final class DefinitionRuns implements AutoCloseable {

  private static final int QUERY = 2;
  private static final String MARK = "mark_";

  private final MySqlServer server;
  private final String database;
  private final String marks;
  private final Connection catalog;
  private final MySqlFacts facts;
  private final RawBinlog.Place from;
  private final List<Step> steps = new ArrayList<>();
  private final Map<String, String> before;
  private Connection session;

  /**
   * A statement that was run.
   *
   * @param after the tables behind it; empty if the catalog has what is not supported
   */
  private record Step(
      String sql, Optional<Map<TableId, TableDefinition>> after, Map<String, String> databases) {}

  /** What came out. */
  static final class Result {
    final List<String> wrong = new ArrayList<>();
    final Map<String, int[]> counts = new TreeMap<>();
    final List<String> refusals = new ArrayList<>();
    int constants;
    int unknownConstants;

    private void count(String kind, boolean refused) {
      counts.computeIfAbsent(kind, k -> new int[2])[refused ? 1 : 0]++;
    }

    int taken() {
      return counts.values().stream().mapToInt(c -> c[0]).sum();
    }

    int refused() {
      return counts.values().stream().mapToInt(c -> c[1]).sum();
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder();
      counts.forEach(
          (kind, count) -> text.append(" %s %d/%d".formatted(kind, count[1], count[0] + count[1])));
      return "%d statements, %d refused (of each kind:%s); %d of %d defaults unknown"
          .formatted(taken() + refused(), refused(), text, unknownConstants, constants);
    }
  }

  DefinitionRuns(MySqlServer server) throws SQLException {
    this.server = server;
    this.database = server.createDatabase("defined");
    this.marks = server.createDatabase("marks");
    this.catalog = new SinkFixture(server).connections().open(MySqlCatalog.SETTINGS);
    this.facts = MySqlFacts.read(catalog);
    this.before = databases();
    this.session = server.connect(database);
    this.from = RawBinlog.end(server);
  }

  String database() {
    return database;
  }

  /** The tables as they are now. */
  List<TableDefinition> tables() {
    return steps.isEmpty()
        ? List.of()
        : steps.get(steps.size() - 1).after().map(m -> List.copyOf(m.values())).orElse(List.of());
  }

  /** Begins anew: without tables, and with a new session. */
  void reset() throws SQLException {
    session.close();
    session = server.connect();
    run("SET SESSION foreign_key_checks = 0");
    run("DROP DATABASE IF EXISTS " + database);
    run("CREATE DATABASE " + database);
    run("USE " + database);
    run("SET SESSION foreign_key_checks = 1");
  }

  /** Runs a statement; false if the server refuses it. */
  boolean run(String statement) throws SQLException {
    String sql = statement.replace("@DB", database);
    boolean done = true;
    try (Statement running = session.createStatement()) {
      running.execute(sql);
    } catch (SQLException e) {
      done = false;
    }
    boolean isSetting = sql.startsWith("SET ") || sql.startsWith("USE ");
    if (!isSetting) {
      steps.add(new Step(sql, look(), databases()));
      try (Statement marking = catalog.createStatement()) {
        marking.execute("DROP TABLE IF EXISTS " + marks + "." + MARK + (steps.size() - 1));
      }
    }
    return done;
  }

  private Optional<Map<TableId, TableDefinition>> look() throws SQLException {
    Map<TableId, TableDefinition> tables = new TreeMap<>();
    TableSelection selection = TableSelection.builder().database(database).build();
    try {
      new MySqlCatalog(catalog, facts.logsCascades())
          .structures(selection)
          .forEach(table -> tables.put(table.definition().id(), table.definition()));
      return Optional.of(tables);
    } catch (UnsupportedChangeException e) {
      return Optional.empty();
    }
  }

  private Map<String, String> databases() throws SQLException {
    Map<String, String> collations = new HashMap<>();
    try (Statement asking = catalog.createStatement();
        ResultSet row =
            asking.executeQuery(
                "SELECT SCHEMA_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA")) {
      while (row.next()) {
        collations.put(row.getString(1), row.getString(2));
      }
    }
    return collations;
  }

  /** Reads the log and compares. */
  Result compare() throws Exception {
    Result result = new Result();
    DdlParser parser = new DdlParser(SqlVersion.of(facts));
    ModelServer at = ModelServer.read(catalog);
    SchemaModel model = model(at, Map.of(), before);
    int step = 0;
    for (RawBinlog.RawEvent event : RawBinlog.read(server, from, RawBinlog.end(server))) {
      if (event.type() != QUERY) {
        continue;
      }
      DdlSession logged = DdlSession.parse(new ByteCursor(event.body()), facts);
      String sql = sql(event.body());
      if (sql.contains(marks)) {
        model = compare(model, at, steps.get(step++), result);
      } else if (!sql.equals("BEGIN") && !sql.equals("COMMIT")) {
        DdlStatement statement = parser.parse(sql, SqlMode.of(logged.sqlMode())).statement();
        try {
          model.apply(statement, logged);
          result.count(kind(statement), false);
        } catch (UnknownEffectException e) {
          result.count(kind(statement), true);
          result.refusals.add(e.getMessage() + ": " + sql);
          Step next = steps.get(step);
          model = model(at, next.after().orElse(Map.of()), next.databases());
        }
      }
    }
    return result;
  }

  private SchemaModel model(
      ModelServer at, Map<TableId, TableDefinition> tables, Map<String, String> databases) {
    SchemaModel model = new SchemaModel(at, id -> id.database().equals(database));
    model.begin(tables.values(), databases);
    return model;
  }

  private static String kind(DdlStatement statement) {
    return statement.getClass().getSimpleName();
  }

  private static String sql(byte[] body) {
    ByteCursor in = new ByteCursor(body);
    in.skip(8);
    int databaseBytes = in.unsignedByte();
    in.skip(2);
    in.skip(in.unsignedShort() + databaseBytes + 1);
    return new String(in.bytes(in.remaining()), StandardCharsets.UTF_8);
  }

  private SchemaModel compare(SchemaModel model, ModelServer at, Step step, Result result) {
    if (step.after().isEmpty()) {
      return model(at, Map.of(), step.databases());
    }
    Map<TableId, TableDefinition> tables = step.after().get();
    List<String> wrong = new ArrayList<>();
    TreeSet<TableId> ids = new TreeSet<>(tables.keySet());
    ids.addAll(model.tables());
    for (TableId id : ids) {
      Optional<TableDefinition> said = model.table(id);
      TableDefinition is = tables.get(id);
      if (said.isEmpty() || is == null) {
        wrong.add(id + (is == null ? " is not there" : " is unknown"));
      } else if (!same(said.get(), is, result)) {
        wrong.add("\n  is   " + print(is) + "\n  said " + print(said.get()));
      }
    }
    String collation = step.databases().get(database);
    if (collation != null && !collation.equals(model.databases().get(database))) {
      wrong.add("the database has " + collation + ", not " + model.databases().get(database));
    }
    if (wrong.isEmpty()) {
      return model;
    }
    result.wrong.add(step.sql() + wrong);
    return model(at, tables, step.databases());
  }

  private static String print(TableDefinition table) {
    StringBuilder text = new StringBuilder(table.id().name());
    for (Column column : table.columns()) {
      text.append(
          "%n    %s %s %s %s %s %s %s"
              .formatted(
                  column.name(),
                  column.type().nativeType(),
                  column.type().charset(),
                  column.type().collation(),
                  column.nullable(),
                  column.origin(),
                  column.constant()));
    }
    return text + "\n    " + table.uniqueKeys() + table.foreignKeys() + "\n    " + table.notes();
  }

  /** A default may be unknown, and which plain keys the server has made for foreign keys. */
  private static boolean same(TableDefinition said, TableDefinition is, Result result) {
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < is.columns().size() && i < said.columns().size(); i++) {
      Column column = said.columns().get(i);
      boolean unknown = column.constant().isEmpty() && is.columns().get(i).constant().isPresent();
      result.constants++;
      result.unknownConstants += unknown ? 1 : 0;
      columns.add(
          unknown ? ColumnRules.withConstant(column, is.columns().get(i).constant()) : column);
    }
    boolean again = TableModel.of(said).map(m -> m.definition(false)).equals(Optional.of(said));
    return again
        && said.id().equals(is.id())
        && columns.equals(is.columns())
        && said.columns().size() == is.columns().size()
        && said.uniqueKeys().equals(is.uniqueKeys())
        && said.foreignKeys().equals(is.foreignKeys())
        && sameNotes(said.notes(), is.notes());
  }

  private static boolean sameNotes(String said, String is) {
    // What the model does not follow has no notes in the catalog.
    return is.isEmpty() || plain(said, said).equals(plain(is, said));
  }

  /** Notes without the keys that the model is not sure of. */
  private static List<String> plain(String notes, String said) {
    List<String> doubtful = new ArrayList<>();
    for (String key : said.split(";(?=[UPGRD]`)", -1)) {
      if (key.startsWith("D`")) {
        doubtful.add(key.substring(1));
      }
    }
    List<String> unique = new ArrayList<>();
    List<String> others = new ArrayList<>();
    for (String key : notes.split(";(?=[UPGRD]`)", -1)) {
      if (key.startsWith("U`")) {
        unique.add(key);
      } else if (!doubtful.contains(key.substring(1))) {
        others.add(key.replaceFirst("^[PG]`", "R`").replaceFirst("\\?$", ""));
      }
    }
    if (said.split(";", 2)[0].endsWith("?")) {
      unique.sort(Comparator.naturalOrder());
    }
    others.sort(Comparator.naturalOrder());
    unique.addAll(others);
    return unique;
  }

  @Override
  public void close() throws SQLException {
    session.close();
    catalog.close();
  }
}
