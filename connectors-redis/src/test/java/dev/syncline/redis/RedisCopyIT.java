package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.STREAM;
import static dev.syncline.redis.SinkTarget.begin;
import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.end;
import static dev.syncline.redis.SinkTarget.scope;
import static dev.syncline.redis.SinkTarget.value;
import static dev.syncline.redis.SinkTarget.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.JobRun;
import dev.syncline.KeySelection;
import dev.syncline.LaneWriter;
import dev.syncline.SyncException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RedisState;
import dev.syncline.testkit.server.RespClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EachRedis
final class RedisCopyIT {

  private static final KeyScope ALL = scope(Set.of(), "");
  private static final KeyScope OURS = scope(Set.of(0, 1), "our ");

  @Parameter RedisRelease release;

  private RedisServer server;

  @BeforeEach
  void start() {
    server = RedisServer.start(release);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private SinkTarget target(ExistingKeys existing) {
    return new SinkTarget(
        server, SinkTarget.builder(server).existingKeys(existing).copyMemory(4096).build());
  }

  private static LaneWriter<KeyChange> open(SinkTarget target, JobRun run) {
    return target.sink().openLane(run, 0);
  }

  @Test
  void copiesValuesOfAllTypes() throws InterruptedException {
    long time = System.currentTimeMillis() + 1_000_000;
    SinkTarget target = target(ExistingKeys.REFUSE);
    JobRun run = target.start("job");
    try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0)) {
      try (RespClient client = source.connect()) {
        client.command("SET", "text", "x");
        client.command("SET", "text that expires", "x");
        client.command("RPUSH", "list", "a", "b", "1");
        client.command("SADD", "set", "a", "b");
        client.command("SADD", "numbers", 1, 2, 3);
        client.command("ZADD", "sorted", "1.5", "a", "-inf", "b");
        client.command("HSET", "hash", "f", "v", "g", "w");
        client.command("HSET", "hash that expires", "f", "x".repeat(10_000));
        client.command("PFADD", "count", "a", "b");
        for (String key : List.of("text that expires", "hash that expires")) {
          client.command("PEXPIREAT", key, time);
        }
        List<KeyChange> changes = new ArrayList<>(List.of(begin(1, ALL)));
        for (String key : client.texts("KEYS", "*")) {
          byte[] dump = (byte[]) Objects.requireNonNull(client.command("DUMP", key));
          boolean stays = "-1".equals(client.text("PTTL", key));
          changes.add(
              new KeyValue(
                  0,
                  bytes(Objects.requireNonNull(key)),
                  "text".equals(client.text("TYPE", key)) || key.startsWith("text")
                      ? new StoredValue.Text(bytes("x"))
                      : new StoredValue.Dump(dump),
                  stays ? KeyValue.NEVER : time));
        }
        changes.add(end(ALL, changes.size() - 1));
        try (LaneWriter<KeyChange> lane = open(target, run)) {
          write(lane, "one", changes.toArray(KeyChange[]::new));
        }
      }

      RedisState copy = RedisState.of(server).ignoring(key -> key.database() == 15);
      assertThat(RedisState.of(source).differences(copy, Duration.ofSeconds(1))).isEmpty();
    }
    assertThat(target.position(run)).isEqualTo("one");
  }

  @Test
  void replacesAKeyOfAnotherType() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.REPLACE);
    JobRun run = target.start("job");
    target.ask(0, "RPUSH", "our list", "old");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      write(lane, "one", begin(1, OURS), value(0, "our list", "text now"), end(OURS, 1));
    }

    assertThat(target.ask(0, "GET", "our list")).isEqualTo("text now");
  }

  @Test
  void keepsWhatItIsToldToKeep() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.KEEP);
    JobRun run = target.start("job");
    target.ask(0, "SET", "old", "x");
    target.ask(0, "SET", "both", "old");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      write(lane, "one", begin(1, ALL), value(0, "both", "new"), end(ALL, 1));
    }

    assertThat(target.ask(0, "GET", "old")).isEqualTo("x");
    assertThat(target.ask(0, "GET", "both")).isEqualTo("new");
  }

  @ParameterizedTest
  @EnumSource(ExistingKeys.class)
  void removesWhatAnEarlierCopyOfTheJobHasLeftHalfBuilt(ExistingKeys existing)
      throws InterruptedException {
    SinkTarget target = target(existing);
    JobRun run = target.start("job");
    KeySelection some = KeySelection.builder().database(0).keys("our *").build();
    KeyScope scope = new StreamKeys(some, new BuildNames("job"), "");
    for (String left : List.of("syncline:copy:job:7", "syncline:copy:job:{syncline:copy:x:7}")) {
      target.ask(0, "RPUSH", left, "half");
    }
    List<String> others = List.of("syncline:copy:other:7", "syncline:copy:jo:7", "mine");
    for (String other : others) {
      target.ask(0, "RPUSH", other, "x");
      target.ask(3, "RPUSH", other, "x");
    }
    target.ask(3, "RPUSH", new String(new BuildNames("job").of(bytes("k")), UTF_8), "half");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      write(
          lane,
          "copied",
          begin(1, scope),
          value(0, "our text", "x"),
          command(0, "RPUSH", "syncline:copy:job:{syncline:copy:x:8}", "comes along"),
          end(scope, 1));
    }

    try (RespClient client = server.connect()) {
      List<String> expected = new ArrayList<>(others);
      expected.addAll(List.of("our text", "syncline:copy:job:{syncline:copy:x:8}"));
      assertThat(client.texts("KEYS", "*")).containsExactlyInAnyOrderElementsOf(expected);
      client.select(3);
      assertThat(client.texts("KEYS", "*")).containsExactlyInAnyOrderElementsOf(others);
    }
  }

  /** What the source has deleted, but neither what it has nor what belongs to somebody else. */
  @ParameterizedTest
  @EnumSource(ExistingKeys.class)
  void removesLibrariesThatACopyDoesNotBring(ExistingKeys existing) throws InterruptedException {
    if (!release.isFrom(7, 0)) {
      assertThatThrownBy(() -> server.command("FUNCTION", "LIST"))
          .isInstanceOf(RespClient.ErrorReply.class);
      return;
    }
    SinkTarget target = target(existing);
    JobRun run = target.start("job");
    server.command("FUNCTION", "LOAD", library("foreign", "f1"));
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      write(
          lane,
          "one",
          begin(1, ALL),
          command(0, "FUNCTION", "LOAD", "REPLACE", library("deleted", "f2")),
          command(0, "FUNCTION", "LOAD", "REPLACE", library("missing", "f3")),
          value(0, "k", "v"),
          end(ALL, 1));
      write(lane, "two", command(0, "FUNCTION", "LOAD", library("kept", "f4")));
    }
    server.command("FUNCTION", "DELETE", "missing");

    try (LaneWriter<KeyChange> lane = open(target, target.again(run))) {
      write(
          lane,
          "three",
          begin(2, ALL),
          command(0, "FUNCTION", "LOAD", "REPLACE", library("kept", "f5")),
          value(0, "k", "v"),
          end(ALL, 1));
    }

    String[] left =
        existing == ExistingKeys.KEEP
            ? new String[] {"deleted", "foreign", "kept"}
            : new String[] {"foreign", "kept"};
    assertThat(libraries()).containsExactlyInAnyOrder(left);
    assertThat(target.position(run)).isEqualTo("three");
  }

  private static String library(String name, String function) {
    return "#!lua name=%s\nredis.register_function('%s', function() end)".formatted(name, function);
  }

  private List<String> libraries() {
    List<String> names = new ArrayList<>();
    for (Object library : (List<?>) Objects.requireNonNull(server.command("FUNCTION", "LIST"))) {
      names.add(new String((byte[]) Objects.requireNonNull(((List<?>) library).get(1)), UTF_8));
    }
    return names;
  }

  @Test
  void refusesATargetThatHasKeysAlready() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.REFUSE);
    JobRun run = target.start("job");
    target.ask(1, "SET", "our old", "x");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      assertThatThrownBy(() -> lane.write(List.of(begin(1, OURS), value(0, "our new", "x"))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("existingKeys");
    }
    assertThat(target.ask(0, "DBSIZE")).isEqualTo("0");

    target.ask(1, "RENAME", "our old", "other");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      lane.write(List.of(begin(1, OURS), value(0, "our new", "x")));
    }
  }

  @Test
  void goesOnWithACopyThatWasCutOffBeforeItsFirstCommit() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.REFUSE);
    JobRun run = target.start("job");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      lane.write(List.of(begin(1, ALL), value(0, "one", "x"), value(0, "gone", "x")));
      lane.write(List.of(value(0, "two", "x")));
    }

    JobRun next = target.again(run);
    try (LaneWriter<KeyChange> lane = open(target, next)) {
      write(lane, "one", begin(1, ALL), value(0, "one", "x"), value(0, "three", "x"), end(ALL, 2));
    }

    assertThat(target.ask(0, "DBSIZE")).isEqualTo("2");
    assertThat(target.ask(0, "EXISTS", "gone")).isEqualTo("0");
  }

  @Test
  void doesNotEmptyATargetSinceItsSourceIsEmpty() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.REPLACE);
    JobRun run = target.start("job");
    target.ask(0, "SET", "precious", "x");
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      assertThatThrownBy(() -> write(lane, "one", begin(2, ALL), end(ALL, 0)))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("without any key");
    }
    assertThat(target.ask(0, "EXISTS", "precious")).isEqualTo("1");

    target.ask(0, "DEL", "precious");
    try (LaneWriter<KeyChange> lane = open(target, target.again(run))) {
      write(lane, "one", begin(3, ALL), end(ALL, 0));
    }
  }

  @Test
  void findsGhostsAmongManyKeysInLittleMemory() throws InterruptedException {
    int keys = 40_000;
    SinkTarget target = target(ExistingKeys.REPLACE);
    JobRun run = target.start("job");
    List<List<Object>> ghosts = new ArrayList<>();
    for (int i = 0; i < keys; i++) {
      ghosts.add(List.of("SET", "key " + (i + keys / 2), "old"));
    }
    try (RespClient client = server.connect()) {
      client.pipeline(ghosts);
    }
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      lane.write(List.of(begin(1, ALL)));
      for (int from = 0; from < keys; from += 5000) {
        List<KeyChange> values = new ArrayList<>();
        for (int i = from; i < from + 5000; i++) {
          values.add(value(0, "key " + i, "new"));
        }
        lane.write(values);
        lane.commit(Map.of(STREAM, "copying"));
      }
      write(lane, "one", end(ALL, keys));
    }

    assertThat(target.ask(0, "DBSIZE")).isEqualTo("" + keys);
    assertThat(target.ask(0, "EXISTS", "key " + keys)).isEqualTo("0");
    assertThat(target.ask(0, "GET", "key " + (keys - 1))).isEqualTo("new");
  }

  /** What does not fit into memory is in the folder that the sink was given. */
  @Test
  void namesTheFolderThatHasNoRoom(@TempDir Path folder) throws Exception {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    RedisSink sink = SinkTarget.builder(server).copyMemory(4096).spoolFolder(gone).build();
    Files.delete(gone);
    SinkTarget target = new SinkTarget(server, sink);
    List<KeyChange> values = new ArrayList<>(List.of(begin(1, ALL)));
    for (int i = 0; i < 5000; i++) {
      values.add(value(0, "key " + i, "new"));
    }
    try (LaneWriter<KeyChange> lane = open(target, target.start("job"))) {
      assertThatThrownBy(() -> write(lane, "copying", values.toArray(KeyChange[]::new)))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("folder '" + gone + "'")
          .hasMessageContaining("(spoolFolder)");
    }
  }

  @Test
  void neverLetsAPositionSayThatRefusedValuesAreThere() throws InterruptedException {
    SinkTarget target = target(ExistingKeys.REPLACE);
    JobRun run = target.start("job");
    KeyValue damaged =
        new KeyValue(0, bytes("k"), new StoredValue.Dump(damagedDump()), KeyValue.NEVER);
    try (LaneWriter<KeyChange> lane = open(target, run)) {
      assertThatThrownBy(() -> write(lane, "one", begin(1, ALL), damaged))
          .isInstanceOf(SyncException.class);
    }

    assertThat(target.position(run)).isEqualTo("begin");
  }

  /** A type that no server knows, with a checksum of 0, which is none. */
  private static byte[] damagedDump() {
    byte[] dump = new byte[20];
    dump[0] = 99;
    dump[10] = 6;
    return dump;
  }
}
