package dev.syncline;

import java.util.Optional;

/**
 * Keeps the checkpoint of each job: one text per job name, replaced as a whole. Thread-safe.
 *
 * <p>A checkpoint holds what a job needs to go on, and no passwords. Saving compares versions, so
 * that of two instances of one job only one goes on.
 */
public interface CheckpointStore {

  /**
   * The checkpoint of a job.
   *
   * @return empty if none was saved, or it was deleted
   * @throws TransientException if trying again may succeed
   * @throws SyncException if what is stored is damaged; it must never pass for an empty one
   */
  Optional<StoredCheckpoint> load(String job);

  /**
   * Replaces the checkpoint of a job if it still has the version that the caller knows. On return
   * it is durable.
   *
   * @param checkpoint the new text, and the version to replace: 0 if there must be none yet
   * @return the new version, greater than the one that was replaced
   * @throws OwnershipLostException if the stored version is another one
   * @throws TransientException if the outcome is unknown or trying again may succeed
   */
  long save(String job, StoredCheckpoint checkpoint);

  /**
   * Deletes the checkpoint of a job if it has this version. Where there is none, nothing happens.
   *
   * @throws OwnershipLostException if the stored version is another one
   * @throws TransientException if the outcome is unknown or trying again may succeed
   */
  void delete(String job, long version);
}
