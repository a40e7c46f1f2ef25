package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a checkpoint store, C1 to C7. */
@Timeout(120)
public abstract class CheckpointStoreContract {

  private static final String JOB = "shop";

  /** For subclasses. */
  protected CheckpointStoreContract() {}

  /** The store; within a test the same one, or one that sees the same checkpoints. */
  protected abstract CheckpointStore store();

  @Test
  final void c1_givesNothingForAJobThatWasNeverSaved() {
    assertThat(store().load(JOB)).isEmpty();
  }

  @Test
  final void c2_givesBackWhatWasSavedUnchanged() {
    List<String> contents =
        List.of("", "one line", "lines\n\r\n\ttabs\n", "\u00e4\u4e16\ud83d\ude00'\"`\\%_;--");

    long version = 0;
    for (String content : contents) {
      version = store().save(JOB, new StoredCheckpoint(version, content));

      assertThat(store().load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(version, content)));
    }
  }

  @Test
  final void c2_keepsContentOfSeveralMegabytes() {
    String large = "table \u4e16 \ud83d\ude00 0123456789\n".repeat(250_000);
    long version = store().save(JOB, new StoredCheckpoint(0, large));
    assertThat(store().load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(version, large)));

    long next = store().save(JOB, new StoredCheckpoint(version, "small"));

    assertThat(store().load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(next, "small")));
  }

  @Test
  final void c3_raisesTheVersionWithEachSave() {
    long first = store().save(JOB, new StoredCheckpoint(0, "same"));
    long second = store().save(JOB, new StoredCheckpoint(first, "same"));

    assertThat(first).isPositive();
    assertThat(second).isGreaterThan(first);
  }

  @Test
  final void c4_refusesASaveOverAnotherVersion() {
    long first = store().save(JOB, new StoredCheckpoint(0, "first"));
    long second = store().save(JOB, new StoredCheckpoint(first, "second"));

    for (long stale : new long[] {0, first, second + 1}) {
      assertThatThrownBy(() -> store().save(JOB, new StoredCheckpoint(stale, "stale")))
          .isInstanceOf(OwnershipLostException.class)
          .hasMessageContaining("'" + JOB + "'");
    }
    assertThat(store().load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(second, "second")));
  }

  @Test
  final void c4_refusesASaveOverAVersionThatIsNotThereAtAll() {
    assertThatThrownBy(() -> store().save(JOB, new StoredCheckpoint(7, "stale")))
        .isInstanceOf(OwnershipLostException.class);

    assertThat(store().load(JOB)).isEmpty();
  }

  @Test
  final void c5_letsExactlyOneOfManySaversWin() throws Exception {
    int savers = 8;
    long version = 0;

    for (int round = 0; round < 10; round++) {
      List<String> winners = race(savers, version, round);
      StoredCheckpoint stored = store().load(JOB).orElseThrow();

      assertThat(winners).as("winners of round %d", round).containsExactly(stored.content());
      assertThat(stored.version()).isGreaterThan(version);
      version = stored.version();
    }
  }

  private List<String> race(int savers, long version, int round) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(savers);
    try {
      CyclicBarrier start = new CyclicBarrier(savers);
      List<Future<String>> saves = new ArrayList<>();
      for (int i = 0; i < savers; i++) {
        String content = "round " + round + " saver " + i;
        Callable<String> save =
            () -> {
              start.await(30, TimeUnit.SECONDS);
              store().save(JOB, new StoredCheckpoint(version, content));
              return content;
            };
        saves.add(threads.submit(save));
      }
      List<String> winners = new ArrayList<>();
      for (Future<String> save : saves) {
        try {
          winners.add(save.get(60, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(OwnershipLostException.class);
        }
      }
      return winners;
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  final void c6_deletesOnlyTheVersionThatTheCallerKnows() {
    long version = store().save(JOB, new StoredCheckpoint(0, "content"));

    assertThatThrownBy(() -> store().delete(JOB, version + 1))
        .isInstanceOf(OwnershipLostException.class);
    assertThat(store().load(JOB)).isPresent();
    store().delete(JOB, version);

    assertThat(store().load(JOB)).isEmpty();
    store().delete(JOB, version);
    assertThat(store().save(JOB, new StoredCheckpoint(0, "anew"))).isPositive();
  }

  @Test
  final void c7_keepsJobsApartWhateverTheirNames() {
    List<String> names =
        List.of(
            "shop",
            "Shop",
            "shop ",
            "sh\u00f6p",
            "sho\u0308p",
            "../shop",
            "a/b\\c:d*?\"<>|",
            "'; DROP TABLE x; --",
            "\ud83d\ude00",
            "n".repeat(300),
            "n".repeat(301));

    names.forEach(name -> store().save(name, new StoredCheckpoint(0, "of " + name)));
    store().delete("shop", store().load("shop").orElseThrow().version());

    assertThat(store().load("shop")).isEmpty();
    for (String name : names.subList(1, names.size())) {
      assertThat(store().load(name).map(StoredCheckpoint::content))
          .as(name)
          .isEqualTo(Optional.of("of " + name));
    }
  }
}
