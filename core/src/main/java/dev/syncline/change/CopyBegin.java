package dev.syncline.change;

import java.util.Map;
import java.util.Objects;

/**
 * Begins a copy of all existing keys of a scope. At its {@link CopyEnd} the target has these keys
 * and no others in the scope.
 *
 * @param stream the stream that brings the copy
 * @param attempt how many copies the stream has begun with this one, over all runs; from 1
 * @param scope the keys that are copied
 * @param expected about how many keys each database has; empty if the source does not say
 */
public record CopyBegin(String stream, long attempt, KeyScope scope, Map<Integer, Long> expected)
    implements KeyChange {

  /** Copies the map. */
  public CopyBegin {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(scope, "scope");
    expected = Map.copyOf(expected);
  }
}
