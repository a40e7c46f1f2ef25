package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.redis.HeldKeys.Name;
import dev.syncline.redis.RedisPosition.Doubt;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many commands, and how many bytes of names, wait in memory to be written. */
class UnwrittenKeysTest {

  private static final int MEBIBYTE = 1 << 20;
  private static final int MOST_BYTES = (int) DoubtfulKeys.MOST_BYTES;
  private static final long NOW = 1_000;

  private final DoubtfulKeys doubtful =
      new DoubtfulKeys(
          new SpoolLimits(0, 64 * MEBIBYTE, Path.of(System.getProperty("java.io.tmpdir"))));
  private final UnwrittenKeys unwritten = new UnwrittenKeys(doubtful);

  private int added;

  @AfterEach
  void close() {
    doubtful.close();
  }

  /** A command on keys whose names differ and have so many bytes. */
  private void add(int... bytes) {
    List<Name> names = Arrays.stream(bytes).mapToObj(this::name).toList();
    Runnable unused = unwritten.add(new Doubt(added * 10L, 0), added * 10L + 10, NOW, names);
    added++;
  }

  private Name name(int bytes) {
    ByteBuffer key = ByteBuffer.allocate(bytes);
    key.putInt(0, added * 100 + bytes % 100);
    return new Name(0, key);
  }

  @Test
  void keepsAsManyBytesOfNamesAsMayBeInDoubt() {
    for (int i = 0; i < MOST_BYTES / MEBIBYTE; i++) {
      add(MEBIBYTE);
    }
    assertThat(doubtful.isEmpty()).isTrue();

    add(8);

    assertThat(doubtful.since()).contains(new Doubt(0, 0));
    assertThat(unwritten.since()).contains(new Doubt(MOST_BYTES / MEBIBYTE * 10L, 0));
  }

  @Test
  void countsAllNamesOfACommand() {
    add(MOST_BYTES / 2, MOST_BYTES / 2 - 9);
    add(9);
    assertThat(doubtful.isEmpty()).isTrue();

    add(8);

    assertThat(doubtful.isEmpty()).isFalse();
  }

  @Test
  void hasRoomAgainForWhatIsWritten() {
    for (int i = 0; i < 40; i++) {
      add(MOST_BYTES / 2);
      unwritten.written(added * 10L, NOW);
    }
    add(MOST_BYTES / 2);
    add(MOST_BYTES / 2);

    assertThat(doubtful.isEmpty()).isTrue();
    add(8);
    assertThat(doubtful.isEmpty()).isFalse();
  }

  @Test
  void keepsAHundredThousandCommands() {
    for (int i = 0; i < 100_000; i++) {
      add(8);
    }
    assertThat(doubtful.isEmpty()).isTrue();

    add(8);

    assertThat(doubtful.isEmpty()).isFalse();
    assertThat(unwritten.since()).contains(new Doubt(1_000_000, 0));
  }
}
