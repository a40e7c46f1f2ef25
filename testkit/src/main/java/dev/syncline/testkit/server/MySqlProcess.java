package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A server as a process of this machine, on the loopback address. */
final class MySqlProcess implements MySqlHost {
  private static final String ADDRESS = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(10);
  private static final int MAX_PORTS = 5;
  private static final int LOG_LINES = 30;
  private static final String PORT_TAKEN = "Address already in use";

  private final String name;
  private final MySqlInstallation installation;
  private final MySqlOptions options;
  private final RunFolder run;
  private final IntSupplier ports;
  private final ServerLog log;

  private int port;
  private @Nullable GuardedProcess process;

  private MySqlProcess(
      String name,
      MySqlInstallation installation,
      MySqlOptions options,
      RunFolder run,
      IntSupplier ports) {
    this.name = name;
    this.installation = installation;
    this.options = options;
    this.run = run;
    this.ports = ports;
    this.log = new ServerLog(run.path().resolve("log"));
  }

  /** Prepares a server with a data directory of its own; {@link #start} starts it. */
  static MySqlProcess prepare(String name, MySqlRelease release, MySqlOptions options) {
    return prepare(name, release, options, LoopbackPort::free);
  }

  /** Prepares a server that tries ports of that supplier. */
  static MySqlProcess prepare(
      String name, MySqlRelease release, MySqlOptions options, IntSupplier ports) {
    Platform.requireLinuxOnX86();
    ServerCache cache = ServerCache.open();
    try {
      MySqlInstallation installation = MySqlInstallation.of(release, cache);
      RunFolder run = RunFolder.create(cache.runs(), name);
      try {
        MySqlTemplate.copy(installation, options, run.path().resolve("data"));
        Files.createDirectory(run.path().resolve("tmp"));
      } catch (IOException | RuntimeException e) {
        run.close();
        throw e;
      }
      return new MySqlProcess(name, installation, options, run, ports);
    } catch (IOException e) {
      throw new ServerException(
          "Cannot prepare server '" + name + "' (" + release + "): " + e.getMessage() + ".", e);
    }
  }

  @Override
  public Endpoint start() {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    try {
      if (port != 0) {
        startAgain(deadline);
      } else {
        startOnFreePort(deadline);
      }
      return new Endpoint(ADDRESS, port);
    } catch (IOException e) {
      throw new ServerException("Cannot start " + title() + ": " + e.getMessage() + ".", e);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while " + title() + " was starting.", e);
    }
  }

  private void startOnFreePort(long deadline) throws IOException, InterruptedException {
    for (int i = 0; i < MAX_PORTS; i++) {
      int candidate = ports.getAsInt();
      if (startOn(candidate, deadline)) {
        port = candidate;
        return;
      }
    }
    throw new ServerException(
        "Cannot start " + title() + ": the last " + MAX_PORTS + " ports tried were taken.");
  }

  private void startAgain(long deadline) throws IOException, InterruptedException {
    do {
      if (startOn(port, deadline)) {
        return;
      }
    } while (System.nanoTime() < deadline);
    throw new ServerException(
        "Cannot start " + title() + " again: its port " + port + " is in use by another program.");
  }

  /** Starts the server; false when the port was taken. */
  private boolean startOn(int candidate, long deadline) throws IOException, InterruptedException {
    Path data = run.path().resolve("data");
    Path pidFile = run.path().resolve("pid");
    Files.deleteIfExists(pidFile);
    // A killed server leaves them, and its process number may be another process's by now.
    Files.deleteIfExists(data.resolve("socket"));
    Files.deleteIfExists(data.resolve("socket.lock"));
    List<String> command = new ArrayList<>(installation.command(data, run.path().resolve("tmp")));
    command.add("--bind-address=" + ADDRESS);
    command.add("--port=" + candidate);
    command.add("--pid-file=" + pidFile);
    // A relative path lies in the data directory and cannot get too long for a socket.
    command.add("--socket=socket");
    command.addAll(options.arguments());

    long logged = log.size();
    GuardedProcess started =
        GuardedProcess.start(installation.process(command, log.file()), run.path());
    process = started;
    // The process number is written when the port is ours, so the greeting is not another server's.
    while (!Files.exists(pidFile) || MySqlGreeting.read(ADDRESS, candidate).isEmpty()) {
      if (started.awaitEnd(PROBE_INTERVAL)) {
        if (log.textAfter(logged).contains(PORT_TAKEN)) {
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
            + title()
            + ": it "
            + what
            + ". The last lines of its log:\n"
            + log.tail(LOG_LINES));
  }

  @Override
  public void kill() {
    GuardedProcess running = process;
    if (running == null) {
      return;
    }
    running.kill();
    boolean interrupted = Thread.interrupted();
    try {
      if (!running.awaitEnd(KILL_LIMIT)) {
        throw new ServerException(
            "Killed " + title() + ", but it was not gone after " + KILL_LIMIT.toSeconds() + " s.");
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

  @Override
  public String logTail() {
    return log.tail(LOG_LINES);
  }

  @Override
  public void close() {
    kill();
    try {
      run.close();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot delete the data of " + title() + ".", e);
    }
  }

  private String title() {
    return "server '" + name + "' (" + installation.release() + ")";
  }
}
