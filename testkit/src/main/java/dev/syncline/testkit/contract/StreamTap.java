package dev.syncline.testkit.contract;

import dev.syncline.SourceReader;
import dev.syncline.TableSourceSession;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** Follows a stream and keeps what it gives. */
final class StreamTap implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(20);

  private final TableSourceSession session;
  private final TableId marker;
  private final Map<String, Position> start;
  private final SourceReader<TableChange> reader;
  private final List<TransactionPart<TableChange>> parts = new ArrayList<>();
  private Position position;
  private long lastMarker;

  StreamTap(TableSourceSession session, TableId marker, Map.Entry<String, Position> from) {
    this.session = session;
    this.marker = marker;
    this.start = Map.of(from.getKey(), from.getValue());
    this.position = from.getValue();
    try {
      this.reader = session.openReader(from.getKey(), from.getValue());
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  TableSourceSession session() {
    return session;
  }

  SourceReader<TableChange> reader() {
    return reader;
  }

  /** From where it follows. */
  Map<String, Position> start() {
    return start;
  }

  /** Where the stream stands behind all that was read. */
  Position position() {
    return position;
  }

  /** All parts so far but for those of markers. */
  List<TransactionPart<TableChange>> parts() {
    return parts;
  }

  /** The changes so far, transaction by transaction. */
  List<List<TableChange>> transactions() {
    List<List<TableChange>> transactions = new ArrayList<>();
    List<TableChange> current = new ArrayList<>();
    for (TransactionPart<TableChange> part : parts) {
      current.addAll(part.changes());
      if (part.isLast()) {
        transactions.add(List.copyOf(current));
        current.clear();
      }
    }
    return transactions;
  }

  /** Polls once. */
  void poll() throws InterruptedException {
    ChangeBatch<TableChange> batch = reader.poll(POLL);
    for (TransactionPart<TableChange> part : batch.parts()) {
      if (!isMarker(part)) {
        parts.add(part);
      }
      part.end().ifPresent(end -> position = end);
    }
    batch.position().ifPresent(reached -> position = reached);
  }

  private boolean isMarker(TransactionPart<TableChange> part) {
    for (TableChange change : part.changes()) {
      if (change.table().id().equals(marker) && change instanceof RowInsert insert) {
        lastMarker = (Long) Objects.requireNonNull(insert.after().value(0));
        return true;
      }
    }
    return false;
  }

  /** Polls until a marker has come. */
  StreamTap untilMarker(long number) throws InterruptedException {
    until(() -> lastMarker >= number, "marker " + number);
    return this;
  }

  void until(BooleanSupplier condition, String what) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError(
            "Waited %s for %s; the stream stands at '%s'.".formatted(PATIENCE, what, position));
      }
      poll();
    }
  }

  /** The key of a row by the table's identity; the whole row in a keyless table. */
  static Row key(TableChange change, Row row) {
    return change.table().identity().map(key -> row.pick(key.columns())).orElse(row);
  }

  @Override
  public void close() {
    reader.close();
    session.close();
  }
}
