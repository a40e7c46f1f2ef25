package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerLogTest {
  private @TempDir Path folder;

  @Test
  void givesTheLastLines() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "one\ntwo\nthree\n");

    assertThat(new ServerLog(file).tail(2)).isEqualTo("two\nthree");
    assertThat(new ServerLog(file).tail(5)).isEqualTo("one\ntwo\nthree");
  }

  @Test
  void isEmptyBeforeTheFirstMessage() {
    ServerLog log = new ServerLog(folder.resolve("log"));

    assertThat(log.tail(2)).isEmpty();
    assertThat(log.size()).isZero();
  }

  @Test
  void givesWhatWasWrittenSince() throws IOException {
    Path file = Files.writeString(folder.resolve("log"), "old\n");
    ServerLog log = new ServerLog(file);
    long before = log.size();

    Files.writeString(file, "new\n", StandardOpenOption.APPEND);

    assertThat(log.textAfter(before)).isEqualTo("new\n");
  }
}
