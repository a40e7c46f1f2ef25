package dev.syncline.redis.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.KeySelection;
import dev.syncline.Sink;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.server.RedisCluster;
import java.time.Duration;

/** A job whose source is a cluster. It notices silence in seconds and tries again soon. */
final class ClusterJob implements AutoCloseable {

  private static final KeySelection SELECTION = KeySelection.builder().database(0).build();
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration SILENCE = Duration.ofSeconds(5);

  private final FaultPoints points = new FaultPoints();
  private final SyncJob<KeyChange> job;

  /** Describes a job; the source's servers must give a sign of life each second. */
  ClusterJob(String name, RedisCluster source, Sink<KeyChange> sink, CheckpointStore store) {
    job =
        SyncJob.from(points.in(source(source)))
            .to(points.in(sink))
            .named(name)
            .select(SELECTION)
            .initialize(Initialization.DATA)
            .checkpoints(points.in(store))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build())
            .retry(Retries.SOON)
            .build();
  }

  private static RedisSource source(RedisCluster cluster) {
    return RedisSource.builder()
        .cluster(nodes(cluster))
        .connectTimeout(SILENCE)
        .answerTimeout(SILENCE)
        .silence(SILENCE)
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

  /** Ends the job where it is, as if its process had died. */
  void crash() {
    points.die();
    job.close();
  }

  @Override
  public void close() {
    job.close();
  }
}
