package dev.syncline.benchmarks;

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
import java.util.concurrent.locks.LockSupport;

/**
 * How fast 2,000,000 rows are copied from server to server, against one {@code INSERT … SELECT} of
 * the same rows inside the target server (in many smaller ones it is slower). Both sides make the
 * table with the same indexes, write a log, and commit as safely as servers do by default. The peer
 * reads rows that lie in the server's memory. Syncline's time begins with the job's start and ends
 * when the job is synchronizing.
 */
final class LoadBench {

  private static final int ROWS = 2_000_000;
  private static final int ROUNDS = 2;
  private static final int CHANGES_PER_SECOND = 1_000;
  private static final int MARK = 100_000_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String PEER = "peer";

  private final MySqlServer source;
  private final MySqlServer target;
  private int trades;
  private int jobs;

  /** Seconds that each took. */
  private record Times(double ours, double peer) {
    Times best(Times other) {
      return new Times(Math.min(ours, other.ours), Math.min(peer, other.peer));
    }
  }

  private LoadBench(MySqlServer source, MySqlServer target) {
    this.source = source;
    this.target = target;
  }

  static void run() throws Exception {
    try (MySqlServer source = server("source");
        MySqlServer target = server("target")) {
      Sales.createTable(source);
      Result.say("Writing %,d rows …", ROWS);
      Sales.fill(source, ROWS);
      LoadBench bench = new LoadBench(source, target);
      bench.compare("writers", bench.withWriters());
      Times quiet = bench.quiet();
      for (int round = 2; round <= ROUNDS; round++) {
        quiet = quiet.best(bench.quiet());
      }
      bench.compare("quiet", quiet);
    }
  }

  private static MySqlServer server(String name) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name(name)
        .option("innodb_buffer_pool_size", "2G")
        .option("innodb_redo_log_capacity", "1G")
        .option("innodb_flush_log_at_trx_commit", "1")
        .option("sync_binlog", "1")
        .option("binlog_cache_size", "1G")
        .start();
  }

  private void compare(String mode, Times times) {
    Result.say(
        "RESULT load mode=%s ours=%.0frows/s peer=%.0frows/s ratio=%.2f",
        mode, ROWS / times.ours(), ROWS / times.peer(), times.peer() / times.ours());
  }

  private Times quiet() throws Exception {
    double ours;
    try (SyncJob<TableChange> job = job()) {
      ours = load(job);
      check(Sales.checksum(source), "Syncline's table", Sales.checksum(target));
    }
    return new Times(ours, peer());
  }

  /** The writers go on while the peer loads, which takes the same time from it. */
  private Times withWriters() throws Exception {
    double ours;
    try (Traders traders = traders();
        SyncJob<TableChange> job = job()) {
      ours = load(job);
      trades = traders.stop();
      Sales.marks(source, MARK);
      awaitMark();
      check(Sales.checksum(source), "Syncline's table", Sales.checksum(target));
    }
    source.execute("DELETE FROM " + Sales.DATABASE + "." + Sales.TABLE + " WHERE id >= " + MARK);
    try (Traders traders = traders()) {
      double theirs = peer();
      trades = traders.stop();
      return new Times(ours, theirs);
    }
  }

  private Traders traders() {
    return new Traders(source, ROWS, trades, CHANGES_PER_SECOND);
  }

  private SyncJob<TableChange> job() throws SQLException {
    target.execute("DROP DATABASE IF EXISTS " + Sales.DATABASE);
    jobs++;
    return Copies.job("load-" + jobs, source, target, new MemoryCheckpointStore());
  }

  private double load(SyncJob<TableChange> job) throws Exception {
    Result.say("Loading with Syncline …");
    CpuMeter meter = new CpuMeter(source, target);
    long start = System.nanoTime();
    job.start();
    job.awaitSynchronizing(PATIENCE);
    return seconds("Syncline", start, meter);
  }

  private void awaitMark() throws SQLException {
    long start = System.nanoTime();
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement()) {
      while (!Sales.hasMarks(statement, MARK)) {
        if (System.nanoTime() - start > PATIENCE.toNanos()) {
          throw new IllegalStateException("The last row has not come in " + PATIENCE + ".");
        }
        LockSupport.parkNanos(5_000_000);
      }
    }
  }

  /** Copies the loaded table inside the target server. */
  private double peer() throws SQLException, IOException {
    String from = Sales.DATABASE + "." + Sales.TABLE;
    String to = PEER + "." + Sales.TABLE;
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + PEER);
      // Without locks on the rows that it reads.
      statement.execute("SET SESSION transaction_isolation = 'READ-COMMITTED'");
      Result.say("Loading inside the server …");
      CpuMeter meter = new CpuMeter(source, target);
      long start = System.nanoTime();
      statement.execute("CREATE TABLE " + to + " LIKE " + from);
      statement.execute("INSERT INTO " + to + " SELECT * FROM " + from);
      double seconds = seconds("INSERT … SELECT", start, meter);
      String wanted = Sales.checksum(target);
      check(wanted, "The peer's table", Sales.query(target, "CHECKSUM TABLE " + to, 2));
      statement.execute("DROP DATABASE " + PEER);
      return seconds;
    }
  }

  private static double seconds(String who, long start, CpuMeter meter) {
    double seconds = (System.nanoTime() - start) / 1e9;
    Result.say("%s: %.1f s; CPU: %s", who, seconds, meter.text());
    return seconds;
  }

  private static void check(String wanted, String who, String found) {
    if (!found.equals(wanted)) {
      throw new IllegalStateException(
          who + " is not equal to its original: " + found + " instead of " + wanted);
    }
  }
}
