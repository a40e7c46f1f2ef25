package dev.syncline.redis.endtoend;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.SyncJob;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import dev.syncline.testkit.fault.FaultPoints;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.RedisServer;
import dev.syncline.testkit.server.TcpProxy;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** Jobs from Redis to Redis, with proxies and fault points. They notice silence in seconds. */
final class ProxiedJobs {

  private static final Duration SILENCE = Duration.ofSeconds(3);

  private ProxiedJobs() {}

  static ProxiedJob of(RedisPair pair, Work work, CheckpointStore store) {
    return of(pair, work, store, SILENCE);
  }

  /** A job that waits so long for a server that says nothing. */
  static ProxiedJob of(RedisPair pair, Work work, CheckpointStore store, Duration silence) {
    return of(pair, work, store, silence, source -> source);
  }

  /** A job with further settings of its source. */
  static ProxiedJob of(
      RedisPair pair,
      Work work,
      CheckpointStore store,
      Duration silence,
      UnaryOperator<RedisSource.Builder> settings) {
    FaultPoints points = new FaultPoints();
    TcpProxy source = before(pair.source());
    TcpProxy sink = before(pair.target());
    return new ProxiedJob(
        source,
        sink,
        points,
        SyncJob.from(points.in(settings.apply(source(source, silence)).build()))
            .to(points.in(sink(sink, work, silence)))
            .named(work.name())
            .select(work.selection())
            .acknowledge("VERSION_LOWER")
            .initialize(Initialization.DATA)
            .checkpoints(points.in(store))
            .limits(JobLimits.builder().checkpointInterval(Duration.ofMillis(200)).build()));
  }

  private static TcpProxy before(RedisServer server) {
    return TcpProxy.before(server.host(), server.port());
  }

  private static RedisSource.Builder source(TcpProxy proxy, Duration silence) {
    return RedisSource.builder()
        .host(proxy.host())
        .port(proxy.port())
        .connectTimeout(SILENCE)
        .answerTimeout(silence)
        .silence(silence);
  }

  private static RedisSink sink(TcpProxy proxy, Work work, Duration silence) {
    return RedisSink.builder()
        .host(proxy.host())
        .port(proxy.port())
        .connectTimeout(SILENCE)
        .answerTimeout(silence)
        .existingKeys(work.existing())
        .expiryGrace(work.grace())
        .build();
  }
}
