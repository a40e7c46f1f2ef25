package dev.syncline.redis.endtoend;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Strikes a job, its servers and its connections, one after the other. */
final class Storm {

  /** The points that a job which follows comes to again and again. */
  static final List<FaultPoint> POINTS =
      List.of(
          FaultPoint.BEFORE_TAKE_OVER,
          FaultPoint.AFTER_TAKE_OVER,
          FaultPoint.BEFORE_LANE_WRITE,
          FaultPoint.AFTER_LANE_WRITE,
          FaultPoint.BEFORE_LANE_COMMIT,
          FaultPoint.AFTER_LANE_COMMIT,
          FaultPoint.BEFORE_CHECKPOINT_SAVE,
          FaultPoint.AFTER_CHECKPOINT_SAVE,
          FaultPoint.BEFORE_ACKNOWLEDGE,
          FaultPoint.AFTER_ACKNOWLEDGE);

  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long LONGEST_WAIT = Duration.ofSeconds(2).toNanos();

  /** What strikes: those that leave the source alone come first. */
  static final int ALL = 10;

  static final int OF_TARGET = 8;

  private final RedisPair pair;
  private final ProxiedJob job;
  private final Random random;

  Storm(RedisPair pair, ProxiedJob job, Random random) {
    this.pair = pair;
    this.job = job;
    this.random = random;
  }

  /**
   * Strikes so often, or until the job has died; returns how often it struck.
   *
   * @param kinds {@link #ALL} or {@link #OF_TARGET}
   */
  int strike(int strikes, int kinds) throws Exception {
    for (int done = 1; done <= strikes; done++) {
      if (random.nextBoolean()) {
        job.job().awaitSynchronizing(Duration.ofSeconds(2));
      }
      Await.pause(random.nextInt(400));
      job.failIfEnded();
      if (strikeOnce(random.nextInt(kinds))) {
        return done;
      }
      awaitUse();
    }
    return strikes;
  }

  /** Strikes in one of the ways; returns whether the job is dead. */
  private boolean strikeOnce(int kind) throws InterruptedException, IOException {
    switch (kind) {
      case 0 -> {
        job.die();
        return true;
      }
      case 1 -> {
        FaultPoint point = POINTS.get(random.nextInt(POINTS.size()));
        job.dieAt(point, 1 + random.nextInt(3), LONGEST_WAIT);
        job.die();
        return true;
      }
      case 2 -> job.source().cut();
      case 3 -> job.sink().cut();
      case 4 -> job.source().cutAfter(Direction.TO_CLIENT, 1 + random.nextInt(20_000));
      case 5 -> job.sink().cutAfter(Direction.TO_SERVER, 1 + random.nextInt(20_000));
      case 6 -> restart(pair.target());
      case 7 -> pause(pair.target());
      case 8 -> restart(pair.source());
      default -> pause(pair.source());
    }
    return false;
  }

  private void restart(RedisServer server) throws InterruptedException, IOException {
    server.kill();
    Await.pause(random.nextInt(300));
    AppendOnlyFile.mend(server.folder());
    server.restart();
  }

  /** Shorter and longer than the silence that the job bears. */
  private void pause(RedisServer server) throws InterruptedException {
    server.pause();
    Await.pause(random.nextInt(random.nextInt(4) == 0 ? 4_000 : 1_000));
    server.resume();
  }

  /** Waits until the job is at work again, so that the next strike meets it. */
  private void awaitUse() throws Exception {
    job.restore();
    long committed = job.points().passed(FaultPoint.AFTER_LANE_COMMIT);
    Await.until(
        "the job goes on after a strike",
        PATIENCE,
        () -> {
          job.failIfEnded();
          return job.points().passed(FaultPoint.AFTER_LANE_COMMIT) > committed;
        });
  }
}
