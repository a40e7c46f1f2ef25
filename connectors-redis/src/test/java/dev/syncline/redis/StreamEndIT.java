package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.KeySelection;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisPosition.Following;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a reader does when its source ends, from what it has handed on to its failure. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class StreamEndIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** A reader of it sees no time pass, so nothing comes late. */
  private static final Clock STILL =
      Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

  private final RedisServer source =
      RedisServer.builder(RedisRelease.REDIS_7_0).option("shutdown-timeout", "0").start();
  private final List<String> read = new ArrayList<>();
  private RedisSourceReader reader;
  private RedisPosition stands;

  @AfterEach
  void stop() {
    reader.close();
    source.close();
  }

  private void open(RedisPosition from, boolean heartbeat, Clock clock) {
    RedisAddress address = new RedisAddress(source.host(), source.port());
    RedisLogin login =
        new RedisLogin(Optional.empty(), Optional.empty(), RedisTls.disabled(), PATIENCE, PATIENCE);
    RedisSourceSettings settings =
        new RedisSourceSettings(
            new RedisServers.One(address),
            login,
            PATIENCE,
            new SpoolLimits(1 << 20, 1 << 20, Path.of(System.getProperty("java.io.tmpdir"))),
            CommandReader.Unknown.STOP,
            heartbeat,
            Thread::new,
            clock);
    StreamScope scope =
        new StreamScope("job", RedisSession.STREAM, Optional.empty(), KeySelection.all(), false);
    stands = from;
    reader = RedisSourceReader.open(settings, scope, address, from);
  }

  private void poll() throws InterruptedException {
    ChangeBatch<KeyChange> batch = reader.poll(Duration.ofMillis(50));
    batch.parts().forEach(part -> part.changes().forEach(c -> read.add(ReaderTap.text(c))));
    batch.position().ifPresent(position -> stands = (RedisPosition) position);
    // A sign of life, which says nothing of what is safe.
    reader.acknowledge(RedisPosition.BEGIN);
  }

  private void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("deadline; stands at " + stands).isLessThan(deadline);
      poll();
    }
  }

  private Optional<RedisPosition.Doubt> doubt() {
    return stands.place() instanceof Following following ? following.doubt() : Optional.empty();
  }

  /**
   * So that the source, which has no history before its end any more, is followed on from there.
   */
  @Test
  void waitsForWhatIsWrittenInAMoment() throws Exception {
    source.command("SET", "key", "value");
    open(RedisPosition.BEGIN, false, STILL);
    until(() -> stands.isCopied());
    source.command("EXPIRE", "key", 1_000);
    until(() -> doubt().isPresent());
    source.stopSaving();

    for (int i = 0; i < 20; i++) {
      poll();
      assertThat(doubt()).isPresent();
    }
    reader.written(stands);
    until(() -> doubt().isEmpty());
    assertThatThrownBy(() -> until(() -> false)).isInstanceOf(TransientException.class);

    source.restart();
    source.command("SET", "other", "value");
    reader.close();
    read.clear();
    open(stands, false, STILL);
    until(() -> read.contains("SET other value"));
    assertThat(read).containsExactly("SET other value");
  }

  /** A source that has waited for it has no more than its end when it comes back. */
  @Test
  void acknowledgesNothingThatIsReadAgain() throws Exception {
    source.command("SET", "key", "value");
    open(RedisPosition.BEGIN, false, STILL);
    until(() -> stands.isCopied());
    source.command("SET", "key", "other");
    source.command("EXPIRE", "key", 1_000);
    until(() -> doubt().isPresent());
    long safe = doubt().orElseThrow().offset();

    reader.acknowledge(stands);

    Await.until("the source is told", PATIENCE, () -> acknowledged() > 0);
    assertThat(acknowledged()).isEqualTo(safe);
    reader.written(stands);
    until(() -> doubt().isEmpty());
    long end = ((Following) stands.place()).offset();
    reader.acknowledge(stands);
    Await.until("the source is told", PATIENCE, () -> acknowledged() == end);
  }

  /** What the source was told. */
  private long acknowledged() {
    String replica = source.info("replication").getOrDefault("slave0", "offset=0,");
    return Long.parseLong(replica.replaceFirst(".*offset=(\\d+).*", "$1"));
  }

  /** What has come is handed on, also if the end has come behind it before anybody looked. */
  @Test
  void handsOnWhatHasComeBeforeTheEnd() throws Exception {
    open(RedisPosition.BEGIN, false, Clock.systemUTC());
    until(() -> stands.isCopied());
    // The source sends commands only when it knows that its copy has come.
    source.command("SET", "first", "value");
    until(() -> read.contains("SET first value"));
    for (int i = 0; i < 50; i++) {
      source.command("INCR", "number");
    }
    source.stopSaving();
    Await.pause(500);

    Throwable failure = catchThrowable(() -> until(() -> false));

    assertThat(failure).isInstanceOf(TransientException.class);
    assertThat(read).as("%s", failure).filteredOn("INCR number"::equals).hasSize(50);
  }

  /** Sources end connections on which nothing comes, and so does what lies between. */
  @Test
  void keepsTheConnectionOnWhichQuestionsAreAsked() throws Exception {
    open(RedisPosition.BEGIN, true, Clock.systemUTC());
    until(() -> stands.isCopied());
    source.command("CONFIG", "SET", "timeout", 4);
    long end = System.nanoTime() + Duration.ofSeconds(8).toNanos();
    until(() -> System.nanoTime() > end);

    source.command("SET", "key", "value");
    source.command("EXPIRE", "key", 1_000);
    until(() -> doubt().isPresent());
    until(() -> read.contains("key key"));
  }

  /** The connection on which questions are asked may end before the stream is read to its end. */
  @Test
  void takesWhatHasComeBeforeAFailureIsTold() throws Exception {
    open(RedisPosition.BEGIN, true, Clock.systemUTC());
    until(() -> stands.isCopied());
    source.command("SET", "last", "value");
    source.command("CLIENT", "KILL", "TYPE", "normal");
    Await.pause(2_500);

    until(() -> read.contains("SET last value"));
    assertThatThrownBy(() -> until(() -> false))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("has ended the connection");
  }

  /** A source that shuts down takes no writes, so it does not answer the heartbeat. */
  @Test
  void readsOnWhileTheSourceTakesNoWrites() throws Exception {
    source.command("CONFIG", "SET", "shutdown-timeout", "600");
    open(RedisPosition.BEGIN, true, Clock.systemUTC());
    until(() -> stands.isCopied());
    Thread ending = new Thread(source::stopSaving);
    ending.start();
    long heartbeats = System.nanoTime() + 2_500_000_000L;
    until(() -> System.nanoTime() > heartbeats && reader.awaitsAcknowledgement());
    assertThat(ending.isAlive()).isTrue();

    reader.acknowledge(stands);

    assertThat(reader.awaitsAcknowledgement()).isFalse();
    ending.join(PATIENCE.toMillis());
    assertThat(ending.isAlive()).isFalse();
    assertThat(source.isRunning()).isFalse();
  }
}
