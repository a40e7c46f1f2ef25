package dev.syncline;

/** Where a job is in its life. */
public enum JobState {
  /** It looks for reasons not to start. */
  PRECHECKING,
  /** It found one; mend it and start again. */
  PRECHECK_FAILED,
  /** It has not been started. */
  NOT_STARTED,
  /** It creates structure and copies existing rows. */
  INITIALIZING,
  /** It stopped for good while initializing. */
  INITIALIZATION_FAILED,
  /** All existing rows are at the target and it follows the source's log. */
  SYNCHRONIZING,
  /** It stopped for good while following. */
  FAILED,
  /** It rests until it is resumed. */
  PAUSED
}
