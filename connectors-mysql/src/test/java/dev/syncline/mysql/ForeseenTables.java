package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tables of some databases as a job will know them that follows the statements of one session.
 * It says of a statement that is about to be run whether the job would stop at it, and makes random
 * ones for the tables as they are. Not thread-safe.
 */
public final class ForeseenTables implements AutoCloseable {

  private static final Map<String, Long> MODES =
      Map.of("REAL_AS_FLOAT", 1L, "ANSI_QUOTES", 4L, "NO_BACKSLASH_ESCAPES", 1L << 20);

  /** What the reasons of stops begin with that come of other names. */
  public static final String UNTRANSLATED = "under other names: ";

  private final Connection catalog;
  private final ModelServer at;
  private final DdlParser parser;
  private final Set<String> databases;
  private final Optional<TargetNames> names;
  private final RandomDefinitions random;
  private SchemaModel before;
  private SchemaModel model;

  /**
   * The tables of databases that are not there yet.
   *
   * @param names under which the job's target has them
   * @param seed of the random statements
   */
  public ForeseenTables(MySqlServer server, Set<String> databases, DdlNames names, long seed)
      throws SQLException {
    this.catalog = new SinkFixture(server).connections().open(MySqlCatalog.SETTINGS);
    this.at = ModelServer.read(catalog);
    this.parser = new DdlParser(SqlVersion.of(at.facts()));
    this.databases = databases;
    this.names = names.given(databases);
    this.random = new RandomDefinitions(new Random(seed));
    this.model = model(List.of(), Map.of());
    this.before = model;
  }

  private SchemaModel model(Collection<TableDefinition> tables, Map<String, String> collations) {
    SchemaModel begun = new SchemaModel(at, id -> databases.contains(id.database()));
    begun.begin(tables, collations);
    return begun;
  }

  /** Whether a statement is about tables or databases, and has no rows of a query. */
  public boolean isAboutTables(String sql, Connection session) throws SQLException {
    DdlStatement statement = parser.parse(sql, SqlMode.of(session(session).sqlMode())).statement();
    if (statement instanceof DdlStatement.CreateTable create) {
      return !create.filled() && !sql.contains("START TRANSACTION");
    }
    return !(statement instanceof DdlStatement.ObjectChange
        || statement instanceof DdlStatement.WithoutEffect
        || statement instanceof DdlStatement.NotUnderstood);
  }

  /**
   * Takes a statement that is about to be run.
   *
   * @return why the job would stop at it; empty if it would not
   */
  public Optional<String> foresee(String sql, Connection session) throws SQLException {
    SchemaModel copy = model(tables(), model.databases());
    DdlSession logged = session(session);
    try {
      List<TableEffect> effects =
          model.apply(parser.parse(sql, SqlMode.of(logged.sqlMode())).statement(), logged);
      names.ifPresent(target -> translate(sql, logged, effects, target));
    } catch (UnknownEffectException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      // Such a table cannot be, which the source says too.
      before = copy;
      model = copy;
      return Optional.empty();
    } catch (UnsupportedChangeException e) {
      model = copy;
      return Optional.of(UNTRANSLATED + String.valueOf(e.getCause().getMessage()));
    }
    before = copy;
    return Optional.empty();
  }

  private void translate(
      String sql, DdlSession logged, List<TableEffect> effects, TargetNames target) {
    Map<String, String> settings =
        Map.of(
            StatementSettings.SQL_MODE,
            MODES.entrySet().stream()
                .filter(mode -> (logged.sqlMode() & mode.getValue()) != 0)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(",")),
            StatementSettings.SERVER,
            SqlVersion.of(at.facts()).printed());
    SchemaChange.Statement statement =
        new SchemaChange.Statement(MySqlCatalog.DIALECT, sql, logged.database(), settings);
    TargetStatement.Brought unused =
        TargetStatement.of(
            new SchemaChange(statement, effects),
            target,
            TargetServer.of(SqlVersion.of(at.facts())));
  }

  /** Takes the last statement back, which the server has refused. */
  public void undo() {
    model = before;
  }

  /** A random statement for the tables as they are. */
  public String random() {
    return random.next(tables());
  }

  private List<TableDefinition> tables() {
    List<TableDefinition> tables = new ArrayList<>();
    for (TableId id : model.tables()) {
      model.table(id).ifPresent(tables::add);
    }
    return tables;
  }

  private DdlSession session(Connection session) throws SQLException {
    try (Statement asking = session.createStatement();
        ResultSet row =
            asking.executeQuery(
                "SELECT IFNULL(DATABASE(), ''), @@sql_mode, @@foreign_key_checks,"
                    + " @@explicit_defaults_for_timestamp,"
                    + " (SELECT ID FROM information_schema.COLLATIONS"
                    + " WHERE COLLATION_NAME = @@collation_server)")) {
      row.next();
      return new DdlSession(
          row.getString(1),
          bits(row.getString(2)),
          row.getBoolean(3),
          row.getInt(5),
          Optional.of(row.getBoolean(4)),
          Map.of(),
          true,
          0);
    }
  }

  private static long bits(String sqlMode) {
    long bits = 0;
    for (String mode : sqlMode.split(",", -1)) {
      bits |= MODES.getOrDefault(mode, 0L);
    }
    return bits;
  }

  @Override
  public void close() throws SQLException {
    catalog.close();
  }
}
