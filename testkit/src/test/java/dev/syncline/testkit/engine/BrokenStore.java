package dev.syncline.testkit.engine;

import dev.syncline.CheckpointStore;
import dev.syncline.StoredCheckpoint;
import dev.syncline.TransientException;
import java.util.Optional;

/** A store that can be read, but not written. */
record BrokenStore(CheckpointStore store) implements CheckpointStore {

  @Override
  public Optional<StoredCheckpoint> load(String job) {
    return store.load(job);
  }

  @Override
  public long save(String job, StoredCheckpoint checkpoint) {
    throw new TransientException("The store cannot be reached.");
  }

  @Override
  public void delete(String job, long version) {
    store.delete(job, version);
  }
}
