package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Ten names are in memory at most here, the others in files. */
class DoubtfulKeysTest {

  private static final int MEMORY = 10;
  private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

  @TempDir Path folder;

  private final DoubtfulKeys keys = with(1 << 20);

  private static DoubtfulKeys with(long fileBytes) {
    return new DoubtfulKeys(MEMORY, new SpoolLimits(1 << 20, fileBytes, FOLDER));
  }

  @AfterEach
  void close() {
    keys.close();
  }

  private static Name name(int database, String key) {
    return new Name(database, ByteBuffer.wrap(key.getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(Name name) {
    String key = new String(name.key().array(), StandardCharsets.UTF_8);
    return name.database() + ":" + key;
  }

  /** Puts so many keys in doubt, each at the place of its number. */
  private void add(int count) {
    for (int i = 0; i < count; i++) {
      keys.add(name(0, "key" + i), new Doubt(i, 7));
    }
  }

  /** Takes all out of doubt, the first of them first. */
  private static List<String> drain(DoubtfulKeys keys) {
    List<String> all = new ArrayList<>();
    while (!keys.isEmpty()) {
      Name first = keys.first(1, name -> true).get(0);
      all.add(text(first));
      keys.remove(first);
    }
    return all;
  }

  @Test
  void mayHaveNamesThatAreLongerThanAllThatIsWrittenAtOnce() {
    String lengthy = "k".repeat(70_000);
    add(MEMORY);

    keys.add(name(0, lengthy), new Doubt(100, 0));
    keys.add(name(0, "behind"), new Doubt(101, 0));

    assertThat(drain(keys)).hasSize(MEMORY + 2).contains("0:" + lengthy).endsWith("0:behind");
  }

  @Test
  void comeBackFromFilesInTheOrderOfTheirPlaces() {
    add(1_000);

    for (int i = 0; i < 1_000; i++) {
      assertThat(keys.since()).contains(new Doubt(i, 7));
      List<Name> first = keys.first(1, name -> true);
      assertThat(first).containsExactly(name(0, "key" + i));
      assertThat(keys.contains(first.get(0))).isTrue();
      keys.remove(first.get(0));
      assertThat(keys.contains(first.get(0))).as("renewals in time end").isFalse();
    }
    assertThat(keys.isEmpty()).isTrue();
    assertThat(keys.since()).isEmpty();
    assertThat(keys.areTooMany()).isFalse();
  }

  @Test
  void areInDoubtWhereverTheyWait() {
    add(1_000);

    for (int i = 0; i < 1_000; i++) {
      assertThat(keys.contains(name(0, "key" + i))).isTrue();
    }
    assertThat(keys.contains(name(0, "key1000"))).isFalse();
    assertThat(keys.contains(name(1, "key0"))).isFalse();
    assertThat(keys.contains(name(1, "key999"))).isFalse();
  }

  /** Else a target that lags for hours would fill the disk with a few keys. */
  @Test
  void areInFilesOnce() {
    for (int round = 0; round < 100; round++) {
      for (int i = 0; i < 50; i++) {
        keys.add(name(0, "key" + i), new Doubt(round * 50L + i, 7));
      }
    }

    assertThat(drain(keys)).hasSize(50).doesNotHaveDuplicates();
  }

  /** There the source has renewed it after it was written as a whole. */
  @Test
  void areStillInDoubtIfTheyAreTakenOutOfItWhileTheyAreInAFile() {
    add(12);
    keys.remove(name(0, "key11"));
    assertThat(keys.contains(name(0, "key11"))).isTrue();
    keys.add(name(0, "key11"), new Doubt(12, 7));

    assertThat(drain(keys)).hasSize(12).endsWith("0:key11");
  }

  @Test
  void beginAnewWhenAllAreGone() {
    for (int round = 0; round < 3; round++) {
      add(30);
      assertThat(drain(keys)).hasSize(30);
      assertThat(keys.contains(name(0, "key29"))).isFalse();
    }
  }

  @Test
  void leaveWithTheirDatabase() {
    for (int i = 0; i < 40; i++) {
      keys.add(name(i % 2, "key" + i), new Doubt(i, 7));
    }
    keys.removeAll(0);

    // Those in files stay, which does no harm.
    assertThat(keys.first(3, name -> true).stream().map(DoubtfulKeysTest::text))
        .containsExactly("1:key1", "1:key3", "1:key5");
    assertThat(keys.since()).contains(new Doubt(1, 7));
    assertThat(drain(keys)).filteredOn(name -> name.startsWith("1:")).hasSize(20);
    add(40);
    keys.removeAll();
    assertThat(keys.isEmpty()).isTrue();
    assertThat(keys.contains(name(0, "key39"))).isFalse();
    assertThat(keys.since()).isEmpty();
    add(20);
    assertThat(drain(keys)).hasSize(20);
  }

  @Test
  void leaveWithTheirDatabaseAlthoughAllOthersAreInFiles() {
    for (int i = 0; i < 40; i++) {
      keys.add(name(i < MEMORY ? 0 : 1, "key" + i), new Doubt(i, 7));
    }
    keys.removeAll(0);

    assertThat(keys.since()).contains(new Doubt(MEMORY, 7));
    assertThat(drain(keys)).hasSize(30);
  }

  @Test
  void changeTheirDatabasesInFilesToo() {
    for (int i = 0; i < 40; i++) {
      keys.add(name(i % 4, "key" + i), new Doubt(i, 7));
    }
    keys.swap(0, 1);
    keys.swap(1, 2);
    for (int i = 40; i < 60; i++) {
      keys.add(name(i % 4, "key" + i), new Doubt(i, 7));
    }
    keys.swap(3, 4);

    // The numbers that 0, 1, 2, 3 have by now.
    List<Integer> first = List.of(2, 0, 1, 4);
    List<Integer> later = List.of(0, 1, 2, 4);
    for (int i = 0; i < 60; i++) {
      int now = (i < 40 ? first : later).get(i % 4);
      assertThat(keys.contains(name(now, "key" + i))).as("key" + i).isTrue();
      assertThat(keys.first(1, name -> true)).containsExactly(name(now, "key" + i));
      keys.remove(name(now, "key" + i));
    }
    assertThat(keys.isEmpty()).isTrue();
  }

  @Test
  void areTooManyIfTheirDatabasesAreSwappedAgainAndAgain() {
    add(40);
    for (int i = 0; i <= 1_000; i++) {
      assertThat(keys.areTooMany()).isFalse();
      keys.swap(0, 1);
    }

    assertThat(keys.areTooMany()).isTrue();
    assertThat(keys.since()).contains(new Doubt(0, 7));
  }

  @Test
  void areTooManyBehindTheLimitOfTheFiles() {
    try (DoubtfulKeys few = with(1_000)) {
      int count = 0;
      while (!few.areTooMany()) {
        few.add(name(0, "key" + count), new Doubt(count + 5, 7));
        count++;
      }

      // 10 in memory; a name of 5 bytes has 25 in a file, and one more is too much.
      assertThat(count).isEqualTo(MEMORY + 1_000 / 25 + 1);
      assertThat(few.isEmpty()).isFalse();
      assertThat(few.contains(name(3, "any"))).isTrue();
      assertThat(few.since()).contains(new Doubt(5, 7));
      assertThat(few.first(5, name -> true)).isEmpty();
    }
  }

  @Test
  void sayWhereTheirFilesHaveNoRoom() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    try (DoubtfulKeys some = new DoubtfulKeys(1, new SpoolLimits(0, 1 << 20, gone))) {
      Files.delete(gone);
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  some.add(name(0, "key" + i), new Doubt(i, 0));
                }
              })
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("'" + gone + "'")
          .hasMessageContaining("spoolFolder");
    }
  }

  @Test
  void leaveNoFiles() {
    DoubtfulKeys some = new DoubtfulKeys(1, new SpoolLimits(0, 1 << 20, folder));
    for (int i = 0; i < 10_000; i++) {
      some.add(name(0, "key" + i), new Doubt(i, 0));
    }
    assertThat(folder).isEmptyDirectory();
    some.close();
    assertThatThrownBy(() -> drain(some)).isInstanceOf(TransientException.class);
  }

  /** Names may be longer than what is written at once. */
  @Test
  void mayHaveLongNames() {
    try (DoubtfulKeys some = new DoubtfulKeys(1, new SpoolLimits(0, 1 << 30, folder))) {
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        names.add("0:" + i + "x".repeat(i % 2 == 0 ? i : i * 40_000));
        some.add(name(0, names.get(i).substring(2)), new Doubt(i, 0));
      }

      assertThat(drain(some)).isEqualTo(names);
    }
  }

  /** Whatever happens: what is in doubt is known to be, and comes in order. */
  @Property(tries = 200)
  void loseNoName(@ForAll long seed) {
    Random random = new Random(seed);
    Map<Name, Doubt> expected = new HashMap<>();
    try (DoubtfulKeys some = with(1 << 20)) {
      for (int i = 0; i < 600; i++) {
        Name name = name(random.nextInt(3), "key" + random.nextInt(60));
        switch (random.nextInt(40)) {
          case 0 -> swap(expected, some, random.nextInt(3), random.nextInt(3));
          case 1 -> {
            int database = random.nextInt(3);
            expected.keySet().removeIf(known -> known.database() == database);
            some.removeAll(database);
          }
          case 2, 3, 4, 5, 6, 7 -> {
            expected.remove(name);
            some.remove(name);
          }
          case 8, 9, 10 -> {
            for (Name first : some.first(random.nextInt(8), known -> true)) {
              expected.remove(first);
              some.remove(first);
            }
          }
          default -> {
            expected.putIfAbsent(name, new Doubt(i, 0));
            some.add(name, new Doubt(i, 0));
          }
        }
        assertThat(expected.keySet()).allMatch(some::contains);
        for (Doubt place : expected.values()) {
          assertThat(some.since().orElseThrow().offset()).isLessThanOrEqualTo(place.offset());
        }
      }
      assertThat(drain(some))
          .containsAll(expected.keySet().stream().map(DoubtfulKeysTest::text).toList());
    }
  }

  private static void swap(Map<Name, Doubt> expected, DoubtfulKeys some, int one, int other) {
    Map<Name, Doubt> before = new LinkedHashMap<>(expected);
    expected.clear();
    before.forEach(
        (name, place) -> {
          int number = name.database();
          int now = number == one ? other : number == other ? one : number;
          expected.put(new Name(now, name.key()), place);
        });
    some.swap(one, other);
  }
}
