package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static final RetryPolicy POLICY =
      RetryPolicy.builder()
          .window(Duration.ofMinutes(10))
          .firstWait(Duration.ofSeconds(1))
          .longestWait(Duration.ofSeconds(10))
          .build();

  private long nanos;

  private Backoff backoff(long seed) {
    return new Backoff(POLICY, () -> nanos, seed);
  }

  private void pass(Duration time) {
    nanos += time.toNanos();
  }

  @Property(tries = 200)
  void waitsDoubleUpToTheLongestEachShortenedByUpToAQuarter(@ForAll long seed) {
    Backoff backoff = backoff(seed);

    for (long full : new long[] {1_000, 2_000, 4_000, 8_000, 10_000, 10_000}) {
      Duration wait = backoff.next(false).orElseThrow();

      assertThat(wait.toMillis()).isBetween(full * 3 / 4, full);
      assertThat(backoff.pause()).isEqualTo(wait);
    }
  }

  @Test
  void countsTheTriesSinceTheLastSuccess() {
    Backoff backoff = backoff(1);

    backoff.next(false);
    backoff.next(false);
    assertThat(backoff.attempt()).isEqualTo(2);
    backoff.next(true);

    assertThat(backoff.attempt()).isEqualTo(1);
  }

  @Test
  void givesUpWhenTheWindowHasPassedWithoutSuccess() {
    Backoff backoff = backoff(1);

    backoff.next(false);
    pass(Duration.ofMinutes(10).minusNanos(1));
    assertThat(backoff.next(false)).isPresent();
    pass(Duration.ofNanos(1));

    assertThat(backoff.next(false)).isEmpty();
  }

  @Test
  void beginsTheWindowAnewAfterASuccess() {
    Backoff backoff = backoff(1);

    backoff.next(false);
    pass(Duration.ofMinutes(11));

    assertThat(backoff.next(true)).isPresent();
    pass(Duration.ofMinutes(9));
    assertThat(backoff.next(false)).isPresent();
  }

  @Test
  void aRunThatFailsSlowlyIsNoSuccess() {
    Backoff backoff = backoff(1);
    int tries = 0;

    Optional<Duration> wait = backoff.next(false);
    while (wait.isPresent() && tries < 1_000) {
      tries++;
      pass(Duration.ofMinutes(2));
      wait = backoff.next(false);
    }

    assertThat(tries).isEqualTo(5);
  }

  @Test
  void forgetsFailuresWhenToldTo() {
    Backoff backoff = backoff(1);
    backoff.next(false);
    pass(Duration.ofMinutes(11));

    backoff.reset();

    assertThat(backoff.next(false)).isPresent();
    assertThat(backoff.attempt()).isEqualTo(1);
  }

  @Test
  void neverTriesWithoutAWindow() {
    RetryPolicy never = RetryPolicy.builder().window(Duration.ZERO).build();

    assertThat(new Backoff(never, () -> nanos, 1).next(false)).isEmpty();
  }

  @Test
  void takesTheLongestDurations() {
    Duration ages = Duration.ofDays(1_000_000);
    RetryPolicy patient =
        RetryPolicy.builder().window(ages).firstWait(ages).longestWait(ages).build();

    assertThat(new Backoff(patient, () -> nanos, 1).next(false)).isPresent();
  }
}
