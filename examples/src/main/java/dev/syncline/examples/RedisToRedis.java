package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;

import dev.syncline.FileCheckpointStore;
import dev.syncline.KeySelection;
import dev.syncline.SyncJob;
import dev.syncline.change.KeyChange;
import dev.syncline.redis.RedisSink;
import dev.syncline.redis.RedisSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Keeps a copy of some keys of one Redis server at another one.
 *
 * <p>Takes the host and port of both and the passwords from the environment, and runs until it is
 * stopped; started again, it goes on where it ended.
 */
public final class RedisToRedis {

  private RedisToRedis() {}

  /** Runs the job until the standard input ends. */
  public static void main(String[] arguments) throws Exception {
    // [snippet]
    RedisSource source =
        RedisSource.builder()
            .host(System.getenv("SOURCE_HOST"))
            .port(Integer.parseInt(System.getenv("SOURCE_PORT")))
            .password(System.getenv("SOURCE_PASSWORD"))
            .build();
    RedisSink sink =
        RedisSink.builder()
            .host(System.getenv("TARGET_HOST"))
            .port(Integer.parseInt(System.getenv("TARGET_PORT")))
            .password(System.getenv("TARGET_PASSWORD"))
            .build();

    SyncJob<KeyChange> job =
        SyncJob.from(source)
            .to(sink)
            .named("sessions-copy")
            .select(
                KeySelection.builder()
                    .database(0)
                    .database(3, 1) // database 3 is database 1 at the target
                    .keys("session:*", "cart:*")
                    .exceptKeys("session:tmp:*")
                    .build())
            .initialize(DATA)
            .checkpoints(FileCheckpointStore.at(Path.of("checkpoints")))
            .build();

    job.start(); // all keys, then every command, in threads of the job
    job.awaitSynchronizing(Duration.ofMinutes(10));
    System.out.println(job.status());
    // [snippet]
    while (System.in.read() >= 0) {
      System.out.println(job.status());
    }
    job.close();
  }
}
