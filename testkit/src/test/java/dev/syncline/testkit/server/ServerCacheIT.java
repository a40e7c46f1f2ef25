package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCacheIT {
  private static final int JVMS = 3;

  private @TempDir Path cache;

  @Test
  void manyJvmsUnpackAServerOnce() throws Exception {
    List<ChildJvm> children = new ArrayList<>();
    try {
      for (int i = 0; i < JVMS; i++) {
        children.add(ChildJvm.start(UseServer.class, Map.of("syncline.cache", cache.toString())));
      }
      for (ChildJvm child : children) {
        assertThat(child.line()).isEqualTo("ready");
      }

      for (ChildJvm child : children) {
        child.writeLine("go");
      }

      for (ChildJvm child : children) {
        assertThat(child.line()).isEqualTo("served");
      }
      try (Stream<Path> folders = Files.list(cache.resolve("servers"))) {
        assertThat(
                folders.filter(Files::isDirectory).map(folder -> folder.getFileName().toString()))
            .hasSize(2)
            .allMatch(name -> name.matches("mysql-5\\.7\\.22-[0-9a-f]{8}(-data)?"));
      }
    } finally {
      children.forEach(ChildJvm::close);
    }
  }

  /** Starts a server when told so. */
  static final class UseServer {
    private UseServer() {}

    public static void main(String[] arguments) throws Exception {
      System.out.println("ready");
      System.in.read();
      try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_5_7).start()) {
        server.createDatabase("shop");
        System.out.println("served");
      }
    }
  }
}
