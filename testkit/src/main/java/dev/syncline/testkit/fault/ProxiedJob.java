package dev.syncline.testkit.fault;

import dev.syncline.RetryPolicy;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TransientException;
import dev.syncline.event.JobEvent;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A job in this process with a proxy before each server and fault points in its calls, which can
 * die as its process would. It tries again soon.
 *
 * <pre>{@code
 * FaultPoints points = new FaultPoints();
 * TcpProxy source = TcpProxy.before(host, port);
 * TcpProxy sink = TcpProxy.before(other, port);
 * new ProxiedJob(source, sink, points,
 *     SyncJob.from(points.in(reading(source)))
 *         .to(points.in(writing(sink)))
 *         .checkpoints(points.in(store))
 *         .named("shop-copy"));
 * }</pre>
 */
public final class ProxiedJob implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final TcpProxy source;
  private final TcpProxy sink;
  private final FaultPoints points;
  private final AtomicInteger retries = new AtomicInteger();
  private final SyncJob<?> job;

  /**
   * Builds the job, and owns the proxies from then on.
   *
   * @param points in all three ends of the job
   * @param builder all of the job but how it tries again
   */
  public ProxiedJob(TcpProxy source, TcpProxy sink, FaultPoints points, SyncJobBuilder<?> builder) {
    this.source = Objects.requireNonNull(source, "source");
    this.sink = Objects.requireNonNull(sink, "sink");
    this.points = Objects.requireNonNull(points, "points");
    this.job =
        builder
            .retry(
                RetryPolicy.builder()
                    .firstWait(Duration.ofMillis(50))
                    .longestWait(Duration.ofSeconds(1))
                    .build())
            .listener(this::count)
            .build();
  }

  private void count(JobEvent event) {
    if (event instanceof JobEvent.Retrying) {
      retries.incrementAndGet();
    }
  }

  /** What stands before the source. */
  public TcpProxy source() {
    return source;
  }

  /** What stands before the target. */
  public TcpProxy sink() {
    return sink;
  }

  /** The fault points in the calls of the job. */
  public FaultPoints points() {
    return points;
  }

  /** The job itself. */
  public SyncJob<?> job() {
    return job;
  }

  /** Starts the job. */
  public ProxiedJob start() {
    job.start();
    return this;
  }

  /** How often the job has begun to try again. */
  public int retries() {
    return retries.get();
  }

  /** Waits until the job synchronizes, for two minutes at the most. */
  public void awaitSynchronizing() throws InterruptedException {
    if (!job.awaitSynchronizing(PATIENCE)) {
      throw new AssertionError("The job does not synchronize: " + job.status());
    }
  }

  /** Waits until a fault point was passed once, for two minutes at the most. */
  public void awaitPassed(FaultPoint point) throws Exception {
    Await.until("the job passes " + point, PATIENCE, () -> points.passed(point) > 0);
  }

  /** Waits until the job has stopped for good, for two minutes at the most, and says why. */
  public Throwable awaitFailure() throws Exception {
    Await.until("the job fails", PATIENCE, () -> job.status().failure().isPresent());
    return job.status().failure().orElseThrow();
  }

  /** Fails the test if the job has stopped for good. */
  public void failIfEnded() {
    job.status()
        .failure()
        .ifPresent(
            cause -> {
              throw new AssertionError("The job has failed.", cause);
            });
  }

  /** Lets everything pass again at both ends. */
  public void restore() {
    source.restore();
    sink.restore();
  }

  /**
   * As if the process had died: its calls reach neither ends nor store any more, its connections
   * are cut, and it gets no new ones. Its threads may linger until {@link #close}.
   */
  public void die() {
    points.die();
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
  public void dieAt(FaultPoint point, int passes, long mostNanos) throws InterruptedException {
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
}
