package dev.syncline.mysql.endtoend;

import dev.syncline.JobState;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildJob;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.fault.FaultPoint;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.server.MySqlRelease;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * A process that runs a job under a mixed load is killed, and another one goes on: ledger, keyless
 * counter and content are exact, and so is every read at the target from the first time on that the
 * job synchronizes.
 */
class KillIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The numbers of lanes that jobs are run with. */
  static final List<Integer> LANES = List.of(1, 4);

  private static final Set<FaultPoint> OF_SEVERAL_LANES =
      EnumSet.of(FaultPoint.BEFORE_LANES_BEGIN, FaultPoint.AFTER_LANES_BEGIN);

  private static final Set<FaultPoint> OF_SCHEMA_CHANGES =
      EnumSet.of(FaultPoint.BEFORE_SCHEMA_APPLY, FaultPoint.AFTER_SCHEMA_APPLY);

  private static ServerPair pair;

  @TempDir private Path checkpoints;

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  /** The points are in the order in which a job comes to them, the first ones but once. */
  @ParameterizedTest
  @FieldSource("LANES")
  void atEveryFaultPoint(int lanes) throws Exception {
    for (int round = 0; round < KillCount.rounds(); round++) {
      long seed = System.nanoTime();
      Random random = new Random(seed);
      String database = "points_" + lanes + "_" + round;
      try (MixedLoad load = new MixedLoad(pair, database, seed)) {
        for (FaultPoint point : FaultPoint.values()) {
          boolean isOfSeveral = OF_SEVERAL_LANES.contains(point);
          // The load alters no tables.
          if ((lanes == 1 && isOfSeveral) || OF_SCHEMA_CHANGES.contains(point)) {
            continue;
          }
          try (ChildProcess job = start(database, lanes, dying(point, random, round))) {
            job.awaitDeath(PATIENCE);
            if (job.hasFollowed()) {
              load.synchronizedWith(lanes);
            }
          }
        }
        finish(load, database, lanes, "killed once at every fault point");
      }
    }
  }

  /** The points of a job that follows have their turn while it copies too, every other round. */
  private static String dying(FaultPoint point, Random random, int round) {
    int passing = 1 + random.nextInt(latest(point));
    boolean follows = point.compareTo(FaultPoint.BEFORE_LANE_WRITE) >= 0;
    return follows && round % 2 == 0
        ? ChildJob.dyingSynchronized(point, passing)
        : ChildJob.dying(point, passing);
  }

  /** At which passing the process may be told to die, so that it comes to it soon. */
  private static int latest(FaultPoint point) {
    return switch (point) {
      case BEFORE_TAKE_OVER,
          AFTER_TAKE_OVER,
          BEFORE_LANES_BEGIN,
          AFTER_LANES_BEGIN,
          BEFORE_SCHEMA_APPLY,
          AFTER_SCHEMA_APPLY ->
          1;
      case BEFORE_ACKNOWLEDGE, AFTER_ACKNOWLEDGE -> 2;
      case BEFORE_SNAPSHOT_WRITE, AFTER_SNAPSHOT_WRITE -> 4;
      case BEFORE_CHECKPOINT_SAVE, AFTER_CHECKPOINT_SAVE -> 6;
      case BEFORE_TABLE_CREATE, AFTER_TABLE_CREATE -> 9;
      case BEFORE_LANE_WRITE, AFTER_LANE_WRITE, BEFORE_LANE_COMMIT, AFTER_LANE_COMMIT -> 60;
    };
  }

  @ParameterizedTest
  @FieldSource("LANES")
  void atAnyMoment(int lanes) throws Exception {
    int kills = KillCount.part(1.0 / 3 / LANES.size());
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String database = "moments_" + lanes;
    try (MixedLoad load = new MixedLoad(pair, database, seed)) {
      for (int kill = 0; kill < kills; kill++) {
        try (ChildProcess job = start(database, MixedLoad.lanes(lanes, random))) {
          KillCount.Moment moment = KillCount.moment(kill);
          if (moment != KillCount.Moment.ANY) {
            job.await(JobState.INITIALIZING);
          }
          if (moment == KillCount.Moment.FOLLOWING) {
            job.awaitSynchronizing();
            load.synchronizedWith(lanes);
            if (lanes > 1 && kill % 4 == 2) {
              load.awaitShared();
            }
          }
          Await.pause(random.nextInt(1_000));
          job.failIfEnded();
          load.killed(job.hasFollowed());
        }
      }
      finish(load, database, lanes, kills + " random kills");
    }
  }

  /** What is recorded of a table is found again although it has other names at the target. */
  @Test
  void atAnyMomentUnderOtherNames() throws Exception {
    int kills = KillCount.part(1.0 / 10);
    long seed = System.nanoTime();
    Random random = new Random(seed);
    String database = "named";
    String copy = database + "_copy";
    try (MixedLoad load = new MixedLoad(pair, database, copy, seed)) {
      for (int kill = 0; kill < kills; kill++) {
        try (ChildProcess job = start(database, 4, ChildMain.as(copy))) {
          if (kill % 2 == 0) {
            job.await(JobState.INITIALIZING);
          } else {
            job.awaitSynchronizing();
          }
          Await.pause(random.nextInt(1_000));
          job.failIfEnded();
          load.killed(job.hasFollowed());
        }
      }
      finish(load, database, 4, kills + " kills under other names", ChildMain.as(copy));
    }
  }

  private void finish(MixedLoad load, String database, int lanes, String what, String... options)
      throws Exception {
    try (ChildProcess job = start(database, lanes, options)) {
      job.awaitSynchronizing();
      load.synchronizedWith(lanes);
      load.finish(what + ", " + lanes + " lanes");
      job.failIfEnded();
    }
  }

  private ChildProcess start(String database, int lanes, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.add(ChildMain.lanes(lanes));
    return ChildMain.start(pair, database, checkpoints, all.toArray(String[]::new));
  }
}
