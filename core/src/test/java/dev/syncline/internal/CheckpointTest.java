package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Completion;
import dev.syncline.change.KeyRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointTest {

  private static Completion part(String after, String upTo) {
    return new Completion(new KeyRange(after, upTo), "");
  }

  @Test
  void joinsPartsInAnyOrder() {
    assertThat(Checkpoint.fromBeginning(List.of(part("b", "c"), part("", "a"), part("a", "b"))))
        .contains(part("", "c"));
  }

  @Test
  void stopsAtAGap() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", "a"), part("b", "c"))))
        .contains(part("", "a"));
  }

  @Test
  void hasNothingWithoutABeginning() {
    assertThat(Checkpoint.fromBeginning(List.of(part("a", "b")))).isEmpty();
    assertThat(Checkpoint.fromBeginning(List.of())).isEmpty();
  }

  @Test
  void knowsAWholeTable() {
    assertThat(Checkpoint.fromBeginning(List.of(part("a", ""), part("", "a"))))
        .contains(part("", ""));
  }

  @Test
  void doesNotBeginAgainBehindTheEnd() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", ""), part("", "a"))))
        .contains(part("", ""));
  }

  @Test
  void keepsThePointOfAnExactRead() {
    Completion all = new Completion(KeyRange.ALL, "binlog.000001:4");

    assertThat(Checkpoint.fromBeginning(List.of(all))).contains(all);
  }

  @Test
  void joinsEachPartOnce() {
    assertThat(Checkpoint.fromBeginning(List.of(part("", "a"), part("", "a"), part("a", "a"))))
        .contains(part("", "a"));
  }
}
