package dev.syncline.mysql.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.RetryPolicy;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.change.TableChange;
import dev.syncline.event.JobEvent;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A job in this process with a proxy before each server and fault points in its calls. It notices
 * silence in seconds and tries again soon.
 */
final class ProxiedJob implements AutoCloseable {

  private static final Duration SILENCE = Duration.ofSeconds(3);

  /** How the job writes, and how long it waits for the sink to answer. */
  private record Writing(Consistency consistency, int lanes, Duration answer) {}

  /** What the job is called, and what it takes. */
  private record Work(String name, TableSelection selection) {}

  private final TcpProxy source;
  private final TcpProxy sink;
  private final FaultPoints points = new FaultPoints();
  private final AtomicInteger retries = new AtomicInteger();
  private final SyncJob<TableChange> job;
  private volatile boolean dead;

  ProxiedJob(ServerPair pair, String database, CheckpointStore store) {
    this(pair, database, store, 1);
  }

  /** A job with several lanes, or with one that commits whole transactions. */
  ProxiedJob(ServerPair pair, String database, CheckpointStore store, int lanes) {
    this(
        pair, database, store, lanes == 1 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY, lanes);
  }

  /** A job that waits longer for the sink to answer. */
  ProxiedJob(ServerPair pair, String database, CheckpointStore store, Duration answer) {
    this(pair, database, store, new Writing(Consistency.TRANSACTIONAL, 1, answer));
  }

  /** A job of any consistency. */
  ProxiedJob(
      ServerPair pair, String database, CheckpointStore store, Consistency consistency, int lanes) {
    this(pair, database, store, new Writing(consistency, lanes, SILENCE));
  }

  /** A job on a part of a database. */
  ProxiedJob(ServerPair pair, String name, TableSelection selection, CheckpointStore store) {
    this(
        pair, new Work(name, selection), store, new Writing(Consistency.TRANSACTIONAL, 1, SILENCE));
  }

  private ProxiedJob(ServerPair pair, String database, CheckpointStore store, Writing writing) {
    this(
        pair,
        new Work(database, TableSelection.builder().database(database).build()),
        store,
        writing);
  }

  private ProxiedJob(ServerPair pair, Work work, CheckpointStore store, Writing writing) {
    source = TcpProxy.before(pair.source());
    sink = TcpProxy.before(pair.target());
    job =
        SyncJob.from(points.in(source(pair)))
            .to(points.in(sink(pair, writing.answer())))
            .named(work.name())
            .acknowledge("FOREIGN_KEY_ORDER")
            .select(work.selection())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(points.in(new OwnStore(store)))
            .consistency(writing.consistency())
            .limits(
                JobLimits.builder()
                    .lanes(writing.lanes())
                    .batchRows(200)
                    .queueBytes(1 << 20)
                    .checkpointInterval(Duration.ofMillis(200))
                    .build())
            .retry(
                RetryPolicy.builder()
                    .firstWait(Duration.ofMillis(50))
                    .longestWait(Duration.ofSeconds(1))
                    .build())
            .listener(this::count)
            .build();
  }

  private MySqlSource source(ServerPair pair) {
    return MySqlSource.builder()
        .host(source.host())
        .port(source.port())
        .username(pair.source().username())
        .password(pair.source().password())
        .tls(MySqlTls.disabled())
        .connectTimeout(SILENCE)
        .socketTimeout(SILENCE)
        .heartbeat(SILENCE.dividedBy(3))
        .bufferBytes(64 << 10)
        .build();
  }

  private MySqlSink sink(ServerPair pair, Duration answer) {
    return MySqlSink.builder()
        .host(sink.host())
        .port(sink.port())
        .username(pair.target().username())
        .password(pair.target().password())
        .tls(MySqlTls.disabled())
        .connectTimeout(SILENCE)
        .socketTimeout(answer)
        .build();
  }

  private void count(JobEvent event) {
    if (event instanceof JobEvent.Retrying) {
      retries.incrementAndGet();
    }
  }

  TcpProxy source() {
    return source;
  }

  TcpProxy sink() {
    return sink;
  }

  FaultPoints points() {
    return points;
  }

  SyncJob<TableChange> job() {
    return job;
  }

  /** How often the job has begun to try again. */
  int retries() {
    return retries.get();
  }

  void awaitSynchronizing() throws InterruptedException {
    if (!job.awaitSynchronizing(Duration.ofMinutes(1))) {
      throw new AssertionError("The job does not synchronize: " + job.status());
    }
  }

  /** Waits until a fault point was passed once. */
  void awaitPassed(FaultPoint point) throws Exception {
    Await.until("the job passes " + point, Duration.ofMinutes(1), () -> points.passed(point) > 0);
  }

  /** Lets everything pass again at both ends. */
  void restore() {
    source.restore();
    sink.restore();
  }

  /**
   * As if the process had died: its connections are cut, it gets no new ones, and it saves nothing
   * any more. Its threads may linger until {@link #close}.
   */
  void die() {
    dead = true;
    source.refuse();
    sink.refuse();
    source.cut();
    sink.cut();
  }

  /**
   * Dies at one of the next passes of a point; goes on if none comes within a time.
   *
   * @param passes how many more passes there are at that moment; 1 or more
   */
  void dieAt(FaultPoint point, int passes, long mostNanos) throws InterruptedException {
    long passing =
        points.armNext(
            point,
            passes,
            () -> {
              die();
              throw new TransientException("The process dies at " + point + ".");
            });
    long deadline = System.nanoTime() + mostNanos;
    while (points.passed(point) < passing && System.nanoTime() < deadline) {
      Await.moment();
    }
  }

  @Override
  public void close() {
    job.close();
    source.close();
    sink.close();
  }

  /** A store that this job can reach while it lives. */
  private final class OwnStore implements CheckpointStore {

    private final CheckpointStore store;

    OwnStore(CheckpointStore store) {
      this.store = store;
    }

    @Override
    public Optional<StoredCheckpoint> load(String job) {
      checkAlive();
      return store.load(job);
    }

    @Override
    public long save(String job, StoredCheckpoint checkpoint) {
      checkAlive();
      return store.save(job, checkpoint);
    }

    @Override
    public void delete(String job, long version) {
      checkAlive();
      store.delete(job, version);
    }

    private void checkAlive() {
      if (dead) {
        throw new TransientException("The process is dead.");
      }
    }
  }
}
