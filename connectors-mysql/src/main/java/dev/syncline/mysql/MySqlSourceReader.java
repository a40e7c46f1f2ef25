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
  private final CommittedXa committed;
  private final Queue<RawEvent> events = new ArrayDeque<>();
  private @Nullable PayloadEvents payload;
  private @Nullable SyncException failure;
  private MySqlPosition reported;

  private MySqlSourceReader(
      BinlogConnection connection,
      TransactionAssembler assembler,
      CommittedXa committed,
      MySqlPosition from) {
    this.connection = connection;
    this.assembler = assembler;
    this.committed = committed;
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
        new TransactionAssembler(scope, from, rows(metadata, facts, settings), ignoresCase);
    BinlogConnection connection = connect(settings, from);
    String answering = Long.toString(connection.answeringServerId());
    String expected = facts.variable("server_id");
    if (!answering.equals(expected)) {
      connection.close();
      throw new TransientException(
          "Two connections to '%s' were answered by servers '%s' and '%s'; one of them has moved."
              .formatted(settings.endpoint(), expected, answering));
    }
    CommittedXa committed = new CommittedXa(assembler, settings, expected);
    return new MySqlSourceReader(connection, assembler, committed, from);
  }

  private static BinlogRows rows(Connection metadata, MySqlFacts facts, BinlogSettings settings) {
    try {
      ServerCollations collations = ServerCollations.read(metadata, facts);
      return new BinlogRows(JsonNumbers.of(metadata), collations::numbered);
    } catch (SQLException e) {
      throw MySqlErrors.translate(
          e, "ask '" + settings.endpoint() + "' for its collations and how it prints JSON");
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
      boolean moved = step(deadline);
      // Without parts it may be busy with what is not selected: say how far that went.
      if (assembler.hasParts() ? !moved : System.nanoTime() - deadline >= 0) {
        break;
      }
    }
  }

  /** Takes the next event, or more of the one before; false if there was none in time. */
  private boolean step(long deadline) throws InterruptedException {
    if (assembler.hasRowsLeft()) {
      assembler.takeRows();
      return true;
    }
    Optional<PreparedXa.Prepared> awaited = assembler.awaited();
    PayloadEvents unpacking = payload;
    if (awaited.isPresent()) {
      if (unpacking != null) {
        endPayload(unpacking);
      }
      return committed.bring(awaited.get(), patience(deadline));
    }
    if (unpacking != null) {
      stepInto(unpacking);
      return true;
    }
    if (events.isEmpty()) {
      events.addAll(connection.take(patience(deadline), assembler.point()));
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

  /** How long to wait for more: not at all if there is something to be handed on. */
  private long patience(long deadline) {
    return assembler.hasParts() ? 0 : Math.max(0, deadline - System.nanoTime());
  }

  private void stepInto(PayloadEvents unpacking) throws InterruptedException {
    Optional<RawEvent> inner = unpack(unpacking::next);
    if (inner.isPresent()) {
      assembler.acceptUnpacked(inner.get());
    } else {
      unpacking.close();
      payload = null;
    }
  }

  /**
   * Lets go of a compressed XA transaction that commits itself, with which it ends: it may be read
   * again, and memory has no room for it twice.
   */
  private void endPayload(PayloadEvents unpacking) throws InterruptedException {
    Optional<RawEvent> more = unpack(unpacking::next);
    if (more.isPresent()) {
      throw new SyncException(
          "The compressed transaction that ends at '%s' goes on with the %s behind its commit."
                  .formatted(assembler.point(), more.get())
              + " Check the server's binlog with mysqlbinlog.");
    }
    unpacking.close();
    payload = null;
  }

  private interface Unpacking<T> {
    T unpack() throws InterruptedException;
  }

  private <T> T unpack(Unpacking<T> action) throws InterruptedException {
    try {
      return action.unpack();
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
    committed.close();
    connection.close();
  }
}
