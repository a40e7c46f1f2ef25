package dev.syncline.redis;

import static dev.syncline.redis.SinkTarget.bytes;
import static dev.syncline.redis.SinkTarget.command;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadedLibrariesTest {

  private final LoadedLibraries libraries = new LoadedLibraries("a,b");

  private boolean follow(String... arguments) {
    return libraries.follow(List.of(command(0, arguments)));
  }

  private static String code(String name) {
    return "#!lua name=" + name + "\nredis.register_function('f', function() end)";
  }

  @Test
  void followsWhatIsLoadedAndDeleted() {
    assertThat(follow("FUNCTION", "LOAD", code("c_1"))).isTrue();
    assertThat(follow("function", "load", "REPLACE", code("a"))).isFalse();
    assertThat(libraries.text()).isEqualTo("a,b,c_1");
    assertThat(follow("FUNCTION", "DELETE", "b")).isTrue();
    assertThat(follow("FUNCTION", "DELETE", "x")).isFalse();
    assertThat(follow("FUNCTION", "RESTORE", "payload", "REPLACE")).isFalse();
    assertThat(new LoadedLibraries(libraries.text()).text()).isEqualTo("a,c_1");
    assertThat(follow("FUNCTION", "RESTORE", "payload", "flush")).isTrue();
    assertThat(libraries.text()).isEmpty();
    follow("FUNCTION", "LOAD", code("a"));
    assertThat(follow("FUNCTION", "FLUSH", "ASYNC")).isTrue();
    assertThat(new LoadedLibraries(libraries.text()).text()).isEmpty();
  }

  @Test
  void goneIsWhatACopyDoesNotBring() {
    assertThat(libraries.endCopy()).isEmpty();
    libraries.beginCopy();
    follow("FUNCTION", "LOAD", "REPLACE", code("b"));
    follow("FUNCTION", "LOAD", "REPLACE", code("c"));

    assertThat(libraries.endCopy()).containsExactly("a");
    assertThat(libraries.text()).isEqualTo("b,c");
    assertThat(libraries.endCopy()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "#!lua \"name=a\"\n",
        "#!lua name=a",
        "#!lua\n",
        "#!lua name=a name=b\n",
        "x\n",
        ""
      })
  void nothingIsGoneIfANameIsNotUnderstood(String code) {
    assertThat(LoadedLibraries.name(bytes(code))).isNull();
    libraries.beginCopy();
    follow("FUNCTION", "LOAD", "REPLACE", code);

    assertThat(libraries.endCopy()).isEmpty();
    assertThat(libraries.text()).isEqualTo("a,b");
  }

  @Test
  void namesAreThoseThatTheServerReads() {
    byte[] code = bytes("#!lua \t NAME=My_1 \r\ncode name=x\n");

    assertThat(LoadedLibraries.name(code)).isEqualTo("My_1");
  }
}
