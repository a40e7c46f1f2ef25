package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;

/** What is said of tables by the statements of a log is what the server's catalog has. */
class DefinitionsIT {

  @ParameterizedTest
  @EachRelease
  void agreesWithTheCatalogAfterEachStatement(MySqlRelease release) throws Exception {
    try (DefinitionRuns runs = new DefinitionRuns(MySqlServer.shared(release))) {
      int done = 0;
      for (String line : lines()) {
        if (line.isEmpty()) {
          runs.reset();
        } else if (!line.startsWith("#")) {
          done += runs.run(line) ? 1 : 0;
        }
      }

      DefinitionRuns.Result result = runs.compare();

      System.out.printf("%s: %s%n", release, result);
      if (System.getProperty("dbg") != null) {
        java.nio.file.Files.write(java.nio.file.Path.of("/tmp/it/" + release.name() + ".wrong"), result.wrong);
        java.nio.file.Files.write(java.nio.file.Path.of("/tmp/it/" + release.name() + ".refused"), result.refusals);
      }
      assertThat(result.wrong).isEmpty();
      assertThat(done).isGreaterThan(200);
    }
  }

  private static List<String> lines() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(DefinitionsIT.class.getResourceAsStream("/definitions.sql"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
