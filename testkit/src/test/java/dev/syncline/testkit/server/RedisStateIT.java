package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

@ParameterizedClass
@EachRedis
class RedisStateIT {
  /** Two servers are filled one after the other. What differs does so by more than this. */
  private static final Duration TOLERANCE = Duration.ofSeconds(10);

  @Parameter private RedisRelease release;
  private RedisServer left;
  private RedisServer right;

  @BeforeEach
  void start() {
    left = RedisServer.builder(release).name("left").start();
    right = RedisServer.builder(release).name("right").start();
  }

  @AfterEach
  void close() {
    left.close();
    right.close();
  }

  @Test
  void aReplicaIsEqual() {
    try (RespClient client = left.connect()) {
      fill(client);
      client.select(5);
      fill(client);
    }

    right.follow(left);
    right.awaitCaughtUp(left);

    assertThat(RedisState.of(left).keys())
        .contains(
            new RedisState.Key(0, "string"),
            new RedisState.Key(5, "zset"),
            new RedisState.Key(0, "\\x00\\xffbinary\\\\"));
    assertThat(differences()).isEmpty();
  }

  private void fill(RespClient client) {
    client.command("SET", "string", "v");
    client.command("SET", new byte[] {0, -1, 'b', 'i', 'n', 'a', 'r', 'y', '\\'}, new byte[3_000]);
    client.command("SET", "volatile", "v", "PX", 100_000);
    client.command("RPUSH", "list", "a", "b", "a");
    client.command("SADD", "set", "a", "b");
    client.command("HMSET", "hash", "f", "v", "g", "w");
    client.command("ZADD", "zset", "0.1", "a", "-inf", "b", "1e300", "c");
    if (release.isFrom(5, 0)) {
      client.command("XADD", "stream", "1-1", "f", "v", "g", "w");
      client.command("XADD", "stream", "1-2", "f", "v");
      client.command("XGROUP", "CREATE", "stream", "group", "0");
      client.command("XREADGROUP", "GROUP", "group", "c", "COUNT", 1, "STREAMS", "stream", ">");
      client.command("XDEL", "stream", "1-2");
      client.command("XGROUP", "CREATE", "empty", "group", "$", "MKSTREAM");
    }
    if (release.hasFieldExpiry()) {
      client.command("HPEXPIRE", "hash", 100_000, "FIELDS", 1, "g");
    }
    if (release.isFrom(7, 0)) {
      client.command(
          "FUNCTION",
          "LOAD",
          "REPLACE",
          "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
    }
  }

  /** A change of the right server and what is said of it, after {@code fill} of both. */
  private record Change(String version, List<Object> command, String said) {}

  private static final List<Change> CHANGES =
      List.of(
          new Change(
              "2.8",
              List.of("SET", "string", "w"),
              "'string' in database 0 (string): value is 'v' in left, 'w' in right"),
          new Change(
              "2.8", List.of("DEL", "string"), "'string' in database 0 is in left only, a string"),
          new Change(
              "2.8",
              List.of("SET", "more", "x"),
              "'more' in database 0 is in right only, a string"),
          new Change("2.8", List.of("SELECT", "1"), ""),
          new Change(
              "2.8",
              List.of("PEXPIRE", "volatile", 120_000),
              "'volatile' in database 0 (string): expiry is "),
          new Change(
              "2.8",
              List.of("PERSIST", "volatile"),
              "'volatile' in database 0 (string): expiry is "),
          new Change("2.8", List.of("EXPIRE", "string", 60), "expiry is none in left, "),
          new Change(
              "2.8",
              List.of("RPUSH", "list", "c"),
              "'list' in database 0 (list): [3] is missing in left, 'c' in right"),
          new Change(
              "2.8", List.of("LSET", "list", 0, "b"), "(list): [0] is 'a' in left, 'b' in right"),
          new Change(
              "2.8",
              List.of("SADD", "set", "c"),
              "(set): member 'c' is missing in left, 'there' in right"),
          new Change(
              "2.8",
              List.of("HSET", "hash", "f", "x"),
              "(hash): field 'f' is 'v' in left, 'x' in right"),
          new Change(
              "2.8",
              List.of("ZADD", "zset", "0.2", "a"),
              "(zset): member 'a' is '0.1' in left, '0.2' in right"),
          new Change(
              "2.8",
              List.of("ZADD", "zset", "0.10000000000000002", "a"),
              "'0.1' in left, '0.10000000000000002' in right"),
          new Change(
              "5.0",
              List.of("XADD", "stream", "1-3", "f", "v"),
              "(stream): entry 1-3 is missing in left, 'f=v' in right; last id is"),
          new Change(
              "5.0",
              List.of("XGROUP", "SETID", "stream", "group", "1-2"),
              "last id of group 'group' is '1-1' in left, '1-2' in right"),
          new Change(
              "5.0",
              List.of("XGROUP", "DESTROY", "empty", "group"),
              "last id of group 'group' is '0-0' in left, missing in right"),
          new Change(
              "5.0",
              List.of("XACK", "stream", "group", "1-1"),
              "pending entry 1-1 of group 'group' is 'with consumer 'c', delivered 1 times' in"
                  + " left, missing in right"),
          new Change(
              "5.0",
              List.of("XCLAIM", "stream", "group", "d", 0, "1-1"),
              "pending entry 1-1 of group 'group' is 'with consumer 'c', delivered 1 times' in"
                  + " left, 'with consumer 'd', delivered"),
          new Change(
              "5.0",
              List.of("XCLAIM", "stream", "group", "c", 0, "1-1", "TIME", "1000", "JUSTID"),
              "delivery of pending entry 1-1"),
          new Change(
              "7.0",
              List.of("XGROUP", "CREATECONSUMER", "stream", "group", "e"),
              "consumers of group 'group' is '[c]' in left, '[c, e]' in right"),
          new Change("7.0", List.of("FUNCTION", "DELETE", "lib"), "function library 'lib' is '"),
          new Change(
              "7.4",
              List.of("HPERSIST", "hash", "FIELDS", 1, "g"),
              "(hash): expiry of field 'g' is "));

  @Test
  void tellsEachDifference() {
    for (Change change : CHANGES) {
      left.command("FLUSHALL");
      right.command("FLUSHALL");
      tells(change);
    }
  }

  private void tells(Change change) {
    String[] version = change.version().split("\\.", -1);
    boolean known =
        change.version().equals("7.4")
            ? release.hasFieldExpiry()
            : release.isFrom(Integer.parseInt(version[0]), Integer.parseInt(version[1]));
    if (!known) {
      assertThatThrownBy(() -> right.command(change.command().toArray()))
          .isInstanceOf(RespClient.ErrorReply.class);
      return;
    }
    try (RespClient client = left.connect();
        RespClient other = right.connect()) {
      fill(client);
      fill(other);

      other.command(change.command().toArray());
    }

    List<String> differences =
        differences().stream()
            .map(line -> line.replaceAll(" \\(\\w+ [0-9.]+\\) at 127.0.0.1:\\d+", ""))
            .toList();
    if (change.said().isEmpty()) {
      assertThat(differences).as(change.toString()).isEmpty();
    } else {
      assertThat(differences)
          .as(change.toString())
          .singleElement()
          .asString()
          .contains(change.said());
    }
  }

  @Test
  void aKeyThatWasToExpireMeanwhileIsNoDifference() {
    left.command("SET", "short", "v", "PX", 1_000);
    left.command("SET", "long", "v", "PX", 60_000);
    RedisState before = RedisState.of(left);
    left.await("keeps a key", () -> "0".equals(left.text("EXISTS", "short")));

    RedisState after = RedisState.of(right);

    assertThat(before.differences(after, Duration.ZERO))
        .singleElement()
        .asString()
        .startsWith("'long' in database 0 is in left");
  }

  /** A job may still write to the server that is read. */
  @Test
  void groupsOfAStreamComeAndGoWhileItIsRead() throws Exception {
    if (!release.isFrom(5, 0)) {
      assertThatThrownBy(() -> left.command("XGROUP", "CREATE", "stream", "group", "0"))
          .isInstanceOf(RespClient.ErrorReply.class);
      return;
    }
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> makeGroups(left, done));
    try {
      for (int i = 0; i < 300; i++) {
        assertThat(RedisState.of(left).keys().size()).isLessThanOrEqualTo(1);
      }
    } finally {
      done.set(true);
    }
    writing.get();
  }

  private static void makeGroups(RedisServer server, AtomicBoolean done) {
    try (RespClient client = server.connect()) {
      client.command("XADD", "stream", "1-1", "f", "v");
      while (!done.get()) {
        client.command("XGROUP", "CREATE", "stream", "group", "0");
        client.command("XREADGROUP", "GROUP", "group", "c", "STREAMS", "stream", ">");
        LockSupport.parkNanos(1_000_000);
        client.command("XGROUP", "DESTROY", "stream", "group");
      }
    }
  }

  @Test
  void leavesOutAndRenames() {
    left.command("SET", "kept", "v");
    left.command("SET", "heartbeat", "v");
    try (RespClient client = right.connect()) {
      client.select(4);
      client.command("SET", "copy:kept", "v");
    }

    assertThat(
            RedisState.of(left)
                .ignoring(key -> key.name().equals("heartbeat"))
                .renamed(key -> new RedisState.Key(4, "copy:" + key.name()))
                .differences(RedisState.of(right), TOLERANCE))
        .isEmpty();
    assertThatThrownBy(() -> RedisState.of(left).renamed(key -> new RedisState.Key(0, "one")))
        .hasMessage("Two keys are renamed to 'one' in database 0.");
  }

  @Test
  void staysShortWithManyDifferences() {
    List<List<?>> commands = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      commands.add(List.of("SET", "k" + i, "v"));
    }
    commands.forEach(command -> left.command(command.toArray()));

    assertThat(differences()).hasSize(21).endsWith("and 80 more");
  }

  @Test
  @Timeout(value = 30, unit = TimeUnit.SECONDS)
  void readsManyKeysAtOnce() {
    List<List<?>> commands = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      commands.add(
          i % 2 == 0
              ? List.of("SET", "key:" + i, "v", "PX", 1_000_000)
              : List.of("HSET", "key:" + i, "f", "v"));
    }
    try (RespClient client = left.connect()) {
      client.pipeline(commands);
    }
    right.follow(left);
    right.awaitCaughtUp(left);

    RedisState state = RedisState.of(left);
    assertThat(state.keys()).hasSize(20_000);
    assertThat(state.differences(RedisState.of(right), TOLERANCE)).isEmpty();
  }

  private List<String> differences() {
    return RedisState.of(left).differences(RedisState.of(right), TOLERANCE);
  }
}
