package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.server.MySqlRelease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Pattern PROFILE =
      Pattern.compile(
          "<id>([a-z-]+)</id>\\s*<properties>(?:\\s*<[a-z.]+>[^<]*</[a-z.]+>)*?"
              + "\\s*<syncline.releases>([A-Z0-9_,]+)<");

  @Test
  void theDocumentNamesEachReleaseAndWhatRunsIt() throws IOException {
    String document = Files.readString(ROOT.resolve("docs/connectors/mysql.md"));
    String build = Files.readString(ROOT.resolve("pom.xml"));

    Map<String, String> expected = new TreeMap<>();
    for (MySqlRelease release : MySqlRelease.values()) {
      expected.put(release.toString(), "every build");
    }
    PROFILE
        .matcher(build)
        .results()
        .forEach(
            profile -> {
              for (String release : profile.group(2).split(",", -1)) {
                expected.put(
                    MySqlRelease.valueOf(release).toString(), "`-P" + profile.group(1) + "`");
              }
            });
    Map<String, String> said =
        ROW.matcher(document)
            .results()
            .collect(Collectors.toMap((MatchResult row) -> row.group(1), row -> row.group(2)));

    assertThat(new TreeMap<>(said)).isEqualTo(expected);
  }
}
