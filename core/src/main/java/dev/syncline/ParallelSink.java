package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.TableDefinition;

/**
 * A transactional sink that several lanes can write side by side, for {@link Consistency#PER_KEY}.
 *
 * <p>Lane 0 is always there. It writes changes alone: the other lanes have committed all before it
 * does, and write nothing before it has committed. While they write, it commits positions without
 * changes. So its position stands for all lanes, and a lane with a position of its own that lies
 * ahead of it has written, beyond it, its own share of the changes.
 */
public interface ParallelSink<C extends Change> extends TransactionalSink<C> {

  /**
   * Records lanes 1 to n, at the positions of lane 0, in place of all such lanes that were recorded
   * before; in one transaction that also checks the run.
   *
   * @param run the run with the epoch that {@link #takeOver} returned
   * @param lanes how many lanes there are besides lane 0; from 1
   * @param layout how keys are given to lanes, in the engine's words, up to 64 characters; given
   *     back by {@link TargetProgress#layout}
   * @throws OwnershipLostException if a later run has taken over
   * @throws TransientException if another try may succeed
   */
  void beginLanes(JobRun run, int lanes, String layout);

  /**
   * Looks at how the target tells the rows of a table apart. Called when its first change comes.
   *
   * @param table a table at the source
   * @throws ChangeRejectedException if the target has no such table, or lacks columns or a key
   * @throws TransientException if another try may succeed
   */
  TargetKeys keysOf(TableDefinition table);
}
