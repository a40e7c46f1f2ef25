package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSink;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.JobRun;
import dev.syncline.KeySelection;
import dev.syncline.KeySource.Keyspace;
import dev.syncline.LaneWriter;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.RespClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

@ParameterizedClass
@EachRedis
final class RedisSinkCheckIT {

  @Parameter RedisRelease release;

  private RedisServer server;

  @BeforeEach
  void start() {
    server = RedisServer.builder(release).appendOnly().start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Keyspace source(String version, long bytes, Map<Integer, Long> keys) {
    return new Keyspace("Redis " + version, version, bytes, keys);
  }

  private static SinkCheck check(KeySelection selection, Keyspace source, boolean first) {
    return SinkTarget.check(selection, Optional.of(source), first);
  }

  private List<Finding> found(CheckedSink sink) {
    return found(sink, KeySelection.all(), true);
  }

  private List<Finding> found(CheckedSink sink, KeySelection keys, boolean first) {
    Keyspace source = source(release.version(), 1000, Map.of(0, 3L));
    return sink.check(check(keys, source, first));
  }

  private static void assertCodes(List<Finding> findings, String... codes) {
    assertThat(findings).extracting(Finding::code).containsExactlyInAnyOrder(codes);
  }

  private RedisSink sink() {
    return SinkTarget.builder(server).build();
  }

  @Test
  void findsNothingAtATargetThatIsFit() {
    assertCodes(found(sink()));
    assertThat(server.text("DBSIZE")).isEqualTo("0");
  }

  @Test
  void findsAServerThatDoesNotAnswer() {
    int port = server.port();
    server.kill();

    List<Finding> findings = found(RedisSink.builder().host("127.0.0.1").port(port).build());

    assertCodes(findings, "TARGET_UNREACHABLE");
  }

  @Test
  void findsKeysThatAreThereAlready() {
    server.command("SET", "other", "x");
    KeySelection others = KeySelection.builder().database(0, 2).build();
    RedisSink replacing = SinkTarget.builder(server).existingKeys(ExistingKeys.REPLACE).build();

    assertCodes(found(sink()), "KEYS_EXIST");
    assertCodes(found(sink(), others, true));
    assertCodes(found(replacing));
  }

  @Test
  void findsRecordsThatAreGoneOrCannotBe() {
    assertCodes(found(sink(), KeySelection.all(), false), "PROGRESS_MISSING");
    assertCodes(
        found(SinkTarget.builder(server).recordsDatabase(0).build()), "RECORDS_DATABASE_SELECTED");
    new SinkTarget(server, sink()).start("job");
    assertCodes(found(sink(), KeySelection.all(), false));
    assertCodes(
        found(SinkTarget.builder(server).recordsDatabase(16).build()), "RECORDS_DATABASE_MISSING");
    assertCodes(
        found(sink(), KeySelection.builder().database(0, 20).build(), true), "DATABASE_MISSING");
  }

  @Test
  void findsAnOlderOrFullServerThatForgets() {
    try (RespClient client = server.connect()) {
      client.command("CONFIG", "SET", "maxmemory", 10 << 20);
      client.command("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
      client.command("CONFIG", "SET", "appendonly", "no");
    }
    Keyspace source = source("99.1.0", 100L << 20, Map.of());

    List<Finding> findings = sink().check(check(KeySelection.all(), source, true));

    assertCodes(findings, "EVICTION", "MEMORY_SMALL", "VERSION_LOWER", "NOT_PERSISTENT");
    assertThat(sink().risks())
        .containsAll(
            findings.stream()
                .filter(finding -> finding.severity() == Severity.RISK)
                .map(Finding::code)
                .toList());
  }

  @Test
  void findsAClockThatDiffers() {
    SinkConnections connections =
        new SinkConnections(
            endpoint(),
            new SinkSettings(
                new SinkRecords(15),
                ExistingKeys.KEEP,
                new ExpiryGrace(0),
                new CopyLimits(4096, Path.of("none"))));
    Clock late = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(-3));
    SinkCheck check = check(KeySelection.all(), source("2.8.0", 0, Map.of()), true);

    assertCodes(new RedisSinkCheck(connections, check, late).findings(), "CLOCK_DIFFERS");
  }

  private RedisEndpoint endpoint() {
    RedisEndpoint.Builder builder = new RedisEndpoint.Builder();
    builder.host(server.host());
    builder.port(server.port());
    return builder.build();
  }

  @Test
  void findsAReplica() {
    try (RedisServer replica = RedisServer.builder(release).replicaOf(server).start()) {
      assertThat(found(SinkTarget.builder(replica).build()))
          .extracting(Finding::code)
          .contains("REPLICA");
    }
  }

  @Test
  void findsWhatTheUserMayNotDo() {
    if (!release.isFrom(6, 0)) {
      // It knows no users.
      assertCodes(
          found(SinkTarget.builder(server).username("sync").password("secret").build()),
          "LOGIN_FAILED");
      return;
    }
    server.command(
        (Object[]) "ACL SETUSER sync on >secret ~* &* +@all -flushdb -rename".split(" ", -1));

    List<Finding> findings =
        found(SinkTarget.builder(server).username("sync").password("secret").build());

    assertThat(findings).extracting(Finding::code).containsOnly("PERMISSION_MISSING");
    assertThat(findings).extracting(Finding::object).containsExactly("RENAME", "FLUSHDB");
    assertCodes(
        found(SinkTarget.builder(server).username("sync").password("wrong").build()),
        "LOGIN_FAILED");
  }

  /** Only a source that has functions needs them, so the job may start. */
  @Test
  void findsThatFunctionsCannotBeWritten() {
    if (!release.isFrom(7, 0)) {
      // There are none for whom to be allowed anything.
      Keyspace source = source("7.0.15", 0, Map.of());
      assertCodes(sink().check(check(KeySelection.all(), source, true)), "VERSION_LOWER");
      return;
    }
    server.command("ACL", "SETUSER", "sync", "on", ">secret", "~*", "&*", "+@all");
    for (String part : List.of("", "|load", "|delete", "|restore", "|flush")) {
      server.command("ACL", "SETUSER", "sync", "+@all", "-function" + part);
      RedisSink sink = SinkTarget.builder(server).username("sync").password("secret").build();

      List<Finding> findings = found(sink);

      assertCodes(findings, "PERMISSION_MISSING");
      assertThat(findings.get(0).severity()).isEqualTo(Severity.WARNING);
      assertThat(findings.get(0).object()).startsWith("FUNCTION");
      assertThat(findings.get(0).message()).contains("'function|" + part.replace("|", ""));
      assertCodes(sink.check(check(KeySelection.all(), source("6.2.7", 0, Map.of()), true)));
    }
  }

  @Test
  void findsCommandsThatAreRenamed() {
    try (RedisServer other =
        RedisServer.builder(release)
            .appendOnly()
            .option("rename-command", "RENAME", "")
            .option("rename-command", "FLUSHDB", "other")
            .start()) {
      List<Finding> findings = found(SinkTarget.builder(other).build());

      assertThat(findings).extracting(Finding::code).containsOnly("PERMISSION_MISSING");
      assertThat(findings).extracting(Finding::object).containsExactly("RENAME", "FLUSHDB");
    }
  }

  /** Before 6.0 that is a password. */
  @Test
  void needsNoMoreThanTheDocumentSays() throws InterruptedException {
    RedisSink.Builder user =
        SinkTarget.builder(server)
            .password(DocumentedUsers.PASSWORD)
            .existingKeys(ExistingKeys.REPLACE);
    if (release.isFrom(6, 0)) {
      DocumentedUsers.SERVER.create(server);
      user.username(DocumentedUsers.NAME);
    } else {
      server.command("CONFIG", "SET", "requirepass", DocumentedUsers.PASSWORD);
    }
    RedisSink sink = user.build();

    assertCodes(found(sink));
    SinkTarget target = new SinkTarget(server, sink);
    JobRun run = target.again(target.start("job"));
    KeyScope all = SinkTarget.scope(Set.of(), "");
    try (LaneWriter<KeyChange> lane = sink.openLane(run, 0)) {
      SinkTarget.write(
          lane,
          "one",
          SinkTarget.begin(1, all),
          SinkTarget.value(0, "text", "x"),
          SinkTarget.end(all, 1));
      SinkTarget.write(
          lane,
          "two",
          SinkTarget.command(1, "INCR", "n"),
          release.isFrom(7, 0) ? function() : SinkTarget.command(1, "INCR", "n"),
          new KeyFlush(SinkTarget.scope(Set.of(0), "")));
    }
    assertThat(target.position(run)).isEqualTo("two");
  }

  private static KeyChange function() {
    String text = "#!lua name=lib\nredis.register_function('f', function() return 1 end)";
    return KeyCommand.of(
        0, Stream.of("FUNCTION", "LOAD", text).map(SinkTarget::bytes).toArray(byte[][]::new));
  }
}
