package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.FileCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Brings the rows of all tables {@code orders_1}, {@code orders_2} and so on, of all databases
 * {@code shard_1}, {@code shard_2} and so on, into one table, each with the table that it is from.
 *
 * <p>Takes the host and port of both, user and password from the environment, and runs until it is
 * stopped; started again, it goes on where it ended.
 */
public final class MergedShards {

  private MergedShards() {}

  /** Runs the job until the standard input ends. */
  public static void main(String[] arguments) throws Exception {
    MySqlSource source =
        MySqlSource.builder()
            .host(System.getenv("SOURCE_HOST"))
            .port(Integer.parseInt(System.getenv("SOURCE_PORT")))
            .username("sync")
            .password(System.getenv("SOURCE_PASSWORD"))
            .build();
    MySqlSink sink =
        MySqlSink.builder()
            .host(System.getenv("TARGET_HOST"))
            .port(Integer.parseInt(System.getenv("TARGET_PORT")))
            .username("sync")
            .password(System.getenv("TARGET_PASSWORD"))
            .build();

    SyncJob<TableChange> job =
        SyncJob.from(source)
            .to(sink)
            .named("shards")
            .select(
                TableSelection.builder()
                    .databases(
                        "shard_?",
                        db ->
                            db.as("shop").tables("orders_*", t -> t.as("orders").merged("origin")))
                    .build())
            .initialize(STRUCTURE, DATA)
            .checkpoints(FileCheckpointStore.at(Path.of("checkpoints")))
            .build();

    job.start(); // structure, then rows, then changes, in threads of the job
    job.awaitSynchronizing(Duration.ofMinutes(10));
    System.out.println(job.status());
    while (System.in.read() >= 0) {
      System.out.println(job.status());
    }
    job.close();
  }
}
