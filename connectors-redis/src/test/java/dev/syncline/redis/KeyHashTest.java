package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class KeyHashTest {

  @Test
  void tellsKeysApartThatAreAlike() {
    KeyHash hash = new KeyHash(1);
    Set<Long> hashes = new HashSet<>();
    Set<Integer> parts = new HashSet<>();
    int keys = 0;
    for (int database = 0; database < 4; database++) {
      for (int i = 0; i < 50_000; i++) {
        for (String form : new String[] {"%d", "key:%d", "{user}:session:%012d"}) {
          byte[] key = form.formatted(i).getBytes(StandardCharsets.US_ASCII);
          hashes.add(hash.of(database, key));
          parts.add(Partitions.of(hash.of(database, key)));
          keys++;
        }
      }
    }
    for (int length = 0; length < 100; length++) {
      hashes.add(hash.of(0, new byte[length]));
      keys++;
    }

    assertThat(hashes).hasSize(keys);
    assertThat(parts).hasSize(Partitions.COUNT);
  }

  @Test
  void dependsOnTheSeed() {
    assertThat(new KeyHash(1).of(0, new byte[9])).isNotEqualTo(new KeyHash(2).of(0, new byte[9]));
  }
}
