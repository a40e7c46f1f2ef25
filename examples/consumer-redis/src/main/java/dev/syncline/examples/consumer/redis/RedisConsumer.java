package dev.syncline.examples.consumer.redis;

import static dev.syncline.Initialization.DATA;

import dev.syncline.KeySelection;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;

/** Describes a job, checks it against servers that are not there, and prints what was found. */
public final class RedisConsumer {

  private RedisConsumer() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) {
    try (SyncJob<KeyChange> job =
        SyncJob.from(RedisSource.builder().host("127.0.0.1").port(1).build())
            .to(RedisSink.builder().host("127.0.0.1").port(1).build())
            .named("consumer")
            .select(KeySelection.all())
            .initialize(DATA)
            .checkpoints(new MemoryCheckpointStore())
            .build()) {
      job.precheck().findings().forEach(System.out::println);
    }
  }
}
