package dev.syncline.testkit.contract;

import dev.syncline.CheckpointStore;
import dev.syncline.FileCheckpointStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FileCheckpointStoreContractTest extends DurableCheckpointStoreContract {

  @TempDir Path directory;

  @Override
  protected CheckpointStore store() {
    return FileCheckpointStore.at(directory);
  }

  @Override
  protected CheckpointStore reopened() {
    return FileCheckpointStore.at(directory);
  }

  @Override
  protected void damage(String job) {
    try {
      Files.writeString(directory.resolve(job + ".checkpoint"), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
