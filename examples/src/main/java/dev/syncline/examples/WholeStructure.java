package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;
import static dev.syncline.ObjectKind.FOREIGN_KEY;
import static dev.syncline.ObjectKind.VIEW;

import dev.syncline.FileCheckpointStore;
import dev.syncline.Finding;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Brings foreign keys and views with the tables, but no routines and events, and prints beforehand
 * what is left out and what the target's server does not know.
 *
 * <p>Takes the host and port of both, user and password from the environment, and runs until it is
 * stopped; started again, it goes on where it ended.
 */
public final class WholeStructure {

  private WholeStructure() {}

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
            .named("shop-copy")
            .select(
                TableSelection.builder()
                    .database(
                        "shop",
                        db ->
                            db.table("users")
                                .table("orders")
                                .tables("log_*")
                                .tables("open_orders")) // a view, which table() does not take
                    .build())
            .initialize(STRUCTURE, DATA)
            .objects(FOREIGN_KEY, VIEW)
            .checkpoints(FileCheckpointStore.at(Path.of("checkpoints")))
            .build();

    for (Finding finding : job.precheck().findings()) {
      System.out.println(finding);
    }
    job.start(); // tables and views, rows, foreign keys, then changes, in threads of the job
    job.awaitSynchronizing(Duration.ofMinutes(10));
    System.out.println(job.status());
    while (System.in.read() >= 0) {
      System.out.println(job.status());
    }
    job.close();
  }
}
