package dev.syncline.examples.consumer.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.fault.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RuntimeJarsTest {

  private static List<String> jars() throws IOException {
    String classPath = Files.readString(Path.of("target", "runtime-jars.txt")).trim();
    return List.of(classPath.split(File.pathSeparator, -1));
  }

  @Test
  void areFourAndNoneOfThemRelational() throws IOException {
    Stream<String> names =
        jars().stream()
            .map(jar -> Path.of(jar).getFileName().toString().replaceAll("-[0-9].*", ""));

    assertThat(names)
        .containsExactlyInAnyOrder(
            "syncline-core", "syncline-connectors-redis", "slf4j-api", "jspecify");
  }

  @Test
  void areAllThatAJobNeeds() throws Exception {
    String classPath =
        Path.of("target", "classes") + File.pathSeparator + String.join(File.pathSeparator, jars());

    try (ChildProcess consumer =
        ChildProcess.of(RedisConsumer.class).classPath(classPath).start()) {
      assertThat(consumer.awaitEnd(0, Duration.ofMinutes(2)))
          .contains("ERROR")
          .contains("127.0.0.1:1")
          .doesNotContain("NoClassDefFoundError");
    }
  }
}
