package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A server as a process of this machine, on the loopback address, that can be killed and started
 * again on the same port and data. Used by one thread at a time.
 */
final class ServerProcess implements AutoCloseable {
  static final String ADDRESS = "127.0.0.1";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(10);
  private static final int MAX_PORTS = 5;
  private static final int LOG_LINES = 30;

  /** How the C libraries put it, glibc first. */
  private static final Pattern PORT_TAKEN = Pattern.compile("Address (already )?in use");

  /** What runs. */
  interface Program {
    /** Makes the folder ready and gives the command that starts the server on a port. */
    ProcessBuilder command(int port, Path log) throws IOException;

    /** Whether the process serves on that port now, and not another server. */
    boolean serves(int port, GuardedProcess process);
  }

  private final String title;
  private final RunFolder run;
  private final Program program;
  private final IntSupplier ports;
  private final ServerLog log;

  private int port;
  private Socket kept = new Socket();
  private @Nullable GuardedProcess process;

  /**
   * A server that does not run yet.
   *
   * @param title the name and release, for messages
   * @param run its folder, which is deleted on close
   * @param ports gives ports to try
   */
  ServerProcess(String title, RunFolder run, Program program, IntSupplier ports) {
    this.title = title;
    this.run = run;
    this.program = program;
    this.ports = ports;
    this.log = new ServerLog(run.path().resolve("log"));
  }

  /** Starts the server and returns when it serves: its port, which it keeps. */
  int start() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      if (port != 0) {
        startAgain(deadline);
      } else {
        startOnFreePort(deadline);
      }
      return port;
    } catch (IOException e) {
      throw new ServerException("Cannot start " + title + ": " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while " + title + " was starting.", e);
    }
  }

  private void startOnFreePort(long deadline) throws IOException, InterruptedException {
    for (int i = 0; i < MAX_PORTS; i++) {
      int candidate = ports.getAsInt();
      kept = LoopbackPort.keep(candidate);
      if (startOn(candidate, deadline)) {
        port = candidate;
        return;
      }
      TcpLink.close(kept);
    }
    throw new ServerException(
        "Cannot start " + title + ": the last " + MAX_PORTS + " ports tried were taken.");
  }

  private void startAgain(long deadline) throws IOException, InterruptedException {
    do {
      if (startOn(port, deadline)) {
        return;
      }
    } while (System.nanoTime() < deadline);
    throw new ServerException(
        "Cannot start " + title + " again: its port " + port + " is in use by another program.");
  }

  /** Starts the server; false when the port was taken. */
  private boolean startOn(int candidate, long deadline) throws IOException, InterruptedException {
    long logged = log.size();
    GuardedProcess started =
        GuardedProcess.start(program.command(candidate, log.file()), run.path());
    process = started;
    while (!program.serves(candidate, started)) {
      if (started.awaitEnd(PROBE_INTERVAL)) {
        if (PORT_TAKEN.matcher(log.textAfter(logged)).find()) {
          return false;
        }
        throw failure("ended with exit code " + started.exitCode() + " before it served");
      }
      if (System.nanoTime() > deadline) {
        kill();
        throw failure("did not serve after " + START_LIMIT.toSeconds() + " s");
      }
    }
    return true;
  }

  private ServerException failure(String what) {
    return new ServerException(
        "Cannot start "
            + title
            + ": it "
            + what
            + ". The last lines of its log:\n"
            + log.tail(LOG_LINES));
  }

  /** The process that was started last; none after a kill. */
  Optional<GuardedProcess> process() {
    return Optional.ofNullable(process);
  }

  /** Kills the server, if it runs, and returns when it is gone. */
  void kill() {
    GuardedProcess running = process;
    if (running == null) {
      return;
    }
    running.kill();
    boolean interrupted = Thread.interrupted();
    try {
      if (!running.awaitEnd(KILL_LIMIT)) {
        throw new ServerException(
            "Killed " + title + ", but it was not gone after " + KILL_LIMIT.toSeconds() + " s.");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
    process = null;
  }

  /** Its messages, the last lines only. */
  String logTail() {
    return log.tail(LOG_LINES);
  }

  /** Kills the server, if it runs, and deletes its folder. */
  @Override
  public void close() {
    kill();
    TcpLink.close(kept);
    try {
      run.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the data of " + title + ".", e);
    }
  }
}
