package dev.syncline.change;

import java.util.Objects;

/**
 * Deletes all keys of a scope, as FLUSHDB and FLUSHALL do at the source. What the target has
 * outside of the scope stays.
 */
public record KeyFlush(KeyScope scope) implements KeyChange {

  /** Checks that nothing is missing. */
  public KeyFlush {
    Objects.requireNonNull(scope, "scope");
  }
}
