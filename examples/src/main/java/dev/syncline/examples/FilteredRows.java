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
 * Keeps a copy of some rows of a table: those for which a condition is true. A row that comes to
 * fulfil it is inserted at the target, one that no longer does is deleted there.
 *
 * <p>Takes the host and port of both and the password from the environment, and runs until it is
 * stopped; started again, it goes on where it ended.
 */
public final class FilteredRows {

  private FilteredRows() {}

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
            .named("large-orders")
            .select(
                TableSelection.builder()
                    .database(
                        "shop",
                        db ->
                            db.table(
                                "orders", t -> t.where("amount >= 10 AND user_id IS NOT NULL")))
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
