package dev.syncline.benchmarks;

import dev.syncline.CheckpointStore;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSource;
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

      Result.say("Reading with the embedded Debezium engine …");
      Progress theirs = new Progress(BULK, (long) TRADES * Sales.CHANGES_PER_TRADE);
      peer.read(theirs);
      Result.say("Reading with Syncline …");
      Progress ours = new Progress(BULK, (long) TRADES * Sales.CHANGES_PER_TRADE);
      try (SyncJob<TableChange> job = job(server, checkpoints, ours::add)) {
        job.start();
        ours.await();
      }
      Result.compare("decode", "bulk", ours.bulkRate(), theirs.bulkRate());
      Result.compare("decode", "small", ours.smallRate(), theirs.smallRate());
      Result.compare("decode", "all", ours.rate(), theirs.rate());
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
                .build())
        .to(new CountingSink(count))
        .named("decode")
        .select(TableSelection.builder().database(Sales.DATABASE).build())
        .checkpoints(checkpoints)
        .build();
  }
}
