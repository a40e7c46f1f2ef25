package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncJob;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemorySource;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is written and whatever dies when: in the end the target is the source. */
class CrashPropertyTest {

  private static final int KILLS = Integer.getInteger("syncline.kills", 30);
  private static final int KILLS_PER_HISTORY = 3;
  private static final int ROWS = 40;

  @Test
  void killedJobsLoseAndDoubleNothing() {
    for (int history = 0; history < KILLS / KILLS_PER_HISTORY; history++) {
      runHistory(new Random().nextLong(), 1 + history % 2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void brokenConnectionsLoseAndDoubleNothing(int streams) {
    int struck = 0;
    for (int history = 0; history < KILLS / KILLS_PER_HISTORY; history++) {
      struck += breakConnections(new Random().nextLong(), streams);
    }

    assertThat(struck).as("connections that broke").isGreaterThan(KILLS / KILLS_PER_HISTORY);
  }

  /** Kills leave everything as it is: the old job goes on as a zombie until it is fenced off. */
  private static void runHistory(long seed, int streams) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(streams)) {
      rig.fill(ROWS);
      rig.database.splitCommits(new Random(random.nextLong()));
      Workload workload = new Workload(rig, ROWS, random.nextLong());
      for (int kill = 0; kill < KILLS_PER_HISTORY; kill++) {
        SyncJob<TableChange> job = start(rig, random);
        workload.commit(random.nextInt(60));
        if (random.nextBoolean()) {
          job.close();
        }
        workload.commit(random.nextInt(20));
      }
      start(rig, random);
      workload.commit(30);

      rig.awaitEqual();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with seed " + seed + ", streams " + streams, e);
    }
  }

  private static SyncJob<TableChange> start(Rig rig, Random random) {
    MemorySource source = new MemorySource(rig.database, 1 + random.nextInt(20));
    SyncJob<TableChange> job = rig.start(rig.job(source, rig.sink()));
    // A second job would else find the tables of the first one, but not yet its checkpoint.
    Rig.await("the checkpoint is there", () -> rig.store.load(rig.name).isPresent());
    return job;
  }

  private static int breakConnections(long seed, int streams) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(streams)) {
      rig.fill(ROWS);
      rig.database.splitCommits(new Random(random.nextLong()));
      Workload workload = new Workload(rig, ROWS, random.nextLong());
      Faults faults = Faults.sometimes(new Random(random.nextLong()), 10 + random.nextInt(30), 20);
      MemorySource source = new MemorySource(rig.database, 1 + random.nextInt(20));
      rig.start(rig.job(source, faults));
      for (int i = 0; i < 20; i++) {
        workload.commit(random.nextInt(10));
      }

      rig.awaitEqual();
      return faults.struck();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with seed " + seed + ", streams " + streams, e);
    }
  }
}
