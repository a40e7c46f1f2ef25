package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.KeySelection;
import dev.syncline.SourceScope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Findings about servers that tests cannot start. */
class PrecheckTest {

  private static final String TWENTY_GB = "used_memory:20000000000";

  private static List<Finding> check(ScriptedServer server, RedisSource.Builder source) {
    return check(source.host("127.0.0.1").port(server.port()));
  }

  private static List<Finding> check(RedisSource.Builder source) {
    return source
        .build()
        .check(
            new SourceCheck<>(
                new SourceScope<>("job", KeySelection.all()), Set.of(), Map.of(), false, false));
  }

  private static List<Finding> check(ScriptedServer server) {
    return check(server, RedisSource.builder());
  }

  private static List<Finding> checkTarget(ScriptedServer server) {
    return RedisSink.builder()
        .host("127.0.0.1")
        .port(server.port())
        .build()
        .check(SinkTarget.check(KeySelection.all(), Optional.empty(), true));
  }

  private static void expect(List<Finding> findings, Severity severity, String code) {
    assertThat(findings)
        .extracting(finding -> finding.severity() + " " + finding.code())
        .containsExactly(severity + " " + code);
  }

  @Test
  void findsAVersionThatIsTooOld() {
    try (ScriptedServer server = new ScriptedServer("redis_version:2.6.17", "role:master")) {
      List<Finding> ofSource = check(server);
      List<Finding> ofTarget = checkTarget(server);

      assertThat(ofSource).extracting(Finding::code).contains("VERSION_TOO_OLD");
      assertThat(ofSource.toString()).contains("Redis 2.6.17").contains("Use Redis 2.8 or later");
      assertThat(ofTarget).extracting(Finding::code).contains("VERSION_TOO_OLD");
    }
  }

  /** Connections are ended by their numbers, which 2.8.12 has brought. */
  @ParameterizedTest
  @CsvSource({"2.8.11, true", "2.8.12, false", "3.0.0, false", "7.0.15, false"})
  void findsATargetThatCannotEndConnections(String version, boolean tooOld) {
    try (ScriptedServer server = new ScriptedServer("redis_version:" + version, "role:master")) {
      List<String> codes = checkTarget(server).stream().map(Finding::code).toList();

      assertThat(codes.contains("VERSION_TOO_OLD")).isEqualTo(tooOld);
      assertThat(check(server)).extracting(Finding::code).doesNotContain("VERSION_TOO_OLD");
    }
  }

  /** With a password it is the login that is answered so, and else the first question. */
  @Test
  void findsServersWithoutRoomForAConnection() {
    String full = "ERR max number of clients reached";
    try (ScriptedServer server =
        new ScriptedServer().refusing("AUTH", full).refusing("INFO", full)) {
      RedisSource.Builder loggingIn = RedisSource.builder().password("geheim");

      expect(check(server, loggingIn), Severity.ERROR, "SOURCE_UNREACHABLE");
      expect(check(server), Severity.ERROR, "SOURCE_UNREACHABLE");
      expect(checkTarget(server), Severity.ERROR, "TARGET_UNREACHABLE");
    }
  }

  /** Any sentinel that answers will do; one that is away may, when it is back. */
  @Test
  void asksTheNextSentinelIfOneRefuses() {
    try (ScriptedServer server =
            new ScriptedServer("redis_version:7.0.15", "role:master")
                .answering("COMMAND", List.of(List.of("psync")));
        ScriptedServer refusing = new ScriptedServer()) {
      String first = "127.0.0.1:" + refusing.port();
      String second;
      try (ScriptedServer knowing =
          new ScriptedServer()
              .answering(
                  "SENTINEL get-master-addr-by-name m",
                  List.of("127.0.0.1", String.valueOf(server.port())))) {
        second = "127.0.0.1:" + knowing.port();

        assertThat(check(first, second)).isEmpty();
      }
      expect(check(first, second), Severity.ERROR, "SOURCE_UNREACHABLE");
      expect(check(first), Severity.ERROR, "CHECK_FAILED");
    }
  }

  private static List<Finding> check(String... sentinels) {
    return check(RedisSource.builder().sentinels("m", sentinels));
  }

  @Test
  void findsATimeoutThatIsShortForMuchData() {
    try (ScriptedServer server =
        new ScriptedServer("redis_version:7.0.15", "role:master", TWENTY_GB)
            .answering("COMMAND", List.of(List.of("psync")))
            .answering("CONFIG GET repl-timeout", List.of("repl-timeout", "60"))) {
      expect(check(server), Severity.WARNING, "REPL_TIMEOUT_SHORT");

      server.answering("CONFIG GET repl-timeout", List.of("repl-timeout", "600"));
      assertThat(check(server)).isEmpty();
    }
  }

  @Test
  void findsModulesThatAreNoPartOfTheServer() {
    List<?> loaded = List.of("name", "ReJSON", "ver", "20000");
    List<?> built = List.of("name", "vectorset", "ver", "1", "path", "", "args", List.of());
    List<?> file = List.of("name", "bf", "ver", "1", "path", "/lib/bf.so", "args", List.of("x"));
    try (ScriptedServer server =
        new ScriptedServer("redis_version:7.2.4", "role:master")
            .answering("MODULE LIST", List.of(built, loaded, file))) {
      List<Finding> findings = check(server);

      expect(findings, Severity.WARNING, "MODULES");
      assertThat(findings.get(0).message()).contains("[ReJSON, bf]");
      assertThat(
              check(
                  server, RedisSource.builder().unknownCommands(RedisSource.UnknownCommands.PASS)))
          .isEmpty();

      server.answering("MODULE LIST", List.of(built));
      assertThat(check(server)).isEmpty();
    }
  }
}
