package dev.syncline.examples.consumer.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RuntimeJarsTest {

  @TempDir Path directory;

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
  void areAllThatAJobNeeds() throws IOException, InterruptedException {
    Path output = directory.resolve("output");
    String classPath =
        Path.of("target", "classes") + File.pathSeparator + String.join(File.pathSeparator, jars());

    Process consumer =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath,
                RedisConsumer.class.getName())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(consumer.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(output, StandardCharsets.UTF_8))
        .contains("ERROR")
        .contains("127.0.0.1:1")
        .doesNotContain("NoClassDefFoundError");
    assertThat(consumer.exitValue()).isZero();
  }
}
