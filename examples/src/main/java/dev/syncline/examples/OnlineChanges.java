package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.FileCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Follows one table that gh-ost or pt-online-schema-change alters: the target gets the {@code ALTER
 * TABLE} that the tool ran on its shadow, when the shadow takes the place of the table.
 *
 * <p>Takes the host and port of both, user and password from the environment, and runs until it is
 * stopped; started again, it goes on where it ended, also in the middle of such a change.
 */
public final class OnlineChanges {

  private OnlineChanges() {}

  /** Runs the job until the standard input ends. */
  public static void main(String[] arguments) throws Exception {
    MySqlSource source =
        MySqlSource.builder()
            .host(System.getenv("SOURCE_HOST"))
            .port(Integer.parseInt(System.getenv("SOURCE_PORT")))
            .username("sync")
            .password(System.getenv("SOURCE_PASSWORD"))
            .onlineDdl(OnlineDdl.REPLAY_ALTER) // as it is by default
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
            .named("online-changes")
            .select(TableSelection.builder().database("shop", db -> db.table("orders")).build())
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
