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
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.ToDoubleFunction;

/**
 * How fast a log is read: 500,000 rows in large transactions, then 100,000 small transactions,
 * through the whole engine into a sink that only counts; the same log from the same place through
 * the embedded Debezium engine into a consumer that only counts. Both read it several times in one
 * process, in turn: the first time is for the compiler of the JVM, and the best of the others
 * counts, for each mode and side.
 */
final class DecodeBench {

  private static final String JOB = "decode";
  private static final int BULK = 500_000;
  private static final int TRADES = 100_000;
  private static final int ROUNDS = 3;
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

      List<Progress> theirs = new ArrayList<>();
      List<Progress> ours = new ArrayList<>();
      for (int round = 1; round <= ROUNDS; round++) {
        theirs.add(progress());
        peer.read(theirs.get(round - 1));
        say(round, "the embedded Debezium engine", theirs.get(round - 1));
        ours.add(progress());
        read(server, checkpoints, ours.get(round - 1));
        say(round, "Syncline", ours.get(round - 1));
      }
      compare("bulk", ours, theirs, Progress::bulkRate);
      compare("small", ours, theirs, Progress::smallRate);
      compare("all", ours, theirs, Progress::rate);
    }
  }

  private static void say(int round, String reader, Progress progress) {
    Result.say("Round %d: %s has read %.0f changes/s", round, reader, progress.rate());
  }

  private static void compare(
      String mode, List<Progress> ours, List<Progress> theirs, ToDoubleFunction<Progress> rate) {
    Result.compare("decode", mode, best(ours, rate), best(theirs, rate));
  }

  private static double best(List<Progress> rounds, ToDoubleFunction<Progress> rate) {
    return rounds.stream().skip(1).mapToDouble(rate).max().orElseThrow();
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
