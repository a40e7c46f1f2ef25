package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaWriter;
import dev.syncline.SyncException;
import dev.syncline.TargetNames;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.mysql.ObjectStatements.Fitted;
import dev.syncline.mysql.SchemaIntents.Intent;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import dev.syncline.mysql.TargetStatement.Brought;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs statements of a MySQL or MariaDB source that change objects.
 *
 * <p>Such a statement commits by itself and goes on when its client has died. So before it the
 * intent to run it is committed, with the states of its objects; it runs in a session that has a
 * name, so that others find it; and meanwhile another session, the guard, holds the job's row, so
 * that no later run begins. Intent, step and position behind it move in transactions of the guard.
 */
final class MySqlSchemaWriter implements SchemaWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(MySqlSchemaWriter.class);

  private static final int LOCK_WAIT = 1205;

  private final MySqlConnections connections;
  private final ThreadFactory threads;
  private final Ledger ledger;
  private final JobRun run;
  private final TargetNames names;
  private final SchemaLimits limits;
  private final SinkSession guard;
  private volatile @Nullable StatementSession session;
  private volatile boolean closed;

  MySqlSchemaWriter(MySqlSink.SchemaParts parts, JobRun run, SchemaLimits limits) {
    this.connections = parts.connections();
    this.threads = parts.threads();
    this.ledger = parts.ledger();
    this.run = run;
    this.names = parts.names();
    this.limits = limits;
    this.guard = SinkSession.open(connections, SinkSession.structureSettings());
  }

  @Override
  public List<LeftOut> apply(SchemaChange change, String stream, Map<String, String> positions)
      throws InterruptedException {
    SchemaChange.Statement given = change.statement().orElseThrow();
    if (!given.dialect().equals(MySqlCatalog.DIALECT)) {
      throw new UnsupportedChangeException(
          "Cannot run a statement in dialect '%s' at '%s': only '%s' is understood."
              .formatted(given.dialect(), guard.endpoint(), MySqlCatalog.DIALECT));
    }
    guard.refresh();
    guard.run(
        "prepare the records of job '" + run.job() + "'", new SchemaIntents(ledger, run)::create);
    TargetServer server =
        guard.ask("ask what the server has", c -> TargetServer.read(c, change, names));
    Brought brought = TargetStatement.of(change, names, server);
    Place place = new Place(stream + "=" + positions.get(stream), positions);
    try (StatementSession opened = open()) {
      use(opened);
      if (brought.statement().isEmpty()) {
        LOGGER.info("Job '{}' passes over a statement of which the target has nothing.", run.job());
        pass(place, digest(given));
        return brought.leftOut();
      }
      Work work = work(change, brought.statement().get(), place, opened);
      work.run();
      return Stream.concat(brought.leftOut().stream(), work.leftOut.stream()).toList();
    } finally {
      session = null;
    }
  }

  @Override
  public void pass(SchemaChange change, String stream, Map<String, String> positions)
      throws InterruptedException {
    guard.refresh();
    Place place = new Place(stream + "=" + positions.get(stream), positions);
    // Nobody else has its name any more, so nothing that was begun is still running.
    try (StatementSession opened = open()) {
      use(opened);
      pass(place, digest(change.statement().orElseThrow()));
    } finally {
      session = null;
    }
  }

  private StatementSession open() throws InterruptedException {
    NamedSession name = new NamedSession(ledger, run, limits);
    return StatementSession.open(connections, threads, name, limits.lockWait());
  }

  private void use(StatementSession opened) {
    session = opened;
    if (closed) {
      throw new TransientException("The writer of schema changes was closed.");
    }
  }

  private Work work(
      SchemaChange change, TargetStatement text, Place place, StatementSession opened) {
    SchemaChange.Statement given = change.statement().orElseThrow();
    SchemaStatement statement = SchemaStatementReader.read(text.text(), text.database());
    SqlVersion server = text.text().server();
    CollationOrder.check(given, server);
    opened.prepare(
        text.database(), c -> StatementSettings.apply(c, given.settings(), statement, server));
    SchemaStatement onDatabase =
        opened.look(c -> DatabaseStatements.fitted(c, statement, change, names, server));
    Fitted fitted = opened.look(c -> ObjectStatements.fitted(c, onDatabase, change, text.text()));
    Origin origin = new Origin(place, digest(given), text.effects());
    return new Work(origin, fitted, opened, ShownSql.of(text.sql(), text.text().mode()));
  }

  private static String digest(SchemaChange.Statement given) {
    return Sha256.of(given.database(), given.text());
  }

  /** Moves behind a change without carrying it out. */
  private void pass(Place place, String digest) throws InterruptedException {
    SchemaIntents intents = new SchemaIntents(ledger, run);
    guard.run(
        "record a statement of the source",
        connection -> {
          // A job that never ran a statement may not be allowed to make the table.
          boolean mayHave = ledger.hasSchemaChange(connection);
          ledger.lockJobAlone(connection, run);
          Optional<Intent> earlier = mayHave ? intents.read(connection) : Optional.empty();
          if (earlier.isPresent() && !earlier.get().isOf(place.own(), digest)) {
            throw contradictory(intents, "a statement");
          }
          ledger.lockLane(connection, run, 0);
          ledger.move(connection, run, 0, place.streams());
          if (earlier.isPresent()) {
            intents.delete(connection);
          }
          connection.commit();
        });
  }

  private SyncException contradictory(SchemaIntents intents, String verb) {
    return new SyncException(
        ("Cannot run %s at the target: by the records an earlier run of job '%s' began another"
                + " statement, and nobody knows whether it has run. Compare its objects (column"
                + " 'statement' of the record) with the source, then run %s.")
            .formatted(verb, run.job(), intents.forgetting()));
  }

  @Override
  public void close() {
    closed = true;
    StatementSession running = session;
    if (running != null) {
      running.close();
    }
    guard.close();
  }

  /**
   * Where a change stands.
   *
   * @param own the position behind it in its own stream, which tells it from any other change
   * @param streams the positions of all streams behind it
   */
  private record Place(String own, Map<String, String> streams) {}

  /**
   * What a statement comes from.
   *
   * @param digest the digest of the statement as the source has it
   * @param effects what it does to the tables of the target
   */
  private record Origin(Place place, String digest, List<TableEffect> effects) {}

  /** One change. */
  private final class Work {
    private static final int NONE = -1;

    private final SchemaStatement statement;
    private final Optional<SqlObject> object;
    private Optional<LeftOut> leftOut;
    private final Place place;
    private final SchemaIntents intents;
    private final StatementSession running;
    private final String shown;
    private final String digest;
    private final ExpectedTables expected;
    private final boolean movesUnseen;

    Work(Origin origin, Fitted fitted, StatementSession running, String shown) {
      this.statement = fitted.statement();
      this.object = fitted.object();
      this.leftOut = fitted.leftOut();
      this.place = origin.place();
      this.intents = new SchemaIntents(ledger, run);
      this.running = running;
      this.shown = shown;
      this.digest = origin.digest();
      this.expected = new ExpectedTables(origin.effects());
      this.movesUnseen = ExpectedTables.movesUnseen(origin.effects());
    }

    void run() throws InterruptedException {
      int number = guarded("begin a statement of the source", this::begin);
      while (number != NONE) {
        int current = number;
        guarded(
            "keep the target locked",
            connection -> {
              ledger.lockJobAlone(connection, run);
              return current;
            });
        execute(step(current), current);
        number = guarded("record a statement of the source", c -> end(c, current));
      }
    }

    private int guarded(String what, SinkSession.Question<Integer> question)
        throws InterruptedException {
      return guard.ask(what, question);
    }

    private Step step(int number) {
      Step step = number == 0 ? statement.whole() : statement.parts().get(number - 1);
      boolean unseen = movesUnseen && step.again() == SchemaStatement.Again.IF_UNCHANGED;
      return unseen ? new Step(step.sql(), step.targets(), SchemaStatement.Again.NEVER) : step;
    }

    /** Commits the intent; returns which step is to be run. */
    private int begin(Connection connection) throws SQLException {
      ledger.lockJobAlone(connection, run);
      Optional<Intent> earlier = intents.read(connection);
      if (earlier.isPresent()) {
        Intent intent = earlier.get();
        if (!intent.isOf(place.own(), digest)) {
          throw contradictory(intents, statement.verb());
        }
        if (!statement.isRepeatable()) {
          if (!isStep(intent.step())) {
            throw contradictory(intents, statement.verb());
          }
          return goOn(connection, intent);
        }
      }
      Step whole = step(0);
      ObjectStates before = ObjectStates.look(connection, whole.objects());
      if (earlier.isEmpty()) {
        refuseExisting(whole, before);
      }
      boolean cut =
          statement.parts().size() > 1
              && (statement.isInSteps()
                  || !isAtomic(connection, before)
                  || SchemaVerdict.isAmbiguous(whole, statement.parts(), before));
      return cut ? intend(connection, 1) : intend(connection, 0, before);
    }

    private boolean isStep(int number) {
      return number <= statement.parts().size();
    }

    private int intend(Connection connection, int number) throws SQLException {
      return intend(connection, number, ObjectStates.look(connection, step(number).objects()));
    }

    private int intend(Connection connection, int number, ObjectStates before) throws SQLException {
      Intent intent = new Intent(place.own(), digest, number, before);
      intents.write(connection, intent, running.connectionId(), shown);
      connection.commit();
      return number;
    }

    /** The earlier session is gone, since the one of this run has got its name. */
    private int goOn(Connection connection, Intent intent) throws SQLException {
      Step step = step(intent.step());
      ObjectStates now = ObjectStates.look(connection, step.objects());
      SchemaVerdict verdict = SchemaVerdict.of(connection, step, intent.before(), now, expected);
      LOGGER.info(
          "Job '{}' finds a statement that an earlier run began ({}): {}.",
          run.job(),
          statement.verb(),
          verdict.outcome());
      return switch (verdict.outcome()) {
        case RUN -> intend(connection, intent.step(), intent.before());
        case DONE -> end(connection, intent.step());
        case UNKNOWN -> throw unknown(step, verdict.why());
      };
    }

    /** Records a step as done; returns the next one. */
    private int end(Connection connection, int number) throws SQLException {
      if (number > 0 && number < statement.parts().size()) {
        return intend(connection, number + 1);
      }
      ledger.lockLane(connection, run, 0);
      ledger.move(connection, run, 0, place.streams());
      intents.delete(connection);
      connection.commit();
      return NONE;
    }

    private boolean isAtomic(Connection connection, ObjectStates before) throws SQLException {
      return before.isInnoDb() && MySqlFacts.read(connection).isMySqlFrom(8, 0, 0);
    }

    /** The source has just made it, so what is there is not the source's. */
    private void refuseExisting(Step whole, ObjectStates before) {
      for (int i = 0; i < whole.targets().size(); i++) {
        Target target = whole.targets().get(i);
        boolean made =
            target.object().kind() == SqlObject.Kind.TABLE
                && expected.isCreated(target.object().id())
                && !expected.isReplaced(target.object().id());
        if (made && before.isThere(i)) {
          throw new ChangeRejectedException(
              target.object().id(),
              ("Cannot create %s: it is at the target already, but the source has just made it."
                      + " Drop it or give it another name, then start the job again. The statement:"
                      + " %s")
                  .formatted(target.object(), shown),
              null);
        }
      }
    }

    private void execute(Step step, int number) throws InterruptedException {
      FutureTask<Boolean> task = running.start(step.sql());
      boolean seen = false;
      int idle = 0;
      try {
        while (!await(task)) {
          String activity = activity();
          // Some proxies hide the server's sessions.
          seen |= !activity.isEmpty();
          boolean over = activity.isEmpty() || activity.equals(NamedSession.IDLE);
          idle = seen && over ? idle + 1 : 0;
          // Once may be before the answer has come.
          if (idle > 1 && !task.isDone()) {
            throw lost(step);
          }
        }
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof SQLException failure)) {
          throw new SyncException("Cannot " + what(step) + ".", e.getCause());
        }
        if (object.isEmpty() || isToBeTriedAgain(failure)) {
          throw failed(failure, step, number);
        }
        leaveOut(object.get(), failure);
      }
    }

    /** Looks at the statement's session, which shows the server that the guard lives. */
    private String activity() throws InterruptedException {
      return guard.ask(
          "keep the target locked",
          connection -> NamedSession.activity(connection, running.connectionId()));
    }

    /** Something between here and the server has dropped a connection that was silent for long. */
    private TransientException lost(Step step) {
      return new TransientException(
          ("Cannot %s: the target has ended the statement, but its answer has not come. If this"
                  + " happens again, look for what ends silent connections on the way to the target"
                  + " (NAT, a load balancer), and let it wait for longer.")
              .formatted(what(step)));
    }

    /** What the target refuses it is to have in no other form either. */
    private void leaveOut(SqlObject refused, SQLException failure) throws InterruptedException {
      if (leftOut.isEmpty()) {
        leftOut =
            Optional.of(
                new LeftOut(
                    ObjectKind.valueOf(refused.kind().name()),
                    refused.id().toString(),
                    MySqlErrors.describe(failure)));
        Target gone = new Target(refused, SchemaStatement.End.GONE);
        execute(
            new Step(ObjectStatements.drop(refused), List.of(gone), SchemaStatement.Again.ALWAYS),
            0);
      }
    }

    private boolean isToBeTriedAgain(SQLException failure) {
      return closed || failure.getErrorCode() == 0 || MySqlErrors.isTransient(failure);
    }

    private boolean await(FutureTask<Boolean> task)
        throws InterruptedException, ExecutionException {
      try {
        boolean unused = task.get(limits.life().toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        LOGGER.debug("The target still runs a statement of job '{}'.", run.job(), e);
        return false;
      }
    }

    private SyncException failed(SQLException failure, Step step, int number)
        throws InterruptedException {
      if (isToBeTriedAgain(failure)) {
        return failure.getErrorCode() == LOCK_WAIT
            ? new TransientException(
                ("Cannot %s: another session of the target has held it for %d s. End that session's"
                        + " transaction or LOCK TABLES. The statement: %s")
                    .formatted(what(step), limits.lockWait().toSeconds(), shown),
                MySqlErrors.withoutValues(failure))
            : MySqlErrors.translate(failure, what(step));
      }
      if (number <= 1) {
        // The server has refused it, so nothing was begun.
        guard.run(
            "record a statement of the source",
            connection -> {
              intents.delete(connection);
              connection.commit();
            });
      }
      return new ChangeRejectedException(
          step.objects().get(0).id(),
          ("Cannot %s: the target refuses it, %s. Make the object at the target as it was at the"
               + " source before the statement and start the job again, or run the statement by"
               + " hand and let the job ignore schema changes until it has passed. The statement:"
               + " %s")
              .formatted(what(step), MySqlErrors.describe(failure), shown),
          MySqlErrors.withoutValues(failure));
    }

    private String what(Step step) {
      return "run %s on %s at '%s'"
          .formatted(statement.verb(), names(step.objects()), guard.endpoint());
    }

    private ChangeRejectedException unknown(Step step, String why) {
      return new ChangeRejectedException(
          step.objects().get(0).id(),
          ("Cannot tell whether %s on %s has run at the target: an earlier run of job '%s' began it"
                  + " and was cut off; the objects should be as they were before it or as they are"
                  + " behind it, but %s. Make them as they were or as they are to be and start the"
                  + " job again; if nobody can know how they were, run %s and then again what is"
                  + " right. The statement: %s")
              .formatted(
                  statement.verb(),
                  names(step.objects()),
                  run.job(),
                  why,
                  intents.forgetting(),
                  shown),
          null);
    }
  }

  private static String names(List<SqlObject> objects) {
    return objects.stream().map(SqlObject::toString).collect(Collectors.joining(", "));
  }
}
