package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntSupplier;

/** A server as a process of this machine, on the loopback address. */
final class MySqlProcess implements MySqlHost {
  private final ServerProcess server;

  private MySqlProcess(ServerProcess server) {
    this.server = server;
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
    String title = "server '" + name + "' (" + release + ")";
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
      Program program = new Program(installation, options, run.path());
      return new MySqlProcess(new ServerProcess(title, run, program, ports));
    } catch (IOException e) {
      throw new ServerException("Cannot prepare " + title + ": " + e.getMessage() + ".", e);
    }
  }

  @Override
  public Endpoint start() {
    return new Endpoint(ServerProcess.ADDRESS, server.start());
  }

  @Override
  public void kill() {
    server.kill();
  }

  @Override
  public String logTail() {
    return server.logTail();
  }

  @Override
  public void close() {
    server.close();
  }

  private record Program(MySqlInstallation installation, MySqlOptions options, Path run)
      implements ServerProcess.Program {
    @Override
    public ProcessBuilder command(int port, Path log) throws IOException {
      Path data = run.resolve("data");
      Files.deleteIfExists(pidFile());
      // A killed server leaves them, and its process number may be another process's by now.
      Files.deleteIfExists(data.resolve("socket"));
      Files.deleteIfExists(data.resolve("socket.lock"));
      List<String> command = new ArrayList<>(installation.command(data, run.resolve("tmp")));
      command.add("--bind-address=" + ServerProcess.ADDRESS);
      command.add("--port=" + port);
      command.add("--pid-file=" + pidFile());
      // A relative path lies in the data directory and cannot get too long for a socket.
      command.add("--socket=socket");
      command.addAll(options.arguments());
      return installation.process(command, log);
    }

    @Override
    public boolean serves(int port, GuardedProcess process) {
      // The process number is written when the port is ours, so the greeting is not another
      // server's.
      return Files.exists(pidFile()) && MySqlGreeting.read(ServerProcess.ADDRESS, port).isPresent();
    }

    private Path pidFile() {
      return run.resolve("pid");
    }
  }
}
