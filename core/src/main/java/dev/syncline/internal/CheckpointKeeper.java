package dev.syncline.internal;

import dev.syncline.CheckpointStore;
import dev.syncline.StoredCheckpoint;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the checkpoint of a run and saves it under its version, so that a second instance of the
 * job is noticed at the next save. Used by one thread.
 */
final class CheckpointKeeper {

  private final String job;
  private final CheckpointStore store;
  private @Nullable Checkpoint current;
  private String saved = "";
  private long version;

  CheckpointKeeper(String job, CheckpointStore store) {
    this.job = job;
    this.store = store;
  }

  Optional<Checkpoint> load() {
    Optional<StoredCheckpoint> stored = store.load(job);
    version = stored.map(StoredCheckpoint::version).orElse(0L);
    current = stored.map(s -> CheckpointCodec.decode(job, s.content())).orElse(null);
    saved = stored.map(StoredCheckpoint::content).orElse("");
    return Optional.ofNullable(current);
  }

  Checkpoint current() {
    return Objects.requireNonNull(current, "current");
  }

  /** Saves a checkpoint unless the stored one is the same. */
  void save(Checkpoint checkpoint) {
    current = checkpoint;
    String content = CheckpointCodec.encode(checkpoint);
    if (!content.equals(saved)) {
      version = store.save(job, new StoredCheckpoint(version, content));
      saved = content;
    }
  }
}
