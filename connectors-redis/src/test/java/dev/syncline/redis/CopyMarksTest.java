package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CopyMarksTest {

  @Test
  void keepsAllMarksInLittleMemory(@TempDir Path folder) {
    try (CopyMarks few = new CopyMarks(new CopyLimits(4096, folder));
        CopyMarks many = new CopyMarks(new CopyLimits(CopyLimits.MEMORY_BYTES, folder))) {
      Random random = new Random(7);
      Set<Long> all = new HashSet<>();
      for (int i = 0; i < 300_000; i++) {
        long hash = random.nextLong();
        all.add(hash);
        few.add(hash);
        many.add(hash);
      }

      assertThat(few.isSpilled()).isTrue();
      assertThat(folder).as("a file there has no name").isEmptyDirectory();
      assertThat(many.isSpilled()).isFalse();
      int found = 0;
      for (int part = 0; part < Partitions.COUNT; part++) {
        long[] marks = few.part(part);
        found += marks.length;
        assertThat(marks).isSorted().isEqualTo(many.part(part));
        for (long hash : marks) {
          assertThat(Partitions.of(hash) == part && all.contains(hash)).isTrue();
        }
      }
      assertThat(found).isEqualTo(300_000);
    }
  }

  @Test
  void takesRecordsThatAreLargerThanABuffer(@TempDir Path folder) {
    try (Partitions partitions = new Partitions(new CopyLimits(16 * Partitions.COUNT, folder))) {
      byte[] large = new byte[1000];
      Arrays.fill(large, (byte) 7);
      partitions.add(3, new byte[] {1, 2, 3});
      partitions.add(3, large);
      partitions.add(3, new byte[] {4});

      StringBuilder sizes = new StringBuilder();
      partitions.forEach(3, bytes -> sizes.append(bytes.remaining()).append(' '));

      assertThat(sizes).hasToString("3 1000 1 ");
      assertThat(partitions.bytes(3)).isEqualTo(1004);
    }
  }
}
