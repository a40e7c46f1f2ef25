package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SystemLibrariesTest {
  private @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"libaio.so.1,io_submit", "libnuma.so.1,numa_all_nodes_ptr"})
  void writesLibrariesForX86(String name, String symbol) throws IOException {
    SystemLibraries.write(folder);

    byte[] content = Files.readAllBytes(folder.resolve(name));
    int machine = content[18];
    assertThat(content).startsWith(0x7f, 'E', 'L', 'F');
    assertThat(machine).as("machine number of x86-64").isEqualTo(62);
    assertThat(new String(content, StandardCharsets.ISO_8859_1)).contains(symbol);
  }

  @Test
  void writesNothingElse() throws IOException {
    SystemLibraries.write(folder);

    assertThat(folder).isDirectoryNotContaining(file -> !file.toString().endsWith(".so.1"));
  }
}
