package dev.syncline.benchmarks;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * How fast a backlog of 100,000 small transactions is applied, against native replicas of the same
 * server with one and with four appliers, of which the better one counts. All of them commit in the
 * source's order and write a log of their own. Under a backlog Syncline commits several source
 * transactions at one time, which a replica does not; its time begins with the job's start, before
 * it has connected, while a replica has received the whole log before its time begins. Where both
 * sides are measured twice, the best of each counts.
 */
final class ApplyBench {

  private static final int ROWS = 200_000;
  private static final int TRADES = 100_000;
  private static final int MARK = 100_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /** How safe a commit is against a power failure, and how often it is measured. */
  private record Durability(int syncBinlog, int flushLog, int rounds) {
    String text() {
      return syncBinlog + "/" + flushLog;
    }
  }

  private static final List<Durability> DURABILITIES =
      List.of(new Durability(1, 1, 1), new Durability(0, 2, 2));

  /** A target that is as the source was before the transactions, and the job that made it so. */
  private record Prepared(
      Durability durability,
      int round,
      Consistency consistency,
      MySqlServer server,
      CheckpointStore checkpoints) {

    String mode() {
      return consistency.name().toLowerCase(Locale.ROOT) + ",durability=" + durability.text();
    }
  }

  private final MySqlServer source;
  private final ReplicaPeer peer;

  private ApplyBench(MySqlServer source) throws SQLException {
    this.source = source;
    this.peer = new ReplicaPeer(source);
  }

  static void run() throws Exception {
    List<Prepared> targets = new ArrayList<>();
    try (MySqlServer source = source()) {
      ApplyBench bench = new ApplyBench(source);
      Sales.createTable(source);
      Sales.fill(source, ROWS);
      for (Durability durability : DURABILITIES) {
        for (int round = 1; round <= durability.rounds(); round++) {
          for (Consistency consistency : List.of(Consistency.PER_KEY, Consistency.TRANSACTIONAL)) {
            targets.add(bench.prepare(durability, round, consistency));
          }
        }
      }
      bench.peer.baseIsHere();
      Result.say("Writing %,d small transactions …", TRADES);
      Sales.trade(source, ROWS, TRADES, 4);
      Sales.marks(source, MARK);
      for (Durability durability : DURABILITIES) {
        bench.compare(
            durability, targets.stream().filter(t -> t.durability().equals(durability)).toList());
      }
    } finally {
      targets.forEach(target -> target.server().close());
    }
  }

  /** In turns. Of the replicas only the one that was better is measured again. */
  private void compare(Durability durability, List<Prepared> targets) throws Exception {
    Map<String, Double> ours = new LinkedHashMap<>();
    double theirs = 0;
    List<Integer> measured = List.of(1, 4);
    for (int round = 1; round <= durability.rounds(); round++) {
      for (Prepared target : targets) {
        if (target.round() == round) {
          ours.merge(target.mode(), TRADES / apply(target), Math::max);
          target.server().close();
        }
      }
      int better = 0;
      for (int appliers : measured) {
        double speed = replica(durability, appliers);
        if (speed > theirs || better == 0) {
          better = appliers;
        }
        theirs = Math.max(theirs, speed);
      }
      measured = List.of(better);
    }
    for (Map.Entry<String, Double> mode : ours.entrySet()) {
      Result.compare("apply", mode.getKey(), mode.getValue(), theirs);
    }
  }

  private double replica(Durability durability, int appliers) throws SQLException {
    Result.say("Applying with a replica of %d, durability %s …", appliers, durability.text());
    try (MySqlServer replica = target(durability)) {
      double speed = TRADES / peer.apply(replica, appliers);
      check("The replica", replica);
      Result.say("replica appliers=%d durability=%s %.0f/s", appliers, durability.text(), speed);
      return speed;
    }
  }

  private static MySqlServer source() {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name("source")
        .option("innodb_buffer_pool_size", "512M")
        .option("binlog_transaction_dependency_tracking", "WRITESET")
        .start();
  }

  private static MySqlServer target(Durability durability) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name("target-" + System.nanoTime())
        .option("innodb_buffer_pool_size", "512M")
        .option("sync_binlog", Integer.toString(durability.syncBinlog()))
        .option("innodb_flush_log_at_trx_commit", Integer.toString(durability.flushLog()))
        .start();
  }

  private Prepared prepare(Durability durability, int round, Consistency consistency)
      throws InterruptedException {
    Prepared target =
        new Prepared(
            durability, round, consistency, target(durability), new MemoryCheckpointStore());
    try (SyncJob<TableChange> job = job(target)) {
      job.start();
      job.awaitSynchronizing(PATIENCE);
    }
    return target;
  }

  /** Seconds until the last transaction is committed at the target. */
  private double apply(Prepared target) throws SQLException, IOException {
    Result.say("Applying with Syncline, %s …", target.mode());
    try (Connection connection = target.server().connect();
        Statement statement = connection.createStatement();
        SyncJob<TableChange> job = job(target)) {
      CpuMeter meter = new CpuMeter(source, target.server());
      long start = System.nanoTime();
      job.start();
      while (!Sales.hasMarks(statement, MARK)) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new IllegalStateException("Not applied in " + PATIENCE + ": " + job.status());
        }
        LockSupport.parkNanos(5_000_000);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      Result.say("Syncline: %.0f/s, %.1f s; CPU: %s", TRADES / seconds, seconds, meter.text());
      check("Syncline's target", target.server());
      return seconds;
    }
  }

  private void check(String who, MySqlServer server) throws SQLException {
    String wanted = Sales.checksum(source);
    String found = Sales.checksum(server);
    if (!found.equals(wanted)) {
      throw new IllegalStateException(
          who + " is not equal to the source: " + found + " instead of " + wanted);
    }
  }

  private SyncJob<TableChange> job(Prepared target) {
    return Copies.builder("apply", source, target.server(), target.checkpoints())
        .consistency(target.consistency())
        .build();
  }
}
