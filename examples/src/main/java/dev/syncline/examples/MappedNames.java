package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.FileCheckpointStore;
import dev.syncline.NameCase;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Gives a database, a table and a column other names at the target, and leaves a column out there.
 *
 * <p>Takes the host and port of both, user and password from the environment, and runs until it is
 * stopped; started again, it goes on where it ended.
 */
public final class MappedNames {

  private MappedNames() {}

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
            .named("shop-mapped")
            .select(
                TableSelection.builder()
                    .nameCase(NameCase.TARGET_DEFAULT) // of names that are not given here
                    .database(
                        "shop",
                        db ->
                            db.as("shop_dr")
                                .table("users", t -> t.exceptColumns("password"))
                                .table("orders", t -> t.as("orders_v2").rename("amount", "total"))
                                .tables("log_*")
                                .except("log_tmp_*"))
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
