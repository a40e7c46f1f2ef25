package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class TableMapCacheTest {
  private final TableMapCache<Integer> cache = new TableMapCache<>();
  private final List<RawEvent> found = new ArrayList<>();

  private Integer get(long id, RawEvent event) {
    return cache.get(
        id,
        event,
        unknown -> {
          found.add(unknown);
          return found.size();
        });
  }

  @Test
  void findsOnceWhatIsSaidAgain() {
    assertThat(get(1, new EventBytes(4).tableMap(1, "shop", "a"))).isEqualTo(1);
    assertThat(get(1, new EventBytes(900).tableMap(1, "shop", "a"))).isEqualTo(1);
    assertThat(get(2, new EventBytes(4).tableMap(2, "shop", "b"))).isEqualTo(2);
    assertThat(found).hasSize(2);
  }

  @Test
  void findsAgainWhatIsSaidOtherwise() {
    for (String table : List.of("a", "b", "a", "ab", "")) {
      get(1, new EventBytes(4).tableMap(1, "shop", table));
    }

    assertThat(found).hasSize(5);
  }

  @Test
  void forgetsWhenThereAreTooMany() {
    for (int id = 0; id < 10_000; id++) {
      get(id, new EventBytes(4).tableMap(id, "shop", "a"));
    }
    int before = found.size();

    assertThat(get(9_999, new EventBytes(4).tableMap(9_999, "shop", "a"))).isEqualTo(before);
    assertThat(get(0, new EventBytes(4).tableMap(0, "shop", "a"))).isEqualTo(before + 1);
  }
}
