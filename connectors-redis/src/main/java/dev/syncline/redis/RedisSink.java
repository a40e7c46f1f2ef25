package dev.syncline.redis;

import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.TargetProgress;
import dev.syncline.TransactionalSink;
import dev.syncline.change.KeyChange;
import dev.syncline.setting.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Writes to a server of Redis or Valkey that is no cluster.
 *
 * <p>Progress is recorded in a database of its own at the target, 15 by default, in the same
 * transactions as the commands: each command takes effect exactly once, as long as the target keeps
 * what it has. Keys of a copy replace those of the target, and a copy that is complete leaves no
 * other keys in the selection, unless {@link ExistingKeys#KEEP} says so. A command that the target
 * refuses stops the job, unless {@link RedisSource} reads its keys once more.
 *
 * <p>The user needs all keys and channels, {@code SELECT}, {@code INFO}, {@code TIME}, {@code
 * PUBLISH}, from 7.0 on {@code SPUBLISH}, and the categories of commands {@code @read},
 * {@code @write}, {@code @transaction}, {@code @scripting} and {@code @connection}.
 *
 * <p>Immutable and thread-safe; connects to nothing until it is opened or checked.
 */
public final class RedisSink implements TransactionalSink<KeyChange>, CheckedSink {

  private final SinkConnections connections;
  private final ScriptTexts scripts = new ScriptTexts();

  private RedisSink(Builder builder) {
    this.connections =
        new SinkConnections(
            builder.endpoint.build(),
            new SinkSettings(
                new SinkRecords(builder.recordsDatabase.or(Builder.DEFAULT_RECORDS_DATABASE)),
                builder.existingKeys.or(ExistingKeys.REFUSE),
                new ExpiryGrace(builder.expiryGrace.or(ExpiryGrace.DEFAULT).toMillis()),
                new CopyLimits(
                    builder.copyMemory.or(CopyLimits.MEMORY_BYTES), builder.folder.path())));
  }

  /** What becomes of keys that the target has before a copy, as far as they are selected. */
  public enum ExistingKeys {
    /** The first copy does not begin if there are any. */
    REFUSE,
    /** Those that the source does not have stay; the others are replaced. */
    KEEP,
    /** Those that the source does not have are deleted; the others are replaced. */
    REPLACE
  }

  /** Begins the description of a sink; the host is required. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    try (RespConnection connection = connections.open()) {
      return connections.settings().records().takeOver(connection, run, firstPositions);
    }
  }

  @Override
  public LaneWriter<KeyChange> openLane(JobRun run, int lane) {
    RespConnection connection = connections.join(run);
    boolean opened = false;
    try {
      LaneWriter<KeyChange> writer = new RedisLaneWriter(connections, connection, run, scripts);
      opened = true;
      return writer;
    } finally {
      if (!opened) {
        connection.close();
      }
    }
  }

  @Override
  public List<Finding> check(SinkCheck check) {
    return new RedisSinkCheck(connections, check, Clock.systemUTC()).findings();
  }

  @Override
  public Set<String> risks() {
    return TargetFindings.RISKS;
  }

  /** The product and the address. */
  @Override
  public String toString() {
    return "RedisSink[" + connections.endpoint() + "]";
  }

  /**
   * Describes a sink. Each setting may be given once; a second time is an {@link
   * IllegalStateException}, a value out of its range an {@link IllegalArgumentException}. Not
   * thread-safe.
   */
  public static final class Builder {

    private static final int DEFAULT_RECORDS_DATABASE = 15;
    private static final int MOST_RECORDS_DATABASE = 1_000_000;

    private final RedisEndpoint.Builder endpoint = new RedisEndpoint.Builder();
    private final Setting<Integer> recordsDatabase = new Setting<>("recordsDatabase");
    private final Setting<ExistingKeys> existingKeys = new Setting<>("existingKeys");
    private final Setting<Duration> expiryGrace = new Setting<>("expiryGrace");
    private final SpoolFolder folder = new SpoolFolder();
    private final Setting<Integer> copyMemory = new Setting<>("copyMemory");

    private Builder() {}

    /** The server's name or address, without port. Required, unless there are sentinels. */
    public Builder host(String host) {
      endpoint.host(host);
      return this;
    }

    /** The server's port, from 1 to 65,535. By default 6379. */
    public Builder port(int port) {
      endpoint.port(port);
      return this;
    }

    /**
     * Sentinels, as {@code host:port}, and the name of the master that they watch, instead of a
     * host. They are asked each time the job connects, without a password unless {@link
     * #sentinelPassword} gives one, and as encrypted as the servers are.
     *
     * @throws IllegalArgumentException if there is none, or one is no such text
     */
    public Builder sentinels(String master, String... sentinels) {
      endpoint.sentinels(master, sentinels);
      return this;
    }

    /** Who logs in to the sentinels, from Redis 6.2 on. By default their default user. */
    public Builder sentinelUsername(String username) {
      endpoint.sentinelUsername(username);
      return this;
    }

    /**
     * The password of the sentinels, from Redis 5.0.1 on; that of the servers is not sent to them.
     * By default none.
     */
    public Builder sentinelPassword(String password) {
      endpoint.sentinelPassword(password);
      return this;
    }

    /** Who logs in, on servers from Redis 6 on. By default the default user. Needs a password. */
    public Builder username(String username) {
      endpoint.username(username);
      return this;
    }

    /** The password. By default none. */
    public Builder password(String password) {
      endpoint.password(password);
      return this;
    }

    /** How connections are encrypted. By default {@link RedisTls#disabled()}. */
    public Builder tls(RedisTls tls) {
      endpoint.tls(tls);
      return this;
    }

    /** How long connecting may take, from 1 ms to a day. By default 10 s. */
    public Builder connectTimeout(Duration timeout) {
      endpoint.connectTimeout(timeout);
      return this;
    }

    /**
     * How long an answer may take before the connection counts as lost, from 1 ms to a day. By
     * default 1 minute.
     */
    public Builder answerTimeout(Duration timeout) {
      endpoint.answerTimeout(timeout);
      return this;
    }

    /**
     * The database at the target in which the job keeps its records, from 0. Keys of the source
     * must not go there, and what empties all databases at the source leaves it alone. By default
     * 15, the last one that servers have unless they are configured otherwise.
     */
    public Builder recordsDatabase(int number) {
      Setting.setInRange(recordsDatabase, number, 0, MOST_RECORDS_DATABASE);
      return this;
    }

    /** What becomes of keys that are there already. By default {@link ExistingKeys#REFUSE}. */
    public Builder existingKeys(ExistingKeys existing) {
      existingKeys.set(Objects.requireNonNull(existing, "existingKeys"));
      return this;
    }

    /**
     * By how much later than at the source keys expire at the target, from 0 to 1 minute. A target
     * expires keys by its own clock: a key that the source renews in time must still be there when
     * that comes. It should be longer than the usual delay of the job and the difference of the
     * clocks; what is renewed while the job is away is read again. By default 500 ms.
     */
    public Builder expiryGrace(Duration grace) {
      Setting.setInRange(expiryGrace, grace, Duration.ZERO, ExpiryGrace.LONGEST);
      return this;
    }

    /**
     * The folder of the temporary files in which the keys of a copy are noted for which there is no
     * room in memory; only this user can read them. By default that of the system.
     *
     * @throws IllegalArgumentException if it is no folder
     */
    public Builder spoolFolder(Path path) {
      folder.set(path);
      return this;
    }

    /** How many bytes of the names of copied keys are kept in memory; for tests. */
    Builder copyMemory(int bytes) {
      copyMemory.set(bytes);
      return this;
    }

    /**
     * The sink.
     *
     * @throws IllegalStateException if a required setting is missing or two exclude each other
     */
    public RedisSink build() {
      return new RedisSink(this);
    }
  }
}
