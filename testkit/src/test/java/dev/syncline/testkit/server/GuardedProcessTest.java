package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private @TempDir Path folder;

  @Test
  void killsTheProcessAndKeepsItsFolder() throws Exception {
    GuardedProcess process = start("sleep", "300");

    process.kill();

    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.exitCode()).isEqualTo(128 + 9);
    assertThat(folder).isDirectory();
  }

  @Test
  void tellsTheProcessFromItsGuards() throws Exception {
    GuardedProcess process = start("sleep", "300");
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (process.server().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }

    assertThat(process.server().orElseThrow().info().command().orElseThrow()).endsWith("sleep");

    process.kill();
    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.server()).isEmpty();
  }

  @Test
  void tellsTheExitCodeOfAProcessThatEndsByItself() throws Exception {
    GuardedProcess process = start("sh", "-c", "exit 3");

    assertThat(process.awaitEnd(LIMIT)).isTrue();
    assertThat(process.exitCode()).isEqualTo(3);
    assertThat(folder).isDirectory();
  }

  @Test
  void mayKillAProcessThatHasEnded() throws Exception {
    GuardedProcess process = start("true");
    assertThat(process.awaitEnd(LIMIT)).isTrue();

    process.kill();

    assertThat(process.exitCode()).isZero();
  }

  @Test
  void leavesNoShellBehind() throws Exception {
    GuardedProcess process = start("sleep", "300");
    ProcessHandle[] started = descendantsOf(process);

    process.kill();
    assertThat(process.awaitEnd(LIMIT)).isTrue();

    assertThat(started).hasSize(2);
    for (ProcessHandle handle : started) {
      handle.onExit().orTimeout(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
    }
  }

  /** The process itself and the shell that watches for the end of this JVM. */
  private static ProcessHandle[] descendantsOf(GuardedProcess process) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    ProcessHandle[] found;
    do {
      found = process.descendants().toArray(ProcessHandle[]::new);
    } while (found.length < 2 && System.nanoTime() < deadline);
    return found;
  }

  private GuardedProcess start(String... command) throws IOException {
    Files.createDirectories(folder);
    return GuardedProcess.start(new ProcessBuilder(command), folder);
  }
}
