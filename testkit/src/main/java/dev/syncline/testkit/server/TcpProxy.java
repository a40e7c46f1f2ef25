package dev.syncline.testkit.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A TCP proxy before a server, which can be told to do to connections what networks do: be slow, be
 * cut, swallow everything, refuse. At first it lets everything pass. All methods may be called from
 * any thread while connections run.
 *
 * <p>It listens on the loopback address, on a port of its own that it keeps, and serves up to
 * {@value #MOST_LINKS} connections at a time. Each direction of a connection has a daemon thread;
 * {@link #close} ends them all.
 */
public final class TcpProxy implements AutoCloseable {

  static final int MOST_LINKS = 1_000;

  private static final int BACKLOG = 50;
  private static final int CONNECT_MILLIS = 10_000;
  private static final Duration CLOSE = Duration.ofSeconds(10);

  /** Where bytes are going. */
  public enum Direction {
    /** From a client to the server. */
    TO_SERVER,
    /** From the server to a client. */
    TO_CLIENT
  }

  /** Sees everything before it passes, and may change it, drop it or act on its connection. */
  @FunctionalInterface
  public interface Tap {

    /**
     * Called for each piece that was read, from a thread of the connection and the direction; it
     * may block, which holds back that direction of that connection.
     *
     * @param piece some bytes of the stream, as they happened to arrive
     * @return what passes instead; may be empty
     */
    byte[] pass(TcpLink link, Direction direction, byte[] piece);
  }

  private static final Tap NO_TAP = (link, direction, piece) -> piece;

  private final InetSocketAddress server;
  private final InetSocketAddress here;
  private final Socket kept;
  private final Set<TcpLink> links = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Map<Direction, Duration> delays = new EnumMap<>(Direction.class);
  private final Map<Direction, Long> untilCut = new EnumMap<>(Direction.class);
  private final AtomicLong cuts = new AtomicLong();
  private volatile Tap tap = NO_TAP;
  private volatile boolean swallowing;
  private @Nullable ServerSocket listener;
  private boolean closed;

  private TcpProxy(InetSocketAddress server) {
    this.server = server;
    this.here = new InetSocketAddress(InetAddress.getLoopbackAddress(), LoopbackPort.free());
    this.kept = LoopbackPort.keep(port());
    listen();
  }

  /** Starts a proxy before a server, which need not run yet. */
  public static TcpProxy before(String host, int port) {
    return new TcpProxy(new InetSocketAddress(Objects.requireNonNull(host, "host"), port));
  }

  /** Starts a proxy before a server of the fixtures. */
  public static TcpProxy before(MySqlServer server) {
    return before(server.host(), server.port());
  }

  /** Starts a proxy before a server of the fixtures. */
  public static TcpProxy before(RedisServer server) {
    return before(server.host(), server.port());
  }

  /** The address to connect to instead of the server's. */
  public String host() {
    return here.getAddress().getHostAddress();
  }

  /** The port to connect to instead of the server's. */
  public int port() {
    return here.getPort();
  }

  /** The connections that run through the proxy at this moment. */
  public List<TcpLink> links() {
    return List.copyOf(links);
  }

  /** Lets somebody see and change everything that passes from now on. */
  public void tap(Tap tap) {
    this.tap = Objects.requireNonNull(tap, "tap");
  }

  /**
   * Makes a direction slow: each piece of at most {@value TcpLink#PIECE_BYTES} bytes waits so long
   * before it passes, also one that waits already.
   */
  public void delay(Direction direction, Duration delay) {
    synchronized (delays) {
      delays.put(Objects.requireNonNull(direction, "direction"), delay);
    }
    links.forEach(TcpLink::wake);
  }

  /** Cuts all connections that run; new ones pass. */
  public void cut() {
    cuts.incrementAndGet();
    links.forEach(TcpLink::cut);
  }

  /**
   * Cuts one connection: the one through which the last of so many bytes pass from now on, counted
   * over all connections. Then everything passes again.
   *
   * @param bytes how many pass before the cut, 1 or more
   */
  public void cutAfter(Direction direction, long bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("At least 1 byte must pass before a cut; got " + bytes);
    }
    synchronized (untilCut) {
      untilCut.put(Objects.requireNonNull(direction, "direction"), bytes);
    }
  }

  /** Whether a {@link #cutAfter} has not come to its end yet. */
  public boolean isCutDue() {
    synchronized (untilCut) {
      return !untilCut.isEmpty();
    }
  }

  /**
   * Becomes a black hole: connections are accepted and stay open, but nothing passes any more in
   * any direction, not even that a side has gone.
   */
  public void blackHole() {
    swallowing = true;
  }

  /** Ends a direction of all connections that run, as if its sender had said all. */
  public void halfClose(Direction direction) {
    links.forEach(link -> link.halfClose(direction));
  }

  /** Refuses new connections; those that run go on. */
  public void refuse() {
    ServerSocket open;
    synchronized (this) {
      open = listener;
      listener = null;
    }
    if (open != null) {
      close(open);
      // A thread that waits for a connection keeps the port open until it has noticed.
      long deadline = System.nanoTime() + CLOSE.toNanos();
      while (!LoopbackPort.isFree(port()) && System.nanoTime() < deadline) {
        LockSupport.parkNanos(100_000);
      }
    }
  }

  /**
   * Lets everything pass again. Connections that were robbed of something are cut, as they would be
   * by the first packet that comes through again.
   */
  public void restore() {
    tap = NO_TAP;
    swallowing = false;
    synchronized (delays) {
      delays.clear();
    }
    synchronized (untilCut) {
      untilCut.clear();
    }
    for (TcpLink link : links) {
      link.wake();
      if (link.isRobbed()) {
        link.cut();
      }
    }
    listen();
  }

  private synchronized void listen() {
    if (listener != null || closed) {
      return;
    }
    try {
      ServerSocket opened = new ServerSocket();
      opened.setReuseAddress(true);
      opened.bind(here, BACKLOG);
      listener = opened;
      start("accept", () -> accept(opened));
    } catch (IOException e) {
      throw new ServerException("The proxy cannot listen at '" + here + "'.", e);
    }
  }

  private void accept(ServerSocket open) {
    while (!open.isClosed()) {
      try {
        connect(open.accept());
      } catch (IOException e) {
        // Nobody listens any more, or the client has gone already.
      }
    }
  }

  /** Connects a client through; hangs up on it where the server cannot be reached. */
  private void connect(Socket client) {
    long cutsBefore = cuts.get();
    Socket behind = new Socket();
    try {
      if (links.size() >= MOST_LINKS) {
        throw new IOException("There are too many connections.");
      }
      behind.connect(server, CONNECT_MILLIS);
      client.setTcpNoDelay(true);
      behind.setTcpNoDelay(true);
    } catch (IOException e) {
      TcpLink.close(client);
      TcpLink.close(behind);
      return;
    }
    TcpLink link = new TcpLink(this, client, behind);
    synchronized (this) {
      if (closed) {
        link.cut();
        return;
      }
      links.add(link);
      start("to-server", () -> link.pump(Direction.TO_SERVER));
      start("to-client", () -> link.pump(Direction.TO_CLIENT));
    }
    if (cuts.get() != cutsBefore) {
      link.cut();
    }
  }

  private void start(String role, Runnable work) {
    Thread thread = new Thread(work, "tcp-proxy-" + port() + "-" + role);
    thread.setDaemon(true);
    thread.start();
    threads.removeIf(each -> !each.isAlive());
    threads.add(thread);
  }

  boolean isSwallowing() {
    return swallowing;
  }

  byte[] tapped(TcpLink link, Direction direction, byte[] piece) {
    return tap.pass(link, direction, piece);
  }

  Duration delay(Direction direction) {
    synchronized (delays) {
      return delays.getOrDefault(direction, Duration.ZERO);
    }
  }

  /** How many of so many bytes may pass before their connection is to be cut; all if it is not. */
  int passing(Direction direction, int bytes) {
    synchronized (untilCut) {
      Long left = untilCut.get(direction);
      if (left == null || left > bytes) {
        untilCut.computeIfPresent(direction, (d, l) -> l - bytes);
        return bytes + 1;
      }
      untilCut.remove(direction);
      return left.intValue();
    }
  }

  void ended(TcpLink link) {
    links.remove(link);
  }

  /** Cuts all connections, listens no more and waits until the threads have ended. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    refuse();
    cut();
    threads.forEach(Thread::interrupt);
    long deadline = System.nanoTime() + CLOSE.toNanos();
    boolean interrupted = false;
    for (Thread thread : threads) {
      try {
        thread.join(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    TcpLink.close(kept);
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void close(ServerSocket open) {
    try {
      open.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
