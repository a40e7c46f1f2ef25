package dev.syncline.testkit.engine;

import dev.syncline.Consistency;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TransientException;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.MemorySource;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables and rows change at random while jobs are killed at any moment, closed and started again,
 * or lose connections: in the end the target has the source's tables and rows, and no statement was
 * run twice.
 */
class SchemaPropertyTest {

  private static final int HISTORIES = Integer.getInteger("syncline.kills", 30) / 2;
  private static final int JOBS = 4;

  /** A seed that a failure has printed, to see it again. */
  private static final Long SEED = Long.getLong("syncline.seed");

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void killedJobsRunEachStatementOnce(int streams) {
    for (int history = 0; history < HISTORIES; history++) {
      run(streams, SEED == null ? new Random().nextLong() : SEED);
    }
  }

  private static void run(int streams, long seed) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(streams)) {
      rig.fill(10 + random.nextInt(80));
      rig.database.splitCommits(new Random(random.nextLong()));
      rig.target.onSchemaChange(
          moment -> {
            if (chance(random, 5)) {
              throw new TransientException("The connection broke.");
            }
          });
      SchemaHistory changes = new SchemaHistory(rig, random.nextLong());
      if (random.nextBoolean()) {
        // What cannot be cut is loaded before anything is followed, and nobody changes it
        // meanwhile.
        Rig.awaitSynchronizing(start(rig, random));
      } else {
        rig.database.drop(Rig.LEDGER.id());
      }
      boolean alone = true;
      for (int i = 0; i < JOBS; i++) {
        SyncJob<TableChange> job = start(rig, random);
        if (alone && random.nextBoolean()) {
          Rig.awaitSynchronizing(job);
        }
        work(changes, random);
        alone = random.nextInt(3) > 0;
        if (alone) {
          // Older instances, too: one that begins anew takes the job over from this one.
          rig.closeJobs();
        }
        work(changes, random);
      }
      // Of two instances the one goes on that came to the store last, whichever was started last.
      rig.closeJobs();
      start(rig, random);
      work(changes, random);

      SchemaHistory.awaitEqual(rig);
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with " + streams + " streams and seed " + seed, e);
    }
  }

  private static boolean chance(Random random, int oneIn) {
    synchronized (random) {
      return random.nextInt(oneIn) == 0;
    }
  }

  private static void work(SchemaHistory changes, Random random) {
    for (int i = random.nextInt(6); i > 0; i--) {
      changes.commit(random.nextInt(10));
      changes.changeTables();
    }
    changes.commit(random.nextInt(10));
  }

  private static SyncJob<TableChange> start(Rig rig, Random random) {
    MemorySource source = new MemorySource(rig.database, 1 + random.nextInt(20));
    Faults faults = Faults.sometimes(new Random(random.nextLong()), 40, 5);
    SyncJob<TableChange> started =
        rig.start(
            rig.job(
                    new FlakySource(source, faults),
                    new FlakySink(rig.sink(), faults),
                    Rig.limits().lanes(1 + random.nextInt(4)).build())
                .listener(faults)
                .consistency(
                    random.nextBoolean() ? Consistency.TRANSACTIONAL : Consistency.PER_KEY));
    // A table that changes while it is planned and made stops the job.
    Rig.await("the tables are made", () -> isStructured(rig, started));
    return started;
  }

  private static boolean isStructured(Rig rig, SyncJob<TableChange> job) {
    job.status()
        .failure()
        .filter(failure -> !(failure instanceof OwnershipLostException))
        .ifPresent(
            failure -> {
              throw new AssertionError("The job failed.", failure);
            });
    return rig.store
        .load(rig.name)
        .map(StoredCheckpoint::content)
        .filter(text -> text.contains("\tSTRUCTURED\n") || text.contains("\tCOPIED\n"))
        .isPresent();
  }
}
