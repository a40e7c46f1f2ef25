package dev.syncline.internal;

import dev.syncline.JobRun;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.internal.Target.LaneOutput;
import java.util.List;

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
}
