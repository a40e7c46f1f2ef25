package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

class JobLimitsTest {

  @Test
  void hasDefaults() {
    assertThat(JobLimits.defaults())
        .hasToString(
            "JobLimits[lanes=4, snapshotReaders=2, snapshotWriters=2, batchRows=5000,"
                + " batchBytes=4194304, queueBytes=16777216, checkpointInterval=PT1S]");
  }

  @Test
  void takesWhatItIsGiven() {
    JobLimits limits =
        JobLimits.builder()
            .lanes(63)
            .snapshotReaders(64)
            .snapshotWriters(1)
            .batchRows(100_000)
            .batchBytes(1 << 10)
            .queueBytes(1 << 30)
            .checkpointInterval(Duration.ofNanos(1))
            .build();

    assertThat(limits)
        .hasToString(
            "JobLimits[lanes=63, snapshotReaders=64, snapshotWriters=1, batchRows=100000,"
                + " batchBytes=1024, queueBytes=1073741824, checkpointInterval=PT0.000000001S]");
  }

  @Test
  void refusesWhatIsOutOfRange() {
    assertRange("lanes", JobLimits.Builder::lanes, 1, 64);
    assertRange("snapshotReaders", JobLimits.Builder::snapshotReaders, 1, 64);
    assertRange("snapshotWriters", JobLimits.Builder::snapshotWriters, 1, 64);
    assertRange("batchRows", JobLimits.Builder::batchRows, 1, 100_000);
    assertRange("batchBytes", JobLimits.Builder::batchBytes, 1 << 10, 256 << 20);
    assertRange("queueBytes", JobLimits.Builder::queueBytes, 1 << 10, 1 << 30);
  }

  private static void assertRange(
      String name,
      BiFunction<JobLimits.Builder, Integer, JobLimits.Builder> setter,
      int min,
      int max) {
    for (int wrong : new int[] {min - 1, max + 1}) {
      assertThatThrownBy(() -> setter.apply(JobLimits.builder(), wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'%s' must be from %d to %d; got %d.", name, min, max, wrong);
    }
    setter.apply(JobLimits.builder(), min).build();
    setter.apply(JobLimits.builder(), max).build();
    assertThatThrownBy(() -> setter.apply(setter.apply(JobLimits.builder(), min), max))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'%s' is set twice; set it once.", name);
  }

  @Test
  void refusesAnIntervalThatIsNotPositive() {
    assertThatThrownBy(() -> JobLimits.builder().checkpointInterval(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'checkpointInterval' must be positive; got PT0S.");
  }
}
