package dev.syncline;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Keeps checkpoints in the heap, for tests and for jobs that always begin anew: nothing outlives
 * the object. Thread-safe.
 */
public final class MemoryCheckpointStore implements CheckpointStore {

  private final Map<String, StoredCheckpoint> checkpoints = new HashMap<>();

  /** An empty store. */
  public MemoryCheckpointStore() {}

  @Override
  public synchronized Optional<StoredCheckpoint> load(String job) {
    return Optional.ofNullable(checkpoints.get(Objects.requireNonNull(job, "job")));
  }

  @Override
  public synchronized long save(String job, StoredCheckpoint checkpoint) {
    long next = CheckpointVersions.next(job, storedVersion(job), checkpoint.version());
    checkpoints.put(job, new StoredCheckpoint(next, checkpoint.content()));
    return next;
  }

  @Override
  public synchronized void delete(String job, long version) {
    if (checkpoints.containsKey(job)) {
      CheckpointVersions.next(job, storedVersion(job), version);
      checkpoints.remove(job);
    }
  }

  private long storedVersion(String job) {
    StoredCheckpoint stored = checkpoints.get(Objects.requireNonNull(job, "job"));
    return stored == null ? 0 : stored.version();
  }

  /** Says how many checkpoints there are. */
  @Override
  public synchronized String toString() {
    return "MemoryCheckpointStore[" + checkpoints.size() + " checkpoints]";
  }
}
