package dev.syncline.examples;

import static dev.syncline.Initialization.DATA;
import static dev.syncline.Initialization.STRUCTURE;

import dev.syncline.FileCheckpointStore;
import dev.syncline.FileDeadLetterSink;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.transform.Mask;
import dev.syncline.transform.Transforms;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Hides who people are, so that the copy can be given to others: names in part, keys by a hash that
 * still joins orders with their users. Orders of nothing are left out, and what cannot be
 * transformed goes to a file.
 *
 * <p>Takes the host and port of both, user, password and salt from the environment, and runs until
 * it is stopped; started again, it goes on where it ended.
 */
public final class MaskedColumns {

  private MaskedColumns() {}

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
    Mask hash = Mask.hash(System.getenv("MASK_SALT").getBytes(StandardCharsets.UTF_8));

    SyncJob<TableChange> job =
        SyncJob.from(source)
            .to(sink)
            .named("shop-for-others")
            .select(
                TableSelection.builder()
                    .database("shop", db -> db.table("users").table("orders"))
                    .build())
            .through(Transforms.mask("shop.users", "name", Mask.partial(1, 0)))
            .through(Transforms.mask("shop.users", "id", hash))
            .through(Transforms.mask("shop.orders", "user_id", hash))
            .through(
                Transforms.filter(
                    "shop.orders",
                    order ->
                        order.value("amount") instanceof BigDecimal amount && amount.signum() > 0))
            .deadLetters(FileDeadLetterSink.at(Path.of("dead-letters.jsonl")))
            .initialize(STRUCTURE, DATA)
            .checkpoints(FileCheckpointStore.at(Path.of("checkpoints")))
            .build();

    job.start(); // the target's tables have varchar(64) where keys are masked
    job.awaitSynchronizing(Duration.ofMinutes(10));
    System.out.println(job.status());
    while (System.in.read() >= 0) {
      System.out.println(job.status());
    }
    job.close();
  }
}
