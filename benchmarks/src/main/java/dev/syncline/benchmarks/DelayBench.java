package dev.syncline.benchmarks;

import dev.syncline.FileCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How long small transactions take from their commit at the source to their commit at the target,
 * while 1,000 and then 5,000 rows a second are changed: from the moment at which the source's
 * answer to the commit has come until a reader that looks all the time sees the transaction at the
 * target. Both are taken from one clock. Commits at the target are as safe as they are by default,
 * and the checkpoint is in a file; commits at the source are quick, so that it keeps the pace.
 */
final class DelayBench {

  private static final int ROWS = 400_000;
  private static final List<Integer> RATES = List.of(1_000, 5_000);
  private static final int WARM_UP_SECONDS = 20;
  private static final int SECONDS = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final MySqlServer source;
  private final MySqlServer target;
  private int trades;

  private DelayBench(MySqlServer source, MySqlServer target) {
    this.source = source;
    this.target = target;
  }

  static void run() throws Exception {
    Path folder = Files.createTempDirectory("syncline-delay");
    try (MySqlServer source = server("source", 0, 2);
        MySqlServer target = server("target", 1, 1);
        SyncJob<TableChange> job =
            Copies.job("delay", source, target, FileCheckpointStore.at(folder))) {
      Sales.createTable(source);
      Sales.fill(source, ROWS);
      job.start();
      job.awaitSynchronizing(PATIENCE);
      DelayBench bench = new DelayBench(source, target);
      for (int rate : RATES) {
        bench.measure(rate);
      }
    } finally {
      delete(folder);
    }
  }

  private static MySqlServer server(String name, int syncBinlog, int flushLog) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name(name)
        .option("innodb_buffer_pool_size", "512M")
        .option("innodb_flush_log_at_trx_commit", Integer.toString(flushLog))
        .option("sync_binlog", Integer.toString(syncBinlog))
        .start();
  }

  private void measure(int rate) throws Exception {
    Result.say("Changing %,d rows a second …", rate);
    int most = 2 * (WARM_UP_SECONDS + SECONDS) * rate / Sales.CHANGES_PER_TRADE;
    try (Arrivals arrivals = new Arrivals(target, ROWS, trades, most);
        Traders traders = new Traders(source, ROWS, trades, rate)) {
      pass(WARM_UP_SECONDS);
      long from = System.nanoTime();
      pass(SECONDS);
      long to = System.nanoTime();
      int first = trades;
      trades = traders.stop();
      arrivals.await(trades);
      long[] delays =
          LongStream.range(first, trades)
              .filter(n -> traders.committedAt((int) n) - from >= 0)
              .filter(n -> traders.committedAt((int) n) - to < 0)
              .map(n -> Math.max(0, arrivals.seenAt((int) n) - traders.committedAt((int) n)))
              .sorted()
              .toArray();
      long[] gaps = arrivals.gaps();
      Result.say(
          "%,d transactions, %.0f rows/s, max %.1f ms; looked every %.2f ms, p99 %.2f ms",
          delays.length,
          delays.length * Sales.CHANGES_PER_TRADE * 1e9 / (to - from),
          delays[delays.length - 1] / 1e6,
          millis(gaps, 0.5),
          millis(gaps, 0.99));
      Result.say(
          "RESULT delay rate=%d p50_ms=%.1f p99_ms=%.1f",
          rate, millis(delays, 0.5), millis(delays, 0.99));
    }
  }

  private static void pass(int seconds) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private static double millis(long[] sorted, double share) {
    return sorted[(int) Math.min(sorted.length - 1, (long) (sorted.length * share))] / 1e6;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(DelayBench::deleteOne);
    }
  }

  private static void deleteOne(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
