package dev.syncline.redis;

import org.jspecify.annotations.Nullable;

/** The elements of a small collection that is packed into one string, one after the other. */
interface RdbPacked {

  /** The next element as the text that the server would show; null at the end. */
  byte @Nullable [] next();
}
