package dev.syncline.mysql;

import dev.syncline.TransientException;
import dev.syncline.mysql.PreparedXa.Prepared;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Brings the changes of XA transactions that are committed: those that were kept since they were
 * prepared, or else out of the log. Used by one thread, but for {@link #close}.
 */
final class CommittedXa implements AutoCloseable {
  private final TransactionAssembler assembler;
  private final BinlogSettings settings;
  private final String serverId;
  private final Queue<RawEvent> kept = new ArrayDeque<>();
  private @Nullable Prepared current;
  private @Nullable PreparedRead read;
  private boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param assembler what takes the changes
   * @param settings those of the stream
   * @param serverId the server's own {@code server_id}
   */
  CommittedXa(TransactionAssembler assembler, BinlogSettings settings, String serverId) {
    this.assembler = assembler;
    this.settings = settings;
    this.serverId = serverId;
  }

  /**
   * Brings the next event of the transaction that the assembler awaits.
   *
   * @return false if none came in time
   */
  boolean bring(Prepared awaited, long maxNanos) throws InterruptedException {
    if (current == null) {
      current = awaited;
      kept.addAll(awaited.kept());
    }
    RawEvent event = kept.poll();
    if (awaited.kept().isEmpty()) {
      event = reading(awaited).next(maxNanos).orElse(null);
      if (event == null) {
        return false;
      }
    }
    if (event == null || event.type() == EventType.XA_PREPARE) {
      current = null;
      endRead();
      assembler.endPrepared();
    } else {
      assembler.acceptPrepared(event);
    }
    return true;
  }

  private synchronized PreparedRead reading(Prepared awaited) {
    if (closed) {
      throw new TransientException(
          "The reader of the binlog of '" + settings.endpoint() + "' was closed.");
    }
    PreparedRead open = read;
    if (open == null) {
      open = new PreparedRead(settings.beside(), serverId, awaited, assembler.commit());
      read = open;
    }
    return open;
  }

  private synchronized void endRead() {
    if (read != null) {
      read.close();
      read = null;
    }
  }

  /** Ends what is being read. May be called twice. */
  @Override
  public void close() {
    PreparedRead open;
    synchronized (this) {
      closed = true;
      open = read;
    }
    if (open != null) {
      open.close();
    }
  }
}
