package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySelection;
import dev.syncline.KeySource.Keyspace;
import dev.syncline.SourceScope;
import dev.syncline.testkit.server.EachRedis;
import dev.syncline.testkit.server.EachRedisCluster;
import dev.syncline.testkit.server.RedisCluster;
import dev.syncline.testkit.server.RedisRelease;
import dev.syncline.testkit.server.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** What the documentation lets users do: without findings, and with one for each right less. */
final class GrantsIT {

  /** What only lets the pre-check look, as the documentation says. */
  private static final Set<String> LOOKING =
      Set.of("+config|get", "+command|info", "+module|list", "+acl|whoami", "+acl|dryrun");

  private static SinkCheck check(KeySelection selection, Optional<Keyspace> source) {
    return SinkTarget.check(selection, source, true);
  }

  private static List<Finding> check(RedisSource source, KeySelection selection) {
    return source.check(
        new SourceCheck<>(new SourceScope<>("job", selection), Set.of(), Map.of(), false, false));
  }

  @ParameterizedTest
  @EachRedis
  void ofSources(RedisRelease release) {
    try (RedisServer server = RedisServer.start(release)) {
      RedisSource source =
          RedisSource.builder()
              .host(server.host())
              .port(server.port())
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build();
      Set<String> ofClusters = Set.of("+cluster|nodes");
      expectAll(
          DocumentedUsers.SOURCE,
          List.of(server),
          ofClusters,
          () -> check(source, KeySelection.all()));
    }
  }

  @ParameterizedTest
  @EachRedisCluster
  void ofSourcesThatAreClusters(RedisRelease release) {
    try (RedisCluster cluster = RedisCluster.builder(release).masters(1).start()) {
      RedisServer node = cluster.nodes().get(0);
      RedisSource source =
          RedisSource.builder()
              .cluster(node.host() + ":" + node.port())
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build();
      expectAll(
          DocumentedUsers.SOURCE,
          cluster.nodes(),
          Set.of(),
          () -> check(source, KeySelection.builder().database(0).build()));
    }
  }

  @ParameterizedTest
  @EachRedis
  void ofTargets(RedisRelease release) {
    try (RedisServer server = RedisServer.builder(release).appendOnly().start()) {
      RedisSink sink =
          SinkTarget.builder(server)
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build();
      expectAll(
          DocumentedUsers.SERVER,
          List.of(server),
          Set.of(),
          () -> sink.check(check(KeySelection.all(), Optional.empty())));
    }
  }

  @ParameterizedTest
  @EachRedisCluster
  void ofTargetsThatAreClusters(RedisRelease release) {
    try (RedisCluster cluster = RedisCluster.builder(release).masters(1).appendOnly().start()) {
      RedisServer node = cluster.nodes().get(0);
      RedisClusterSink sink =
          RedisClusterSink.builder()
              .nodes(node.host() + ":" + node.port())
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build();
      KeySelection selection = KeySelection.builder().database(0).build();
      expectAll(
          DocumentedUsers.CLUSTER,
          cluster.nodes(),
          Set.of(),
          () -> sink.check(check(selection, Optional.empty())));
    }
  }

  private static void expectAll(
      DocumentedUsers user,
      List<RedisServer> servers,
      Set<String> elsewhere,
      Supplier<List<Finding>> check) {
    RedisRelease release = servers.get(0).release();
    if (!release.isFrom(6, 0)) {
      // There are passwords only, so there is nothing that could be missing.
      assertThatThrownBy(() -> user.create(servers.get(0))).hasMessageContaining("unknown command");
      return;
    }
    servers.forEach(user::create);
    assertThat(check.get()).isEmpty();
    List<String> rights = user.rights(release);
    for (String right : rights) {
      servers.forEach(server -> createWithout(server, rights, right));
      List<Finding> findings = check.get();
      if (LOOKING.contains(right) || elsewhere.contains(right)) {
        assertThat(findings).as("without %s", right).isEmpty();
      } else {
        assertThat(findings).as("without %s", right).anyMatch(f -> names(f, right));
      }
    }
  }

  private static void createWithout(RedisServer server, List<String> rights, String without) {
    List<Object> user =
        new ArrayList<>(
            List.of("ACL", "SETUSER", DocumentedUsers.NAME, "reset", "on", "resetchannels"));
    user.add(">" + DocumentedUsers.PASSWORD);
    rights.stream().filter(right -> !right.equals(without)).forEach(user::add);
    if (!server.release().isFrom(7, 0)) {
      user.remove("resetchannels");
    }
    server.command(user.toArray());
  }

  /** Whether a finding says which right it is; the commands of a category are named one by one. */
  private static boolean names(Finding finding, String right) {
    String text = finding.toString();
    String name = right.substring(1);
    // Before 7.0 servers do not say which subcommand it is.
    String command = "'" + name.split("\\|", -1)[0] + "' command";
    return right.startsWith("+@")
        ? text.contains("NOPERM")
        : text.contains(right)
            || text.contains("'" + name + "' command")
            || text.contains(command)
            || text.contains("command " + name.toUpperCase(Locale.ROOT));
  }

  /** What not every source sends is no reason not to begin. */
  private static void expectMissing(
      RedisServer server, RedisSink sink, String command, Severity severity) {
    DocumentedUsers.SERVER.create(server);
    server.command("ACL", "SETUSER", DocumentedUsers.NAME, "-" + command);

    List<Finding> findings = sink.check(check(KeySelection.all(), Optional.empty()));

    assertThat(findings).extracting(Finding::code).containsExactly("PERMISSION_MISSING");
    assertThat(findings.get(0).severity()).isEqualTo(severity);
    assertThat(findings.get(0).fix()).isEqualTo("ACL SETUSER <user> +" + command);
  }

  @Test
  void warnsOfWhatSomeSourcesSend() {
    try (RedisServer server = RedisServer.builder(RedisRelease.REDIS_7_0).appendOnly().start()) {
      RedisSink sink =
          SinkTarget.builder(server)
              .username(DocumentedUsers.NAME)
              .password(DocumentedUsers.PASSWORD)
              .build();
      for (String command : List.of("eval", "xadd", "publish", "spublish", "swapdb")) {
        expectMissing(server, sink, command, Severity.WARNING);
      }
      DocumentedUsers.SERVER.create(server);
      server.command("ACL", "SETUSER", DocumentedUsers.NAME, "-spublish");
      Keyspace older = new Keyspace("Redis 6.2.7", "6.2.7", 0, Map.of());
      assertThat(sink.check(check(KeySelection.all(), Optional.of(older)))).isEmpty();
      for (String command : List.of("exec", "client|setname", "rpush", "hget")) {
        expectMissing(server, sink, command, Severity.ERROR);
      }
      assertThat(server.text("DBSIZE")).isEqualTo("0");
    }
  }

  /** What is sent as another command, or is of vector sets or newer than 8.0. */
  private static final Set<String> NOT_TRIED =
      Set.of(
          "FLUSHALL",
          "RESTORE-ASKING",
          "BRPOPLPUSH",
          "BLMOVE",
          "PFDEBUG",
          "VADD",
          "VREM",
          "VSETATTR",
          "XDELEX",
          "XACKDEL",
          "XCFGSET",
          "XIDMPRECORD",
          "MSETEX");

  /** All that a sink may send is tried, and the documentation lets the user send it. */
  @Test
  void knowsAllThatIsWritten() {
    Set<CommandTable.Meaning> unsent =
        Set.of(
            CommandTable.Meaning.SLOTS, CommandTable.Meaning.CONTROL, CommandTable.Meaning.NEVER);
    try (RedisServer server = RedisServer.start(RedisRelease.REDIS_7_0)) {
      DocumentedUsers.SERVER.create(server);
      RedisVersion version = RedisVersion.redis(99, 0);
      List<List<String>> tried = new ArrayList<>(WrittenCommands.needed(version, true));
      tried.addAll(WrittenCommands.streamed(version, true));
      for (CommandTable.Command command : CommandTable.all()) {
        if (!unsent.contains(command.meaning()) && !NOT_TRIED.contains(command.name())) {
          assertThat(tried).extracting(words -> words.get(0)).contains(command.name());
        }
      }
      RedisVersion seven = RedisVersion.redis(7, 0);
      tried.retainAll(
          Stream.concat(
                  WrittenCommands.needed(seven, true).stream(),
                  WrittenCommands.streamed(seven, true).stream())
              .toList());
      for (List<String> words : tried) {
        List<Object> dryRun = new ArrayList<>(List.of("ACL", "DRYRUN", DocumentedUsers.NAME));
        dryRun.addAll(words);
        assertThat(server.text(dryRun.toArray())).as("%s", words).isEqualTo("OK");
      }
    }
  }
}
