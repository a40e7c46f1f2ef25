package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings, and addresses among them. */
class RedisSourceTest {

  @ParameterizedTest
  @CsvSource({
    "cache1, cache1:6379",
    "cache1:7000, cache1:7000",
    "10.0.0.1:1, 10.0.0.1:1",
    "::1, [::1]:6379",
    "[::1], [::1]:6379",
    "[::1]:7000, [::1]:7000",
    "fe80::1%eth0, [fe80::1%eth0]:6379"
  })
  void parsesAddresses(String text, String address) {
    assertThat(RedisAddress.parse(text)).hasToString(address);
    assertThat(RedisAddress.parse(address)).isEqualTo(RedisAddress.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "a b",
        "redis://a",
        "a:",
        "a:b",
        "a:0",
        "a:65536",
        "a:99999999999",
        ":1",
        "[]:1"
      })
  void refusesOtherAddresses(String text) {
    assertThatThrownBy(() -> RedisAddress.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  private static List<UnaryOperator<RedisSource.Builder>> settings(Path folder) {
    return List.of(
        b -> b.host("a"),
        b -> b.port(7000),
        b -> b.username("u"),
        b -> b.password("p"),
        b -> b.tls(RedisTls.required()),
        b -> b.connectTimeout(Duration.ofSeconds(1)),
        b -> b.answerTimeout(Duration.ofSeconds(1)),
        b -> b.silence(Duration.ofSeconds(2)),
        b -> b.spoolMemory(1 << 20),
        b -> b.spoolFiles(0),
        b -> b.spoolFolder(folder),
        b -> b.unknownCommands(RedisSource.UnknownCommands.PASS),
        RedisSource.Builder::withoutHeartbeat,
        b -> b.threads(Thread::new));
  }

  @Test
  void takesEachSettingOnce(@TempDir Path folder) {
    RedisSource.Builder builder = RedisSource.builder();
    settings(folder).forEach(setting -> assertThat(setting.apply(builder)).isSameAs(builder));
    assertThatCode(builder::build).doesNotThrowAnyException();
    for (UnaryOperator<RedisSource.Builder> setting : settings(folder)) {
      assertThatThrownBy(() -> setting.apply(builder)).isInstanceOf(IllegalStateException.class);
    }
    RedisSource.Builder cluster = RedisSource.builder().cluster("a:1", "b:2");
    assertThatThrownBy(() -> cluster.cluster("c")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> cluster.sentinels("m", "c")).isInstanceOf(IllegalStateException.class);
    RedisSource.Builder watched =
        RedisSource.builder().sentinels("m", "a").sentinelUsername("u").sentinelPassword("p");
    assertThatThrownBy(() -> watched.sentinelUsername("u"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> watched.sentinelPassword("p"))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesWrongSettings(@TempDir Path folder) {
    List<UnaryOperator<RedisSource.Builder>> wrong =
        List.of(
            b -> b.host("a:1"),
            b -> b.host(""),
            b -> b.port(0),
            b -> b.port(65_536),
            b -> b.username(""),
            b -> b.sentinelUsername(""),
            b -> b.connectTimeout(Duration.ZERO),
            b -> b.answerTimeout(Duration.ofDays(2)),
            b -> b.silence(Duration.ofMillis(999)),
            b -> b.spoolMemory((1 << 20) - 1),
            b -> b.spoolFiles(-1),
            b -> b.spoolFolder(folder.resolve("none")),
            RedisSource.Builder::cluster,
            b -> b.cluster("a:b"),
            b -> b.sentinels("master"),
            b -> b.sentinels("", "a"));
    for (int i = 0; i < wrong.size(); i++) {
      UnaryOperator<RedisSource.Builder> setting = wrong.get(i);
      assertThatThrownBy(() -> setting.apply(RedisSource.builder()))
          .as("setting %d", i)
          .isInstanceOf(IllegalArgumentException.class);
    }
    List<UnaryOperator<RedisSource.Builder>> together =
        List.of(
            b -> b,
            b -> b.port(1),
            b -> b.host("a").cluster("b"),
            b -> b.port(1).sentinels("m", "b"),
            b -> b.host("a").username("u"),
            b -> b.host("a").sentinelPassword("p"),
            b -> b.cluster("a").sentinelUsername("u").sentinelPassword("p"),
            b -> b.sentinels("m", "a").sentinelUsername("u"));
    for (int i = 0; i < together.size(); i++) {
      RedisSource.Builder builder = together.get(i).apply(RedisSource.builder());
      assertThatThrownBy(builder::build)
          .as("settings %d", i)
          .isInstanceOf(IllegalStateException.class);
    }
    RedisSink.Builder sink = RedisSink.builder().host("a").sentinelPassword("p");
    assertThatThrownBy(sink::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("'sentinels'");
  }

  @Test
  void namesNoSecret() {
    RedisSource source =
        RedisSource.builder().host("cache1").username("user").password("geheim").build();
    assertThat(source.toString()).contains("cache1:6379").doesNotContain("geheim");
    RedisSource watched =
        RedisSource.builder()
            .sentinels("m", "a:1")
            .sentinelUsername("user")
            .sentinelPassword("geheim")
            .password("geheim")
            .build();
    assertThat(watched.toString()).contains("'m'", "a:1").doesNotContain("geheim");
    assertThat(
            RedisSink.builder().sentinels("m", "a:1").sentinelPassword("geheim").build().toString())
        .contains("'m'", "a:1")
        .doesNotContain("geheim");
  }

  @Test
  void checksWhatIsSaidOfTls(@TempDir Path folder) throws Exception {
    Path store = Files.createFile(folder.resolve("store.p12"));
    Path none = folder.resolve("none");
    assertThatThrownBy(() -> RedisTls.disabled().trusting(store, "geheim"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> RedisTls.required().trusting(store, "geheim"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("REQUIRED");
    assertThatThrownBy(() -> RedisTls.disabled().showing(store, "geheim"))
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> RedisTls.verifyCa().trusting(none, "geheim"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + none + "'");
    assertThatThrownBy(() -> RedisTls.required().showing(none, "geheim"))
        .isInstanceOf(IllegalArgumentException.class);
    RedisTls all = RedisTls.verifyIdentity().trusting(store, "geheim").showing(store, "geheim");
    assertThat(all.toString()).isEqualTo("VERIFY_IDENTITY");
    assertThatThrownBy(() -> all.trusting(store, "x")).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> all.showing(store, "x")).isInstanceOf(IllegalStateException.class);
  }
}
