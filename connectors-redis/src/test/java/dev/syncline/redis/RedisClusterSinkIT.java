package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.begin;
import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static dev.syncline.redis.SinkTarget.scope;
import static dev.syncline.redis.SinkTarget.script;
import static dev.syncline.redis.SinkTarget.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import dev.syncline.KeySelection;
import dev.syncline.SinkWriter;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import dev.syncline.testkit.server.ServerException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

@ParameterizedClass
@EachRedisCluster
final class RedisClusterSinkIT {

  private static RedisCluster cluster;

  @Parameter RedisRelease release;

  private RedisClusterSink sink;

  @BeforeParameterizedClassInvocation
  static void start(RedisRelease release) {
    cluster = RedisCluster.start(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void empty() {
    cluster.masters().forEach(master -> master.command("FLUSHALL"));
    sink = builder().existingKeys(ExistingKeys.REPLACE).build();
  }

  private static RedisClusterSink.Builder builder() {
    RedisServer node = cluster.nodes().get(0);
    return RedisClusterSink.builder().nodes(node.host() + ":" + node.port());
  }

  private record Numbered(int number) implements TransactionId {}

  private static ChangeBatch<KeyChange> batch(KeyChange... changes) {
    TransactionPart<KeyChange> part =
        new TransactionPart<>(
            new Numbered(1), List.of(changes), Optional.empty(), Instant.EPOCH, 100);
    return new ChangeBatch<>(List.of(part), Optional.empty());
  }

  private void write(KeyChange... changes) throws InterruptedException {
    try (SinkWriter<KeyChange> writer = sink.openWriter()) {
      writer.write(batch(changes));
    }
  }

  private static String ask(String... command) {
    return String.valueOf(
        cluster.owner(ClusterSlots.of(bytes(command[1]))).text((Object[]) command));
  }

  private static long keys() {
    return cluster.masters().stream()
        .mapToLong(master -> Long.parseLong(String.valueOf(master.text("DBSIZE"))))
        .sum();
  }

  private static KeyCommand many(int step, String... arguments) {
    byte[][] all = Arrays.stream(arguments).map(SinkTarget::bytes).toArray(byte[][]::new);
    int[] keys = new int[(arguments.length - 1) / step];
    Arrays.setAll(keys, i -> 1 + i * step);
    return KeyCommand.of(0, all, keys);
  }

  @Test
  void aScriptThatHasComeIsAtEachMaster() throws InterruptedException {
    String add = "return redis.call('INCR', KEYS[1])";
    String sum = ScriptCommand.sum(bytes(add));
    List<KeyChange> changes = new ArrayList<>(List.of(script("EVAL", add, "n0")));
    for (int i = 0; i < 30; i++) {
      changes.add(script("EVALSHA", sum, "n" + i));
    }

    write(changes.toArray(KeyChange[]::new));

    assertThat(ask("GET", "n0")).isEqualTo("2");
    assertThat(ask("GET", "n29")).isEqualTo("1");
    cluster.masters().forEach(master -> master.command("SCRIPT", "FLUSH"));
    write(script("EVALSHA", sum, "n0"), script("EVALSHA", sum, "n29"));
    assertThat(ask("GET", "n0")).isEqualTo("3");
    assertThat(ask("GET", "n29")).isEqualTo("2");
  }

  @Test
  void aScriptThatOnlyTheMastersKnewIsMissedByName() throws InterruptedException {
    String add = "return redis.call('INCRBY', KEYS[1], 2)";
    KeyCommand call = script("EVALSHA", ScriptCommand.sum(bytes(add)), "n");
    cluster.masters().forEach(master -> master.command("SCRIPT", "LOAD", add));
    try (SinkWriter<KeyChange> writer = sink.openWriter()) {
      writer.write(batch(call));
      cluster.masters().forEach(master -> master.command("SCRIPT", "FLUSH"));
      assertThatThrownBy(() -> writer.write(batch(call)))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("NOSCRIPT");
    }

    assertThatThrownBy(() -> write(call))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("SCRIPT LOAD");
    assertThat(ask("GET", "n")).isEqualTo("2");
  }

  @Test
  void writesEachKeyToItsMaster() throws InterruptedException {
    List<KeyChange> changes = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      changes.add(value(0, "text " + i, "x" + i));
      changes.add(command(0, "INCR", "number " + i));
      changes.add(command(0, "INCR", "number " + i));
    }

    write(changes.toArray(KeyChange[]::new));

    assertThat(keys()).isEqualTo(600);
    for (int i = 0; i < 300; i += 37) {
      assertThat(ask("GET", "text " + i)).isEqualTo("x" + i);
      assertThat(ask("GET", "number " + i)).isEqualTo("2");
    }
  }

  @Test
  void splitsWhatMayBeSplit() throws InterruptedException {
    write(many(2, "MSET", "a", "1", "b", "2", "c", "3", "d", "4"), many(1, "DEL", "a", "b", "c"));

    assertThat(keys()).isEqualTo(1);
    assertThat(ask("GET", "d")).isEqualTo("4");
  }

  @Test
  void goesOnBehindCommandsThatMayFail() throws InterruptedException {
    AtomicInteger told = new AtomicInteger();
    write(value(0, "a", "text"), value(0, "b", "text"));

    write(
        command(0, "RPUSH", "a", "y").allowedToFail(told::incrementAndGet),
        KeyCommand.of(
                0, new byte[][] {bytes("SMOVE"), bytes("a"), bytes("b"), bytes("member")}, 1, 2)
            .allowedToFail(told::incrementAndGet),
        command(0, "INCR", "n"));

    assertThat(ask("GET", "n")).isEqualTo("1");
    assertThat(told.get()).isPositive();
    assertThatThrownBy(() -> write(command(0, "RPUSH", "a", "y"), command(0, "INCR", "n")))
        .hasMessageContaining("WRONGTYPE");
  }

  @Test
  void namesWhatCannotBeSplit() {
    assertThatThrownBy(() -> write(many(1, "RENAME", "a", "b")))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("'RENAME'")
        .hasMessageContaining("'a', 'b'");
    assertThatThrownBy(() -> write(command(3, "SET", "a", "b")))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("database 3");
    ask("SET", "text", "x");
    assertThatThrownBy(() -> write(command(0, "RPUSH", "text", "secret")))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'RPUSH' on key 'text'")
        .hasMessageNotContaining("secret");
    String script = "return redis.error_reply('MINE is secret')";
    assertThatThrownBy(() -> write(SinkTarget.script("EVAL", script, "text")))
        .hasMessageContaining("'EVAL' on key 'text'")
        .hasMessageNotContaining("secret")
        .hasRootCauseMessage("MINE …");
  }

  @Test
  void refusesExistingKeysIfToldTo() {
    ask("SET", "old", "x");
    sink = builder().build();

    assertThatThrownBy(() -> write(begin(1, scope(Set.of(), "")), value(0, "new", "x")))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("existingKeys");
    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void triesAgainWithTheNewMasterOfASlot() throws InterruptedException {
    byte[] key = bytes("wanderer");
    int slot = ClusterSlots.of(key);
    RedisServer before = cluster.owner(slot);
    RedisServer other =
        cluster.masters().stream().filter(m -> m.port() != before.port()).findFirst().orElseThrow();
    try (SinkWriter<KeyChange> writer = sink.openWriter()) {
      writer.write(batch(command(0, "INCR", "wanderer")));
      cluster.moveSlots(slot, slot, other);

      assertThatThrownBy(() -> writer.write(batch(command(0, "INCR", "wanderer"))))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("MOVED");
    }

    write(command(0, "INCR", "wanderer"));

    assertThat(other.text("GET", "wanderer")).isEqualTo("2");
    cluster.moveSlots(slot, slot, before);
  }

  /** What lies unread at a master would be carried out in between what comes later. */
  @Test
  void endsConnectionsThatAnEarlierWriterHasLeft() throws InterruptedException {
    RedisServer master = cluster.masters().get(1);
    String name;
    try (SinkWriter<KeyChange> writer = sink.openWriter()) {
      writer.write(batch(command(0, "INCR", "number")));
      String list = String.valueOf(master.text("CLIENT", "LIST"));
      name = list.replaceFirst("(?s).*name=(syncline-writer-\\S+).*", "$1");
    }

    try (RespClient left = master.connect()) {
      left.command("CLIENT", "SETNAME", name);
      assertThat(left.text("PING")).isEqualTo("PONG");
      try (SinkWriter<KeyChange> writer = sink.openWriter()) {
        assertThatThrownBy(() -> left.command("PING")).isInstanceOf(ServerException.class);
        writer.write(batch(command(0, "INCR", "number")));
      }
    }
  }

  private static List<Finding> found(CheckedSink sink, KeySelection keys) {
    return sink.check(SinkTarget.check(keys, Optional.empty(), true));
  }

  @Test
  void checksAllMasters() {
    ask("SET", "old", "x");
    RedisServer node = cluster.nodes().get(1);

    assertThat(found(sink, KeySelection.all()))
        .extracting(Finding::code)
        .containsOnly("NOT_PERSISTENT")
        .hasSize(3);
    assertThat(found(builder().build(), KeySelection.builder().database(0).database(2).build()))
        .extracting(Finding::code)
        .contains("KEYS_EXIST", "DATABASE_MISSING");
    assertThat(found(SinkTarget.builder(node).build(), KeySelection.all()))
        .extracting(Finding::code)
        .containsExactly("CLUSTER");
    try (RedisServer single = RedisServer.start(release)) {
      String address = single.host() + ":" + single.port();
      assertThat(found(RedisClusterSink.builder().nodes(address).build(), KeySelection.all()))
          .extracting(Finding::code)
          .containsExactly("NO_CLUSTER");
    }
  }
}
