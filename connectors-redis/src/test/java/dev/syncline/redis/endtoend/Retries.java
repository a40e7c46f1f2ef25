package dev.syncline.redis.endtoend;

import dev.syncline.RetryPolicy;
import java.time.Duration;

/** How jobs try again whose servers end and come back within a test. */
final class Retries {

  static final RetryPolicy SOON =
      RetryPolicy.builder()
          .firstWait(Duration.ofMillis(50))
          .longestWait(Duration.ofSeconds(1))
          .build();

  private Retries() {}
}
