package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.SyncJob;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemorySource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One connection breaks, at each call in turn, before or after the call took effect. */
class BrokenConnectionTest {

  private static final int ROWS = 20;

  /** More than a run makes, so that each of its calls has its turn. */
  private static final int CALLS = 150;

  /** How often, each time with other changes. */
  private static final int ROUNDS = Math.max(1, Integer.getInteger("syncline.kills", 30) / 30);

  @ParameterizedTest
  @EnumSource
  void aBreakAtAnyCallLosesAndDoublesNothing(Faults.Moment moment) {
    breakEachCall(moment, Consistency.TRANSACTIONAL);
  }

  @ParameterizedTest
  @EnumSource
  void aBreakAtAnyCallOfSeveralLanesLosesAndDoublesNothing(Faults.Moment moment) {
    breakEachCall(moment, Consistency.PER_KEY);
  }

  private static void breakEachCall(Faults.Moment moment, Consistency consistency) {
    for (int round = 0; round < ROUNDS; round++) {
      int struck = 0;
      for (int call = 1; call <= CALLS; call++) {
        struck += run(call, moment, round, consistency);
      }

      assertThat(struck).as("calls at which the connection broke").isGreaterThan(CALLS / 3);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aJobThatDiesAtAnyCallGoesOnAsANewOne(Faults.Moment moment) {
    for (int round = 0; round < ROUNDS; round++) {
      for (int call = 1; call <= CALLS; call++) {
        die(call, moment, round);
      }
    }
  }

  private static void die(int call, Faults.Moment moment, int round) {
    try (Rig rig = new Rig(1)) {
      rig.fill(ROWS);
      Workload workload = new Workload(rig, ROWS, round * CALLS + call);
      Faults faults = Faults.at(call, moment).fatal();
      SyncJob<TableChange> job = rig.start(rig.job(new MemorySource(rig.database, 5), faults));
      workload.commit(20);
      Rig.await("it dies or has no more to do", () -> faults.struck() > 0 || isIdle(rig, job));
      job.close();
      workload.commit(5);

      rig.start(rig.job(new MemorySource(rig.database, 5), rig.sink()));

      rig.awaitEqual();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("It died at call " + call + " " + moment + " of round " + round, e);
    }
  }

  private static boolean isIdle(Rig rig, SyncJob<TableChange> job) {
    String end = rig.database.end("stream-0").toString();
    return end.equals(job.status().positions().get("stream-0"));
  }

  private static int run(int call, Faults.Moment moment, int round, Consistency consistency) {
    Faults faults = Faults.at(call, moment);
    try (Rig rig = new Rig(1)) {
      rig.fill(ROWS);
      MemorySource source = new MemorySource(rig.database, 5);
      rig.start(rig.job(source, faults).consistency(consistency));
      Workload workload = new Workload(rig, ROWS, round * CALLS + call);
      for (int i = 0; i < 10; i++) {
        workload.commit(2);
      }

      rig.awaitEqual();
      return faults.struck();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("Call " + call + " broke " + moment + " in round " + round, e);
    }
  }
}
