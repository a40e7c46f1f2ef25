package dev.syncline.redis;

import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Holds back the replication stream behind a proxy, and nothing else. */
final class StreamHold implements TcpProxy.Tap {

  private @Nullable TcpLink stream;
  private boolean holds;
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
    while (holds && link.equals(stream)) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return piece;
      }
    }
    return piece;
  }
}
