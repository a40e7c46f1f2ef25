package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives what a server sends to a replica as fast as it comes: first the copy, if there is one,
 * then the commands. Runs on a thread of its own until the link is closed or fails.
 */
final class StreamReceiver implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(StreamReceiver.class);

  private static final int CHUNK = 1 << 16;
  private static final int MARK = 40;
  private static final Duration ROOM = Duration.ofSeconds(1);
  private static final long ACKNOWLEDGE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final ReplicaLink link;
  private final Clock clock;
  private final Spool copy;
  private final Spool commands;
  private final ReceiveTimes times = new ReceiveTimes();
  private final byte[] chunk = new byte[CHUNK];
  private volatile long safe;
  private volatile boolean online;
  private volatile boolean closed;
  private long acknowledgedAt = System.nanoTime();
  private boolean toldOfFull;

  /** A receiver of a link, which it closes. */
  StreamReceiver(ReplicaLink link, SpoolLimits limits, Clock clock) {
    this.link = link;
    this.clock = clock;
    this.copy = new Spool(limits);
    this.commands = new Spool(limits);
  }

  ReplicaLink link() {
    return link;
  }

  /** The clock by which is received. */
  Clock clock() {
    return clock;
  }

  /** The bytes of the copy; an end at once if there is none. */
  Spool copy() {
    return copy;
  }

  /** The bytes of the commands. */
  Spool commands() {
    return commands;
  }

  /** When which part of the commands was received, by offsets within them. */
  ReceiveTimes times() {
    return times;
  }

  /** Says up to which offset of the server's stream all is safe, and tells the server. */
  void acknowledge(long offset) {
    safe = Math.max(safe, offset);
    if (online) {
      acknowledge();
    }
  }

  /**
   * A server that takes nothing any more may have sent something before. So a connection that is
   * lost is seen behind all that has come.
   */
  private void acknowledge() {
    try {
      link.acknowledge(safe);
    } catch (TransientException e) {
      LOG.debug("Not acknowledged: {}", e.getMessage());
    }
  }

  /** Receives until it fails or is closed; what it fails with is thrown to whoever takes. */
  @SuppressWarnings("CatchingUnchecked") // handed to the thread that reads
  void run() {
    try {
      if (link.start().full()) {
        receiveCopy();
      }
      copy.end();
      // A server that has sent its copy from memory sends commands only when this has come.
      acknowledge();
      online = true;
      receiveCommands();
    } catch (IOException e) {
      fail(RedisErrors.lost(link.address(), e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      fail(new TransientException("Receiving from '" + link.address() + "' was interrupted.", e));
    } catch (RuntimeException e) {
      fail(e);
    } catch (Error e) {
      fail(new SyncException("Receiving from '" + link.address() + "' has failed: " + e, e));
      throw e;
    }
  }

  private void fail(RuntimeException failure) {
    copy.fail(failure);
    commands.fail(failure);
  }

  private void receiveCopy() throws IOException, InterruptedException {
    RespReader in = link.reader();
    String header = in.line();
    while (header.isEmpty()) {
      header = in.line();
    }
    if (header.startsWith("$EOF:") && header.length() == 5 + MARK) {
      receiveUpTo(header.substring(5).getBytes(StandardCharsets.US_ASCII));
    } else if (header.matches("\\$\\d{1,18}")) {
      receiveBytes(Long.parseLong(header.substring(1)));
    } else {
      throw new IOException(
          "The copy begins with '%s' instead of its length."
              .formatted(header.substring(0, Math.min(header.length(), 100))));
    }
  }

  private void receiveBytes(long length) throws IOException, InterruptedException {
    long left = length;
    while (left > 0) {
      int count = link.reader().read(chunk, 0, (int) Math.min(chunk.length, left));
      check(count);
      left -= count;
      put(copy, chunk, count);
    }
  }

  /** A copy of unknown length ends with a mark, which may come in pieces. */
  private void receiveUpTo(byte[] mark) throws IOException, InterruptedException {
    byte[] window = new byte[CHUNK + MARK];
    int held = 0;
    while (true) {
      int count = link.reader().read(window, held, CHUNK);
      check(count);
      held += count;
      if (held >= MARK && endsWith(window, held, mark)) {
        put(copy, window, held - MARK);
        return;
      }
      int give = Math.max(0, held - MARK);
      put(copy, window, give);
      System.arraycopy(window, give, window, 0, held - give);
      held -= give;
    }
  }

  /** Nothing follows the mark before we acknowledge, so it ends what was received. */
  private static boolean endsWith(byte[] window, int length, byte[] mark) {
    for (int i = 0; i < mark.length; i++) {
      if (window[length - mark.length + i] != mark[i]) {
        return false;
      }
    }
    return true;
  }

  private void receiveCommands() throws IOException, InterruptedException {
    long received = 0;
    while (!closed) {
      int count = link.reader().read(chunk, 0, chunk.length);
      check(count);
      received += count;
      times.note(received, clock.millis());
      put(commands, chunk, count);
    }
  }

  private static void check(int count) throws EOFException {
    if (count < 0) {
      throw new EOFException("The server has closed the connection.");
    }
  }

  private void put(Spool spool, byte[] bytes, int count) throws InterruptedException {
    while (count > 0 && !closed && !spool.add(bytes, 0, count, ROOM)) {
      if (!toldOfFull) {
        toldOfFull = true;
        LOG.warn(
            "The target takes less than source '{}' sends, and all room to keep it is used: the"
                + " source must keep it from now on, which it may refuse after a while.",
            link.address());
      }
      signOfLife();
    }
    signOfLife();
  }

  /** Nothing is said before the copy has come: its end would not be seen in what follows. */
  private void signOfLife() {
    long now = System.nanoTime();
    if (online && now - acknowledgedAt >= ACKNOWLEDGE_NANOS) {
      acknowledgedAt = now;
      acknowledge();
    }
  }

  @Override
  public void close() {
    closed = true;
    link.close();
    copy.close();
    commands.close();
  }
}
