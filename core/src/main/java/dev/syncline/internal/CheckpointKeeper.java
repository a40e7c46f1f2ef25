package dev.syncline.internal;

import dev.syncline.CheckpointStore;
import dev.syncline.OwnershipLostException;
import dev.syncline.StoredCheckpoint;
import dev.syncline.TransientException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds the checkpoint of a job over all its runs and saves it under its version, so that a second
 * instance of the job is noticed: the store decides which of two instances goes on, and it is the
 * one that came to it last.
 *
 * <p>One thread makes new checkpoints; another one may save them. Whoever uses the store waits for
 * whoever does so already, also for a thread of an earlier run.
 */
final class CheckpointKeeper {

  private final String job;
  private final CheckpointStore store;
  private final CheckpointCodec codec;
  private volatile @Nullable Checkpoint current;
  private volatile String saved = "";
  private @Nullable String unsure;
  private long version = -1;

  CheckpointKeeper(String job, CheckpointStore store) {
    this.job = job;
    this.store = store;
    this.codec = new CheckpointCodec(job);
  }

  /**
   * Begins a start of the job, for which everything counts that the store has by then. Waits for a
   * thread of an earlier start that is still saving: what it saves is no other instance's.
   */
  synchronized void begin() {
    version = -1;
  }

  /**
   * Reads the checkpoint again for a run.
   *
   * @throws OwnershipLostException if another instance has saved it since an earlier run did
   */
  synchronized Optional<Checkpoint> load() {
    Optional<StoredCheckpoint> stored = store.load(job);
    if (!isOwn(stored)) {
      throw new OwnershipLostException(
          ("Job '%s' does not go on: another instance has saved its checkpoint meanwhile, or it was"
                  + " deleted. Stop one of the two instances.")
              .formatted(job));
    }
    version = stored.map(StoredCheckpoint::version).orElse(0L);
    current = stored.map(s -> codec.decode(s.content())).orElse(null);
    saved = stored.map(StoredCheckpoint::content).orElse("");
    unsure = null;
    return Optional.ofNullable(current);
  }

  /** Whether the store still has what this instance has saved. */
  synchronized boolean owns() {
    return current != null && isOwn(store.load(job));
  }

  private boolean isOwn(Optional<StoredCheckpoint> stored) {
    boolean same = stored.map(StoredCheckpoint::version).orElse(0L) == version;
    return version < 0 || same || stored.map(s -> s.content().equals(unsure)).orElse(false);
  }

  /** How long the text is that the store has. */
  int savedCharacters() {
    return saved.length();
  }

  Checkpoint current() {
    return Objects.requireNonNull(current, "current");
  }

  /** Makes a checkpoint the current one without saving it. */
  void set(Checkpoint checkpoint) {
    current = checkpoint;
  }

  /**
   * Makes a checkpoint the current one and saves it.
   *
   * @throws TransientException as {@link #save()} does
   */
  void save(Checkpoint checkpoint) {
    set(checkpoint);
    save();
  }

  /**
   * Saves the current checkpoint unless the stored one is the same.
   *
   * @throws TransientException if the store failed, also at the time before: then nobody knows
   *     which version it has before the checkpoint is {@linkplain #load loaded} again
   */
  synchronized void save() {
    if (unsure != null) {
      throw new TransientException(
          "The store has not said whether it has saved the checkpoint of job '" + job + "'.");
    }
    String content = codec.encode(current());
    if (!content.equals(saved)) {
      unsure = content;
      version = store.save(job, new StoredCheckpoint(version, content));
      saved = content;
      unsure = null;
    }
  }
}
