package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class MySqlHostTest {
  @Test
  void saysThatTestcontainersIsMissing() throws Exception {
    assertThat(failureWith("docker"))
        .isEqualTo(
            "Cannot start server 'shop' in a container: Testcontainers is missing."
                + " Add 'org.testcontainers:testcontainers' to the test class path.");
  }

  @Test
  void refusesAnUnknownKindOfServers() throws Exception {
    assertThat(failureWith("podman"))
        .isEqualTo(
            "System property 'syncline.servers' is 'podman', but must be 'embedded' or 'docker'.");
  }

  private static String failureWith(String servers) throws Exception {
    String classPath =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(path -> !path.contains("testcontainers") && !path.contains("docker-java"))
            .collect(Collectors.joining(File.pathSeparator));
    try (ChildJvm child =
        ChildJvm.start(
            Prepare.class, Map.of("syncline.servers", servers, "java.class.path", classPath))) {
      return child.line();
    }
  }

  /** Prepares a server and tells why that failed. */
  static final class Prepare {
    private Prepare() {}

    public static void main(String[] arguments) {
      MySqlRelease release = MySqlRelease.MYSQL_8_0;
      try {
        MySqlHost.prepare("shop", release, MySqlOptions.of(release, 1, Map.of()));
      } catch (ServerException e) {
        List<String> lines = e.getMessage().lines().toList();
        System.out.println(String.join(" ", lines));
      }
    }
  }
}
