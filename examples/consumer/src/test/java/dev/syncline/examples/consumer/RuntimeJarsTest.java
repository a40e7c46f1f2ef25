package dev.syncline.examples.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.fault.ChildProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuntimeJarsTest {

  private static final int MAX_JARS = 10;

  private static List<String> jars() throws IOException {
    String classPath = Files.readString(Path.of("target", "runtime-jars.txt")).trim();
    return List.of(classPath.split(File.pathSeparator, -1));
  }

  @Test
  void areTenAtMost() throws IOException {
    List<String> jars = jars();

    System.out.println("Jars of a MySQL to MySQL user at run time: " + jars.size());
    jars.forEach(jar -> System.out.println("  " + jar));
    assertThat(jars).hasSizeBetween(3, MAX_JARS);
  }

  @Test
  void areAllThatAJobNeeds() throws Exception {
    String classPath =
        Path.of("target", "classes") + File.pathSeparator + String.join(File.pathSeparator, jars());

    try (ChildProcess consumer = ChildProcess.of(Consumer.class).classPath(classPath).start()) {
      assertThat(consumer.awaitEnd(0, Duration.ofMinutes(2)))
          .contains("ERROR")
          .contains("127.0.0.1:1")
          .doesNotContain("NoClassDefFoundError");
    }
  }
}
