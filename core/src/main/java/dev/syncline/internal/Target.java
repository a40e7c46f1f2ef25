package dev.syncline.internal;

import dev.syncline.Guarantee;
import dev.syncline.JobRun;
import dev.syncline.SnapshotWriter;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import java.util.List;
import java.util.Map;

/** A sink as the engine uses it, whether it keeps progress itself or not. */
interface Target<C extends Change> {

  /** What the sink makes possible. */
  Guarantee guarantee();

  /**
   * Begins a run.
   *
   * @param firstPositions the positions to begin at; empty when the job has been at the target
   */
  TargetProgress takeOver(JobRun run, Map<String, String> firstPositions, Checkpoint checkpoint);

  /**
   * Opens the writer of a lane.
   *
   * @param groups the tables whose foreign keys cascade at the target
   */
  LaneOutput<C> openLane(JobRun run, int lane, List<CascadeGroup> groups);

  /** Records so many lanes besides lane 0, at its positions. */
  void beginLanes(JobRun run, int lanes, String layout);

  /** How the target tells the rows of a table apart. */
  TargetKeys keysOf(TableDefinition table);

  /** Opens a writer of existing rows. */
  SnapshotWriter openSnapshotWriter(JobRun run);

  /** Where a lane writes. */
  interface LaneOutput<C extends Change> extends AutoCloseable {

    /**
     * Makes parts of transactions ready to be written next. May be called while others are written;
     * by one thread.
     */
    Prepared prepare(List<TransactionPart<C>> parts);

    /** Makes what was written durable, with the positions if the sink keeps them. */
    void commit(Map<String, String> positions) throws InterruptedException;

    @Override
    void close();
  }

  /** Parts of transactions that are ready to be written. */
  interface Prepared {

    /** Writes them; they need not be durable before the next commit. */
    void write() throws InterruptedException;
  }
}
