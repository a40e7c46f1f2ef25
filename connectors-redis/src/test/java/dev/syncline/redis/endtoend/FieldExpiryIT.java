package dev.syncline.redis.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RespClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;

/** Fields of hashes that expire each by itself, where servers know that. */
class FieldExpiryIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int FIELDS = 200;

  @ParameterizedTest
  @EachRedis
  void fieldsExpireAsAtTheSource(RedisRelease release) throws Exception {
    CheckpointStore store = new MemoryCheckpointStore();
    Work work = Work.all("fields");
    try (RedisPair pair = RedisPair.of(release);
        RespClient client = pair.source().connect()) {
      if (!release.hasFieldExpiry()) {
        client.command("HSET", "hash", "a", 1);
        assertThatThrownBy(() -> client.command("HPEXPIRE", "hash", 1_000, "FIELDS", 1, "a"))
            .hasMessageContaining("unknown command");
        return;
      }
      fill(client, "copied");
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
        job.awaitSynchronizing();
        fill(client, "streamed");
        change(client, "copied");
        assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
        job.failIfEnded();
      }
      // What expires while the job is away has gone at both ends.
      fill(client, "away");
      change(client, "streamed");
      Await.pause(1_500);
      try (ProxiedJob job = ProxiedJobs.of(pair, work, store).start()) {
        job.awaitSynchronizing();
        change(client, "away");
        Await.pause(1_500);
        assertThat(pair.awaitEqual(PATIENCE)).as("%s", pair).isEmpty();
        assertThat(pair.target().command("HEXISTS", "away:4", "short")).isEqualTo(0L);
        assertThat(pair.target().command("HEXISTS", "away:4", "kept")).isEqualTo(1L);
        job.failIfEnded();
      }
    }
  }

  /** Small and large hashes of which some fields expire, soon and late. */
  private static void fill(RespClient client, String name) {
    Random random = new Random(name.length());
    for (int i = 0; i < 20; i++) {
      String key = name + ":" + i;
      List<List<?>> commands = new ArrayList<>();
      int fields = i % 2 == 0 ? 5 : FIELDS;
      for (int k = 0; k < fields; k++) {
        commands.add(List.of("HSET", key, "field" + k, "value" + random.nextInt()));
      }
      commands.add(List.of("HSET", key, "short", 1, "kept", 2, "renewed", 3));
      client.pipeline(commands);
      client.command("HPEXPIRE", key, 500 + random.nextInt(500), "FIELDS", 1, "short");
      client.command("HPEXPIRE", key, 100_000, "FIELDS", 2, "renewed", "field1");
      client.command("HEXPIRE", key, 200, "FIELDS", 1, "field2");
      client.command(
          "HPEXPIREAT", key, System.currentTimeMillis() + 300_000, "FIELDS", 1, "field3");
      if (i % 4 == 0) {
        client.command("PEXPIRE", key, 400_000);
      }
    }
  }

  private static void change(RespClient client, String name) {
    for (int i = 0; i < 20; i++) {
      String key = name + ":" + i;
      client.command("HPERSIST", key, "FIELDS", 1, "field1");
      client.command("HPEXPIRE", key, 50_000, "GT", "FIELDS", 1, "field2");
      client.command("HEXPIRE", key, 500, "FIELDS", 1, "renewed");
      client.command("HSET", key, "field3", "new", "added", "value");
      client.command("HDEL", key, "field4");
      client.command("HPEXPIREAT", key, 1, "FIELDS", 1, "field0");
      client.command("HGETEX", key, "PX", 90_000, "FIELDS", 1, "kept");
      client.command("HSETEX", key, "FXX", "PX", 80_000, "FIELDS", 1, "added", "once more");
      if (i % 5 == 0) {
        client.command("RENAME", key, key + ":renamed");
        client.command("COPY", key + ":renamed", key);
      }
    }
  }
}
