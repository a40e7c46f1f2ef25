package dev.syncline.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Runs one benchmark by its name. Both sides of a comparison are measured in the same run, since
 * absolute times say little on a machine that is shared.
 */
public final class Bench {

  /** Each client logs under the name of its class, which in the connector is one of its own. */
  private static final List<Logger> BINLOG_CLIENTS =
      List.of(Logger.getLogger("com.github.shyiko"), Logger.getLogger("dev.syncline.mysql"));

  private interface Benchmark {
    void run() throws Exception;
  }

  private static final Map<String, Benchmark> BENCHMARKS =
      new TreeMap<>(
          Map.of(
              "apply", ApplyBench::run,
              "decode", DecodeBench::run,
              "delay", DelayBench::run,
              "history", HistoryBench::run,
              "jmh", JmhBench::run,
              "load", LoadBench::run,
              "memory", MemoryBench::run,
              "redis-load", RedisLoadBench::run,
              "redis-stream", RedisStreamBench::run));

  private Bench() {}

  /** Keeps the library that receives logs from telling of each connection. */
  static void quieten() {
    BINLOG_CLIENTS.forEach(logger -> logger.setLevel(Level.WARNING));
  }

  /** Takes the name of the benchmark. */
  public static void main(String[] arguments) throws Exception {
    quieten();
    String name = arguments.length == 1 ? arguments[0] : "";
    Benchmark benchmark = BENCHMARKS.get(name);
    if (benchmark == null) {
      System.err.println(
          "Benchmark '" + name + "' is not known; -Dbench must be one of " + BENCHMARKS.keySet());
      System.exit(2);
    } else {
      benchmark.run();
      System.exit(0);
    }
  }
}
