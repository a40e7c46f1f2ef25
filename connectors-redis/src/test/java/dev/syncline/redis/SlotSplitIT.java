package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.KeySelection;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.redis.CommandReader.Unknown;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Slots and parts of commands are right for a real cluster. */
class SlotSplitIT {

  private static final int COMMANDS = 3_000;

  /** What is sent to one server: S and T are keys of two types, v is a value. */
  private static final List<String> SENT =
      List.of(
          "SET S v",
          "APPEND S v",
          "MSET S v S v S v",
          "MSETNX S v S v",
          "DEL S T S T",
          "UNLINK S T",
          "SADD T v v v",
          "SMOVE T T v",
          "EVAL return(redis.call('set',KEYS[1],ARGV[1])) 1 S v");

  private final Random random = new Random(20_261_122L);

  @Test
  void partsDoToAClusterWhatTheCommandDoesToAServer() {
    try (RedisCluster cluster = RedisCluster.start(RedisRelease.REDIS_7_0);
        RedisServer source =
            RedisServer.builder(RedisRelease.REDIS_7_0).option("repl-diskless-sync", "no").start();
        RespClient client = source.connect();
        RawReplica stream = new RawReplica(source)) {
      slotsAreThoseOfTheServer(cluster.masters().get(0));
      for (int i = 0; i < COMMANDS; i++) {
        client.command((Object[]) filled(SENT.get(random.nextInt(SENT.size()))));
      }
      client.command("PUBLISH", "mark", "end");

      apply(stream, cluster);

      assertThat(RedisState.of(source).keys()).hasSizeGreaterThan(10);
      assertThat(RedisState.of(cluster).differences(RedisState.of(source), Duration.ZERO))
          .isEmpty();
    }
  }

  private void slotsAreThoseOfTheServer(RedisServer node) {
    for (int i = 0; i < 500; i++) {
      byte[] key = new byte[random.nextInt(12)];
      for (int j = 0; j < key.length; j++) {
        boolean brace = random.nextInt(3) == 0;
        key[j] = (byte) (brace ? "{}".charAt(random.nextInt(2)) : random.nextInt(256));
      }
      assertThat((Long) node.command("CLUSTER", "KEYSLOT", key))
          .as("slot of %s", Arrays.toString(key))
          .isEqualTo(ClusterSlots.of(key));
    }
  }

  private String[] filled(String template) {
    return Arrays.stream(template.split(" ", -1))
        .map(
            word ->
                switch (word) {
                  case "S", "T" -> word + random.nextInt(20);
                  case "v" -> String.valueOf(random.nextInt(9));
                  default -> word;
                })
        .toArray(String[]::new);
  }

  private static void apply(RawReplica stream, RedisCluster cluster) {
    CommandReader reader =
        new CommandReader(
            CommandText.scope(KeySelection.all()),
            CommandText.SOURCE,
            Unknown.STOP,
            new HeardExpiries());
    Map<RedisServer, RespClient> nodes = new HashMap<>();
    try {
      cluster.masters().forEach(master -> nodes.put(master, master.connect()));
      byte[][] command = stream.next();
      while (!Words.is(command[0], "PUBLISH")) {
        for (KeyChange change : reader.read(0, command, new Moment(0, false))) {
          List<SlotSplit.Part> parts = SlotSplit.of((KeyCommand) change);
          assertThat(parts).as(new String(command[0], StandardCharsets.US_ASCII)).isNotEmpty();
          for (SlotSplit.Part part : parts) {
            RespClient node = nodes.get(cluster.owner(part.slot()));
            node.command((Object[]) part.command().arguments());
          }
        }
        command = stream.next();
      }
    } finally {
      nodes.values().forEach(RespClient::close);
    }
  }
}
