package dev.syncline.redis;

import dev.syncline.CheckedSource;
import dev.syncline.Finding;
import dev.syncline.KeySource;
import dev.syncline.SourceScope;
import dev.syncline.SourceSession;
import dev.syncline.change.KeyChange;
import dev.syncline.change.Position;
import dev.syncline.setting.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;

/**
 * A Redis or Valkey server, or a cluster of such, as a source: all keys, and every command that
 * changes them, as a replica gets them. Immutable and thread-safe; connects to nothing until it is
 * opened or checked.
 *
 * <pre>{@code
 * RedisSource.builder().host("cache1").password(secret).build()
 * }</pre>
 *
 * <p>The user needs the commands {@code PSYNC}, {@code REPLCONF}, {@code INFO}, {@code SELECT},
 * {@code SCAN}, {@code PEXPIRETIME} (before 7.0 {@code PTTL}), {@code TIME} and {@code PING}, for a
 * cluster {@code CLUSTER NODES}, and {@code SET} on the heartbeat's key. Without {@code DUMP},
 * {@code MULTI} and {@code EXEC} each doubt about a key is a copy of all keys. The copy and the
 * stream need memory at the source as a replica does: see {@code repl-backlog-size} and {@code
 * client-output-buffer-limit}.
 */
public final class RedisSource implements KeySource, CheckedSource<KeyChange> {

  private final RedisSourceSettings settings;

  private RedisSource(RedisSourceSettings settings) {
    this.settings = settings;
  }

  /** Describes a source. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public SourceSession<KeyChange> open(SourceScope<KeyChange> scope) {
    return new RedisSession(settings, Objects.requireNonNull(scope, "scope"));
  }

  @Override
  public Position parsePosition(String text) {
    return RedisPosition.parse(Objects.requireNonNull(text, "text"));
  }

  @Override
  public boolean isCopied(Position position) {
    return position instanceof RedisPosition known && known.isCopied();
  }

  @Override
  public Keyspace keyspace() {
    Map<Integer, Long> keys = new TreeMap<>();
    long bytes = 0;
    String product = "";
    String compatible = "";
    for (RedisAddress address : masters()) {
      try (RespConnection connection = RespConnection.open(address, settings.login())) {
        RedisInfo info = RedisInfo.of(connection);
        info.keys().forEach((number, count) -> keys.merge(number, count, Long::sum));
        bytes += info.number("used_memory_dataset").or(() -> info.number("used_memory")).orElse(0L);
        product = info.version().toString();
        compatible = info.field("redis_version").orElse("");
      }
    }
    return new Keyspace(product, compatible, bytes, keys);
  }

  private List<RedisAddress> masters() {
    return settings.servers() instanceof RedisServers.Clustered cluster
        ? List.copyOf(
            RedisServers.firstAnswer(cluster.nodes(), settings.login(), ClusterLayout::of)
                .masters()
                .values())
        : List.of(RedisServers.find(settings.servers(), settings.login()));
  }

  @Override
  public List<Finding> check(SourceCheck<KeyChange> check) {
    return new RedisSourceCheck(settings, Objects.requireNonNull(check, "check")).findings();
  }

  @Override
  public Set<String> risks() {
    return RedisSourceCheck.RISKS;
  }

  /** The product and the address. */
  @Override
  public String toString() {
    return "RedisSource[" + settings.servers() + "]";
  }

  /** What a source does with commands that are not part of Redis itself, as those of modules. */
  public enum UnknownCommands {
    /** The job stops in front of the first one. */
    STOP,
    /**
     * They are passed on as they are. Their keys are not known, so all keys must be selected, and
     * the target must not be a cluster.
     */
    PASS
  }

  /**
   * Collects settings. Each may be given once; a second time is an {@link IllegalStateException}.
   * Not thread-safe.
   */
  public static final class Builder {
    private static final Duration DEFAULT_SILENCE = Duration.ofMinutes(1);
    private static final long DEFAULT_MEMORY = 16L << 20;
    private static final long DEFAULT_FILES = 16L << 30;
    private static final long LEAST_MEMORY = 1L << 20;
    private static final long MOST_MEMORY = 1L << 30;
    private static final long MOST_FILES = 1L << 50;

    private final RedisEndpoint.Builder endpoint = new RedisEndpoint.Builder();
    private final Setting<Duration> silence = new Setting<>("silence");
    private final Setting<Long> memory = new Setting<>("spoolMemory");
    private final Setting<Long> files = new Setting<>("spoolFiles");
    private final SpoolFolder folder = new SpoolFolder();
    private final Setting<UnknownCommands> unknown = new Setting<>("unknownCommands");
    private final Setting<Boolean> heartbeat = new Setting<>("heartbeat");
    private final Setting<ThreadFactory> threads = new Setting<>("threads");

    private Builder() {}

    /**
     * The server's host name or address. Required, unless {@link #cluster} or {@link #sentinels}
     * says where servers are.
     *
     * @throws IllegalArgumentException if it is no host name or address, or holds a port
     */
    public Builder host(String name) {
      endpoint.host(name);
      return this;
    }

    /**
     * The server's port, 1 to 65,535. Default 6379.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder port(int number) {
      endpoint.port(number);
      return this;
    }

    /**
     * Nodes of a cluster, as {@code host:port}; the others are found through them. Each master is a
     * stream of its own, with connections, threads and a spool of its own. Slots that move stop the
     * job. There is database 0 only. All nodes have the same password.
     *
     * @throws IllegalArgumentException if there is none, or one is no such text
     */
    public Builder cluster(String... nodes) {
      endpoint.cluster(nodes);
      return this;
    }

    /**
     * Sentinels, as {@code host:port}, and the name of the master that they watch. They are asked
     * each time the job connects, without a password unless {@link #sentinelPassword} gives one,
     * and as encrypted as the servers are.
     *
     * @throws IllegalArgumentException if there is none, or one is no such text
     */
    public Builder sentinels(String master, String... sentinels) {
      endpoint.sentinels(master, sentinels);
      return this;
    }

    /**
     * The user to log in to the sentinels as; Redis 6.2 and later. Default: their user {@code
     * default}.
     */
    public Builder sentinelUsername(String name) {
      endpoint.sentinelUsername(name);
      return this;
    }

    /**
     * The password of the sentinels, which is not that of the servers even if it is the same word;
     * Redis 5.0.1 and later. Default: none is sent to them. It appears in no message.
     */
    public Builder sentinelPassword(String secret) {
      endpoint.sentinelPassword(secret);
      return this;
    }

    /** The user to log in as; Redis 6 and later. Default: the user {@code default}. */
    public Builder username(String name) {
      endpoint.username(name);
      return this;
    }

    /** The password. Default: none is sent. It appears in no message. */
    public Builder password(String secret) {
      endpoint.password(secret);
      return this;
    }

    /** How connections are encrypted. Default {@link RedisTls#disabled()}. */
    public Builder tls(RedisTls encryption) {
      endpoint.tls(encryption);
      return this;
    }

    /**
     * How long connecting may take, 1 millisecond to 1 day. Default 10 seconds.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder connectTimeout(Duration timeout) {
      endpoint.connectTimeout(timeout);
      return this;
    }

    /**
     * How long an answer may take before the connection counts as lost, 1 millisecond to 1 day.
     * Default 1 minute.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder answerTimeout(Duration timeout) {
      endpoint.answerTimeout(timeout);
      return this;
    }

    /**
     * How long the stream may be silent before it counts as lost, 1 second to 1 day. Servers send a
     * sign of life each {@code repl-ping-replica-period} (10 seconds by default), and this must be
     * longer. Default 1 minute.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder silence(Duration longest) {
      Setting.setInRange(silence, longest, Duration.ofSeconds(1), RedisLogin.LONGEST_TIMEOUT);
      return this;
    }

    /**
     * How many bytes of a stream, of which a cluster has one for each master, may wait in memory
     * while the target is slower, 1 MiB to 1 GiB; as many again while a copy is taken. Default 16
     * MiB.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder spoolMemory(long bytes) {
      Setting.setInRange(memory, bytes, LEAST_MEMORY, MOST_MEMORY);
      return this;
    }

    /**
     * How many bytes of a stream, of which a cluster has one for each master, may wait in temporary
     * files behind that, 0 to 1 PiB; as many again while a copy is taken. When they are used up the
     * source must keep what it sends, and may end the connection. Behind a copy, as many again may
     * be names of keys that are to be read once more since the job was away or late; when those are
     * used up, all keys are copied. Default 16 GiB.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder spoolFiles(long bytes) {
      Setting.setInRange(files, bytes, 0L, MOST_FILES);
      return this;
    }

    /**
     * The folder of the temporary files, which only this user can read. Default: that of the
     * system.
     *
     * @throws IllegalArgumentException if it is no folder
     */
    public Builder spoolFolder(Path path) {
      folder.set(path);
      return this;
    }

    /** What becomes of commands that are not known. Default {@link UnknownCommands#STOP}. */
    public Builder unknownCommands(UnknownCommands way) {
      unknown.set(way);
      return this;
    }

    /**
     * Writes no heartbeat to the source. By default a key {@code syncline:heartbeat:<job>} is
     * written once a second to the first selected database, which shows how far behind the stream
     * is. It never comes to the target, and expires an hour after the job has ended.
     */
    public Builder withoutHeartbeat() {
      heartbeat.set(false);
      return this;
    }

    /**
     * Makes the threads that receive streams and those that write heartbeats, one of each for a
     * stream; the source names them. Default: daemon threads.
     */
    public Builder threads(ThreadFactory factory) {
      threads.set(factory);
      return this;
    }

    /**
     * The source.
     *
     * @throws IllegalStateException if it is not said where the server is, or said twice; if there
     *     is a user without a password, or one of sentinels without sentinels
     */
    public RedisSource build() {
      return new RedisSource(
          new RedisSourceSettings(
              endpoint.servers(),
              endpoint.login(),
              silence.or(DEFAULT_SILENCE),
              new SpoolLimits(memory.or(DEFAULT_MEMORY), files.or(DEFAULT_FILES), folder.path()),
              unknown.or(UnknownCommands.STOP) == UnknownCommands.STOP
                  ? CommandReader.Unknown.STOP
                  : CommandReader.Unknown.PASS,
              heartbeat.or(true),
              threads.or(Builder::daemon),
              Clock.systemUTC()));
    }

    private static Thread daemon(Runnable task) {
      Thread thread = new Thread(task);
      thread.setDaemon(true);
      return thread;
    }
  }
}
