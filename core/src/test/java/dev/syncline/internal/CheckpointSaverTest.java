package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CheckpointSaverTest {

  private static final long LATE = CheckpointSaver.LATE_NANOS;

  private final CheckpointKeeper keeper = new CheckpointKeeper("job", new MemoryCheckpointStore());
  private final CheckpointSaver saver = new CheckpointSaver(keeper);

  @Test
  void isLateOnceForEachMinuteInWhichNothingIsSaved() {
    assertThat(saver.isLate(LATE)).isFalse();
    saver.save(Map.of(), LATE);
    saver.save(Map.of(), LATE + 5);

    assertThat(saver.isLate(2 * LATE - 1)).isFalse();
    assertThat(saver.isLate(2 * LATE)).isTrue();
    assertThat(saver.isLate(2 * LATE + 1)).isFalse();
    assertThat(saver.isLate(3 * LATE)).isTrue();
  }

  @Test
  void savesLongTextsLessOften() {
    Duration second = Duration.ofSeconds(1);
    long before = saver.pause(second);
    keeper.load();
    keeper.save(
        new Checkpoint(
            "x".repeat(3 << 20),
            1,
            Checkpoint.Phase.COPIED,
            new Checkpoint.Decided(Optional.of(Set.of()), Optional.empty(), List.of()),
            Map.of("s", "1"),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            Map.of()));

    assertThat(before).isEqualTo(second.toNanos());
    assertThat(saver.pause(second))
        .isBetween(Duration.ofSeconds(3).toNanos(), Duration.ofMillis(3_001).toNanos());
    assertThat(saver.pause(Duration.ofSeconds(7))).isEqualTo(Duration.ofSeconds(7).toNanos());
  }

  @Test
  void isNotLateOnceItHasSaved() throws InterruptedException {
    keeper.load();
    keeper.set(
        new Checkpoint(
            "id",
            1,
            Checkpoint.Phase.COPIED,
            new Checkpoint.Decided(Optional.of(Set.of()), Optional.empty(), List.of()),
            Map.of("s", "1"),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            Map.of()));
    try (Workers workers = new Workers("job", Thread::new, new Signal())) {
      workers.start("saver", saver::run);
      saver.save(Map.of("s", new At(1)), 0);
      Await.until("it is saved", () -> !saver.durable().isEmpty());

      assertThat(saver.isLate(LATE)).isFalse();
    }
  }
}
