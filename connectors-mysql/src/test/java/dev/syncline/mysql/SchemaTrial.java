package dev.syncline.mysql;

import dev.syncline.JobRun;
import dev.syncline.SchemaWriter;
import dev.syncline.TargetNames;
import dev.syncline.TransientException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Schema changes of a running job, one writer at a time, and others who hold tables meanwhile. */
final class SchemaTrial implements AutoCloseable {

  static final Map<String, String> BEHIND = Map.of(SinkFixture.STREAM, "behind");

  /** A take-over with these ends a statement of an earlier run at once. */
  static final SchemaLimits IMPATIENT =
      new SchemaLimits(
          Duration.ofSeconds(60),
          Duration.ZERO,
          Duration.ZERO,
          Duration.ofSeconds(30),
          Duration.ofSeconds(20));

  private static final String LOCK_WAIT = "%metadata lock%";
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final SinkFixture fixture;
  private final List<Connection> holders = new ArrayList<>();

  SchemaTrial(SinkFixture fixture) {
    this.fixture = fixture;
    fixture.start();
  }

  /** A target with a table {@code t} and what it is to become, {@code wide}. */
  static SinkFixture fixture(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, v INT)",
        "CREATE TABLE wide (id INT PRIMARY KEY, v INT, w VARCHAR(10))",
        "INSERT INTO t VALUES (1, 1), (2, 2)");
    return fixture;
  }

  /** A statement in the default database, as MySQL logs it in a usual session. */
  SchemaChange change(String sql, TableEffect... effects) {
    return change(Map.of(), sql, effects);
  }

  SchemaChange change(Map<String, String> settings, String sql, TableEffect... effects) {
    return new SchemaChange(
        new SchemaChange.Statement("mysql", sql, fixture.database(), settings), List.of(effects));
  }

  /** The effect that makes one table look like another one, which is there. */
  TableEffect.Altered altered(String table, String like) throws SQLException {
    TableDefinition before = fixture.definition(table);
    TableDefinition after = SinkFixture.renamed(fixture.definition(like), before.id());
    List<String> names = before.columns().stream().map(c -> c.name()).toList();
    return new TableEffect.Altered(
        before, after, after.columns().stream().map(c -> names.indexOf(c.name())).toList());
  }

  /** Applies a change with a writer of its own. */
  void apply(SchemaChange change) throws InterruptedException {
    apply(fixture.sink(), fixture.run(), change);
  }

  static void apply(MySqlSink sink, JobRun run, SchemaChange change) throws InterruptedException {
    try (SchemaWriter writer = sink.openSchemaWriter(run, TargetNames.asAtSource())) {
      writer.apply(change, SinkFixture.STREAM, BEHIND);
    }
  }

  /** Takes over and applies a change as often as it takes while nothing is said to be for good. */
  void takeOverAndApply(SchemaChange change) throws Exception {
    again(
        () -> {
          takeOver(SchemaLimits.DEFAULT);
          apply(change);
          return true;
        });
  }

  void takeOver(SchemaLimits limits) {
    fixture.takeOver(limits);
  }

  /** Whether the position behind the change is committed; takes over. */
  boolean isBehind() throws Exception {
    return again(() -> fixture.takeOver(Map.of())).lanes().get(0).equals(BEHIND);
  }

  static <T> T again(Callable<T> attempt) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return attempt.call();
      } catch (TransientException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  /** Lets another session read a table in a transaction that stays open, which holds it. */
  Connection hold(String table) throws SQLException {
    Connection holder = fixture.server().connect(fixture.database());
    holders.add(holder);
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      statement.executeQuery("SELECT COUNT(*) FROM " + table).close();
    }
    return holder;
  }

  /** Applies a change in another thread until its statement waits for a table. */
  Running begin(SchemaChange change) throws SQLException {
    return begin(fixture.sink(), change);
  }

  Running begin(MySqlSink sink, SchemaChange change) throws SQLException {
    return begin(sink, change, LOCK_WAIT);
  }

  /** Applies a change in another thread until its statement is in a state of that name. */
  Running begin(MySqlSink sink, SchemaChange change, String state) throws SQLException {
    return begin(
        sink.openSchemaWriter(fixture.run(), TargetNames.asAtSource()), change, BEHIND, state);
  }

  /** Applies a change of a job of its own until its statement waits for a table. */
  Running begin(SchemaWriter writer, SchemaChange change, Map<String, String> positions)
      throws SQLException {
    return begin(writer, change, positions, LOCK_WAIT);
  }

  private Running begin(
      SchemaWriter writer, SchemaChange change, Map<String, String> positions, String state)
      throws SQLException {
    CompletableFuture<Boolean> end = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                writer.apply(change, SinkFixture.STREAM, positions);
                end.complete(true);
              } catch (InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              }
            });
    thread.start();
    awaitAnswer(statements("COUNT(*) > 0", state), "1");
    return new Running(writer, thread, end);
  }

  /**
   * A writer that applies a change.
   *
   * @param end completes when it has come to an end
   */
  record Running(SchemaWriter writer, Thread thread, CompletableFuture<Boolean> end) {

    /** Ends the client in the middle of its work; gives what it has thrown. */
    Throwable kill() throws Exception {
      writer.close();
      return failure();
    }

    Throwable failure() throws Exception {
      try {
        end.get(20, TimeUnit.SECONDS);
        throw new AssertionError("The change came to its end.");
      } catch (ExecutionException e) {
        return e.getCause();
      }
    }
  }

  /** Waits until no statement of this database waits for somebody who holds its table. */
  void awaitNoLockWait() throws SQLException {
    awaitAnswer(statements("COUNT(*) = 0", LOCK_WAIT), "1");
  }

  private String statements(String what, String state) {
    return "SELECT %s FROM information_schema.PROCESSLIST WHERE STATE LIKE '%s' AND DB = '%s'"
        .formatted(what, state, fixture.database());
  }

  void awaitAnswer(String sql, String expected) throws SQLException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    List<String> found = fixture.ask(sql);
    while (!found.equals(List.of(expected))) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError(sql + " gives " + found + " instead of " + expected);
      }
      found = fixture.ask(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    for (Connection holder : holders) {
      holder.close();
    }
  }
}
