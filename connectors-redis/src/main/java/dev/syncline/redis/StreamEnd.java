package dev.syncline.redis;

import dev.syncline.TransientException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The end of a stream. A source that ends closes all connections, and may not have what it has sent
 * when it comes back; so the failure of a question is told only when all commands that have come
 * are taken. Owned by the thread that reads.
 */
final class StreamEnd {

  /** How long a source that answers no questions any more may still send commands. */
  private static final long LAST_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final StreamReceiver receiver;
  private @Nullable TransientException cause;
  private long since;

  StreamEnd(StreamReceiver receiver) {
    this.receiver = receiver;
  }

  /** Asks the source something, unless it answers nothing any more, and notes if that fails. */
  void ask(Runnable question) {
    if (cause != null) {
      return;
    }
    try {
      question.run();
    } catch (TransientException e) {
      cause = e;
      since = System.nanoTime();
    }
  }

  /** Whether the source answers no questions any more. */
  boolean isNear() {
    return cause != null;
  }

  /** Whether nothing waits any more, and nothing comes. */
  boolean hasCome() {
    if (cause != null && System.nanoTime() - since > LAST_NANOS) {
      receiver.link().close();
    }
    return receiver.commands().isOver();
  }

  /** What is to be told then. */
  RuntimeException failure() {
    return cause != null ? cause : receiver.commands().failure();
  }
}
