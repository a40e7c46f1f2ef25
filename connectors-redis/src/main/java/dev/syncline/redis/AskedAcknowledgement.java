package dev.syncline.redis;

/**
 * Whether a source waits for an acknowledgement. It asks for one (REPLCONF GETACK) when it shuts
 * down, and when a client waits for replicas. A source that shuts down takes no writes from then
 * on, but may still send a PING, and then waits for the acknowledgement of that one without asking
 * again. Owned by the thread that reads.
 */
final class AskedAcknowledgement {

  private long upTo;
  private long acknowledged;
  private boolean quiet;

  /** It has asked for one; {@code end} is the offset behind the question. */
  void asked(long end) {
    quiet = true;
    upTo = end;
  }

  /** It has sent a PING. */
  void pinged(long end) {
    if (quiet) {
      upTo = end;
    }
  }

  /** It has sent a change. */
  void changed() {
    quiet = false;
  }

  /** It was told that everything up to an offset is safe. */
  void acknowledged(long offset) {
    acknowledged = offset;
  }

  /** Whether it still waits. */
  boolean isOpen() {
    return acknowledged < upTo;
  }

  /** Whether it has changed nothing since it asked. */
  boolean isQuiet() {
    return quiet;
  }
}
