package dev.syncline.benchmarks;

import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Runs the small benchmarks, each in a process of its own, and says what they allocate. */
final class JmhBench {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private JmhBench() {}

  static void run() throws Exception {
    Runner runner =
        new Runner(
            new OptionsBuilder()
                .include(DecodingBenchmark.class.getSimpleName())
                .include(PreparingBenchmark.class.getSimpleName())
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true)
                .build());
    for (RunResult result : runner.run()) {
      Result<?> time = result.getPrimaryResult();
      Result<?> allocated = Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED));
      dev.syncline.benchmarks.Result.say(
          "RESULT jmh mode=%s ours=%.0fns error=%.0fns allocated=%.0fB",
          time.getLabel(), time.getScore(), time.getScoreError(), allocated.getScore());
    }
  }
}
