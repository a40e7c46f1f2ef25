package dev.syncline.redis;

import dev.syncline.CheckedSink;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.ExistingTables;
import dev.syncline.JobRun;
import dev.syncline.KeySelection;
import dev.syncline.KeySource.Keyspace;
import dev.syncline.LaneWriter;
import dev.syncline.SchemaChanges;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A target under test, and changes for it. */
record SinkTarget(RedisServer server, RedisSink sink) {

  static final String STREAM = "redis";
  static final Map<String, String> FIRST = Map.of(STREAM, "begin");

  static SinkTarget of(RedisServer server) {
    return new SinkTarget(server, builder(server).build());
  }

  static RedisSink.Builder builder(RedisServer server) {
    RedisSink.Builder builder = RedisSink.builder().host(server.host()).port(server.port());
    server.password().ifPresent(builder::password);
    return builder;
  }

  /** A new job of that name, whose first run has taken over. */
  JobRun start(String job) {
    JobRun run = new JobRun(job, "id of " + job, 1);
    return run.withEpoch(sink.takeOver(run, FIRST).epoch());
  }

  /** A new run of the job. */
  JobRun again(JobRun run) {
    return run.withEpoch(sink.takeOver(run, Map.of()).epoch());
  }

  /** Where the stream of a job stands; takes over to read it. */
  String position(JobRun run) {
    return String.valueOf(sink.takeOver(run, Map.of()).lanes().get(0).get(STREAM));
  }

  /** Writes and commits. */
  static void write(LaneWriter<KeyChange> lane, String position, KeyChange... changes)
      throws InterruptedException {
    lane.write(List.of(changes));
    lane.commit(Map.of(STREAM, position));
  }

  @Nullable String ask(int database, Object... command) {
    try (RespClient client = server.connect()) {
      client.select(database);
      return client.text(command);
    }
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A command whose first argument is its key. */
  static KeyCommand command(int database, String... arguments) {
    byte[][] all = Arrays.stream(arguments).map(SinkTarget::bytes).toArray(byte[][]::new);
    return all.length > 1 ? KeyCommand.of(database, all, 1) : KeyCommand.of(database, all);
  }

  /** EVAL or EVALSHA of a script, by its text or its sum, on a key of database 0. */
  static KeyCommand script(String command, String script, String key) {
    return KeyCommand.of(
        0, new byte[][] {bytes(command), bytes(script), bytes("1"), bytes(key)}, 3);
  }

  static KeyValue value(int database, String key, String value) {
    return new KeyValue(database, bytes(key), new StoredValue.Text(bytes(value)), KeyValue.NEVER);
  }

  static CopyBegin begin(long attempt, KeyScope scope) {
    return new CopyBegin(STREAM, attempt, scope, Map.of());
  }

  static CopyEnd end(KeyScope scope, long keys) {
    return new CopyEnd(STREAM, scope, keys);
  }

  /** All keys of some databases, or those of them that begin with a text. */
  static KeyScope scope(Set<Integer> databases, String prefix) {
    return new KeyScope() {
      @Override
      public Set<Integer> databases() {
        return databases;
      }

      @Override
      public boolean isWhole() {
        return prefix.isEmpty();
      }

      @Override
      public boolean includes(int database, byte[] key) {
        return (databases.isEmpty() || databases.contains(database))
            && new String(key, StandardCharsets.UTF_8).startsWith(prefix);
      }

      @Override
      public String toString() {
        return "keys " + prefix + "* of databases " + databases;
      }
    };
  }

  /** What a pre-check of a sink is asked with; {@code first} before the first copy. */
  static SinkCheck check(KeySelection selection, Optional<Keyspace> source, boolean first) {
    return new SinkCheck(
        "job",
        List.of(),
        Set.of(),
        ExistingTables.REFUSE,
        first,
        List.of(),
        List.of(),
        SchemaChanges.STOP,
        Optional.of(new CheckedSink.Keys(selection, source)));
  }
}
