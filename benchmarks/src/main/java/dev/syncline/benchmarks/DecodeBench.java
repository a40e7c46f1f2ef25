package dev.syncline.benchmarks;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.time.Duration;
import java.util.function.LongConsumer;

/**
 * How fast a log is read: 500,000 rows in large transactions, then 100,000 small transactions,
 * through the whole engine into a sink that does nothing; the same log through the embedded
 * Debezium engine into a consumer that does nothing.
 */
final class DecodeBench {

  private static final String JOB = "decode";
  private static final int BULK = 500_000;
  private static final int TRADES = 100_000;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private DecodeBench() {}

  static void run() throws Exception {
    try (MySqlServer server =
            MySqlServer.builder(MySqlRelease.MYSQL_8_0)
                .name("source")
                .option("innodb_buffer_pool_size", "512M")
                .start();
        DebeziumPeer peer = new DebeziumPeer(server)) {
      Sales.createTable(server);
      peer.takePosition();
      CheckpointStore checkpoints = new MemoryCheckpointStore();
      try (SyncJob<TableChange> job = job(server, checkpoints, count -> {})) {
        job.start();
        job.awaitSynchronizing(PATIENCE);
      }
      Result.say("Writing %,d rows and %,d small transactions …", BULK, TRADES);
      Sales.fill(server, BULK);
      Sales.trade(server, BULK, TRADES, 4);

      Progress theirs = progress();
      Progress ours = progress();
      // The first round is for the compiler of the JVM, which both share.
      for (int round = 1; round <= 2; round++) {
        Result.say("Round %d: reading with the embedded Debezium engine …", round);
        theirs = progress();
        peer.read(theirs);
        Result.say("Round %d: reading with Syncline …", round);
        ours = progress();
        read(server, checkpoints, ours);
      }
      Result.compare("decode", "bulk", ours.bulkRate(), theirs.bulkRate());
      Result.compare("decode", "small", ours.smallRate(), theirs.smallRate());
      Result.compare("decode", "all", ours.rate(), theirs.rate());
    }
  }

  private static Progress progress() {
    return new Progress(BULK, (long) TRADES * Sales.CHANGES_PER_TRADE);
  }

  /** Reads from the checkpoint on, and leaves it as it is. */
  private static void read(MySqlServer server, CheckpointStore checkpoints, Progress progress)
      throws InterruptedException {
    CheckpointStore copy = new MemoryCheckpointStore();
    String content = checkpoints.load(JOB).orElseThrow().content();
    long unused = copy.save(JOB, new StoredCheckpoint(0, content));
    try (SyncJob<TableChange> job = job(server, copy, progress::add)) {
      job.start();
      progress.await();
    }
  }

  private static SyncJob<TableChange> job(
      MySqlServer server, CheckpointStore checkpoints, LongConsumer count) {
    return SyncJob.from(
            MySqlSource.builder()
                .host(server.host())
                .port(server.port())
                .username(server.username())
                .password(server.password())
                .tls(MySqlTls.disabled())
                .build())
        .to(new CountingSink(count))
        .named(JOB)
        .select(TableSelection.builder().database(Sales.DATABASE).build())
        .checkpoints(checkpoints)
        .build();
  }
}
