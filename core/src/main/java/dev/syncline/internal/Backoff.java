package dev.syncline.internal;

import dev.syncline.RetryPolicy;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;

/** Says how long to wait before the next try, and when there is to be none. Used by one thread. */
final class Backoff {

  private final RetryPolicy policy;
  private final Ticker ticker;
  private final Random random;
  private int attempt;
  private long firstFailure;
  private Duration wait = Duration.ZERO;

  Backoff(RetryPolicy policy, Ticker ticker, long seed) {
    this.policy = policy;
    this.ticker = ticker;
    this.random = new Random(seed);
  }

  /** Forgets all failures, so that the next run may begin at once. */
  void reset() {
    attempt = 0;
    wait = Duration.ZERO;
  }

  /**
   * The next wait after a failure.
   *
   * @param succeeded whether the run that failed had success before
   * @return empty if the window has passed without success
   */
  Optional<Duration> next(boolean succeeded) {
    long now = ticker.nanos();
    if (attempt == 0 || succeeded) {
      attempt = 0;
      firstFailure = now;
    }
    if (now - firstFailure >= Ticker.inNanos(policy.window())) {
      return Optional.empty();
    }
    attempt++;
    Duration full = policy.firstWait();
    for (int i = 1; i < attempt && full.compareTo(policy.longestWait()) < 0; i++) {
      full = full.multipliedBy(2);
    }
    Duration bounded = full.compareTo(policy.longestWait()) > 0 ? policy.longestWait() : full;
    wait = bounded.minus(bounded.dividedBy(100).multipliedBy(random.nextInt(26)));
    return Optional.of(wait);
  }

  int attempt() {
    return attempt;
  }

  Duration pause() {
    return wait;
  }
}
