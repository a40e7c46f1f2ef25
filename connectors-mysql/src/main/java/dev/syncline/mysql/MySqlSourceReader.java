package dev.syncline.mysql;

import dev.syncline.SourceReader;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Follows the binlog of a MySQL or MariaDB server. Used by one thread, but for {@link #close}.
 *
 * <p>The server keeps its log whatever we do, so that there is nothing to acknowledge. While nobody
 * polls, the queue fills and the server waits; it has been told to be patient.
 */
final class MySqlSourceReader implements SourceReader<TableChange> {

  private final BinlogConnection connection;
  private final TransactionAssembler assembler;
  private final Queue<RawEvent> events = new ArrayDeque<>();
  private @Nullable PayloadEvents payload;
  private @Nullable SyncException failure;
  private MySqlPosition reported;

  private MySqlSourceReader(
      BinlogConnection connection, TransactionAssembler assembler, MySqlPosition from) {
    this.connection = connection;
    this.assembler = assembler;
    this.reported = from;
  }

  /**
   * Opens the log behind a position.
   *
   * @param metadata a session at the server for a look at its log; stays open and the caller's
   * @param facts what the server is, read through that session
   * @throws dev.syncline.PositionLostException if the server has no log behind the position
   * @throws TransientException if trying again may succeed
   * @throws SyncException if it will not
   */
  static MySqlSourceReader open(
      Connection metadata,
      MySqlFacts facts,
      BinlogSettings settings,
      BinlogScope scope,
      MySqlPosition from) {
    BinlogStart.check(metadata, facts, from);
    boolean ignoresCase = !facts.variable("lower_case_table_names").equals("0");
    TransactionAssembler assembler =
        new TransactionAssembler(
            scope, from, new BinlogRows(jsonNumbers(metadata, settings)), ignoresCase);
    BinlogConnection connection = connect(settings, from);
    String answering = Long.toString(connection.answeringServerId());
    if (!answering.equals(facts.variable("server_id"))) {
      connection.close();
      throw new TransientException(
          "Two connections to '%s' were answered by servers '%s' and '%s'; one of them has moved."
              .formatted(settings.endpoint(), facts.variable("server_id"), answering));
    }
    return new MySqlSourceReader(connection, assembler, from);
  }

  private static JsonNumbers jsonNumbers(Connection metadata, BinlogSettings settings) {
    try {
      return JsonNumbers.of(metadata);
    } catch (SQLException e) {
      throw MySqlErrors.translate(e, "ask '" + settings.endpoint() + "' how it prints JSON");
    }
  }

  private static BinlogConnection connect(BinlogSettings settings, MySqlPosition from) {
    try {
      return BinlogConnection.open(settings, from);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException(
          "Opening the binlog of '" + settings.endpoint() + "' was interrupted.", e);
    }
  }

  @Override
  public ChangeBatch<TableChange> poll(Duration maxWait) throws InterruptedException {
    if (failure != null) {
      throw failure;
    }
    try {
      collect(System.nanoTime() + maxWait.toNanos());
    } catch (SyncException e) {
      if (!assembler.hasParts()) {
        throw e;
      }
      // What came before the failure is handed on first; the next poll tells of the failure.
      failure = e;
    }
    return batch();
  }

  private void collect(long deadline) throws InterruptedException {
    while (!assembler.isFull()) {
      if (!step()) {
        long left = assembler.hasParts() ? 0 : deadline - System.nanoTime();
        events.addAll(connection.take(Math.max(0, left), assembler.point()));
        if (events.isEmpty() && (assembler.hasParts() || left <= 0)) {
          break;
        }
      } else if (!assembler.hasParts() && System.nanoTime() - deadline >= 0) {
        // Busy with what is not selected: say how far that went.
        break;
      }
    }
  }

  /** Takes the next event that is there, or more of the one before. */
  private boolean step() {
    if (assembler.hasRowsLeft()) {
      assembler.takeRows();
      return true;
    }
    PayloadEvents unpacking = payload;
    if (unpacking != null) {
      stepInto(unpacking);
      return true;
    }
    RawEvent event = events.poll();
    if (event == null) {
      return false;
    }
    assembler.accept(event);
    if (event.type() == EventType.TRANSACTION_PAYLOAD) {
      payload = unpack(() -> PayloadEvents.of(event, LargestRow.bytesOfEvent()));
    }
    return true;
  }

  private void stepInto(PayloadEvents unpacking) {
    Optional<RawEvent> inner = unpack(unpacking::next);
    if (inner.isPresent()) {
      assembler.acceptUnpacked(inner.get());
    } else {
      unpacking.close();
      payload = null;
    }
  }

  private <T> T unpack(Supplier<T> action) {
    try {
      return action.get();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      throw new SyncException(
          "Cannot read the compressed transaction that ends at '%s': %s. Check the server's binlog"
                  .formatted(assembler.point(), e.getMessage())
              + " with mysqlbinlog, or set binlog_transaction_compression=OFF.",
          e);
    }
  }

  private ChangeBatch<TableChange> batch() {
    List<TransactionPart<TableChange>> parts = assembler.take();
    Optional<Position> moved = Optional.empty();
    Optional<MySqlPosition> position = assembler.position();
    if (position.isPresent() && !position.get().equals(reported)) {
      reported = position.get();
      moved = Optional.of(reported);
    }
    return new ChangeBatch<>(parts, moved);
  }

  /** Does nothing: the server does not wait for us. */
  @Override
  public void acknowledge(Position position) {}

  @Override
  public void close() {
    connection.close();
  }
}
