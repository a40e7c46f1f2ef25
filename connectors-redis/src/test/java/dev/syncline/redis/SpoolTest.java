package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpoolTest {

  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Path FOLDER = Path.of(System.getProperty("java.io.tmpdir"));

  @TempDir Path folder;

  private static byte[] bytes(int from, int count) {
    byte[] bytes = new byte[count];
    for (int i = 0; i < count; i++) {
      bytes[i] = (byte) (((from + i) * 31) >> 3);
    }
    return bytes;
  }

  /** Two threads, in memory and in files in turns: each byte comes once and in order. */
  @Property(tries = 60)
  void bringsAllInOrder(
      @ForAll @IntRange(min = 1, max = 200_000) int total,
      @ForAll @IntRange(max = 30_000) int memory,
      @ForAll @IntRange(min = 10_000, max = 60_000) int files,
      @ForAll long seed)
      throws Exception {
    try (Spool spool = new Spool(new SpoolLimits(memory, files, FOLDER))) {
      byte[] all = bytes(0, total);
      CompletableFuture<Void> writer =
          CompletableFuture.runAsync(() -> write(spool, all, new Random(seed)));
      Random random = new Random(seed + 1);
      InputStream in = spool.input();
      byte[] read = new byte[total];
      int have = 0;
      while (have < total) {
        int count = in.read(read, have, Math.min(total - have, 1 + random.nextInt(9_000)));
        assertThat(count).isPositive();
        have += count;
      }
      assertThat(in.read()).isEqualTo(-1);
      assertThat(read).isEqualTo(all);
      assertThat(spool.waiting()).isZero();
      writer.get();
    }
  }

  private static void write(Spool spool, byte[] all, Random random) {
    try {
      int from = 0;
      while (from < all.length) {
        int count = Math.min(all.length - from, 1 + random.nextInt(9_000));
        if (spool.add(all, from, count, MOMENT)) {
          from += count;
        }
      }
      spool.end();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void hasNoRoomBehindItsLimits() throws Exception {
    try (Spool spool = new Spool(new SpoolLimits(100, 50, folder))) {
      assertThat(spool.add(bytes(0, 100), 0, 100, MOMENT)).isTrue();
      assertThat(spool.add(bytes(100, 50), 0, 50, MOMENT)).isTrue();
      assertThat(spool.add(bytes(150, 1), 0, 1, MOMENT)).isFalse();
      assertThat(spool.waiting()).isEqualTo(150);

      // Behind what is in files nothing may come from memory.
      InputStream in = spool.input();
      assertThat(in.readNBytes(100)).isEqualTo(bytes(0, 100));
      assertThat(spool.add(bytes(150, 1), 0, 1, MOMENT)).isFalse();
      assertThat(in.readNBytes(20)).isEqualTo(bytes(100, 20));
      assertThat(spool.add(bytes(150, 20), 0, 20, MOMENT)).isTrue();
      assertThat(in.readNBytes(50)).isEqualTo(bytes(120, 50));
      assertThat(spool.add(bytes(0, 100), 0, 100, MOMENT)).isTrue();
    }
  }

  @Test
  void leavesNoFiles() throws Exception {
    Spool spool = new Spool(new SpoolLimits(0, 1_000, folder));
    assertThat(spool.add(bytes(0, 500), 0, 500, MOMENT)).isTrue();
    assertThat(folder).isEmptyDirectory();
    spool.close();
    assertThat(spool.add(bytes(0, 500), 0, 500, MOMENT)).isTrue();
    assertThat(spool.waiting()).as("a closed one keeps nothing").isZero();
  }

  @Test
  void saysWhereThereIsNoRoomForFiles() throws IOException {
    Path gone = Files.createDirectory(folder.resolve("gone"));
    try (Spool spool = new Spool(new SpoolLimits(0, 1_000, gone))) {
      Files.delete(gone);
      assertThatThrownBy(() -> spool.add(bytes(0, 500), 0, 500, MOMENT))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("'" + gone + "'")
          .hasMessageContaining("spoolFolder");
    }
  }

  @Test
  void failsBehindWhatHasCome() throws Exception {
    try (Spool spool = new Spool(new SpoolLimits(10, 1_000, folder))) {
      spool.add(bytes(0, 10), 0, 10, MOMENT);
      spool.add(bytes(10, 10), 0, 10, MOMENT);
      spool.fail(new TransientException("lost"));
      spool.fail(new TransientException("the second failure"));
      InputStream in = spool.input();
      assertThat(spool.await(Duration.ZERO)).isTrue();
      assertThat(in.readNBytes(20)).isEqualTo(bytes(0, 20));
      assertThatThrownBy(in::read).isInstanceOf(TransientException.class).hasMessage("lost");
    }
  }

  /** What was received as a whole stays whole. */
  @Test
  void doesNotFailBehindItsEnd() throws Exception {
    try (Spool spool = new Spool(new SpoolLimits(10, 1_000, folder))) {
      spool.add(bytes(0, 10), 0, 10, MOMENT);
      spool.end();
      spool.fail(new TransientException("lost"));
      assertThat(spool.input().readAllBytes()).isEqualTo(bytes(0, 10));
    }
  }

  @Test
  void waitsNoLongerThanItShouldAndEndsWhenItIsClosed() throws Exception {
    Spool spool = new Spool(new SpoolLimits(10, 0, folder));
    assertThat(spool.await(Duration.ofMillis(20))).isFalse();
    CompletableFuture<Integer> taken = new CompletableFuture<>();
    Thread taker =
        new Thread(
            () -> {
              try {
                taken.complete(spool.input().read());
              } catch (IOException | RuntimeException e) {
                taken.completeExceptionally(e);
              }
            });
    taker.start();
    while (taker.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    spool.close();
    assertThat(taken.get()).isEqualTo(-1);
  }

  @Test
  void endsAWaitByInterrupt() throws Exception {
    try (Spool spool = new Spool(new SpoolLimits(10, 0, folder))) {
      CompletableFuture<Integer> taken = new CompletableFuture<>();
      Thread taker =
          new Thread(
              () -> {
                try {
                  taken.complete(spool.input().read());
                } catch (IOException e) {
                  taken.completeExceptionally(
                      new IllegalStateException("" + Thread.currentThread().isInterrupted()));
                }
              });
      taker.start();
      taker.interrupt();
      assertThatThrownBy(taken::get)
          .isInstanceOf(ExecutionException.class)
          .hasMessageContaining("true");
    }
  }
}
