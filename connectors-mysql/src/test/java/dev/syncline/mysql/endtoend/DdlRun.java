package dev.syncline.mysql.endtoend;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.ForeseenTables;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/**
 * Statements that define tables, run at a source that a job follows, with changes of rows behind
 * each; now and then source and target are compared. Not thread-safe.
 */
final class DdlRun implements AutoCloseable {

  static final String DATABASE = "db";
  private static final Set<String> DATABASES = Set.of(DATABASE, "db2", "d");
  private static final String MARKS = "marks";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final ServerPair pair;
  private final ForeseenTables foreseen;
  private final Connection session;
  private final DdlRows rows;
  private final List<String> since = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<String> texts = new HashSet<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, List<String>> stops = new TreeMap<>();
  private SyncJob<TableChange> job;
  private int jobs;
  private int mark;
  private int all;
  private long nanos;

  /** What became of a statement. */
  enum Outcome {
    RUN,
    REFUSED,
    STOPS
  }

  DdlRun(ServerPair pair, long seed) throws Exception {
    this.pair = pair;
    this.foreseen = new ForeseenTables(pair.source(), DATABASES, seed);
    this.session = pair.source().connect();
    this.rows = new DdlRows(pair.source().connect(), new Random(seed));
    pair.source().execute("CREATE DATABASE marks", "CREATE TABLE marks.m (id INT PRIMARY KEY, n INT)");
    pair.source().execute("INSERT INTO marks.m VALUES (1, 0)");
    this.job = started();
  }

  ForeseenTables foreseen() {
    return foreseen;
  }

  Set<String> texts() {
    return texts;
  }

  List<String> problems() {
    return problems;
  }

  Map<String, List<String>> stops() {
    return stops;
  }

  private SyncJob<TableChange> started() throws InterruptedException {
    TableSelection.Builder selection = TableSelection.builder().database(MARKS);
    // Databases that are yet to be made.
    selection.databases(DATABASE + "*").databases("d");
    SyncJob<TableChange> begun =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
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

  /** Runs a statement, unless the job would stop at it, and then changes rows of its tables. */
  Outcome run(String kind, String sql) throws Exception {
    if (sql.matches("(?is)(DROP|ALTER|CREATE OR REPLACE) (DATABASE|SCHEMA).*")) {
      await();
    }
    Optional<String> stop = foreseen.foresee(sql, session);
    if (stop.isPresent()) {
      stops.computeIfAbsent(stop.get(), reason -> new ArrayList<>()).add(sql);
      return Outcome.STOPS;
    }
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      statement.execute(sql);
    } catch (SQLException e) {
      foreseen.undo();
      lastError = e;
      return Outcome.REFUSED;
    }
    since.add(sql);
    all++;
    if (texts.add(sql)) {
      counts.merge(kind, 1, Integer::sum);
    }
    rows.change(DATABASE, sql);
    return Outcome.RUN;
  }

  SQLException lastError;

  /** Sets something in the session. */
  void set(String sql) throws SQLException {
    try (Statement statement = session.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      lastError = e;
    }
  }

  /** Compares, and begins anew with an empty database. */
  void begin() throws Exception {
    compare();
    since.clear();
    set("SET SESSION sql_mode = '', foreign_key_checks = 0");
    for (String database : DATABASES) {
      run("", "DROP DATABASE IF EXISTS " + database);
    }
    set("SET SESSION foreign_key_checks = 1");
    run("", "CREATE DATABASE " + DATABASE);
    set("USE " + DATABASE);
  }

  /** Waits for the target and compares it. */
  void compare() throws Exception {
    if (!await()) {
      return;
    }
    for (String database : DATABASES) {
      List<String> source = Shown.all(pair.source(), database);
      List<String> target = Shown.all(pair.target(), database);
      if (!source.equals(target)) {
        List<String> missing = new ArrayList<>(source);
        missing.removeAll(target);
        List<String> more = new ArrayList<>(target);
        more.removeAll(source);
        problems.add("DIFFERENT\n  source " + missing + "\n  target " + more + "\n  after " + since);
      }
      Map<String, String> sums = Checksums.of(pair.source(), database);
      Map<String, String> found = Checksums.of(pair.target(), database);
      if (!sums.equals(found)) {
        problems.add("ROWS\n  source " + sums + "\n  target " + found + "\n  after " + since);
      }
    }
  }

  /** Waits until the target is where the source is; false if the job has stopped. */
  boolean await() throws Exception {
    long began = System.nanoTime();
    mark++;
    pair.source().execute("UPDATE marks.m SET n = " + mark);
    Await.until(
        "The target is behind mark " + mark,
        PATIENCE,
        () -> job.status().failure().isPresent() || isMarked(pair.target()));
    nanos += System.nanoTime() - began;
    if (job.status().failure().isPresent()) {
      problems.add("STOPPED " + job.status().failure().get() + " after " + since);
      again();
      return false;
    }
    return true;
  }

  /** Begins with another job, to find more than one problem in a run. */
  private void again() throws Exception {
    job.close();
    set("SET SESSION sql_mode = '', foreign_key_checks = 0");
    for (String database : DATABASES) {
      pair.source().execute("SET foreign_key_checks = 0", "DROP DATABASE IF EXISTS " + database);
      pair.target().execute("SET foreign_key_checks = 0", "DROP DATABASE IF EXISTS " + database);
      foreseen.foresee("DROP DATABASE " + database, session);
    }
    pair.target().execute("DROP DATABASE " + MARKS);
    set("SET SESSION foreign_key_checks = 1");
    job = started();
  }

  private boolean isMarked(MySqlServer target) throws SQLException {
    try (Connection connection = target.connect();
        Statement asking = connection.createStatement();
        ResultSet row = asking.executeQuery("SELECT n FROM marks.m")) {
      return row.next() && row.getInt(1) == mark;
    } catch (SQLException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return "%d statements, %d ms of waiting; different ones: %s; %d rows changed; stops: %s"
        .formatted(all, nanos / 1_000_000, counts, rows.changed(), stops.keySet());
  }

  @Override
  public void close() throws SQLException {
    job.close();
    foreseen.close();
    session.close();
  }
}
