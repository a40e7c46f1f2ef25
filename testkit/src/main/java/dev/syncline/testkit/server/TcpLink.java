package dev.syncline.testkit.server;

import dev.syncline.testkit.server.TcpProxy.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** One connection through a {@link TcpProxy}. Thread-safe. */
public final class TcpLink {

  static final int PIECE_BYTES = 16 << 10;

  private final TcpProxy proxy;
  private final Socket client;
  private final Socket server;
  private final Set<Direction> ended = EnumSet.noneOf(Direction.class);
  private boolean robbed;
  private boolean cut;

  TcpLink(TcpProxy proxy, Socket client, Socket server) {
    this.proxy = proxy;
    this.client = client;
    this.server = server;
  }

  /** Hangs up on both sides. May be called twice. */
  public void cut() {
    synchronized (this) {
      cut = true;
      notifyAll();
    }
    proxy.ended(this);
    close(client);
    close(server);
  }

  /** Ends a direction as if its sender had said all; what it says later is swallowed. */
  public void halfClose(Direction direction) {
    synchronized (this) {
      robbed = true;
    }
    end(direction);
  }

  /** Whether something that was sent has not come, and never will. */
  synchronized boolean isRobbed() {
    return robbed;
  }

  /** Lets what waits look whether it still has to. */
  synchronized void wake() {
    notifyAll();
  }

  /** Carries what one side says to the other until the connection ends. */
  void pump(Direction direction) {
    byte[] buffer = new byte[PIECE_BYTES];
    try {
      InputStream in = from(direction).getInputStream();
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        byte[] piece = proxy.tapped(this, direction, Arrays.copyOf(buffer, length));
        awaitDelay(direction);
        pass(direction, piece);
      }
      if (!isSwallowed(direction)) {
        end(direction);
      }
    } catch (IOException e) {
      // One side has gone; so must the other, if the news can come through.
      if (!isSwallowed(direction)) {
        cut();
      }
    } catch (InterruptedException e) {
      cut();
    }
  }

  private void pass(Direction direction, byte[] piece) throws IOException {
    if (isSwallowed(direction)) {
      return;
    }
    int passing = proxy.passing(direction, piece.length);
    to(direction).getOutputStream().write(piece, 0, Math.min(passing, piece.length));
    if (passing <= piece.length) {
      cut();
    }
  }

  private synchronized boolean isSwallowed(Direction direction) {
    boolean swallowed = proxy.isSwallowing() || ended.contains(direction);
    robbed |= swallowed;
    return swallowed && !cut;
  }

  private synchronized void awaitDelay(Direction direction) throws InterruptedException {
    long began = System.nanoTime();
    long left = proxy.delay(direction).toNanos();
    while (left > 0 && !cut) {
      wait(left / 1_000_000, (int) (left % 1_000_000));
      left = began + proxy.delay(direction).toNanos() - System.nanoTime();
    }
  }

  private void end(Direction direction) {
    boolean all;
    synchronized (this) {
      ended.add(direction);
      all = ended.size() == Direction.values().length;
    }
    try {
      to(direction).shutdownOutput();
    } catch (IOException e) {
      all = true;
    }
    if (all) {
      cut();
    }
  }

  private Socket from(Direction direction) {
    return direction == Direction.TO_SERVER ? client : server;
  }

  private Socket to(Direction direction) {
    return direction == Direction.TO_SERVER ? server : client;
  }

  static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
