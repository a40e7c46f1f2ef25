package dev.syncline.redis;

import dev.syncline.CheckedSink;
import dev.syncline.Finding;
import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink.ExistingKeys;
import dev.syncline.setting.Setting;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Writes to a cluster of Redis or Valkey.
 *
 * <p>A cluster has no transactions over keys of several slots, so progress cannot be kept with the
 * keys: each command takes effect at least once, and those around a lost connection or a moved slot
 * may take effect again. {@link RedisSource} reads the keys of such commands once more, so that an
 * INCR that has counted twice is right in the end. Commands over keys of several slots are split
 * where that changes nothing, and otherwise stop the job. Only database 0 exists.
 *
 * <p>Immutable and thread-safe; connects to nothing until it is opened or checked.
 */
public final class RedisClusterSink implements PlainSink<KeyChange>, CheckedSink {

  private final Settings settings;
  private final StaleConnections stale = new StaleConnections();
  private final ScriptTexts scripts = new ScriptTexts();

  private RedisClusterSink(Settings settings) {
    this.settings = settings;
  }

  /**
   * How a sink writes.
   *
   * @param nodes some nodes of the cluster
   * @param existing what becomes of keys that the target has already
   * @param copy where the keys of a copy are noted
   */
  record Settings(
      List<RedisAddress> nodes,
      RedisLogin login,
      ExistingKeys existing,
      ExpiryGrace grace,
      CopyLimits copy) {

    /** Copies the list. */
    public Settings {
      nodes = List.copyOf(nodes);
    }
  }

  /** Begins the description of a sink; nodes are required. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public SinkWriter<KeyChange> openWriter() {
    return RedisClusterWriter.open(settings, stale, scripts);
  }

  @Override
  public List<Finding> check(SinkCheck check) {
    return new RedisClusterCheck(settings, check, Clock.systemUTC()).findings();
  }

  @Override
  public Set<String> risks() {
    return TargetFindings.RISKS;
  }

  /** The product and the addresses. */
  @Override
  public String toString() {
    return "RedisClusterSink" + settings.nodes();
  }

  /**
   * Describes a sink. Each setting may be given once; a second time is an {@link
   * IllegalStateException}, a value out of its range an {@link IllegalArgumentException}. Not
   * thread-safe.
   */
  public static final class Builder {

    private final Setting<List<RedisAddress>> nodes = new Setting<>("nodes");
    private final RedisEndpoint.Builder endpoint = new RedisEndpoint.Builder();
    private final Setting<ExistingKeys> existingKeys = new Setting<>("existingKeys");
    private final Setting<Duration> expiryGrace = new Setting<>("expiryGrace");
    private final SpoolFolder folder = new SpoolFolder();

    private Builder() {}

    /**
     * Nodes of the cluster, as {@code host:port}; the others are found through them. Required. All
     * nodes have the same password.
     *
     * @throws IllegalArgumentException if there is none, or one is no such text
     */
    public Builder nodes(String... addresses) {
      if (addresses.length == 0) {
        throw new IllegalArgumentException("Name at least one node of the cluster.");
      }
      nodes.set(Arrays.stream(addresses).map(RedisAddress::parse).toList());
      return this;
    }

    /** Who logs in, on servers from Redis 6 on. By default the default user. Needs a password. */
    public Builder username(String name) {
      endpoint.username(name);
      return this;
    }

    /** The password. By default none. */
    public Builder password(String secret) {
      endpoint.password(secret);
      return this;
    }

    /** How connections are encrypted. By default {@link RedisTls#disabled()}. */
    public Builder tls(RedisTls encryption) {
      endpoint.tls(encryption);
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

    /** What becomes of keys that are there already. By default {@link ExistingKeys#REFUSE}. */
    public Builder existingKeys(ExistingKeys existing) {
      existingKeys.set(Objects.requireNonNull(existing, "existingKeys"));
      return this;
    }

    /**
     * By how much later than at the source keys expire at the target, from 0 to 1 minute; see
     * {@link RedisSink.Builder#expiryGrace}. By default 500 ms.
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

    /**
     * The sink.
     *
     * @throws IllegalStateException if nodes are missing, or there is a user without a password
     */
    public RedisClusterSink build() {
      return new RedisClusterSink(
          new Settings(
              nodes.required(),
              endpoint.login(),
              existingKeys.or(ExistingKeys.REFUSE),
              new ExpiryGrace(expiryGrace.or(ExpiryGrace.DEFAULT).toMillis()),
              new CopyLimits(CopyLimits.MEMORY_BYTES, folder.path())));
    }
  }
}
