package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.BinaryLogClient.AbstractLifecycleListener;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection over which a server sends its binlog, and the thread that receives it. It is never
 * opened again. {@link #close} may be called from any thread.
 */
final class BinlogConnection implements AutoCloseable {
  private static final Logger LOGGER = LoggerFactory.getLogger(BinlogConnection.class);

  /** We are the slow side for as long as we like; the server must not take that for an end. */
  private static final Duration SERVER_PATIENCE = Duration.ofDays(1);

  /**
   * How long a MariaDB may look for a position. It reads the file from its beginning up to there,
   * and says nothing meanwhile, not even by heartbeats.
   */
  private static final Duration SEARCH_LIMIT = Duration.ofHours(1);

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final int SILENT_HEARTBEATS = 3;
  private static final long FIRST_EVENT = 4;
  private static final long MAX_REQUESTED_OFFSET = 0xFFFF_FFFFL;

  private final BinlogSettings settings;
  private final MySqlPosition from;
  private final BinaryLogClient client;
  private final EventQueue queue;
  private final Thread receiver;
  private final CountDownLatch ready = new CountDownLatch(1);
  private final List<Socket> sockets = new ArrayList<>();
  private boolean closed;

  /** Whether the server still looks for the position. Of the receiver alone. */
  private boolean searching;

  private BinlogConnection(BinlogSettings settings, MySqlPosition from) {
    this.settings = settings;
    this.from = from;
    this.queue = new EventQueue(settings.queueBytes());
    this.client = client(settings, from);
    configure();
    this.receiver = Objects.requireNonNull(settings.threads().newThread(this::receive), "thread");
  }

  /**
   * Logs in and asks for the log behind a position. Whether the server has it is known only when
   * the first event is taken.
   *
   * @throws TransientException if trying again may succeed
   * @throws SyncException if it will not
   */
  static BinlogConnection open(BinlogSettings settings, MySqlPosition from)
      throws InterruptedException {
    return open(settings, from, connection -> {});
  }

  /**
   * The same.
   *
   * @param begun takes the connection before it is open, so that it can be closed
   */
  static BinlogConnection open(
      BinlogSettings settings, MySqlPosition from, Consumer<BinlogConnection> begun)
      throws InterruptedException {
    BinlogConnection connection = new BinlogConnection(settings, from);
    boolean open = false;
    try {
      begun.accept(connection);
      connection.receiver.start();
      connection.awaitReady();
      open = true;
      return connection;
    } finally {
      if (!open) {
        connection.close();
      }
    }
  }

  private void configure() {
    client.setKeepAlive(false);
    client.setConnectTimeout(settings.endpoint().connectTimeout().toMillis());
    client.setHeartbeatInterval(settings.heartbeat().toMillis());
    client.setNetWriteTimeout(SERVER_PATIENCE.toSeconds());
    client.setNetReadTimeout(SERVER_PATIENCE.toSeconds());
    client.setThreadFactory(settings.threads());
    client.setSocketFactory(this::newSocket);
    String host = settings.endpoint().login().orElseThrow().host();
    BinlogTls tls = new BinlogTls(settings.endpoint().tls(), host);
    client.setSSLMode(tls.mode());
    client.setSslSocketFactory(tls);
    client.setEventDeserializer(
        new EventFrames(queue, LargestRow.bytesOfEvent(), LargestRow.bytesOfPacked()));
    client.registerEventListener(event -> enqueue(EventFrames.raw(event)));
    client.registerLifecycleListener(new Outcomes());
  }

  private static BinaryLogClient client(BinlogSettings settings, MySqlPosition from) {
    MySqlEndpoint.Login login = settings.endpoint().login().orElseThrow();
    if (from.progress() instanceof MySqlPosition.MariaDb mariaDb) {
      return new MariaDbBinlogClient(login, settings.serverId(), mariaDb.last());
    }
    BinaryLogClient client = new MySqlBinlogClient(login);
    client.setServerId(settings.serverId());
    if (from.progress() instanceof MySqlPosition.Gtids gtids) {
      client.setGtidSet(gtids.executed().toString());
      client.setGtidSetFallbackToPurged(false);
    } else {
      client.setBinlogFilename(from.point().file());
      client.setBinlogPosition(requestedOffset(from.point().offset()));
    }
    return client;
  }

  /**
   * The protocol has 32 bits for the offset; what lies behind is reached from the file's beginning,
   * and the reader passes over the transactions that it has already.
   */
  private static long requestedOffset(long offset) {
    return offset > MAX_REQUESTED_OFFSET ? FIRST_EVENT : Math.max(offset, FIRST_EVENT);
  }

  private Socket newSocket() throws SocketException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    socket.setSoTimeout(silenceMillis());
    synchronized (sockets) {
      if (closed) {
        throw new SocketException("The binlog connection is closed.");
      }
      sockets.add(socket);
    }
    return socket;
  }

  private int silenceMillis() {
    return Math.toIntExact(
        Math.max(
            settings.heartbeat().toMillis() * SILENT_HEARTBEATS,
            settings.endpoint().connectTimeout().toMillis()));
  }

  /** Changes how long the server may be silent, from the receiver's next read on. */
  private void limitSilence(int millis) {
    synchronized (sockets) {
      for (Socket socket : sockets) {
        try {
          socket.setSoTimeout(millis);
        } catch (SocketException e) {
          LOGGER.debug("A socket was closed already.", e);
        }
      }
    }
  }

  @SuppressWarnings(
      "CatchAndPrintStackTrace") // nothing is printed: every failure goes to the queue
  private void receive() {
    try {
      client.connect();
      queue.fail(new EOFException("the server closed the connection"));
    } catch (Throwable e) {
      queue.fail(e);
    } finally {
      ready.countDown();
    }
  }

  private void enqueue(RawEvent event) {
    if (searching && endsSearch(event.type())) {
      searching = false;
      limitSilence(silenceMillis());
    }
    try {
      queue.put(event);
    } catch (InterruptedException e) {
      queue.fail(e);
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Files' own events come while the server looks for the position, and so do the lists that it
   * makes up where it finds one of several domains. A transaction that comes is progress, however
   * long other domains are looked for behind it.
   */
  private static boolean endsSearch(EventType type) {
    return switch (type) {
      case MARIADB_GTID, HEARTBEAT, HEARTBEAT_V2 -> true;
      default -> false;
    };
  }

  private void awaitReady() throws InterruptedException {
    // The client ends its own attempt at the time-out; the rest is for slow machines.
    long patience = settings.endpoint().connectTimeout().plus(CLOSE_TIMEOUT).toNanos();
    boolean answered = ready.await(patience, TimeUnit.NANOSECONDS);
    Throwable failure = queue.failure();
    if (failure != null) {
      throw failed(failure);
    }
    if (!answered) {
      throw new TransientException(
          "Cannot read the binlog of '%s': logging in took longer than %s."
              .formatted(settings.endpoint(), settings.endpoint().connectTimeout()));
    }
  }

  /** The {@code server_id} of the server that answered. */
  long answeringServerId() {
    return client.getMasterServerId();
  }

  /**
   * Takes the next events, after waiting for the first one.
   *
   * @param position where the caller stands, for messages
   * @return the events; empty if the time has passed
   * @throws SyncException if no more events come
   */
  List<RawEvent> take(long maxNanos, BinlogPoint position) throws InterruptedException {
    List<RawEvent> events = queue.take(maxNanos);
    if (events.isEmpty()) {
      if (queue.isClosed()) {
        throw new TransientException(
            "The reader of the binlog of '" + settings.endpoint() + "' was closed.");
      }
      Throwable failure = queue.failure();
      if (failure != null) {
        throw BinlogErrors.translate(failure, settings.endpoint(), position);
      }
    }
    return events;
  }

  private SyncException failed(Throwable failure) {
    return BinlogErrors.translate(failure, settings.endpoint(), from);
  }

  /** Ends connection and thread; takes five seconds at most. May be called twice. */
  @Override
  public void close() {
    queue.close();
    synchronized (sockets) {
      closed = true;
      sockets.forEach(BinlogConnection::cut);
    }
    if (Thread.currentThread() != receiver) {
      awaitEnd();
    }
  }

  private void awaitEnd() {
    boolean interrupted = Thread.interrupted();
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    while (receiver.isAlive() && System.nanoTime() < deadline) {
      try {
        receiver.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (receiver.isAlive()) {
      LOGGER.warn(
          "Thread '{}' that reads the binlog of '{}' did not end in {}; it stands at {}.",
          receiver.getName(),
          settings.endpoint(),
          CLOSE_TIMEOUT,
          List.of(receiver.getStackTrace()));
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Resets the connection below TLS, so that no side waits for the other one's farewell. */
  private static void cut(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
    } catch (SocketException e) {
      LOGGER.debug("A socket was closed already.", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      LOGGER.debug("Closing a socket failed.", e);
    }
  }

  /** Every failure that the library reports in passing is an end here. */
  private final class Outcomes extends AbstractLifecycleListener {
    @Override
    public void onConnect(BinaryLogClient source) {
      if (source instanceof MariaDbBinlogClient) {
        searching = true;
        limitSilence(Math.toIntExact(Math.max(SEARCH_LIMIT.toMillis(), silenceMillis())));
      }
      ready.countDown();
    }

    @Override
    public void onCommunicationFailure(BinaryLogClient source, @Nullable Exception failure) {
      end(failure);
    }

    @Override
    public void onEventDeserializationFailure(BinaryLogClient source, @Nullable Exception failure) {
      end(failure);
    }

    private void end(@Nullable Exception failure) {
      queue.fail(failure == null ? new IOException("the client gave no reason") : failure);
      synchronized (sockets) {
        sockets.forEach(BinlogConnection::cut);
      }
    }
  }
}
