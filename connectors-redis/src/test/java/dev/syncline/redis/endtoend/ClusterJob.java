package dev.syncline.redis.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.RetryPolicy;
import dev.syncline.Sink;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.server.RedisCluster;
import java.time.Duration;
import java.util.Optional;

/** A job whose source is a cluster. It notices silence in seconds and tries again soon. */
final class ClusterJob implements AutoCloseable {

  private static final KeySelection SELECTION = KeySelection.builder().database(0).build();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final FaultPoints points = new FaultPoints();
  private final SyncJob<KeyChange> job;
  private volatile boolean dead;

  /** Describes a job; the source's servers must give a sign of life each second. */
  ClusterJob(String name, RedisCluster source, Sink<KeyChange> sink, CheckpointStore store) {
    job =
        SyncJob.from(
                RedisSource.builder()
                    .cluster(nodes(source))
                    .connectTimeout(SILENCE)
                    .answerTimeout(SILENCE)
                    .silence(SILENCE)
                    .build())
            .to(sink)
            .named(name)
            .select(SELECTION)
            .initialize(Initialization.DATA)
            .checkpoints(points.in(new OwnStore(store)))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
            .retry(
                RetryPolicy.builder()
                    .firstWait(Duration.ofMillis(50))
                    .longestWait(Duration.ofSeconds(1))
                    .build())
            .build();
  }

  /** The addresses of all nodes. */
  static String[] nodes(RedisCluster cluster) {
    return cluster.nodes().stream()
        .map(node -> node.host() + ":" + node.port())
        .toArray(String[]::new);
  }

  ClusterJob start() {
    job.start();
    return this;
  }

  SyncJob<KeyChange> job() {
    return job;
  }

  void awaitSynchronizing() throws InterruptedException {
    if (!job.awaitSynchronizing(PATIENCE)) {
      failIfEnded();
      throw new AssertionError("The job does not synchronize: " + job.status());
    }
  }

  /** Waits until the job has saved where it stands twice more, and so is at work. */
  void awaitProgress() throws Exception {
    long saved = points.passed(FaultPoint.AFTER_CHECKPOINT_SAVE);
    Await.until(
        "the job goes on",
        PATIENCE,
        () -> {
          failIfEnded();
          return points.passed(FaultPoint.AFTER_CHECKPOINT_SAVE) > saved + 1;
        });
  }

  /** Waits until the job has stopped for good, and says why. */
  Throwable awaitFailure() throws Exception {
    Await.until("the job fails", PATIENCE, () -> job.status().failure().isPresent());
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

  /** Ends the job so that it cannot save where it stands, as a crash does. */
  void crash() {
    dead = true;
    job.close();
  }

  @Override
  public void close() {
    job.close();
  }

  /** A store that this job can reach while it lives. */
  private final class OwnStore implements CheckpointStore {

    private final CheckpointStore store;

    OwnStore(CheckpointStore store) {
      this.store = store;
    }

    @Override
    public Optional<StoredCheckpoint> load(String name) {
      return store.load(name);
    }

    @Override
    public long save(String name, StoredCheckpoint checkpoint) {
      if (dead) {
        throw new TransientException("The process is dead.");
      }
      return store.save(name, checkpoint);
    }

    @Override
    public void delete(String name, long version) {
      store.delete(name, version);
    }
  }
}
