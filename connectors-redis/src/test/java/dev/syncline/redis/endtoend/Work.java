package dev.syncline.redis.endtoend;

import dev.syncline.KeySelection;
import dev.syncline.redis.RedisSink.ExistingKeys;
import java.time.Duration;

/** What a job is called, which keys it takes and how it treats those of the target. */
record Work(String name, KeySelection selection, ExistingKeys existing, Duration grace) {

  /** How much later keys expire at the target unless said otherwise. */
  static final Duration GRACE = Duration.ofMillis(500);

  /** All keys. */
  static Work all(String name) {
    return of(name, KeySelection.all());
  }

  static Work of(String name, KeySelection selection) {
    return new Work(name, selection, ExistingKeys.REFUSE, GRACE);
  }

  Work existing(ExistingKeys keys) {
    return new Work(name, selection, keys, grace);
  }
}
