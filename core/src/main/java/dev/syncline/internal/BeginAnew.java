package dev.syncline.internal;

/**
 * Says that the run ends since tables are not what they were, and the next one is to begin at once:
 * it opens everything with the definitions behind the change. No failure.
 */
final class BeginAnew extends Exception {

  private static final long serialVersionUID = 1;

  BeginAnew(String message) {
    super(message, null, false, false);
  }
}
