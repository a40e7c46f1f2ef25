package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A source that can say before a job starts what would go wrong with it. */
public interface CheckedSource<C extends Change> extends Source<C> {

  /**
   * Looks for what would go wrong. Changes nothing at the source. Failures to connect or to log in
   * are findings, not exceptions.
   */
  List<Finding> check(SourceCheck<C> check);

  /**
   * The codes of all findings of severity {@link Finding.Severity#RISK} that {@link #check} can
   * give. A job that acknowledges another code cannot be built, since it would be a typing error.
   */
  Set<String> risks();

  /**
   * What a source is checked for.
   *
   * @param scope job and selection
   * @param initialize what the job has still to bring to the target; empty when it only follows,
   *     also when that part of the job is done
   * @param resumeAt the positions at which streams go on; empty at the first start
   * @param cascades whether the job loads and follows the tables of each {@link
   *     dev.syncline.change.CascadeGroup} together, so that foreign keys cascade at the target
   * @param columnwise whether changes may come that lack values, since the sink is a {@link
   *     ColumnwiseSink}
   */
  record SourceCheck<C extends Change>(
      SourceScope<C> scope,
      Set<Initialization> initialize,
      Map<String, Position> resumeAt,
      boolean cascades,
      boolean columnwise) {

    /** Copies the collections. */
    public SourceCheck {
      initialize = Set.copyOf(initialize);
      resumeAt = Map.copyOf(resumeAt);
    }
  }
}
