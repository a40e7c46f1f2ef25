package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A real server of Redis or Valkey for tests.
 *
 * <pre>{@code
 * try (RedisServer source = RedisServer.start(RedisRelease.REDIS_7_0);
 *     RedisServer target =
 *         RedisServer.builder(RedisRelease.REDIS_4_0).appendOnly().password("secret").start()) {
 *   source.command("SET", "greeting", "hello");
 *   target.kill();
 *   target.restart();
 * }
 * }</pre>
 *
 * <p>Nothing needs to be installed. At first use the program is fetched from a Maven repository, or
 * from a mirror of Debian, and unpacked into the cache as those of {@link MySqlServer} are. A
 * server listens on the loopback address only, starts in some 20 ms with a folder of its own, and
 * ends with the JVM that started it, even when that is killed; its data goes with it. The programs
 * run on Linux on x86-64.
 *
 * <p>By default a server keeps nothing on disk, so that it is empty after {@link #kill()} and
 * {@link #restart()}, unless it has been a replica, which keeps the copy it got; has no password
 * and no TLS; sends a full copy to a replica at once; and allows {@code DEBUG}. Everything else is
 * as the release has it by default.
 *
 * <p>Thread-safe. Killing, stopping, restarting and closing exclude each other.
 */
public final class RedisServer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final AtomicInteger SERVERS = new AtomicInteger();

  private final String name;
  private final RedisRelease release;
  private final RedisProcess program;
  private final ServerProcess server;
  private final Optional<String> password;
  private final int port;
  private boolean closed;

  private RedisServer(Builder builder) {
    this.name = builder.name();
    this.release = builder.release;
    this.password = builder.password();
    Platform.requireLinuxOnX86();
    ClassPathLibraries.read();
    String title = "server '" + name + "' (" + release + ")";
    try {
      ServerCache cache = ServerCache.open();
      RedisInstallation installation = RedisInstallation.of(release, cache);
      @Nullable TlsFiles tls = builder.tls ? TlsFiles.of(cache) : null;
      RunFolder run = RunFolder.create(cache.runs(), name);
      this.program = new RedisProcess(installation, builder, run.path(), tls);
      this.server = new ServerProcess(title, run, program, builder.ports);
    } catch (IOException e) {
      throw new ServerException("Cannot prepare " + title + ": " + e.getMessage() + ".", e);
    }
    try {
      this.port = server.start();
      if (builder.master != null) {
        awaitCaughtUp(builder.master);
      }
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * Starts a server with the fixture's defaults, which the caller closes.
   *
   * @throws ServerException if it cannot be fetched or started
   */
  public static RedisServer start(RedisRelease release) {
    return builder(release).start();
  }

  /** Describes a server, which the caller closes. */
  public static Builder builder(RedisRelease release) {
    return new Builder(Objects.requireNonNull(release, "release"));
  }

  /** The release that runs. */
  public RedisRelease release() {
    return release;
  }

  /** The address to connect to. */
  public String host() {
    return ServerProcess.ADDRESS;
  }

  /** The TCP port to connect to; stays the same after {@link #restart()}. */
  public int port() {
    return port;
  }

  /** The password of the default user, if it has one. */
  public Optional<String> password() {
    return password;
  }

  /** What clients need to connect by TLS, if this server wants it. */
  public Optional<TlsFiles> tls() {
    return program.tls();
  }

  /** The folder of the server's data, such as {@code dump.rdb}. */
  public Path folder() {
    return program.data();
  }

  /**
   * A new connection with the password and TLS that the server wants, which the caller closes.
   *
   * @throws ServerException if the server does not run
   */
  public RespClient connect() {
    return program.connect(port, PATIENCE);
  }

  /**
   * Executes a command on a new connection.
   *
   * @return the reply, as {@link RespClient#command} gives it
   */
  public @Nullable Object command(Object... arguments) {
    try (RespClient client = connect()) {
      return client.command(arguments);
    }
  }

  /** Executes a command on a new connection whose reply is one value, and returns its text. */
  public @Nullable String text(Object... arguments) {
    try (RespClient client = connect()) {
      return client.text(arguments);
    }
  }

  /** The fields of a section of {@code INFO}, such as {@code replication}. */
  public Map<String, String> info(String section) {
    return fields(text("INFO", section));
  }

  /** The fields of what {@code INFO} and its like say. */
  static Map<String, String> fields(@Nullable String text) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String line : Objects.requireNonNull(text, "text").lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0 && !line.startsWith("#")) {
        fields.put(line.substring(0, colon), line.substring(colon + 1));
      }
    }
    return Collections.unmodifiableMap(fields);
  }

  /**
   * Kills the server as {@code kill -9} does and returns when it is gone. A server that is not
   * running stays so.
   *
   * @throws IllegalStateException if it is closed
   */
  public synchronized void kill() {
    requireOpen("killed");
    server.kill();
  }

  /**
   * Asks the server to end, without saving its data, and returns when it is gone.
   *
   * @throws IllegalStateException if it is closed
   * @throws ServerException if it does not run, or does not end
   */
  public synchronized void stop() {
    shutdown("NOSAVE");
  }

  /** As {@link #stop}, but it saves its data first, which it has again after a restart. */
  public synchronized void stopSaving() {
    shutdown("SAVE");
  }

  private void shutdown(String how) {
    requireOpen("stopped");
    GuardedProcess running =
        server.process().orElseThrow(() -> new ServerException("'" + this + "' does not run."));
    try (RespClient client = connect()) {
      client.command("SHUTDOWN", how);
    } catch (RespClient.ErrorReply refusal) {
      throw refusal;
    } catch (ServerException itHangsUp) {
      // As it should; whether it has gone is seen below.
    }
    try {
      if (!running.awaitEnd(PATIENCE)) {
        throw new ServerException(
            "Server '" + this + "' did not end. The last lines of its log:\n" + server.logTail());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while '" + this + "' was ending.", e);
    }
    server.kill();
  }

  /**
   * Starts the server again, on the same data and port, and returns when it serves. A running
   * server is {@linkplain #kill() killed} first. It is configured as at its first start, unless
   * {@code CONFIG REWRITE} has changed that.
   *
   * @throws IllegalStateException if it is closed
   * @throws ServerException if it does not start
   */
  public synchronized void restart() {
    requireOpen("restarted");
    server.kill();
    server.start();
  }

  /** Stops the process where it is ({@code SIGSTOP}): connections stay open, nobody answers. */
  public synchronized void pause() {
    signal("STOP");
  }

  /** Lets a paused process go on ({@code SIGCONT}). */
  public synchronized void resume() {
    signal("CONT");
  }

  private void signal(String signal) {
    requireOpen("signalled");
    long process =
        server
            .process()
            .flatMap(GuardedProcess::server)
            .orElseThrow(() -> new ServerException("'" + this + "' does not run."))
            .pid();
    try {
      List<String> command =
          List.of("/bin/sh", "-c", "kill -s \"$0\" \"$1\"", signal, Long.toString(process));
      if (new ProcessBuilder(command).start().waitFor() != 0) {
        throw new ServerException("Cannot send signal " + signal + " to '" + this + "'.");
      }
    } catch (IOException e) {
      throw new ServerException("Cannot send signal " + signal + " to '" + this + "'.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ServerException("Interrupted while signalling '" + this + "'.", e);
    }
  }

  /** Makes this server a master, if it is a replica; its data stays. */
  public void promote() {
    command("SLAVEOF", "NO", "ONE");
  }

  /** Makes this server a replica of another one, whose data it takes in place of its own. */
  public void follow(RedisServer master) {
    try (RespClient client = connect()) {
      if (master.password.isPresent()) {
        client.command("CONFIG", "SET", "masterauth", master.password.get());
      }
      client.command("SLAVEOF", master.host(), master.port());
    }
  }

  /**
   * Waits until this replica is connected to its master and has got all that the master has written
   * so far.
   *
   * @throws ServerException if that does not happen within 30 s
   */
  public void awaitCaughtUp(RedisServer master) {
    long written = Long.parseLong(master.info("replication").get("master_repl_offset"));
    await(
        "has not caught up with '" + master + "'",
        () -> {
          Map<String, String> replication = info("replication");
          return "up".equals(replication.get("master_link_status"))
              && Long.parseLong(replication.getOrDefault("slave_repl_offset", "-1")) >= written;
        });
  }

  /** Waits for a condition of this server, at most 30 s. */
  void await(String otherwise, BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new ServerException(
            "Server '%s' %s after %d s. The last lines of its log:%n%s"
                .formatted(this, otherwise, PATIENCE.toSeconds(), logTail()));
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private void requireOpen(String what) {
    if (closed) {
      throw new IllegalStateException(
          "Server '" + name + "' is closed and cannot be " + what + ".");
    }
  }

  /** Whether the process is there, paused or not. */
  public synchronized boolean isRunning() {
    return server.process().flatMap(GuardedProcess::server).isPresent();
  }

  /** The last lines that the server wrote to its log. */
  public String logTail() {
    return server.logTail();
  }

  /** Kills the server and deletes its data. Closing it again does nothing. */
  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      server.close();
    }
  }

  /** The name, release and address of this server. */
  @Override
  public String toString() {
    return name + " (" + release + ") at " + host() + ":" + port;
  }

  /** Describes a server. Not thread-safe. */
  public static final class Builder {
    private final RedisRelease release;
    private final int number = SERVERS.incrementAndGet();
    private final RedisOptions options = new RedisOptions();
    private final Map<String, List<String>> directives = new LinkedHashMap<>();
    private IntSupplier ports = LoopbackPort::free;
    private @Nullable String name;
    private @Nullable String password;
    private @Nullable RedisServer master;
    private boolean tls;

    private Builder(RedisRelease release) {
      this.release = release;
    }

    /**
     * A name for messages and folders. By default one made of product and number.
     *
     * @param name at most 40 letters, digits, underscores and hyphens
     */
    public Builder name(String name) {
      if (this.name != null) {
        throw new IllegalStateException(
            "Name '" + name + "' comes too late: the server is named '" + this.name + "'.");
      }
      if (!name.matches("[A-Za-z0-9_-]{1,40}")) {
        throw new IllegalArgumentException(
            "Name '" + name + "' must be 1 to 40 letters, digits, underscores and hyphens.");
      }
      this.name = name;
      return this;
    }

    /**
     * Sets a directive of {@code redis.conf}, such as {@code option("maxmemory", "10mb")} or {@code
     * option("client-output-buffer-limit", "replica", "1mb", "0", "0")}, in place of the fixture's
     * default if there is one. Those that may be repeated there may be repeated here.
     *
     * @throws IllegalArgumentException if the fixture has to choose this directive itself
     * @throws IllegalStateException if it is set already
     */
    public Builder option(String directive, String... values) {
      options.add(directive, List.of(values));
      return this;
    }

    /** Keeps the data in an append-only file, each command of which survives {@link #kill()}. */
    public Builder appendOnly() {
      return option("appendonly", "yes").option("appendfsync", "always");
    }

    /** Wants a password of the default user; none by default. */
    public Builder password(String password) {
      if (this.password != null) {
        throw new IllegalStateException("The password is set already.");
      }
      if (password.isEmpty()) {
        throw new IllegalArgumentException("The password must not be empty.");
      }
      this.password = password;
      return this;
    }

    /**
     * Speaks TLS and nothing else; no TLS by default. Clients need no certificate, unless option
     * {@code tls-auth-clients} says otherwise.
     *
     * @throws IllegalStateException if the release cannot
     */
    public Builder tls() {
      if (!release.hasTls()) {
        throw new IllegalStateException(
            release + " does not know TLS. Take a release from 6.0 on.");
      }
      tls = true;
      return this;
    }

    /** Starts as a replica of another server; by default as a master. */
    public Builder replicaOf(RedisServer master) {
      if (this.master != null) {
        throw new IllegalStateException("The server is a replica of '" + this.master + "'.");
      }
      this.master = Objects.requireNonNull(master, "master");
      return this;
    }

    /** Tries ports of that supplier. */
    Builder ports(IntSupplier candidates) {
      ports = candidates;
      return this;
    }

    /** Starts as a node of a cluster. */
    Builder clustered(Duration nodeTimeout) {
      directives.put("cluster-enabled", List.of("yes"));
      directives.put("cluster-config-file", List.of("nodes.conf"));
      directives.put("cluster-node-timeout", List.of(Long.toString(nodeTimeout.toMillis())));
      if (tls) {
        directives.put("tls-cluster", List.of("yes"));
      }
      return this;
    }

    RedisRelease release() {
      return release;
    }

    RedisOptions options() {
      return options;
    }

    Optional<String> password() {
      return Optional.ofNullable(password);
    }

    /** The directives that follow from the other settings. */
    Map<String, List<String>> directives() {
      Map<String, List<String>> all = new LinkedHashMap<>(directives);
      password().ifPresent(secret -> all.put("requirepass", List.of(secret)));
      if (master != null) {
        all.put("slaveof", List.of(master.host(), Integer.toString(master.port())));
      }
      Optional.ofNullable(master)
          .flatMap(RedisServer::password)
          .or(this::password)
          .ifPresent(secret -> all.put("masterauth", List.of(secret)));
      return all;
    }

    private String name() {
      return name != null
          ? name
          : release.product().toString().toLowerCase(Locale.ROOT) + "-" + number;
    }

    /**
     * Starts the server and returns when it serves, at most 60 s after its program is there, and a
     * replica when it has got all that its master has, so that both know each other.
     *
     * @throws IllegalStateException if of this server and its master one speaks TLS
     * @throws ServerException if it cannot be fetched or started; the message has the last lines of
     *     the server's log
     */
    public RedisServer start() {
      if (master != null && master.tls().isPresent() != tls) {
        throw new IllegalStateException(
            "Either both this server and its master '" + master + "' speak TLS, or none.");
      }
      return new RedisServer(this);
    }
  }
}
