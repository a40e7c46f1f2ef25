package dev.syncline;

import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;

/**
 * What a job has committed at its target.
 *
 * @param epoch the epoch in force
 * @param lanes for each lane, by number from 0, the printed position of each stream
 * @param layout what {@link ParallelSink#beginLanes} recorded last; empty if it was never called
 * @param completed for each table at the source the parts of its snapshot that are complete
 */
public record TargetProgress(
    long epoch,
    List<Map<String, String>> lanes,
    String layout,
    Map<TableId, List<Completion>> completed) {

  /** Copies the collections. */
  public TargetProgress {
    lanes = lanes.stream().map(Map::copyOf).toList();
    completed = Map.copyOf(completed);
  }
}
