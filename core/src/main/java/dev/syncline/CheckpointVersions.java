package dev.syncline;

/** The comparison of versions that every store makes. */
final class CheckpointVersions {

  private CheckpointVersions() {}

  /**
   * The version that follows the stored one.
   *
   * @throws OwnershipLostException if the stored version is not the one that the caller knows
   */
  static long next(String job, long stored, long known) {
    if (stored != known) {
      throw new OwnershipLostException(
          "The checkpoint of job '%s' has version %d, not %d: another instance of the job has saved"
                  .formatted(job, stored, known)
              + " or deleted it. Stop one of the two instances.");
    }
    return stored + 1;
  }
}
