package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a job says about its delay while the stream of its source is slow on its way. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class StreamDelayIT {

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How long each piece of a slow stream takes. */
  private static final Duration SLOW = Duration.ofSeconds(4);

  private static final Duration LITTLE = Duration.ofSeconds(2);

  private final AtomicInteger written = new AtomicInteger();

  private static SyncJob<KeyChange> job(RedisSource source, RedisServer target) {
    return SyncJob.from(source)
        .to(RedisSink.builder().host(target.host()).port(target.port()).build())
        .named("delayed")
        .select(KeySelection.all())
        .initialize(Initialization.DATA)
        .checkpoints(new MemoryCheckpointStore())
        .build();
  }

  private static RedisSource.Builder through(TcpProxy proxy) {
    return RedisSource.builder()
        .host(proxy.host())
        .port(proxy.port())
        .silence(Duration.ofSeconds(30));
  }

  /** Writes all the time, until the delay of a command is as it should be. */
  private void awaitDelay(
      SyncJob<KeyChange> job, RedisServer source, String what, Predicate<Duration> expected)
      throws Exception {
    Await.until(
        "a delay " + what,
        PATIENCE,
        () -> {
          source.command("SET", "number", written.incrementAndGet());
          return job.status().delay().filter(expected).isPresent();
        });
  }

  /** Until the target has what is written now. */
  private void awaitWritten(RedisServer source, RedisServer target) throws Exception {
    String number = Integer.toString(written.incrementAndGet());
    source.command("SET", "number", number);
    Await.until("the target has it", PATIENCE, () -> number.equals(target.text("GET", "number")));
  }

  private static boolean isShort(Duration delay) {
    return delay.compareTo(LITTLE) < 0;
  }

  @Test
  void showsHowLongTheStreamIsOnItsWay() throws Exception {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target = RedisServer.start(RedisRelease.REDIS_7_0);
        TcpProxy proxy = TcpProxy.before(source)) {
      StreamHold hold = StreamHold.in(proxy);
      try (SyncJob<KeyChange> job = job(through(proxy).build(), target)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
        awaitDelay(job, source, "that is short", StreamDelayIT::isShort);

        hold.delay(SLOW);
        awaitDelay(job, source, "as long as the way", delay -> delay.compareTo(SLOW) >= 0);

        hold.delay(Duration.ZERO);
        awaitDelay(job, source, "that is short again", StreamDelayIT::isShort);
      }
    }
  }

  /** Nobody knows then when a command was written. */
  @Test
  void beginsWhenACommandIsReceivedIfThereIsNoHeartbeat() throws Exception {
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
        RedisServer target = RedisServer.start(RedisRelease.REDIS_7_0);
        TcpProxy proxy = TcpProxy.before(source)) {
      StreamHold hold = StreamHold.in(proxy);
      try (SyncJob<KeyChange> job = job(through(proxy).withoutHeartbeat().build(), target)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
        hold.delay(SLOW);
        long began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
          awaitWritten(source, target);
        }

        assertThat(Duration.ofNanos(System.nanoTime() - began)).isGreaterThan(SLOW);
        assertThat(job.status().delay().orElseThrow()).isLessThan(SLOW);
      }
    }
  }
}
