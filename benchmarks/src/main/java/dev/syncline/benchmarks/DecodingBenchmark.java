package dev.syncline.benchmarks;

import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import dev.syncline.mysql.RecordedLog;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What it takes to read the log of the table with 12 columns, on one thread and without a server:
 * per row of a large transaction, and per small transaction of four changes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class DecodingBenchmark {

  private static final int ROWS = 20;

  /** A log that was recorded from a server, which is gone when measuring begins. */
  @State(Scope.Benchmark)
  public static class Log {

    private final RecordedLog bulk;
    private final RecordedLog trade;

    /** Records the log. */
    public Log() {
      Bench.quieten();
      try (MySqlServer server =
          MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("source").start()) {
        Sales.createTable(server);
        bulk = RecordedLog.of(server, Sales.DATABASE, 1, () -> Sales.fill(server, ROWS));
        trade = RecordedLog.of(server, Sales.DATABASE, 1, () -> Sales.trade(server, ROWS, 1, 1));
      } catch (Exception e) {
        throw new IllegalStateException("Recording a log failed.", e);
      }
    }

    /** Makes sure that what is measured is what is meant. */
    @Setup
    public void check() {
      check(bulk, ROWS);
      check(trade, Sales.CHANGES_PER_TRADE);
    }

    private static void check(RecordedLog log, int changes) {
      int read = log.read().stream().mapToInt(part -> part.changes().size()).sum();
      if (read != changes || !log.readOther().isEmpty()) {
        throw new IllegalStateException("Read " + read + " changes instead of " + changes + ".");
      }
    }
  }

  /** A row of a large transaction: decoding and nothing else. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public void decodedRow(Log log, Blackhole hole) {
    log.bulk.decode(hole::consume);
  }

  /** A row of a large transaction, with all from the checksum of its event to its batch. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public List<TransactionPart<TableChange>> row(Log log) {
    return log.bulk.read();
  }

  /** The same row of a table that is not selected. */
  @Benchmark
  @OperationsPerInvocation(ROWS)
  public List<TransactionPart<TableChange>> otherRow(Log log) {
    return log.bulk.readOther();
  }

  /** A small transaction, with all from the checksums of its events to its batch. */
  @Benchmark
  public List<TransactionPart<TableChange>> trade(Log log) {
    return log.trade.read();
  }

  /** The same transaction of a table that is not selected. */
  @Benchmark
  public List<TransactionPart<TableChange>> otherTrade(Log log) {
    return log.trade.readOther();
  }
}
