package dev.syncline;

import dev.syncline.change.Change;
import java.util.Objects;

/**
 * What a source is opened for.
 *
 * @param job the name of the job
 * @param selection what takes part; a reader skips everything else as early as it can
 */
public record SourceScope<C extends Change>(String job, Selection<C> selection) {

  /** Checks that nothing is missing. */
  public SourceScope {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(selection, "selection");
  }
}
