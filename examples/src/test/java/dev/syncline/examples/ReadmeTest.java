package dev.syncline.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The Java in the README is what an example compiles. */
class ReadmeTest {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final Path EXAMPLE =
      Path.of("src/main/java/dev/syncline/examples/MySqlToMySql.java");
  private static final Pattern BLOCK = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  @Test
  void showsTheSnippetOfTheFirstExample() throws IOException {
    Matcher block = BLOCK.matcher(Files.readString(ROOT.resolve("README.md")));

    assertThat(block.find()).as("README.md has a block of Java").isTrue();
    assertThat(block.group(1).strip()).isEqualTo(snippet(Files.readString(EXAMPLE)));
    assertThat(block.find()).as("README.md has a second block of Java").isFalse();
  }

  /** What stands between the two marks, moved to the left margin. */
  private static String snippet(String source) {
    String[] parts = source.split(" *// \\[snippet]\n", -1);
    assertThat(parts).hasSize(3);
    List<String> lines = parts[1].lines().toList();
    return lines.stream()
        .map(line -> line.isBlank() ? "" : line.substring(4))
        .collect(Collectors.joining("\n"))
        .strip();
  }
}
