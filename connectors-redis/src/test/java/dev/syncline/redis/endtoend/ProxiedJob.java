package dev.syncline.redis.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.RetryPolicy;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.KeyChange;
import dev.syncline.event.JobEvent;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
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

  private final TcpProxy source;
  private final TcpProxy sink;
  private final FaultPoints points = new FaultPoints();
  private final AtomicInteger retries = new AtomicInteger();
  private final SyncJob<KeyChange> job;
  private volatile boolean dead;

  ProxiedJob(RedisPair pair, Work work, CheckpointStore store) {
    this(pair, work, store, SILENCE);
  }

  /** A job that waits so long for a server that says nothing. */
  ProxiedJob(RedisPair pair, Work work, CheckpointStore store, Duration silence) {
    source = TcpProxy.before(pair.source().host(), pair.source().port());
    sink = TcpProxy.before(pair.target().host(), pair.target().port());
    job =
        SyncJob.from(points.in(source(silence)))
            .to(points.in(sink(work, silence)))
            .named(work.name())
            .select(work.selection())
            .acknowledge("VERSION_LOWER")
            .initialize(Initialization.DATA)
            .checkpoints(points.in(new OwnStore(store)))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
            .retry(
                RetryPolicy.builder()
                    .firstWait(Duration.ofMillis(50))
                    .longestWait(Duration.ofSeconds(1))
                    .build())
            .listener(this::count)
            .build();
  }

  private RedisSource source(Duration silence) {
    return RedisSource.builder()
        .host(source.host())
        .port(source.port())
        .connectTimeout(SILENCE)
        .answerTimeout(silence)
        .silence(silence)
        .build();
  }

  private RedisSink sink(Work work, Duration silence) {
    return RedisSink.builder()
        .host(sink.host())
        .port(sink.port())
        .connectTimeout(SILENCE)
        .answerTimeout(silence)
        .existingKeys(work.existing())
        .expiryGrace(work.grace())
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

  SyncJob<KeyChange> job() {
    return job;
  }

  /** Starts the job. */
  ProxiedJob start() {
    job.start();
    return this;
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

  /** Waits until the job has stopped for good, and says why. */
  Throwable awaitFailure() throws Exception {
    Await.until("the job fails", Duration.ofMinutes(1), () -> job.status().failure().isPresent());
    return job.status().failure().orElseThrow();
  }

  /** Fails the test if the job has stopped for good. */
  void failIfEnded() {
    job.status()
        .failure()
        .ifPresent(
            cause -> {
              throw new AssertionError("The job has failed.", cause);
            });
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
    public Optional<StoredCheckpoint> load(String name) {
      checkAlive();
      return store.load(name);
    }

    @Override
    public long save(String name, StoredCheckpoint checkpoint) {
      checkAlive();
      return store.save(name, checkpoint);
    }

    @Override
    public void delete(String name, long version) {
      checkAlive();
      store.delete(name, version);
    }

    private void checkAlive() {
      if (dead) {
        throw new TransientException("The process is dead.");
      }
    }
  }
}
