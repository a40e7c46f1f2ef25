package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySelection;
import dev.syncline.SourceScope;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import dev.syncline.setting.Secret;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;

/** Each finding, by a server that has that fault. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RedisSourceCheckIT {

  private static final String ID = "8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233";

  private static List<Finding> check(
      RedisSource source, KeySelection selection, Map<String, Position> resumeAt) {
    SourceScope<KeyChange> scope = new SourceScope<>("job", selection);
    return source.check(new SourceCheck<>(scope, Set.of(), resumeAt, false, false));
  }

  private static List<Finding> check(RedisSource.Builder source) {
    return check(source.build(), KeySelection.all(), Map.of());
  }

  private static void expect(List<Finding> findings, Severity severity, String... codes) {
    assertThat(findings).extracting(Finding::code).containsExactly(codes);
    assertThat(findings).extracting(Finding::severity).containsOnly(severity);
  }

  @ParameterizedTest
  @EachRedis
  void findsNothingAtAServerThatIsWell(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release)) {
      assertThat(check(ReaderTap.source(server))).isEmpty();
      KeySelection there = KeySelection.builder().database(15).build();
      assertThat(check(ReaderTap.source(server).build(), there, Map.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRedis
  void findsWhatIsSetWrong(RedisRelease release) {
    try (RedisServer server =
        RedisServer.builder(release)
            .option("repl-backlog-size", "16kb")
            .option("client-output-buffer-limit", "slave", "32kb", "0", "0")
            .option("repl-ping-slave-period", "7")
            .start()) {
      expect(
          check(ReaderTap.source(server)),
          Severity.WARNING,
          "BACKLOG_SMALL",
          "OUTPUT_BUFFER_SMALL");
      assertThat(check(ReaderTap.source(server).silence(Duration.ofSeconds(7))))
          .extracting(Finding::code)
          .containsExactly("BACKLOG_SMALL", "OUTPUT_BUFFER_SMALL", "SILENCE_SHORT");
    }
  }

  /** What is advised is in the words of the release, and is enough. */
  @ParameterizedTest
  @EachRedis
  void advisesWhatTheServerTakes(RedisRelease release) {
    try (RedisServer server =
        RedisServer.builder(release)
            .option("repl-backlog-size", "16kb")
            .option("client-output-buffer-limit", "slave", "32kb", "0", "0")
            .option("repl-ping-slave-period", "7")
            .start()) {
      RedisSource source = ReaderTap.source(server).silence(Duration.ofSeconds(7)).build();

      for (Finding finding : check(source, KeySelection.all(), Map.of())) {
        server.command((Object[]) advised(finding.fix()));
      }

      assertThat(check(source, KeySelection.all(), Map.of())).isEmpty();
    }
  }

  /** A command, or the last setting that a sentence names, which is to be less. */
  private static String[] advised(String fix) {
    if (!fix.startsWith("CONFIG SET ")) {
      Matcher name = Pattern.compile("repl-\\S+").matcher(fix);
      assertThat(name.find()).as(fix).isTrue();
      return new String[] {"CONFIG", "SET", name.group(), "6"};
    }
    String[] words = fix.split(" ", 4);
    words[3] = words[3].replace("\"", "");
    return words;
  }

  @ParameterizedTest
  @EachRedis
  void findsWhatCannotBeRead(RedisRelease release) {
    try (RedisServer server =
        RedisServer.builder(release).option("rename-command", "PSYNC", "").start()) {
      expect(check(ReaderTap.source(server)), Severity.ERROR, "PSYNC_FORBIDDEN");
    }
    try (RedisServer server = RedisServer.builder(release).password("geheim").start()) {
      RedisSource.Builder wrong = RedisSource.builder().host(server.host()).port(server.port());
      List<Finding> findings = check(wrong.password("other"));
      expect(findings, Severity.ERROR, "LOGIN_FAILED");
      assertThat(findings.toString()).contains("log in").doesNotContain("other\"");
      RedisSource.Builder none = RedisSource.builder().host(server.host()).port(server.port());
      expect(check(none), Severity.ERROR, "LOGIN_FAILED");
      KeySelection missing = KeySelection.builder().database(0).database(99).build();
      findings = check(ReaderTap.source(server).build(), missing, Map.of());
      expect(findings, Severity.ERROR, "DATABASE_MISSING");
      assertThat(findings.get(0).object()).endsWith("database 99");
      server.kill();
      expect(check(ReaderTap.source(server)), Severity.ERROR, "SOURCE_UNREACHABLE");
    }
  }

  @Test
  void findsACertificateThatIsNotTrusted() {
    try (RedisServer server = RedisServer.builder(RedisRelease.REDIS_7_0).tls().start()) {
      RedisSource.Builder source = ReaderTap.source(server).tls(RedisTls.verifyCa());
      expect(check(source), Severity.ERROR, "TLS_FAILED");
    }
  }

  /** A replica that does not let the job in would stop it when it takes over, and not before. */
  @ParameterizedTest
  @EachRedisCluster
  void asksReplicasToo(RedisRelease release) {
    try (RedisCluster cluster =
        RedisCluster.builder(release).masters(1).replicas(1).password("geheim").start()) {
      RedisServer node = cluster.nodes().get(0);
      RedisServer replica = cluster.nodes().get(1);
      String address = node.host() + ":" + node.port();
      RedisSource source = RedisSource.builder().cluster(address).password("geheim").build();
      assertThat(check(source, KeySelection.all(), Map.of())).isEmpty();

      if (release.isFrom(6, 0)) {
        replica.command("ACL", "SETUSER", "default", "-info");
        List<Finding> findings = check(source, KeySelection.all(), Map.of());
        expect(findings, Severity.WARNING, "PERMISSION_MISSING");
        replica.command("ACL", "SETUSER", "default", "+info");
      }
      replica.command("CONFIG", "SET", "requirepass", "other");
      List<Finding> findings = check(source, KeySelection.all(), Map.of());
      expect(findings, Severity.WARNING, "LOGIN_FAILED");
      assertThat(findings.get(0).object()).isEqualTo(replica.host() + ":" + replica.port());
      assertThat(findings.get(0).message()).contains("replica");

      node.command("CONFIG", "SET", "cluster-node-timeout", 600_000);
      replica.kill();
      expect(check(source, KeySelection.all(), Map.of()), Severity.WARNING, "SOURCE_UNREACHABLE");
    }
  }

  @Test
  void findsAUserWhoMayNotReplicate() {
    try (RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      server.command((Object[]) "ACL SETUSER u on >p ~* &* +@all -psync".split(" ", -1));
      expect(
          check(ReaderTap.source(server).username("u").password("p")),
          Severity.ERROR,
          "PSYNC_FORBIDDEN");
      server.command((Object[]) "ACL SETUSER u +psync -replconf".split(" ", -1));
      RedisSource.Builder source = RedisSource.builder().host(server.host()).port(server.port());
      expect(check(source.username("u").password("p")), Severity.ERROR, "PSYNC_FORBIDDEN");
    }
  }

  /** The user of the documentation, with one right less each time. */
  @Test
  void findsEachRightThatIsMissing() {
    try (RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      DocumentedUsers.SOURCE.create(server);
      RedisSource.Builder source = ReaderTap.source(server).username("sync").password("password");

      assertThat(check(source)).isEmpty();
      for (String command : List.of("INFO", "SELECT", "TIME", "PING", "SCAN", "PEXPIRETIME")) {
        List<Finding> findings = checkWithout(server, source, command);
        expect(findings, Severity.ERROR, "PERMISSION_MISSING");
        assertThat(findings.get(0).message()).contains("command " + command);
        assertThat(findings.get(0).fix()).endsWith("+" + command.toLowerCase(Locale.ROOT));
      }
      for (String command : List.of("DUMP", "MULTI", "EXEC")) {
        List<Finding> findings = checkWithout(server, source, command);
        expect(findings, Severity.WARNING, "REREAD_FORBIDDEN");
        assertThat(findings.get(0).message()).contains("command " + command);
      }
      expect(checkWithout(server, source, "SET"), Severity.WARNING, "HEARTBEAT_FORBIDDEN");
      expect(checkWithout(server, source, "PSYNC"), Severity.ERROR, "PSYNC_FORBIDDEN");
      assertThat(server.text("DBSIZE")).isEqualTo("0");
    }
  }

  private static List<Finding> checkWithout(
      RedisServer server, RedisSource.Builder source, String command) {
    server.command("ACL", "SETUSER", "sync", "-" + command);
    List<Finding> findings = check(source);
    server.command("ACL", "SETUSER", "sync", "+" + command);
    return findings;
  }

  @Test
  void findsAUserWhoMayNotReadAllThatIsSelected() {
    try (RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      server.command((Object[]) "ACL SETUSER u on >p ~a:* &* +@all".split(" ", -1));
      RedisSource source = ReaderTap.source(server).username("u").password("p").build();

      List<Finding> findings = check(source, KeySelection.all(), Map.of());
      assertThat(findings)
          .extracting(Finding::code)
          .containsExactly("PERMISSION_MISSING", "REREAD_FORBIDDEN", "HEARTBEAT_FORBIDDEN");
      assertThat(findings.get(0).fix()).contains("~*");
      KeySelection part = KeySelection.builder().keys("a:*").build();
      expect(check(source, part, Map.of()), Severity.WARNING, "HEARTBEAT_FORBIDDEN");
      server.command("ACL", "SETUSER", "u", "~syncline:heartbeat:*");
      assertThat(check(source, part, Map.of())).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRedis
  void findsCommandsThatAreRenamed(RedisRelease release) {
    String expiry = release.isFrom(7, 0) ? "PEXPIRETIME" : "PTTL";
    RedisServer.Builder builder = RedisServer.builder(release).option("rename-command", "SET", "");
    for (String command : List.of("SELECT", "TIME", "SCAN", expiry, "DUMP", "EXEC")) {
      builder.option("rename-command", command, "");
    }
    try (RedisServer server = builder.start()) {
      List<Finding> findings = check(ReaderTap.source(server));

      boolean old = !release.isFrom(3, 2);
      assertThat(findings)
          .extracting(finding -> finding.severity() + " " + finding.code())
          .containsExactly(
              "ERROR PERMISSION_MISSING",
              "ERROR PERMISSION_MISSING",
              "ERROR PERMISSION_MISSING",
              "ERROR PERMISSION_MISSING",
              "WARNING REREAD_FORBIDDEN",
              "WARNING REREAD_FORBIDDEN",
              (old ? "ERROR" : "WARNING") + " HEARTBEAT_FORBIDDEN");
      assertThat(findings).extracting(Finding::fix).allMatch(fix -> fix.contains("rename-command"));
    }
  }

  @Test
  void saysWhenAServerTellsNothingOfItself() {
    try (RedisCluster cluster = RedisCluster.builder(RedisRelease.REDIS_7_0).masters(1).start()) {
      RedisServer node = cluster.nodes().get(0);
      node.command((Object[]) "ACL SETUSER u on >p ~* &* +@all -info".split(" ", -1));
      RedisSource.Builder source =
          RedisSource.builder().cluster(node.host() + ":" + node.port()).username("u");

      expect(check(source.password("p")), Severity.ERROR, "PERMISSION_MISSING");
    }
  }

  @ParameterizedTest
  @EachRedis
  void findsReplicas(RedisRelease release) {
    try (RedisServer master = RedisServer.start(release);
        RedisServer replica = RedisServer.builder(release).replicaOf(master).start()) {
      replica.awaitCaughtUp(master);
      boolean old = !release.isFrom(3, 2);
      List<Finding> findings = check(ReaderTap.source(replica));
      assertThat(findings).extracting(Finding::code).endsWith("REPLICA").hasSize(old ? 2 : 1);
      assertThat(findings.get(findings.size() - 1).severity()).isEqualTo(Severity.WARNING);
      if (old) {
        assertThat(findings.get(0).code()).isEqualTo("HEARTBEAT_NEEDED");
        expect(
            check(ReaderTap.source(master).withoutHeartbeat()), Severity.ERROR, "HEARTBEAT_NEEDED");
      }
      master.kill();
      long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (!"down".equals(replica.info("replication").get("master_link_status"))) {
        assertThat(System.nanoTime()).isLessThan(deadline);
      }
      findings = check(ReaderTap.source(replica));
      assertThat(findings.get(findings.size() - 1).severity()).isEqualTo(Severity.ERROR);
    }
  }

  @ParameterizedTest
  @EachRedis
  void saysWhetherAllIsCopiedOnceMore(RedisRelease release) throws Exception {
    try (RedisServer server = RedisServer.start(release);
        RedisServer target = RedisServer.start(release)) {
      RedisSource source = ReaderTap.source(server).build();
      RedisPosition stands;
      try (ReaderTap tap = ReaderTap.open(source, RedisPosition.BEGIN, target)) {
        tap.untilCaughtUp(server);
        stands = tap.stands;
      }
      assertThat(check(source, KeySelection.all(), Map.of("redis", stands))).isEmpty();
      assertThat(check(source, KeySelection.all(), Map.of("redis", RedisPosition.BEGIN))).isEmpty();
      Position unknown = RedisPosition.parse("1:" + ID + ":5:0");
      expect(
          check(source, KeySelection.all(), Map.of("redis", unknown)),
          Severity.WARNING,
          "FULL_COPY");
    }
  }

  @Test
  void findsAClockThatDiffers() {
    try (RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      for (int seconds : new int[] {-5, 5}) {
        RedisSourceSettings settings =
            new RedisSourceSettings(
                new RedisServers.One(new RedisAddress(server.host(), server.port())),
                new RedisLogin(
                    Optional.empty(),
                    Optional.<Secret>empty(),
                    RedisTls.disabled(),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5)),
                Duration.ofMinutes(1),
                new SpoolLimits(1 << 20, 0, Path.of("")),
                CommandReader.Unknown.STOP,
                true,
                Thread::new,
                Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds)));
        SourceScope<KeyChange> scope = new SourceScope<>("job", KeySelection.all());
        List<Finding> findings =
            new RedisSourceCheck(
                    settings, new SourceCheck<>(scope, Set.of(), Map.of(), false, false))
                .findings();
        expect(findings, Severity.RISK, "CLOCK_DIFFERS");
      }
    }
  }

  @Test
  void findsWhatIsACluster() {
    try (RedisCluster cluster = RedisCluster.builder(RedisRelease.REDIS_7_0).masters(1).start();
        RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      RedisServer node = cluster.nodes().get(0);
      expect(check(ReaderTap.source(node)), Severity.ERROR, "CLUSTER");
      expect(
          check(RedisSource.builder().cluster(server.host() + ":" + server.port())),
          Severity.ERROR,
          "NO_CLUSTER");
      RedisSource source = RedisSource.builder().cluster(node.host() + ":" + node.port()).build();
      assertThat(check(source, KeySelection.all(), Map.of())).isEmpty();
      Map<String, Position> moved = Map.of("0-5460", RedisPosition.BEGIN);
      List<Finding> ofMoved = check(source, KeySelection.all(), moved);
      expect(ofMoved, Severity.ERROR, "SLOTS_MOVED");
      assertThat(ofMoved.get(0).fix()).contains("key 'syncline:job'", "existingKeys(REPLACE)");
    }
  }
}
