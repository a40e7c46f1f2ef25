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
  private long runBegan;
  private Duration wait = Duration.ZERO;

  Backoff(RetryPolicy policy, Ticker ticker, long seed) {
    this.policy = policy;
    this.ticker = ticker;
    this.random = new Random(seed);
  }

  void runBegins() {
    runBegan = ticker.nanos();
  }

  /**
   * The next wait after a failure.
   *
   * @param progressed whether the run committed anything
   * @return empty if the window has passed without success
   */
  Optional<Duration> next(boolean progressed) {
    long now = ticker.nanos();
    boolean lasted = now - runBegan >= policy.longestWait().toNanos();
    if (attempt == 0 || progressed || lasted) {
      attempt = 0;
      firstFailure = now;
    }
    if (now - firstFailure >= policy.window().toNanos()) {
      return Optional.empty();
    }
    attempt++;
    int doublings = Math.min(attempt - 1, 30);
    Duration longest = policy.longestWait();
    Duration full = policy.firstWait().multipliedBy(1L << doublings);
    Duration bounded = full.compareTo(longest) > 0 ? longest : full;
    wait = bounded.minus(bounded.multipliedBy(random.nextInt(26)).dividedBy(100));
    return Optional.of(wait);
  }

  int attempt() {
    return attempt;
  }

  Duration pause() {
    return wait;
  }
}
