package dev.syncline;

import dev.syncline.change.Change;

/** Which part of a source takes part in a job. Immutable. */
public sealed interface Selection<C extends Change> permits TableSelection, KeySelection {

  /** Whether a change takes part. */
  boolean includes(C change);
}
