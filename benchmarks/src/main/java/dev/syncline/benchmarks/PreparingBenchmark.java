package dev.syncline.benchmarks;

import dev.syncline.change.TableChange;
import dev.syncline.mysql.PreparedBatch;
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
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it takes to make changes of the table with 12 columns ready to be written, on one thread and
 * without a server: the net effect of small transactions, and the text of its statements.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 10, time = 1)
public class PreparingBenchmark {

  private static final int ROWS = 20_000;
  private static final int TRADES = 250;

  /** Changes that were recorded from a server, which is gone when measuring begins. */
  @State(Scope.Benchmark)
  public static class Changes {

    private final PreparedBatch batch;

    /** Records the changes. */
    public Changes() {
      Bench.quieten();
      try (MySqlServer server =
          MySqlServer.builder(MySqlRelease.MYSQL_8_0).name("source").start()) {
        Sales.createTable(server);
        Sales.fill(server, ROWS);
        List<TableChange> changes =
            RecordedLog.of(
                    server, Sales.DATABASE, TRADES, () -> Sales.trade(server, ROWS, TRADES, 1))
                .read()
                .stream()
                .flatMap(part -> part.changes().stream())
                .toList();
        int wanted = TRADES * Sales.CHANGES_PER_TRADE;
        if (changes.size() != wanted) {
          throw new IllegalStateException(
              "Recorded " + changes.size() + " changes instead of " + wanted + ".");
        }
        // They are its own changes: the table stays as it is.
        batch = PreparedBatch.of(server, changes);
      } catch (Exception e) {
        throw new IllegalStateException("Recording changes failed.", e);
      }
    }
  }

  /** A batch of 1,000 changes. */
  @Benchmark
  public List<?> batch(Changes changes) {
    return changes.batch.prepare();
  }
}
