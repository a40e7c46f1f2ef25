package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.SyncJobBuilder;
import dev.syncline.change.TableChange;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Statements that end no run, one right behind the other. A tool that changes a table online brings
 * several each time.
 */
class StatementsInARowTest {

  private static final int STATEMENTS = 100;

  /** A tenth of a second for each, where a look at the clock comes five times as seldom. */
  private static final Duration MOST = Duration.ofSeconds(10);

  @ParameterizedTest
  @EnumSource
  void waitForNoClock(Consistency consistency) {
    try (Rig rig = new Rig(1)) {
      rig.fill(5);
      SyncJobBuilder<TableChange> job =
          rig.job(rig.source(), rig.sink(), Rig.limits().lanes(3).build());
      rig.startAndSynchronize(job.consistency(consistency));
      long began = System.nanoTime();

      for (int i = 0; i < STATEMENTS / 2; i++) {
        rig.database.remember("stream-0");
        rig.database.truncate(Rig.LEDGER.id());
      }
      rig.insert(Rig.LEDGER, 1, 1);

      SchemaHistory.awaitEqual(rig);
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(MOST);
    }
  }
}
