package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Three real sentinels for tests, which watch a master and its replicas and agree by two.
 *
 * <pre>{@code
 * try (RedisServer master = RedisServer.start(RedisRelease.REDIS_7_0);
 *     RedisServer replica =
 *         RedisServer.builder(RedisRelease.REDIS_7_0).replicaOf(master).start();
 *     RedisSentinels sentinels = RedisSentinels.start("shop", master)) {
 *   master.kill();
 *   sentinels.awaitMaster(replica);
 * }
 * }</pre>
 *
 * <p>They take a master for gone after a second without an answer. Closing them leaves the servers
 * as they are. Thread-safe.
 */
public final class RedisSentinels implements AutoCloseable {
  private static final int SENTINELS = 3;
  private static final int QUORUM = 2;
  private static final Duration DOWN_AFTER = Duration.ofSeconds(1);
  private static final Duration FAILOVER_LIMIT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String masterName;
  private final List<ServerProcess> processes = new ArrayList<>();
  private final List<Integer> ports = new ArrayList<>();

  private RedisSentinels(String masterName, RedisServer master) {
    this.masterName = masterName;
    int replicas = Integer.parseInt(master.info("replication").get("connected_slaves"));
    try {
      ServerCache cache = ServerCache.open();
      RedisInstallation installation = RedisInstallation.of(master.release(), cache);
      for (int i = 0; i < SENTINELS; i++) {
        String name = "sentinel-" + masterName + "-" + i;
        RunFolder run = RunFolder.create(cache.runs(), name);
        ServerProcess process =
            new ServerProcess(
                "'" + name + "' (" + master.release() + ")",
                run,
                new Program(installation, run.path(), masterName, master),
                LoopbackPort::free);
        processes.add(process);
        ports.add(process.start());
      }
      await("know all replicas and each other", port -> knowsAll(port, replicas));
    } catch (IOException e) {
      close();
      throw new ServerException("Cannot prepare sentinels: " + e.getMessage() + ".", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts sentinels of the master's release and returns when they know each other and the replicas
   * that the master has by now.
   *
   * @param masterName the name by which they know the master: at most 20 letters and digits
   * @throws ServerException if they cannot be started
   */
  public static RedisSentinels start(String masterName, RedisServer master) {
    if (!masterName.matches("[A-Za-z0-9]{1,20}")) {
      throw new IllegalArgumentException(
          "Name '" + masterName + "' must be 1 to 20 letters and digits.");
    }
    if (master.tls().isPresent()) {
      throw new IllegalArgumentException(
          "Sentinels of the fixture speak no TLS, so they cannot watch '" + master + "'.");
    }
    return new RedisSentinels(masterName, master);
  }

  /** The address of all of them. */
  public String host() {
    return ServerProcess.ADDRESS;
  }

  /** The port of each. */
  public List<Integer> ports() {
    return List.copyOf(ports);
  }

  /** A new connection to one of them, which the caller closes. */
  public RespClient connect(int index) {
    return RespClient.connect(host(), ports.get(index));
  }

  /** Kills one of them for good. */
  public synchronized void kill(int index) {
    processes.get(index).kill();
  }

  /** Lets them promote a replica although the master runs; returns when all know the new one. */
  public void failOver() {
    String before = masterPort(ports.get(0));
    await("begin a failover", port -> port != ports.get(0).intValue() || begins(port));
    await("have another master", port -> !masterPort(port).equals(before));
  }

  /** Not while the replica has not told it of itself, as right after the start. */
  private boolean begins(int port) {
    try (RespClient client = RespClient.connect(host(), port)) {
      client.command("SENTINEL", "FAILOVER", masterName);
      return true;
    } catch (RespClient.ErrorReply refusal) {
      if (refusal.getMessage().startsWith("INPROG")) {
        return true;
      }
      if (refusal.getMessage().startsWith("NOGOODSLAVE")) {
        return false;
      }
      throw refusal;
    }
  }

  /**
   * Waits until all that run say that this server is the master.
   *
   * @throws ServerException if that does not happen within 60 s
   */
  public void awaitMaster(RedisServer master) {
    String expected = Integer.toString(master.port());
    await("take '" + master + "' for the master", port -> masterPort(port).equals(expected));
  }

  private String masterPort(int port) {
    try (RespClient client = RespClient.connect(host(), port)) {
      @Nullable String masterPort =
          client.texts("SENTINEL", "GET-MASTER-ADDR-BY-NAME", masterName).get(1);
      return Objects.requireNonNull(masterPort);
    }
  }

  private boolean knowsAll(int port, int replicas) {
    try (RespClient client = RespClient.connect(host(), port)) {
      Map<String, @Nullable Object> master =
          RedisStateReader.fields(client.command("SENTINEL", "MASTER", masterName));
      return RedisStateReader.number(master.get("num-slaves")) >= replicas
          && RedisStateReader.number(master.get("num-other-sentinels")) == SENTINELS - 1;
    }
  }

  private interface Condition {
    boolean isTrueAt(int port);
  }

  private void await(String what, Condition condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int i = 0; i < SENTINELS; i++) {
      while (processes.get(i).process().isPresent() && !condition.isTrueAt(ports.get(i))) {
        if (System.nanoTime() > deadline) {
          throw new ServerException(
              "The sentinels of '%s' do not %s after %d s. The last lines of the log of one:%n%s"
                  .formatted(masterName, what, PATIENCE.toSeconds(), processes.get(i).logTail()));
        }
        LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
      }
    }
  }

  /** Kills all of them. Closing them again does nothing. */
  @Override
  public synchronized void close() {
    processes.forEach(ServerProcess::close);
    processes.clear();
  }

  private record Program(
      RedisInstallation installation, Path run, String masterName, RedisServer master)
      implements ServerProcess.Program {
    @Override
    public ProcessBuilder command(int port, Path log) throws IOException {
      Path file = run.resolve("sentinel.conf");
      List<String> lines = new ArrayList<>();
      lines.add("bind " + ServerProcess.ADDRESS);
      lines.add("port " + port);
      lines.add(RedisOptions.line("dir", List.of(run.toString())));
      lines.add(
          "sentinel monitor %s %s %d %d"
              .formatted(masterName, master.host(), master.port(), QUORUM));
      lines.add(
          "sentinel down-after-milliseconds %s %d".formatted(masterName, DOWN_AFTER.toMillis()));
      lines.add("sentinel failover-timeout %s %d".formatted(masterName, FAILOVER_LIMIT.toMillis()));
      master
          .password()
          .ifPresent(
              password ->
                  lines.add(
                      RedisOptions.line("sentinel auth-pass " + masterName, List.of(password))));
      Files.write(file, lines);
      return installation.process(List.of(file.toString(), "--sentinel"), log);
    }

    @Override
    public boolean serves(int port, GuardedProcess process) {
      try (RespClient client = RespClient.connect(ServerProcess.ADDRESS, port)) {
        return RedisProcess.isAnsweredBy(process, client);
      } catch (ServerException notYet) {
        return false;
      }
    }
  }
}
