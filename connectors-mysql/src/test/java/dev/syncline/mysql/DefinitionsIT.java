package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is said of tables by the statements of a log is what the server's catalog has. */
class DefinitionsIT {
  private static final int RANDOM = 200;
  private static final int ROUNDS = Math.max(1, Integer.getInteger("syncline.kills", 30) / 20);

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
      assertThat(result.wrong).isEmpty();
      assertThat(result.refusals).hasSizeLessThan(25);
      // What older ones put in the place of NULL in a key passes for unknown.
      boolean old = release == MySqlRelease.MYSQL_5_5 || release == MySqlRelease.MYSQL_5_6;
      assertThat(result.unknownConstants).isLessThan(result.constants / (old ? 10 : 20));
      assertThat(done).isGreaterThan(200);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_0", "MYSQL_5_7"})
  void agreesWithTheCatalogAfterRandomStatements(MySqlRelease release) throws Exception {
    long first = Long.getLong("syncline.seed", System.nanoTime());
    for (long seed = first; seed < first + ROUNDS; seed++) {
      System.out.printf("%s, seed %d%n", release, seed);
      RandomDefinitions random = new RandomDefinitions(new Random(seed));
      try (DefinitionRuns runs = new DefinitionRuns(MySqlServer.shared(release))) {
        int done = 0;
        for (int i = 0; done < RANDOM && i < 4 * RANDOM; i++) {
          done += runs.run(random.next(runs.tables())) ? 1 : 0;
        }

        DefinitionRuns.Result result = runs.compare();

        System.out.printf("%s (seed %d): %s%n", release, seed, result);
        assertThat(result.wrong).as("seed %d", seed).isEmpty();
        assertThat(result.refused()).as("seed %d", seed).isLessThan(result.taken() / 3);
        assertThat(done).as("seed %d", seed).isEqualTo(RANDOM);
      }
    }
  }

  private static List<String> lines() throws Exception {
    try (InputStream in =
        Objects.requireNonNull(DefinitionsIT.class.getResourceAsStream("/definitions.sql"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }
}
