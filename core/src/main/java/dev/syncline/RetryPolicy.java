package dev.syncline;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How long and how often a job tries again after a {@link TransientException}. Immutable.
 *
 * <p>Waits double from the first to the longest one, each shortened by chance by up to a quarter.
 * They begin anew, and so does the window, once a run has committed something at the target.
 *
 * <p>Foreign keys and triggers that wait for open transactions at the target are tried again by the
 * same policy, counted from the first try to make them, while the job goes on following.
 */
public final class RetryPolicy {

  private final Duration window;
  private final Duration firstWait;
  private final Duration longestWait;

  private RetryPolicy(Builder builder) {
    this.window = Objects.requireNonNullElse(builder.window, Duration.ofHours(12));
    this.firstWait = Objects.requireNonNullElse(builder.firstWait, Duration.ofSeconds(1));
    this.longestWait = Objects.requireNonNullElse(builder.longestWait, Duration.ofMinutes(1));
  }

  /** A policy with the defaults. */
  public static RetryPolicy defaults() {
    return builder().build();
  }

  /** A policy that is yet all defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** How long a job tries again without any success before it fails. */
  public Duration window() {
    return window;
  }

  /** The wait before the first try. */
  public Duration firstWait() {
    return firstWait;
  }

  /** The longest wait between two tries. */
  public Duration longestWait() {
    return longestWait;
  }

  /** The three durations, for logs. */
  @Override
  public String toString() {
    return "RetryPolicy[window=%s, firstWait=%s, longestWait=%s]"
        .formatted(window, firstWait, longestWait);
  }

  /** Collects settings. Not thread-safe. */
  public static final class Builder {

    private @Nullable Duration window;
    private @Nullable Duration firstWait;
    private @Nullable Duration longestWait;

    private Builder() {}

    /**
     * How long a job tries again without any success before it fails; zero for never. Default: 12
     * hours.
     *
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it was set before
     */
    public Builder window(Duration window) {
      Settings.unset(this.window, "window");
      this.window = Settings.notNegative(window, "window");
      return this;
    }

    /**
     * The wait before the first try. Default: 1 second.
     *
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public Builder firstWait(Duration firstWait) {
      Settings.unset(this.firstWait, "firstWait");
      this.firstWait = Settings.positive(firstWait, "firstWait");
      return this;
    }

    /**
     * The longest wait between two tries. Default: 1 minute.
     *
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if it was set before
     */
    public Builder longestWait(Duration longestWait) {
      Settings.unset(this.longestWait, "longestWait");
      this.longestWait = Settings.positive(longestWait, "longestWait");
      return this;
    }

    /**
     * The policy.
     *
     * @throws IllegalStateException if the first wait is longer than the longest one
     */
    public RetryPolicy build() {
      RetryPolicy policy = new RetryPolicy(this);
      if (policy.firstWait.compareTo(policy.longestWait) > 0) {
        throw new IllegalStateException(
            "firstWait (%s) must not be longer than longestWait (%s)."
                .formatted(policy.firstWait, policy.longestWait));
      }
      return policy;
    }
  }
}
