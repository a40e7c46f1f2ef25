package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TargetProgress;
import dev.syncline.change.TableChange;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LevellingTest {

  private static final Routes ROUTES = new Routes(List.of());

  /** Of one lane that is ahead in two streams. */
  private final Levelling<TableChange> levelling =
      Levelling.of(
          "job",
          new TargetProgress(
              1,
              List.of(Map.of("s", "1", "t", "1"), Map.of("s", "3", "t", "4")),
              ROUTES.layout(1),
              Map.of()),
          ROUTES,
          At::parse);

  @Test
  void isDoneWhenAllStreamsArePassed() {
    assertThat(levelling.isDoneAt(Map.of("s", new At(3), "t", new At(3)))).isFalse();
    assertThat(levelling.isDoneAt(Map.of("s", new At(3), "t", new At(4)))).isTrue();
  }

  @Test
  void knowsHowFarTheLanesAreInEachStream() {
    assertThat(levelling.furthest()).isEqualTo(Map.of("s", new At(3), "t", new At(4)));
  }
}
