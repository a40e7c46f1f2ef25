package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointStoreTest {

  private static final String JOB = "shop";

  @TempDir Path directory;

  @Test
  void refusesTornFilesOfAnyLengthAndNamesTheOneBefore() throws IOException {
    FileCheckpointStore store = FileCheckpointStore.at(directory);
    long first = store.save(JOB, new StoredCheckpoint(0, "first"));
    store.save(JOB, new StoredCheckpoint(first, "second"));
    Path file = directory.resolve("shop.checkpoint");
    byte[] whole = Files.readAllBytes(file);

    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> store.load(JOB))
          .as("cut at byte %d", length)
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("damaged")
          .hasMessageContaining("shop.checkpoint.previous");
      assertThatThrownBy(() -> store.save(JOB, new StoredCheckpoint(0, "third")))
          .isExactlyInstanceOf(SyncException.class);
    }
  }

  @Test
  void goesBackOnlyWhenToldSo() throws IOException {
    FileCheckpointStore store = FileCheckpointStore.at(directory);
    long first = store.save(JOB, new StoredCheckpoint(0, "first"));
    store.save(JOB, new StoredCheckpoint(first, "second"));
    Files.delete(directory.resolve("shop.checkpoint"));

    assertThatThrownBy(() -> store.load(JOB)).hasMessageContaining("is missing");
    Files.move(directory.resolve("shop.checkpoint.previous"), directory.resolve("shop.checkpoint"));

    assertThat(store.load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(first, "first")));
  }

  @Test
  void overlooksWhatACrashLeftUnfinished() throws IOException {
    FileCheckpointStore store = FileCheckpointStore.at(directory);
    long version = store.save(JOB, new StoredCheckpoint(0, "first"));
    Files.writeString(directory.resolve("shop.checkpoint.new"), "torn");
    Files.writeString(directory.resolve("shop.checkpoint.previous.new"), "torn");

    assertThat(store.load(JOB)).isPresent();
    long next = store.save(JOB, new StoredCheckpoint(version, "second"));

    assertThat(store.load(JOB)).isEqualTo(Optional.of(new StoredCheckpoint(next, "second")));
  }

  @Test
  void refusesTheFileOfAnotherJob() throws IOException {
    FileCheckpointStore store = FileCheckpointStore.at(directory);
    store.save(JOB, new StoredCheckpoint(0, "first"));
    Files.copy(directory.resolve("shop.checkpoint"), directory.resolve("logs.checkpoint"));

    assertThatThrownBy(() -> store.load("logs")).hasMessageContaining("file of job 'shop'");
  }

  @Test
  void waitsForAnotherHolderOnlySoLong() throws IOException {
    FileCheckpointStore store = FileCheckpointStore.at(directory, Duration.ofMillis(50));
    try (FileChannel other =
            FileChannel.open(
                directory.resolve("checkpoints.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock held = other.lock()) {
      assertThat(held.isValid()).isTrue();

      assertThatThrownBy(() -> store.save(JOB, new StoredCheckpoint(0, "first")))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("checkpoints.lock");
    }
    assertThat(store.save(JOB, new StoredCheckpoint(0, "first"))).isEqualTo(1);
  }

  @Test
  void letsOneProcessWinEachVersion() throws Exception {
    int processes = 3;
    int saves = 40;
    List<Process> children = new ArrayList<>();
    for (int i = 0; i < processes; i++) {
      children.add(start(CountingProcess.class, directory.toString(), String.valueOf(saves)));
    }

    for (Process child : children) {
      assertThat(child.waitFor(3, TimeUnit.MINUTES)).isTrue();
      assertThat(child.exitValue()).isZero();
    }

    long total = (long) processes * saves;
    assertThat(FileCheckpointStore.at(directory).load(CountingProcess.JOB))
        .isEqualTo(Optional.of(new StoredCheckpoint(total, Long.toString(total))));
  }

  private static Process start(Class<?> program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).inheritIO().start();
  }
}
