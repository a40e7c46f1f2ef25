package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A process that dies with this JVM, even when the JVM is killed.
 *
 * <p>A shell stands between: it waits for the process, and a second one reads the pipe from the
 * JVM. When the pipe ends, however that comes, the process is killed. When it ends without a
 * farewell, the JVM is gone, nobody needs the process's folder any more, and it is deleted too.
 */
final class GuardedProcess {
  /**
   * {@code $0} is the folder, {@code $@} the command. Works with any POSIX shell. The mark is
   * written with {@code true}, since a failing redirection of {@code :} would end the shell before
   * the kill.
   */
  private static final String GUARD =
      """
      "$@" </dev/null &
      process=$!
      trap '' HUP INT TERM
      exec 3<&0
      (
        read -r farewell <&3
        [ "$farewell" = keep ] || true >"$0/orphaned"
        kill -9 "$process"
      ) 2>/dev/null &
      watcher=$!
      wait "$process"
      code=$?
      kill -9 "$watcher" 2>/dev/null
      [ ! -e "$0/orphaned" ] || rm -rf "$0"
      exit "$code"
      """;

  private static final byte[] FAREWELL = "keep\n".getBytes(StandardCharsets.US_ASCII);

  private final Process shell;

  private GuardedProcess(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts a process.
   *
   * @param process the command with its environment and output; its input is not used
   * @param folder what is deleted when the JVM dies before the process
   */
  static GuardedProcess start(ProcessBuilder process, Path folder) throws IOException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", "-c", GUARD, folder.toString()));
    command.addAll(process.command());
    return new GuardedProcess(process.command(command).start());
  }

  /** Waits until the process has ended, at most so long. */
  boolean awaitEnd(Duration limit) throws InterruptedException {
    return shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** The processes behind the shell that runs now. */
  Stream<ProcessHandle> descendants() {
    return shell.descendants();
  }

  /** The process itself, once the shell has started it; empty when it has ended. */
  Optional<ProcessHandle> server() {
    Optional<String> guard = shell.info().command();
    // Between fork and exec it is still a copy of the shell.
    return shell
        .children()
        .filter(child -> child.info().command().isPresent())
        .filter(child -> !child.info().command().equals(guard))
        .findFirst();
  }

  /** The exit code of the ended process; 137 after a kill. */
  int exitCode() {
    return shell.exitValue();
  }

  /** Kills the process with SIGKILL; it may need a moment to be gone. */
  void kill() {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.write(FAREWELL);
    } catch (IOException alreadyGone) {
      // The pipe breaks when the process has ended by itself.
    }
  }
}
