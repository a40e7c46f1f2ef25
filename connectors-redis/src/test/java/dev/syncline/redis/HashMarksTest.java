package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HashMarksTest {

  @Test
  void knowsExactlyWhatItHasRoomFor() {
    HashMarks marks = new HashMarks();
    Random random = new Random(1);
    List<Long> hashes = new ArrayList<>(List.of(0L));
    for (int i = 0; i < 400_000; i++) {
      hashes.add(random.nextLong());
    }
    hashes.forEach(marks::add);

    assertThat(hashes.stream().filter(marks::has).count()).isGreaterThan(395_000);
    assertThat(hashes).allMatch(marks::mayHave);
    assertThat(random.longs(100_000).filter(marks::mayHave).count()).isLessThan(100);
    hashes.forEach(marks::remove);
    assertThat(hashes).noneMatch(marks::mayHave);
  }

  /** With room for 16 hashes, so that most are only counted. */
  @Test
  void neverForgetsOne() {
    HashMarks marks = new HashMarks(16, 64);
    Random random = new Random(2);
    Map<Long, Integer> expected = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      long hash = random.nextInt(100) * 0x9E3779B185EBCA87L;
      int count = expected.getOrDefault(hash, 0);
      if (count > 0 && random.nextInt(10) < 6) {
        marks.remove(hash);
        expected.put(hash, count - 1);
      } else {
        marks.add(hash);
        expected.put(hash, count + 1);
      }
      assertThat(expected.keySet())
          .filteredOn(known -> expected.get(known) > 0)
          .allMatch(marks::mayHave);
    }
    for (int i = 0; i < 1_000; i++) {
      marks.add(1L << 60);
    }
    for (int i = 0; i < 999; i++) {
      marks.remove(1L << 60);
    }
    assertThat(marks.mayHave(1L << 60)).isTrue();
  }
}
