package dev.syncline;

import dev.syncline.change.Change;
import java.util.Objects;

/**
 * What a source is opened for.
 *
 * @param job the name of the job
 * @param selection what takes part; a reader skips everything else as early as it can
 * @param guarantee how often the target takes a change. If {@link Guarantee#AT_LEAST_ONCE}, it may
 *     already have what comes behind the position that a reader is opened at.
 */
public record SourceScope<C extends Change>(
    String job, Selection<C> selection, Guarantee guarantee) {

  /** Checks that nothing is missing. */
  public SourceScope {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(selection, "selection");
    Objects.requireNonNull(guarantee, "guarantee");
  }

  /** For a target that takes each change once. */
  public SourceScope(String job, Selection<C> selection) {
    this(job, selection, Guarantee.EXACTLY_ONCE);
  }
}
