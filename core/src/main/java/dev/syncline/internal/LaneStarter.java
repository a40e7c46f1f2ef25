package dev.syncline.internal;

import dev.syncline.JobRun;
import dev.syncline.TargetKeys;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Target.LaneOutput;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Starts the threads of a run's lanes, each with a connection of its own. */
record LaneStarter<C extends Change>(
    Workers workers, Target<C> target, JobRun run, List<CascadeGroup> groups) {

  /** Starts the two threads of a lane. */
  void start(Lane<C> lane, int number, Runnable opened) {
    String role = "lane-" + number;
    workers.start(
        role,
        () -> {
          LaneOutput<C> output = workers.own(target.openLane(run, number, groups));
          opened.run();
          workers.start(role + "-prepare", () -> lane.prepare(output));
          lane.write(output);
        });
  }

  /** Records lanes besides lane 0, and looks at the keys of tables. */
  Map<TableId, TargetKeys> begin(int lanes, List<TableDefinition> tables) {
    List<TargetKeys> found = target.keysOf(tables);
    target.beginLanes(run, lanes);
    Map<TableId, TargetKeys> keys = new HashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      keys.put(tables.get(i).id(), found.get(i));
    }
    return keys;
  }
}
