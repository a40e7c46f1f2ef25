package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The document says of each release what runs it. */
class VersionsTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW =
      Pattern.compile("^\\| ((?:MySQL|MariaDB) [\\d.]+) \\| ([^|]+) \\|", Pattern.MULTILINE);
  private static final Pattern MATRIX =
      Pattern.compile("<syncline.releases>([A-Z0-9_,]+)</syncline.releases>");

  @Test
  void theDocumentNamesEachReleaseAndWhatRunsIt() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/connectors/mysql.md"));
    String build = Files.readString(ROOT.resolve("pom.xml"));

    List<String> matrix =
        MATRIX
            .matcher(build)
            .results()
            .flatMap(list -> Arrays.stream(list.group(1).split(",")))
            .toList();
    Map<String, String> expected = new TreeMap<>();
    for (MySqlRelease release : MySqlRelease.values()) {
      boolean rare = matrix.contains(release.name());
      expected.put(release.toString(), rare ? "`-Pmatrix`" : "every build");
    }
    Map<String, String> said =
        ROW.matcher(document)
            .results()
            .collect(Collectors.toMap((MatchResult row) -> row.group(1), row -> row.group(2)));

    assertThat(new TreeMap<>(said)).isEqualTo(expected);
  }
}
