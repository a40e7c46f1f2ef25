package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerCacheTest {
  private @TempDir Path temporary;

  @Test
  void letsOneThreadFillAFolderWhileTheOthersWait() throws Exception {
    ServerCache cache = ServerCache.at(temporary);
    AtomicInteger fillings = new AtomicInteger();
    CyclicBarrier together = new CyclicBarrier(2);
    ExecutorService threads = Executors.newFixedThreadPool(2);
    ServerCache.Filling slowly =
        folder -> {
          fillings.incrementAndGet();
          Files.createFile(folder.resolve("file"));
          assertThat(isReached(together, Duration.ofMillis(300))).isFalse();
        };

    try {
      Future<Path> one = threads.submit(() -> cache.folder("server", slowly));
      Future<Path> other = threads.submit(() -> cache.folder("server", slowly));

      assertThat(one.get()).isEqualTo(other.get());
      assertThat(one.get().resolve("file")).exists();
      assertThat(fillings).hasValue(1);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Whether all parties of the barrier come together in time. */
  private static boolean isReached(CyclicBarrier barrier, Duration limit) {
    try {
      barrier.await(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | BrokenBarrierException alone) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void keepsNothingOfAFailedFilling() throws IOException {
    ServerCache cache = ServerCache.at(temporary);

    assertThatThrownBy(
            () ->
                cache.folder(
                    "server",
                    folder -> {
                      Files.createFile(folder.resolve("half"));
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("disk full");

    Path folder = cache.folder("server", empty -> Files.createFile(empty.resolve("whole")));
    assertThat(folder).isDirectoryContaining("glob:**/whole");
    assertThat(folder).isDirectoryNotContaining("glob:**/half");
  }

  @Test
  void discardsWhatAKilledBuildLeftBehind() throws IOException {
    ServerCache cache = ServerCache.at(temporary);
    Path partial = Files.createDirectories(temporary.resolve("servers/server.partial"));
    Files.createFile(partial.resolve("half"));

    Path folder = cache.folder("server", empty -> Files.createFile(empty.resolve("whole")));

    assertThat(folder).isDirectoryNotContaining("glob:**/half");
    assertThat(partial).doesNotExist();
  }

  @Test
  void livesInTheTemporaryDirectoryWhenTheHomeIsNotWritable() throws IOException {
    Path home = Files.createFile(temporary.resolve("home"));

    ServerCache cache = ServerCache.inHome(home.toString(), temporary.toString());

    assertThat(cache.runs()).startsWith(temporary.resolve("syncline-" + Platform.userId()));
  }

  @Test
  void livesInTheTemporaryDirectoryWhenThereIsNoHome() throws IOException {
    ServerCache cache = ServerCache.inHome("?", temporary.toString());

    assertThat(cache.runs()).startsWith(temporary.resolve("syncline-" + Platform.userId()));
  }

  @Test
  void doesNotTrustALinkInTheTemporaryDirectory() throws IOException {
    Path home = Files.createFile(temporary.resolve("home"));
    Path elsewhere = Files.createDirectory(temporary.resolve("elsewhere"));
    Files.createSymbolicLink(temporary.resolve("syncline-" + Platform.userId()), elsewhere);

    assertThatThrownBy(() -> ServerCache.inHome(home.toString(), temporary.toString()))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("-Dsyncline.cache=<folder>");
  }

  @Test
  void saysWhichConfiguredFolderCannotBeUsed() throws IOException {
    Path file = Files.createFile(temporary.resolve("file"));

    assertThatThrownBy(() -> ServerCache.at(file.resolve("cache")))
        .isInstanceOf(ServerException.class)
        .hasMessageContaining("'" + file.resolve("cache") + "'");
  }
}
