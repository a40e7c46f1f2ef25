package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Java in the documents is what is compiled here. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @ParameterizedTest
  @CsvSource({
    "README.md, src/main/java/dev/syncline/examples/MySqlToMySql.java",
    "docs/connectors/redis.md, src/main/java/dev/syncline/examples/RedisToRedis.java",
    "docs/testkit.md, src/test/java/dev/syncline/examples/TestkitSnippets.java"
  })
  void showsTheSnippetsThatAreCompiled(Path document, Path source) throws IOException {
    String text = Files.readString(ROOT.resolve(document));

    List<String> blocks = BLOCK.matcher(text).results().map(b -> b.group(1).strip()).toList();

    assertThat(blocks).isNotEmpty().isEqualTo(snippets(Files.readString(source)));
  }

  /** What stands between each two marks, moved to the left margin. */
  private static List<String> snippets(String source) {
    String[] parts = source.split(" *// \\[snippet]\n", -1);
    assertThat(parts.length).as("marks come in twos").isOdd();
    List<String> snippets = new ArrayList<>();
    for (int i = 1; i < parts.length; i += 2) {
      snippets.add(parts[i].stripTrailing().stripIndent().strip());
    }
    return snippets;
  }
}
