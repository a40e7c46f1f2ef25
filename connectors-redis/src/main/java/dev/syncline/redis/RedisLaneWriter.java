package dev.syncline.redis;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.PreparingLaneWriter;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.RedisSink.ExistingKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes changes and the positions behind them. Commands go into a MULTI, which ends with the
 * positions, so that both take effect together or not at all. Values of a copy in front of the
 * first command go out at once: a copy that is cut off begins anew, so nothing hangs on whether
 * they took effect.
 */
final class RedisLaneWriter implements PreparingLaneWriter<KeyChange> {

  private static final Logger LOG = LoggerFactory.getLogger(RedisLaneWriter.class);

  /** Of so many commands of one transaction is known what they were. */
  static final int MOST_KNOWN = 200_000;

  /** Commands that may give a key to another database, or other keys than they name. */
  private static final Set<String> MOVING =
      Set.of("MOVE", "COPY", "SWAPDB", "EVAL", "EVALSHA", "FCALL");

  private static final int DELETED_AT_ONCE = 500;

  private final SinkConnections connections;
  private final CommandPipe pipe;
  private final TargetServer target;
  private final JobRun run;
  private final KeyEncoder encoder;
  private final TargetCopies copies;
  private final KnownScripts scripts = new KnownScripts();
  private final RecordedScripts recorded;
  private final LoadedLibraries libraries;
  private volatile @Nullable RespConnection side;
  private volatile boolean closed;

  /** Whether values were sent since the last commit. */
  private boolean values;

  /** Whether a MULTI is open. */
  private boolean multi;

  /** How many commands wait for the EXEC. */
  private long queued;

  private final List<SentCommand> known = new ArrayList<>();

  /** Those of the source among the commands that wait for the EXEC, or the first of them. */
  private final List<SentCommand> made = new ArrayList<>();

  private boolean madeMore;

  RedisLaneWriter(
      SinkConnections connections, RespConnection connection, JobRun run, ScriptTexts texts) {
    this.connections = connections;
    this.pipe = new CommandPipe(connection);
    this.run = run;
    this.target = TargetServer.ask(connection);
    SinkSettings settings = connections.settings();
    this.libraries = new LoadedLibraries(settings.records().libraries(connection, run));
    Map<String, byte[]> scripts = settings.records().scripts(connection, run);
    scripts.forEach(texts::add);
    this.recorded = new RecordedScripts(scripts);
    KeyHash hash = KeyHash.random();
    int records = settings.records().database();
    this.encoder = new KeyEncoder(target, settings.grace(), records, hash, texts);
    this.copies = new TargetCopies(settings.existing(), hash, settings.copy());
  }

  @Override
  public void write(List<KeyChange> changes) {
    write(() -> run(encoder.encode(changes)));
  }

  @Override
  public Prepared prepare(List<KeyChange> changes) {
    List<WriteStep> steps = encoder.encode(changes);
    return () -> write(() -> run(steps));
  }

  /**
   * The connection of a run that was replaced is ended by the one that replaced it, so a connection
   * that is lost is a reason to look who owns the target.
   */
  private void write(Runnable work) {
    try {
      work.run();
    } catch (TransientException e) {
      if (!closed) {
        connections.confirm(run, e);
      }
      throw e;
    }
  }

  private void run(List<WriteStep> steps) {
    for (WriteStep step : steps) {
      if (step instanceof WriteStep.Commands commands) {
        requireScripts(commands.batch());
        copies.mark(commands.marks());
        queueMade(commands.batch());
        record(commands.batch());
      } else if (step instanceof WriteStep.Values sent) {
        copies.mark(sent.marks());
        send(sent.batch());
      } else if (step instanceof WriteStep.Begin begin) {
        begin(begin.copy());
      } else if (step instanceof WriteStep.End end) {
        end(end.copy());
      } else if (step instanceof WriteStep.FlushSome flush) {
        flush(flush.flush());
      }
    }
    pipe.settleBefore();
  }

  private void requireScripts(CommandBatch batch) {
    Map<String, KeyCommand> unsure = scripts.follow(batch.scripts());
    if (!unsure.isEmpty()) {
      aside(connection -> scripts.require(unsure, connection));
    }
  }

  /** Records what commands have brought that later runs must know. */
  private void record(CommandBatch batch) {
    if (libraries.follow(batch.functions())) {
      queue(records().libraries(run, libraries.text()));
    }
    Map<String, byte[]> texts = recorded.follow(batch.scripts());
    if (!texts.isEmpty()) {
      queue(records().scripts(run, texts));
    }
  }

  private void send(CommandBatch batch) {
    if (multi) {
      // Behind a command of the same transaction nothing may overtake it.
      queueMade(batch);
    } else {
      values = true;
      pipe.send(batch);
    }
  }

  private void queueMade(CommandBatch batch) {
    madeMore |= made.size() + batch.commands().size() > MOST_KNOWN;
    if (!madeMore) {
      made.addAll(batch.commands());
    }
    queue(batch);
  }

  private void queue(CommandBatch batch) {
    beginTransaction();
    pipe.sendQueued(batch);
    queued += batch.commands().size();
    if (queued <= MOST_KNOWN) {
      known.addAll(batch.commands());
    }
  }

  private void beginTransaction() {
    if (!multi) {
      pipe.send(new CommandBatch().serving("MULTI"));
      multi = true;
      queue(records().begin(run));
    }
  }

  private void begin(CopyBegin copy) {
    pipe.settle();
    aside(
        connection -> {
          SinkRecords records = records();
          boolean ours = records.hasBegunCopy(connection, run, copy.stream());
          copies.begin(copy, List.of(new ScopeScan(connection, records.database())), ours);
          if (!ours) {
            records.beginCopy(connection, run, copy.stream(), copy.attempt());
          }
        });
    if (copy.stream().equals(RedisSession.STREAM)) {
      libraries.beginCopy();
    }
  }

  private void end(CopyEnd copy) {
    pipe.settle();
    aside(
        connection -> {
          ScopeScan scan = new ScopeScan(connection, records().database());
          copies.end(copy, List.of(scan), target.delete());
          new HalfBuilt(scan, new BuildNames(run.job()), target.delete()).remove(copy.scope());
        });
    endLibraries();
  }

  /** Deletes the libraries of functions that the source has deleted. */
  private void endLibraries() {
    Set<String> gone = libraries.endCopy();
    if (gone.isEmpty() || connections.settings().existing() == ExistingKeys.KEEP) {
      return;
    }
    LOG.info(
        "The source of job '{}' does not have the libraries of functions {} any more, so they are"
            + " deleted at '{}'.",
        run.job(),
        gone,
        pipe.connection().address());
    CommandBatch batch = new CommandBatch();
    // Somebody may have deleted one at the target.
    Optional<Runnable> mayFail = Optional.of(() -> {});
    for (String name : gone) {
      SentCommand sent = new SentCommand(0, "FUNCTION DELETE " + name, List.of(), mayFail);
      batch.add(sent, "FUNCTION", "DELETE", name);
    }
    queue(batch);
    queue(records().libraries(run, libraries.text()));
  }

  /**
   * Deletes what the target has in a scope, and what the open transaction will have made in it by
   * then, which nobody can see yet.
   */
  private void flush(KeyFlush flush) {
    if (madeMore) {
      throw new SyncException(
          ("A transaction of more than %d commands deletes all keys of a part of a database (%s)"
                  + " at its end, and it is not known any more which keys it has made itself.")
              .formatted(MOST_KNOWN, flush.scope()));
    }
    // Values that were sent must be there to be found.
    pipe.settle();
    beginTransaction();
    Deletion deletion = new Deletion();
    boolean moves = made.stream().anyMatch(command -> MOVING.contains(command.name()));
    for (int database : databases(flush.scope())) {
      made.stream()
          .filter(command -> moves || command.database() == database)
          .flatMap(command -> command.keys().stream())
          .filter(key -> flush.scope().includes(database, key))
          .forEach(key -> deletion.add(database, key));
    }
    aside(
        connection ->
            new ScopeScan(connection, records().database())
                .forEach(
                    flush.scope(),
                    (database, key) -> {
                      deletion.add(database, key);
                      return true;
                    }));
    deletion.send();
  }

  private int[] databases(KeyScope scope) {
    return IntStream.range(0, target.databases())
        .filter(number -> number != records().database())
        .filter(number -> scope.databases().isEmpty() || scope.databases().contains(number))
        .toArray();
  }

  /** Collects the deletions of keys in the open transaction. */
  private final class Deletion {

    private CommandBatch batch = new CommandBatch();
    private int selected = -1;

    void add(int database, byte[] key) {
      if (database != selected) {
        batch.serving("SELECT", database);
        selected = database;
      }
      batch.add(new SentCommand(database, target.delete(), List.of(key)), target.delete(), key);
      if (batch.commands().size() >= DELETED_AT_ONCE) {
        send();
      }
    }

    void send() {
      if (!batch.isEmpty()) {
        queue(batch);
        pipe.settleBefore();
        batch = new CommandBatch();
        selected = -1;
      }
    }
  }

  @Override
  public void commit(Map<String, String> positions) {
    write(() -> end(positions));
  }

  private void end(Map<String, String> positions) {
    if (values) {
      // No position may say that values are there which the target has refused.
      pipe.settle();
    }
    CommandBatch end = records().positions(run, positions, multi);
    if (!multi) {
      pipe.send(end);
      pipe.settle();
    } else {
      queue(end);
      pipe.send(new CommandBatch().serving("EXEC"));
      check(pipe.settle(), positions);
    }
    values = false;
    multi = false;
    queued = 0;
    known.clear();
    made.clear();
    madeMore = false;
    scripts.settled();
  }

  private void check(@Nullable Object reply, Map<String, String> positions) {
    if (!(reply instanceof List<?> replies) || replies.size() != queued) {
      throw new SyncException(
          "Server '%s' answers EXEC with something else than the replies to %d commands."
              .formatted(pipe.connection().address(), queued));
    }
    int failed = 0;
    int first = -1;
    for (int i = 0; i < replies.size(); i++) {
      if (hasFailed(i, replies.get(i))) {
        failed++;
        first = first < 0 ? i : first;
      }
    }
    if (failed > 0) {
      throw halfDone(first, failed, (RedisReplyException) replies.get(first), positions);
    }
  }

  /** A key that is another one at the target, as is known, will come as a whole. */
  private boolean hasFailed(int number, @Nullable Object reply) {
    return number < known.size()
        ? known.get(number).hasFailed(reply)
        : reply instanceof RedisReplyException;
  }

  /** Has happened with the rest of the transaction and its position, so nobody would ask again. */
  private ChangeRejectedException halfDone(
      int number, int failed, RedisReplyException reply, Map<String, String> positions) {
    SentCommand command =
        number < known.size()
            ? known.get(number)
            : SentCommand.serving("number " + number + " of the transaction");
    RedisReplyException error = command.inWordsOfServers(reply);
    String what =
        "%s: %s%s, in the transaction up to %s"
            .formatted(
                command.describe(),
                error.getMessage(),
                failed > 1 ? " (and %d others failed)".formatted(failed - 1) : "",
                positions);
    records().refuse(pipe.connection(), run, what);
    // It was there when the target was asked, and will be called again.
    String script =
        error.is("NOSCRIPT")
            ? ", and load the script at the target (SCRIPT LOAD with its text)"
            : "";
    return new ChangeRejectedException(
        CommandPipe.place(command),
        ("The target '%s' has carried out a transaction, but not all of its commands. %s. Compare"
                + " that key with the source%s; the job does not start again before the field"
                + " 'refused' of its records is deleted.")
            .formatted(pipe.connection().address(), what, script),
        error);
  }

  private SinkRecords records() {
    return connections.settings().records();
  }

  /**
   * Does something that cannot wait until the transaction has ended: over a connection of its own
   * if one is open. That is not kept, since servers may end connections that are idle for long.
   */
  private void aside(Consumer<RespConnection> work) {
    if (!multi) {
      pipe.settle();
      work.accept(pipe.connection());
      return;
    }
    try (RespConnection connection = connections.join(run)) {
      side = connection;
      if (closed) {
        close();
      }
      work.accept(connection);
    } finally {
      side = null;
    }
  }

  @Override
  public void close() {
    closed = true;
    pipe.connection().close();
    RespConnection open = side;
    if (open != null) {
      open.close();
    }
    copies.close();
  }
}
