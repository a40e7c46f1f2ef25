package dev.syncline.testkit.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.PrimitiveIterator;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.net.SocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class RedisServerIT {
  @ParameterizedTest
  @EachRedis
  void servesTheReleaseAskedFor(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release)) {
      String field = release.product() == RedisRelease.Product.VALKEY ? "valkey" : "redis";

      assertThat(server.info("server").get(field + "_version")).startsWith(release.version());
      try (RespClient client = server.connect()) {
        assertThat(client.texts("CONFIG", "GET", "save")).containsExactly("save", "");
      }
    }
  }

  @ParameterizedTest
  @EachRedis
  void isEmptyAfterAKill(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release)) {
      server.command("SET", "k", "v");

      server.kill();
      assertThatThrownBy(server::connect).isInstanceOf(ServerException.class);
      server.restart();

      assertThat(server.text("DBSIZE")).isEqualTo("0");
    }
  }

  @ParameterizedTest
  @EachRedis
  void anAppendOnlyFileSurvivesAKill(RedisRelease release) {
    try (RedisServer server = RedisServer.builder(release).appendOnly().start()) {
      server.command("SET", "k", "v");

      server.restart();

      assertThat(server.text("GET", "k")).isEqualTo("v");
    }
  }

  @ParameterizedTest
  @EachRedis
  void savesWhenAskedTo(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release)) {
      server.command("SET", "saved", "v");
      server.stopSaving();
      assertThat(server.folder().resolve("dump.rdb")).exists();
      server.restart();
      server.command("SET", "unsaved", "v");
      server.stop();
      server.restart();

      assertThat(server.text("EXISTS", "saved")).isEqualTo("1");
      assertThat(server.text("EXISTS", "unsaved")).isEqualTo("0");
      assertThatThrownBy(
              () -> {
                server.kill();
                server.stop();
              })
          .hasMessageContaining("does not run");
    }
  }

  @ParameterizedTest
  @EachRedis
  void answersNobodyWhilePaused(RedisRelease release) throws Exception {
    try (RedisServer server = RedisServer.start(release);
        RespClient client = server.connect()) {
      server.pause();
      CompletableFuture<Object> pong = CompletableFuture.supplyAsync(() -> client.text("PING"));
      try (RespClient impatient =
          RespClient.connect(
              server.host(), server.port(), Duration.ofMillis(200), SocketFactory.getDefault())) {
        assertThatThrownBy(() -> impatient.command("PING")).isInstanceOf(ServerException.class);
      }
      assertThat(pong).isNotDone();

      server.resume();

      assertThat(pong.get()).isEqualTo("PONG");
      server.pause();
      server.restart();
      assertThat(server.text("PING")).isEqualTo("PONG");
    }
  }

  @ParameterizedTest
  @EachRedis
  void replicatesWithPasswordsAndCanBePromoted(RedisRelease release) {
    try (RedisServer master = RedisServer.builder(release).password("secret-ä").start();
        RedisServer replica =
            RedisServer.builder(release).password("other").replicaOf(master).start()) {
      master.command("SET", "k", "v");
      replica.awaitCaughtUp(master);
      assertThat(replica.text("GET", "k")).isEqualTo("v");
      assertThatThrownBy(() -> replica.command("SET", "k", "w"))
          .isInstanceOf(RespClient.ErrorReply.class)
          .hasMessageStartingWith("READONLY");

      master.kill();
      replica.promote();
      replica.command("SET", "k", "w");
      master.restart();
      master.follow(replica);
      master.awaitCaughtUp(replica);

      assertThat(master.text("GET", "k")).isEqualTo("w");
    }
  }

  @ParameterizedTest
  @EachRedis
  void speaksTlsOrSaysThatItCannot(RedisRelease release) {
    RedisServer.Builder builder = RedisServer.builder(release);
    if (!release.hasTls()) {
      assertThatThrownBy(builder::tls)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(release + " does not know TLS. Take a release from 6.0 on.");
      return;
    }
    try (RedisServer master = builder.tls().option("tls-auth-clients", "yes").start();
        RedisServer replica = RedisServer.builder(release).tls().replicaOf(master).start()) {
      master.command("SET", "k", "v");
      replica.awaitCaughtUp(master);

      assertThat(replica.text("GET", "k")).isEqualTo("v");
      try (RespClient plain = RespClient.connect(replica.host(), replica.port())) {
        assertThatThrownBy(() -> plain.command("PING")).isInstanceOf(ServerException.class);
      }
    }
  }

  @ParameterizedTest
  @EachRedis
  void triesAnotherPortWhenAServerWasQuicker(RedisRelease release) {
    try (RedisServer quicker = RedisServer.start(release)) {
      PrimitiveIterator.OfInt candidates =
          IntStream.of(quicker.port(), LoopbackPort.free()).iterator();

      try (RedisServer server = RedisServer.builder(release).ports(candidates::nextInt).start()) {
        assertThat(server.port()).isNotEqualTo(quicker.port());
        assertThat(server.text("PING")).isEqualTo("PONG");
        assertThat(quicker.info("server").get("process_id"))
            .isNotEqualTo(server.info("server").get("process_id"));
      }
    }
  }

  @Test
  void showsItsLogWhenAnOptionIsUnknown() {
    RedisServer.Builder builder =
        RedisServer.builder(RedisRelease.REDIS_7_0).name("strange").option("no-such-option", "1");

    assertThatThrownBy(builder::start)
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("Cannot start server 'strange' (Redis 7.0.15)")
        .hasMessageContaining("no-such-option");
  }

  @Test
  void takesDirectivesAndWhatWasRewritten() {
    try (RedisServer server =
        RedisServer.builder(RedisRelease.REDIS_7_0)
            .password("some \"secret\" \\ ä")
            .option("maxmemory", "10mb")
            .option("user", "reader", "on", ">secret", "~*", "+get")
            .option("user", "writer", "on", ">secret", "~*", "+set")
            .start()) {
      server.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      server.command("CONFIG", "REWRITE");

      server.restart();

      try (RespClient client = server.connect()) {
        assertThat(client.texts("CONFIG", "GET", "maxmemory*")).contains("10485760", "allkeys-lru");
        assertThat(client.texts("ACL", "USERS")).contains("reader", "writer");
      }
    }
  }

  @Test
  void diesWithItsFolder() {
    RedisServer server = RedisServer.builder(RedisRelease.REDIS_7_0).name("gone").start();
    Path folder = server.folder();

    server.close();
    server.close();

    assertThat(folder).doesNotExist();
    assertThatThrownBy(server::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Server 'gone' is closed and cannot be restarted.");
  }

  @ParameterizedTest
  @EachRedis
  void itsClientTakesAllKindsOfReplies(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release);
        RespClient client = server.connect()) {
      client.select(3);
      assertThat(client.command("SET", "k".getBytes(UTF_8), "ä")).isEqualTo("OK");
      assertThat(client.command("GET", "k")).isEqualTo("ä".getBytes(UTF_8));
      assertThat(client.command("GET", "none")).isNull();
      assertThat(client.command("INCRBY", "n", 5L)).isEqualTo(5L);
      assertThat(client.command("RPUSH", "l", "a", 2)).isEqualTo(2L);
      assertThat(client.texts("LRANGE", "l", 0, -1)).containsExactly("a", "2");
      assertThat(client.texts("MGET", "k", "none")).containsExactly("ä", null);
      assertThatThrownBy(() -> client.command("INCR", "k"))
          .isInstanceOf(RespClient.ErrorReply.class)
          .hasMessageStartingWith("ERR value is not an integer");
      List<List<String>> many = Stream.generate(() -> List.of("INCR", "n")).limit(20_000).toList();
      assertThat(client.pipeline(many)).hasSize(20_000).endsWith(20_005L);
      assertThatThrownBy(
              () -> client.pipeline(List.of(List.of("LPUSH", "k", "v"), List.of("SET", "k", "w"))))
          .hasMessageStartingWith("WRONGTYPE");
      assertThat(client.text("GET", "k")).isEqualTo("w");
    }
  }
}
