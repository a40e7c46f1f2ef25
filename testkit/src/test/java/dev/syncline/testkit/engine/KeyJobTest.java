package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.KeySelection;
import dev.syncline.KeysStatus;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.change.KeyChange;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A job of keys: several streams, each of which begins with a copy, and may do so again. */
class KeyJobTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ALL = 1_000;

  private final CheckpointStore checkpoints = new MemoryCheckpointStore();

  private SyncJobBuilder<KeyChange> builder(KeyStore store) {
    return SyncJob.from(store.asSource())
        .to(store.asSink())
        .named("keys")
        .initialize(Initialization.DATA)
        .checkpoints(checkpoints);
  }

  private SyncJob<KeyChange> job(KeyStore store) {
    return builder(store).select(KeySelection.all()).build();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("the deadline").isLessThan(deadline);
      assertThat(new Semaphore(0).tryAcquire(5, TimeUnit.MILLISECONDS)).isFalse();
    }
  }

  @Test
  void synchronizesOnceTheCopiesOfAllStreamsHaveCome() throws Exception {
    KeyStore store = new KeyStore("one", "other");
    store.add("one", "a", 1);
    store.add("other", "b", 2);
    store.forget("one");
    store.forget("other");
    try (SyncJob<KeyChange> job = job(store)) {
      job.start();
      store.copies(5);
      await(() -> store.target(0).size() == 2);

      assertThat(job.awaitSynchronizing(Duration.ofMillis(200))).isFalse();
      assertThat(job.status().state()).isEqualTo(JobState.INITIALIZING);

      store.copies(ALL);
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(store.target(0)).isEqualTo(Map.of("a", 1L, "b", 2L));
    }
  }

  @Test
  void goesOnBehindWhatTheTargetHas() throws Exception {
    KeyStore store = new KeyStore("one", "other");
    store.copies(ALL);
    for (int round = 0; round < 5; round++) {
      try (SyncJob<KeyChange> job = job(store)) {
        job.start();
        assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
        for (int i = 0; i < 20; i++) {
          store.add("one", "a" + i % 3, i);
          store.add("other", "b" + i % 3, i);
        }
        await(() -> store.target(0).equals(store.source()));
      }
    }

    assertThat(store.target(0)).isEqualTo(store.source());
  }

  @Test
  void initializesOnceMoreWhenAStreamBeginsWithACopyAgain() throws Exception {
    KeyStore store = new KeyStore("one");
    store.add("one", "a", 1);
    store.copies(ALL);
    try (SyncJob<KeyChange> job = job(store)) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      await(() -> store.target(0).equals(Map.of("a", 1L)));
    }
    store.add("one", "b", 2);
    store.forget("one");
    store.putAtTarget(0, "ghost", 9);
    store.holdCopies();

    try (SyncJob<KeyChange> job = job(store)) {
      job.start();
      store.copies(2);
      await(() -> store.target(0).containsKey("a"));
      assertThat(job.awaitSynchronizing(Duration.ofMillis(200))).isFalse();
      assertThat(job.status().state()).isEqualTo(JobState.INITIALIZING);

      store.copies(ALL);
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertThat(store.target(0)).isEqualTo(Map.of("a", 1L, "b", 2L));
    }
  }

  @Test
  void givesDatabasesTheirNumbersAtTheTargetAndCountsThere() throws Exception {
    KeyStore store = new KeyStore("one");
    store.add("one", "a", 1);
    store.forget("one");
    store.add("one", "a", 4);
    store.copies(ALL);
    KeySelection selection = KeySelection.builder().database(0, 7).build();
    try (SyncJob<KeyChange> job = builder(store).select(selection).build()) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      await(() -> store.target(7).equals(Map.of("a", 5L)));
      await(() -> job.status().databases().stream().anyMatch(keys -> keys.commands() == 1));

      assertThat(store.target(0)).isEmpty();
      assertThat(job.status().databases()).containsExactly(new KeysStatus(7, 1, 1, 1));
      assertThat(job.status().tables()).isEmpty();
    }
  }

  @Test
  void tellsTheSinkWhichKeysComeAndWhatTheSourceHolds() throws Exception {
    KeyStore store = new KeyStore("one");
    try (SyncJob<KeyChange> job = job(store)) {
      assertThat(job.precheck().passed()).isTrue();

      assertThat(store.checked().keys().orElseThrow().selection().toString())
          .isEqualTo(KeySelection.all().toString());
      assertThat(store.checked().keys().orElseThrow().source().orElseThrow().keys())
          .isEqualTo(Map.of(0, 3L));
      assertThat(store.checked().firstStart()).isTrue();
    }
  }

  @Test
  void doesNotGoOnWithOtherKeys() throws Exception {
    KeyStore store = new KeyStore("one");
    store.copies(ALL);
    try (SyncJob<KeyChange> job = job(store)) {
      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    }

    try (SyncJob<KeyChange> other =
        builder(store).select(KeySelection.builder().keys("a*").build()).build()) {
      assertThat(other.precheck().findings())
          .anyMatch(finding -> finding.code().equals("SELECTION_CHANGED"));
    }
  }

  @Test
  void alwaysCopies() {
    KeyStore store = new KeyStore("one");
    SyncJobBuilder<KeyChange> follower =
        SyncJob.from(store.asSource())
            .to(store.asSink())
            .named("keys")
            .select(KeySelection.all())
            .checkpoints(checkpoints);

    assertThatThrownBy(follower::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("initialize(DATA)");
  }
}
