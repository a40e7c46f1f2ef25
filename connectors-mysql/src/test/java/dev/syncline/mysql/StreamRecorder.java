package dev.syncline.mysql;

import dev.syncline.SourceReader;
import dev.syncline.TableSourceSession;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Follows a session's stream on a thread of its own and keeps every transaction. */
final class StreamRecorder implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final SourceReader<TableChange> reader;
  private final Thread thread;
  private final List<Transaction> transactions = new ArrayList<>();
  private final List<TableChange> open = new ArrayList<>();
  private Position position;
  private Throwable failure = new IllegalStateException("none");
  private boolean failed;
  private volatile boolean closed;

  StreamRecorder(TableSourceSession session, Position from) {
    this.position = from;
    this.reader = session.openReader(MySqlSession.STREAM, from);
    this.thread = new Thread(this::follow, "stream-recorder");
    thread.start();
  }

  /** A transaction of the stream, whole. */
  record Transaction(TransactionId id, List<TableChange> changes, Position end) {}

  private void follow() {
    try {
      while (!closed) {
        take(reader.poll(Duration.ofMillis(100)));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        failed = !closed;
        failure = e;
        notifyAll();
      }
    }
  }

  private synchronized void take(ChangeBatch<TableChange> batch) {
    for (TransactionPart<TableChange> part : batch.parts()) {
      open.addAll(part.changes());
      part.end()
          .ifPresent(
              end -> {
                transactions.add(new Transaction(part.transaction(), List.copyOf(open), end));
                open.clear();
              });
    }
    batch.position().ifPresent(moved -> position = moved);
    notifyAll();
  }

  /** Waits until the stream stands at a position of which this is true. */
  synchronized void await(Predicate<Position> reached) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!reached.test(position)) {
      long millis = (deadline - System.nanoTime()) / 1_000_000;
      if (failed) {
        throw new AssertionError("The stream failed.", failure);
      }
      if (millis <= 0) {
        throw new AssertionError("The stream stays at " + position);
      }
      wait(millis);
    }
  }

  synchronized List<Transaction> transactions() {
    return List.copyOf(transactions);
  }

  /** The numbers of the rows that were added to a table up to a position. */
  synchronized Set<Long> inserted(String table, Position upTo) {
    Set<Long> rows = new TreeSet<>();
    for (Transaction transaction : transactions) {
      for (TableChange change : transaction.changes()) {
        if (upTo.includes(transaction.id())
            && change.table().id().name().equals(table)
            && change instanceof RowInsert insert) {
          rows.add((Long) insert.after().value(0));
        }
      }
    }
    return rows;
  }

  @Override
  public void close() {
    closed = true;
    reader.close();
    try {
      thread.join(PATIENCE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
