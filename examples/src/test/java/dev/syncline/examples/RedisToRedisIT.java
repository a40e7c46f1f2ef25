package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that copies keys does what it says. */
class RedisToRedisIT {

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  private static final long LOOK_NANOS = 20_000_000;

  @Test
  void copiesAndFollowsTheSelectedKeys(@TempDir Path folder) throws Exception {
    try (RedisServer source =
            RedisServer.builder(RedisRelease.REDIS_7_0).password("a password").start();
        RedisServer target =
            RedisServer.builder(RedisRelease.REDIS_7_0).password("a password").start()) {
      set(source, 0, "session:1", "one");
      set(source, 0, "session:tmp:1", "not selected");
      set(source, 3, "cart:1", "apples");
      set(source, 5, "cart:2", "in a database that is not selected");
      Process example =
          MySqlToMySqlIT.start(RedisToRedis.class, folder, address(source), address(target));
      try (BufferedReader output =
          new BufferedReader(
              new InputStreamReader(example.getInputStream(), StandardCharsets.UTF_8))) {
        String said = output.readLine();
        assertThat(said)
            .as("%s", MySqlToMySqlIT.readRest(example, said, output))
            .contains("SYNCHRONIZING");
        awaitKeys(target, "0 session:1", "1 cart:1");

        set(source, 0, "session:2", "two");
        source.command("DEL", "session:1");
        set(source, 0, "other:1", "not selected");
        set(source, 3, "cart:3", "pears");

        awaitKeys(target, "0 session:2", "1 cart:1", "1 cart:3");
      } finally {
        example.getOutputStream().close();
        assertThat(example.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
      assertThat(example.exitValue()).isZero();
    }
  }

  private static InetSocketAddress address(RedisServer server) {
    return new InetSocketAddress(server.host(), server.port());
  }

  private static void set(RedisServer server, int database, String key, String value) {
    try (RespClient client = server.connect()) {
      client.select(database);
      client.command("SET", key, value);
    }
  }

  /** The job's own records are in the last database. */
  private static void awaitKeys(RedisServer server, String... keys) {
    Set<String> wanted = Set.of(keys);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    Set<String> found = keys(server);
    while (!found.equals(wanted) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
      found = keys(server);
    }
    assertThat(found).isEqualTo(wanted);
  }

  private static Set<String> keys(RedisServer server) {
    Set<String> keys = new TreeSet<>();
    try (RespClient client = server.connect()) {
      for (int database = 0; database < 15; database++) {
        client.select(database);
        for (String key : client.texts("KEYS", "*")) {
          keys.add(database + " " + key);
        }
      }
    }
    return keys;
  }
}
