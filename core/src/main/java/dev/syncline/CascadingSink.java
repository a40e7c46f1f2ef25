package dev.syncline;

import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import java.util.List;

/**
 * A sink whose target does by itself what foreign keys did at the source without the stream saying
 * so. For any other sink a source with such keys is a risk that must be acknowledged.
 */
public interface CascadingSink<C extends Change> extends TransactionalSink<C> {

  /**
   * Opens the writer of a lane, as {@link #openLane(JobRun, int)} does, that gets all changes of
   * some groups of tables.
   *
   * <p>What it is given of these tables must take effect as if each change were made at the target
   * in the order of the source, with foreign keys checked, so that they cascade; but without any
   * look at them where the change is {@link dev.syncline.change.TableChange#unchecked}.
   *
   * @param groups the tables that change together, with their foreign keys, which are at the target
   * @throws TransientException if opening it again may succeed
   */
  LaneWriter<C> openLane(JobRun run, int lane, List<CascadeGroup> groups);
}
