package dev.syncline.mysql.endtoend;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.DdlNames;
import dev.syncline.mysql.ForeseenTables;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Statements that define tables, run at a source that a job follows, with changes of rows behind
 * each; now and then source and target are compared. Not thread-safe.
 */
final class DdlRun implements AutoCloseable {

  static final String DATABASE = "db";

  /** Statements that are only there for others. */
  static final String HELP = "";

  private static final Set<String> DATABASES = Set.of(DATABASE, "db2", "d");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a source reads of its databases when it is opened must be what the statement found. */
  private static final Pattern ABOUT_DATABASE =
      Pattern.compile("(?is)\\s*(DROP|ALTER|CREATE OR REPLACE) (DATABASE|SCHEMA).*");

  private static final Pattern EXPLICIT_DEFAULTS =
      Pattern.compile("explicit_defaults_for_timestamp = [01], ");

  private static final Pattern MAKES_DATABASE =
      Pattern.compile("(?is)\\s*CREATE (OR REPLACE )?(DATABASE|SCHEMA).*");

  private final ServerPair pair;
  private final DdlNames names;
  private final ForeseenTables foreseen;
  private final DdlRows rows;
  private final Connection rowSession;
  private final List<String> since = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> texts = new HashSet<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, List<String>> stops = new TreeMap<>();
  private Connection session;
  private SyncJob<TableChange> job;
  private Optional<SQLException> refusal = Optional.empty();
  private int jobs;
  private int begun;
  private int mark;
  private int all;

  /** What became of a statement. */
  enum Outcome {
    /** The source took it, and the target must follow. */
    RUN,
    /** The source does not take it. */
    REFUSED,
    /** The job would stop at it, so it was not run. */
    STOPS,
    /** It is not about tables. */
    OTHER
  }

  DdlRun(ServerPair pair, DdlNames names, long seed) throws Exception {
    this.pair = pair;
    this.names = names;
    this.foreseen = new ForeseenTables(pair.source(), DATABASES, names, seed);
    this.session = pair.source().connect();
    this.rowSession = pair.source().connect();
    this.rows = new DdlRows(rowSession, new Random(seed));
    pair.source()
        .execute(
            "CREATE DATABASE marks",
            "CREATE TABLE marks.m (id INT PRIMARY KEY, n INT)",
            "INSERT INTO marks.m VALUES (1, 0)");
    this.job = started();
  }

  /** Without TLS, since each statement makes the job connect anew. */
  private SyncJob<TableChange> started() throws InterruptedException {
    TableSelection.Builder selection = TableSelection.builder().database("marks");
    names.select(selection, DATABASES);
    SyncJob<TableChange> begun =
        SyncJob.from(pair.sourceBuilder().tls(MySqlTls.disabled()).build())
            .to(pair.sinkBuilder().tls(MySqlTls.disabled()).build())
            .named("ddl" + ++jobs)
            .select(selection.build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(new MemoryCheckpointStore())
            .build();
    begun.start();
    if (!begun.awaitSynchronizing(PATIENCE)) {
      throw new AssertionError(begun.status().toString());
    }
    return begun;
  }

  /** A random statement for the tables as they are. */
  String random() {
    String sql = foreseen.random().replace("@DB", DATABASE);
    // An ALTER TABLE of MariaDB gives a TIMESTAMP of a session that had it on a default by chance.
    return isMariaDb() ? EXPLICIT_DEFAULTS.matcher(sql).replaceAll("") : sql;
  }

  private boolean isMariaDb() {
    return pair.source().release().family() == MySqlRelease.Family.MARIADB;
  }

  /** What the source and the target differ in, and where the job has stopped. */
  List<String> problems() {
    return problems;
  }

  /** The statements that were not run, by the reason for which the job would stop at them. */
  Map<String, List<String>> stops() {
    return stops;
  }

  /** How many statements were not run since the job would stop at them. */
  int stopped() {
    return stops.values().stream().mapToInt(List::size).sum();
  }

  /** How many different statements were run, but for those that are only there for others. */
  int count() {
    return counts.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** How many rows were changed between them. */
  int rowsChanged() {
    return rows.changed();
  }

  /** The number of the error with which the last statement was refused; 0 for none. */
  int refusal() {
    return refusal.map(SQLException::getErrorCode).orElse(0);
  }

  /**
   * Runs a statement, unless the job would stop at it, and then changes rows of its tables.
   *
   * @param kind what it counts as
   */
  Outcome run(String kind, String sql) throws Exception {
    if (!foreseen.isAboutTables(sql, session)) {
      return Outcome.OTHER;
    }
    if (ABOUT_DATABASE.matcher(sql).matches()) {
      await();
    }
    if (!names.areSame() && MAKES_DATABASE.matcher(sql).matches()) {
      dropEmptyDatabases();
    }
    Optional<String> stop = foreseen.foresee(sql, session);
    if (stop.isPresent()) {
      stops.computeIfAbsent(stop.get(), reason -> new ArrayList<>()).add(sql);
      return Outcome.STOPS;
    }
    refusal = attempt(sql);
    if (refusal.isPresent()) {
      foreseen.undo();
      return Outcome.REFUSED;
    }
    all++;
    if (!kind.equals(HELP) && texts.add(sql)) {
      counts.merge(kind, 1, Integer::sum);
    }
    rows.change(DATABASE, sql);
    return Outcome.RUN;
  }

  /** Runs a statement that sets something or changes rows; false if the source refuses it. */
  boolean execute(String sql) {
    return attempt(sql).isEmpty();
  }

  private Optional<SQLException> attempt(String sql) {
    since.add(sql);
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
      return Optional.empty();
    } catch (SQLException e) {
      since.remove(since.size() - 1);
      return Optional.of(e);
    }
  }

  /** Sends statements in another character set from here on, by its name in Java. */
  void speak(String charset) throws SQLException {
    session.close();
    MySqlServer source = pair.source();
    String url = source.jdbcUrl(DATABASE) + "&characterEncoding=" + charset;
    session = DriverManager.getConnection(url, source.username(), source.password());
    execute("SET SESSION sql_mode = ''");
  }

  /** Compares, and begins anew with an empty database. */
  void begin() throws Exception {
    compare();
    since.clear();
    execute("SET SESSION sql_mode = '', foreign_key_checks = 0");
    for (String database : DATABASES) {
      run(HELP, "DROP DATABASE IF EXISTS " + database);
    }
    execute("SET SESSION foreign_key_checks = 1");
    run(HELP, "CREATE DATABASE " + DATABASE);
    execute("USE " + DATABASE);
    if (isMariaDb()) {
      execute("SET SESSION explicit_defaults_for_timestamp = " + begun++ % 2);
    }
  }

  /** Under other names a database stays at the target, and must fit when it is made again. */
  private void dropEmptyDatabases() throws Exception {
    if (await()) {
      for (String database : DATABASES) {
        if (Shown.all(pair.source(), database).isEmpty()) {
          drop(pair.target(), names.database(database));
        }
      }
    }
  }

  /** Waits for the target and compares it. */
  void compare() throws Exception {
    if (!await()) {
      return;
    }
    for (String database : DATABASES) {
      String copy = names.database(database);
      List<String> source = Shown.all(pair.source(), database);
      List<String> target = Shown.all(pair.target(), copy);
      if (source.isEmpty() && !names.areSame()) {
        // The tables are dropped, and the database stays.
        target = target.size() == 1 ? List.of() : target;
      }
      compare(source, target, "definitions");
      compare(printed(pair.source(), database), printed(pair.target(), copy), "rows");
    }
  }

  private void tell(String problem) {
    problems.add(problem);
    System.out.println(problem);
  }

  private static List<String> printed(MySqlServer server, String database) throws SQLException {
    return Checksums.ofComputed(server, database).entrySet().stream()
        .map(Object::toString)
        .toList();
  }

  private void compare(List<String> shownBySource, List<String> shownByTarget, String what) {
    List<String> source = names.comparable(shownBySource);
    List<String> target = names.comparable(shownByTarget);
    List<String> missing = new ArrayList<>(source);
    missing.removeAll(target);
    List<String> more = new ArrayList<>(target);
    more.removeAll(source);
    if (!source.equals(target)) {
      tell(
          "%s differ:%n  source %s%n  target %s%n  behind %s"
              .formatted(what, missing, more, Arrays.toString(since.toArray())));
    }
  }

  /** Runs a statement at which the job must stop; gives its message, and goes on with another. */
  String stop(String sql) throws Exception {
    if (foreseen.foresee(sql, session).isEmpty()) {
      throw new AssertionError("It is not foreseen that the job stops at '" + sql + "'.");
    }
    attempt(sql)
        .ifPresent(
            refused -> {
              throw new AssertionError(
                  "The source refuses '%s': %s".formatted(sql, refused.getMessage()), refused);
            });
    Await.until("It stops at " + sql, PATIENCE, () -> job.status().failure().isPresent());
    String message = String.valueOf(job.status().failure().orElseThrow().getMessage());
    again();
    return message;
  }

  /** Waits until the target is where the source is; false if the job has stopped. */
  private boolean await() throws Exception {
    mark++;
    pair.source().execute("UPDATE marks.m SET n = " + mark);
    try (Connection target = pair.target().connect()) {
      Await.until(
          "The target is behind mark " + mark + ": " + job.status(),
          PATIENCE,
          () -> job.status().failure().isPresent() || isMarked(target));
    }
    if (job.status().failure().isEmpty()) {
      return true;
    }
    tell("stopped: %s%n  behind %s".formatted(job.status().failure().get(), since));
    again();
    return false;
  }

  /** Begins with another job, so that a run finds more than one problem. */
  private void again() throws Exception {
    job.close();
    for (String database : DATABASES) {
      drop(pair.source(), database);
      drop(pair.target(), names.database(database));
      foreseen.foresee("DROP DATABASE " + database, session);
    }
    pair.target().execute("DROP DATABASE marks");
    job = started();
    run(HELP, "CREATE DATABASE " + DATABASE);
    execute("USE " + DATABASE);
  }

  private static void drop(MySqlServer server, String database) throws SQLException {
    server.execute("SET foreign_key_checks = 0", "DROP DATABASE IF EXISTS " + database);
  }

  private boolean isMarked(Connection target) throws SQLException {
    try (Statement asking = target.createStatement();
        ResultSet row = asking.executeQuery("SELECT n FROM marks.m")) {
      return row.next() && row.getInt(1) == mark;
    }
  }

  @Override
  public String toString() {
    return "%d statements, %d different ones that count %s, %d rows changed, %d stops of %d kinds"
        .formatted(all, count(), counts, rows.changed(), stopped(), stops.size());
  }

  @Override
  public void close() throws SQLException {
    job.close();
    foreseen.close();
    session.close();
    rowSession.close();
  }
}
