package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Completion;
import dev.syncline.change.KeyRange;
import java.util.List;
import org.junit.jupiter.api.Test;

class CompletionsTest {

  @Test
  void joinsPartsThatLieSideBySide() {
    assertThat(Completions.joined(List.of(part("7", "9"), part("", "3"), part("3", "7"))))
        .containsExactly(part("", "9"));
    assertThat(Completions.joined(List.of(part("3", ""), part("", "3"))))
        .containsExactly(new Completion(KeyRange.ALL, ""));
    assertThat(Completions.joined(List.of(part("", "3"), part("3", "3"))))
        .containsExactly(part("", "3"));
  }

  @Test
  void leavesGapsOpen() {
    List<Completion> parts = List.of(part("", "3"), part("4", "7"));

    assertThat(Completions.joined(parts)).containsExactlyElementsOf(parts);
  }

  @Test
  void leavesWhatItCannotJoin() {
    List<List<Completion>> lists =
        List.of(
            List.of(),
            List.of(new Completion(KeyRange.ALL, "point")),
            List.of(part("", "3"), part("", "5"), part("5", "7")),
            List.of(part("3", "4"), part("4", "3")));

    for (List<Completion> parts : lists) {
      assertThat(Completions.joined(parts)).containsExactlyInAnyOrderElementsOf(parts);
    }
  }

  private static Completion part(String after, String upTo) {
    return new Completion(new KeyRange(after, upTo), "");
  }
}
