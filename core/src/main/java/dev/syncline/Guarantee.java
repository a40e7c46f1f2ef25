package dev.syncline;

/** How often a change of the source takes effect at the target. */
public enum Guarantee {
  /** Exactly once, whatever crashes. */
  EXACTLY_ONCE,
  /** At least once: after a crash the last changes may be applied again. */
  AT_LEAST_ONCE
}
