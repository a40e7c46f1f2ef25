package dev.syncline.change;

import java.util.Objects;

/**
 * Ends the copy that the last {@link CopyBegin} of the stream has begun: a key of its scope that
 * has not come since then is not at the source.
 *
 * @param stream the stream that has brought the copy
 * @param scope the keys that were copied
 * @param keys how many keys have come
 */
public record CopyEnd(String stream, KeyScope scope, long keys) implements KeyChange {

  /** Checks that nothing is missing. */
  public CopyEnd {
    Objects.requireNonNull(stream, "stream");
    Objects.requireNonNull(scope, "scope");
  }
}
