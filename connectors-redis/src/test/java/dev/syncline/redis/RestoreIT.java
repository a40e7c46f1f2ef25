package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.STREAM;
import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** RESTORE in the stream of a source of Redis 7.0, whose values an older target does not read. */
@ParameterizedClass
@EachRedis
final class RestoreIT {

  @Parameter RedisRelease release;

  private RedisServer source;
  private RespClient client;
  private RedisServer server;
  private SinkTarget target;
  private JobRun run;

  @BeforeEach
  void start() {
    source = RedisServer.start(RedisRelease.REDIS_7_0);
    client = source.connect();
    server = RedisServer.start(release);
    target = SinkTarget.of(server);
    run = target.start("job");
  }

  @AfterEach
  void stop() {
    client.close();
    source.close();
    server.close();
  }

  private byte[] payload(String key) {
    return (byte[]) Objects.requireNonNull(client.command("DUMP", key));
  }

  private static KeyCommand restore(String key, long time, byte[] payload) {
    byte[][] arguments = {
      bytes("RESTORE"), bytes(key), Words.bytes(time), payload, bytes("REPLACE"), bytes("ABSTTL")
    };
    if (time == 0) {
      arguments = Arrays.copyOf(arguments, 5);
    }
    return KeyCommand.of(0, arguments, 1);
  }

  @Test
  void valuesAreTheSameWhateverTheTargetReads() throws InterruptedException {
    long time = System.currentTimeMillis() + 1_000_000;
    client.command("SET", "text", "x");
    client.command("RPUSH", "list", "a", "b", "1");
    client.command("SADD", "set", "a", "b");
    client.command("ZADD", "sorted", "1.5", "a", "-inf", "b");
    client.command("HSET", "hash", "f", "v", "g", "w");
    client.command("HSET", "hash that expires", "f", "x".repeat(10_000));
    client.command("PEXPIREAT", "hash that expires", time);
    List<KeyChange> changes = new ArrayList<>(List.of(command(0, "INCR", "text")));
    for (String key : client.texts("KEYS", "*")) {
      changes.add(restore(key, key.endsWith("expires") ? time : 0, payload(key)));
    }
    changes.add(command(0, "RPUSH", "list", "c"));
    client.command("RPUSH", "list", "c");
    try (LaneWriter<KeyChange> lane = target.sink().openLane(run, 0)) {
      write(lane, "one", changes.toArray(KeyChange[]::new));
    }

    RedisState found = RedisState.of(server).ignoring(key -> key.database() == 15);
    assertThat(RedisState.of(source).differences(found, Duration.ofSeconds(1))).isEmpty();
    assertThat(target.position(run)).isEqualTo("one");
  }

  @Test
  void nothingHappensIfAValueIsDamagedOrCannotBeMadeAtTheTarget() throws InterruptedException {
    client.command("RPUSH", "list", "a", "b");
    client.command("XADD", "stream", "1-1", "f", "v");
    byte[] damaged = payload("list");
    damaged[3]++;
    byte[] unknown = RdbPayload.close(new byte[20], 99, 60);
    try (LaneWriter<KeyChange> lane = target.sink().openLane(run, 0)) {
      for (byte[] payload : List.of(damaged, unknown)) {
        assertThatThrownBy(
                () -> lane.write(List.of(command(0, "INCR", "n"), restore("k", 0, payload))))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("'k'");
      }
      if (!release.isFrom(5, 0)) {
        KeyCommand stream = restore("k", 0, payload("stream"));
        assertThatThrownBy(() -> lane.write(List.of(command(0, "INCR", "n"), stream)))
            .isInstanceOf(UnsupportedChangeException.class)
            .hasMessageContaining("'k'")
            .hasMessageContaining("stream");
      }
    }

    assertThat(target.ask(0, "EXISTS", "n")).isEqualTo("0");
    assertThat(target.position(run)).isEqualTo(SinkTarget.FIRST.get(STREAM));
  }
}
