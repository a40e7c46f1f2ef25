package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RedisOptionsTest {
  private final RedisOptions options = new RedisOptions();

  @Test
  void aDirectiveTakesTheDefaultsPlace() {
    options.add("Save", List.of("60", "1"));
    options.add("save", List.of("1", "1000"));

    assertThat(
            options.file(
                Map.of("port", List.of("6379")), Map.of("save", List.of(""), "hz", List.of("9"))))
        .containsExactlyInAnyOrder(
            "port \"6379\"", "hz \"9\"", "save \"60\" \"1\"", "save \"1\" \"1000\"");
  }

  @Test
  void refusesWhatTheFixtureHasToChoose() {
    assertThatThrownBy(() -> options.add("requirepass", List.of("secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option 'requirepass' cannot be set. Use password.");
    assertThatThrownBy(() -> options.add("no such", List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Option 'no such' is not the name of a directive, such as 'maxmemory'.");
  }

  @Test
  void refusesADirectiveTwice() {
    options.add("maxmemory", List.of("1mb"));

    assertThatThrownBy(() -> options.add("maxmemory", List.of("2mb")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Option 'maxmemory' is set already.");
  }

  @Test
  void quotesWhatIsNoPlainText() {
    assertThat(RedisOptions.line("requirepass", List.of("a \"b\" \\ ä\n")))
        .isEqualTo("requirepass \"a \\\"b\\\" \\\\ \\xc3\\xa4\\x0a\"");
  }
}
