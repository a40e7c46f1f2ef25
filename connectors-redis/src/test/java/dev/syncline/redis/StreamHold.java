package dev.syncline.redis;

import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Holds back the replication stream behind a proxy, or slows it down, and nothing else. */
final class StreamHold implements TcpProxy.Tap {

  private static final long MOMENT_MILLIS = 10;

  private @Nullable TcpLink stream;
  private boolean holds;
  private Duration delay = Duration.ZERO;
  private boolean acknowledged;

  /** Holds the streams that begin from now on behind a proxy, once told to. */
  static StreamHold in(TcpProxy proxy) {
    StreamHold hold = new StreamHold();
    proxy.tap(hold);
    return hold;
  }

  synchronized void hold() {
    holds = true;
  }

  synchronized void release() {
    holds = false;
    notifyAll();
  }

  /** Lets each piece of the stream pass so long after it has come, one that waits already too. */
  synchronized void delay(Duration time) {
    delay = time;
    notifyAll();
  }

  /** Waits until the reader has said that it has the copy. */
  synchronized void awaitAcknowledgement() throws InterruptedException {
    while (!acknowledged) {
      wait();
    }
  }

  /** Ends the connection of the stream. */
  synchronized void cut() {
    if (stream != null) {
      stream.cut();
    }
  }

  @Override
  public synchronized byte[] pass(TcpLink link, Direction direction, byte[] piece) {
    String text = new String(piece, StandardCharsets.ISO_8859_1);
    if (direction == Direction.TO_SERVER) {
      acknowledged |= text.contains("\r\nACK\r\n");
      notifyAll();
      return piece;
    }
    if (text.contains("+FULLRESYNC ") || text.contains("+CONTINUE")) {
      stream = link;
    }
    long came = System.nanoTime();
    while (link.equals(stream) && (holds || isEarly(came))) {
      try {
        // Looked at often, so that a delay ends in time.
        wait(MOMENT_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return piece;
      }
    }
    return piece;
  }

  private boolean isEarly(long came) {
    return System.nanoTime() - came < delay.toNanos();
  }
}
