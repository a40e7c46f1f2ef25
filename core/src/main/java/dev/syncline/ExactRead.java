package dev.syncline;

import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import java.util.List;

/**
 * The rows of tables as they stand together at one exact point of the stream. Used by one thread.
 */
public interface ExactRead extends AutoCloseable {

  /** The point: the read has seen exactly the transactions that this position includes. */
  Position position();

  /**
   * The next rows, all of one table. Tables come one after the other in the order in which they
   * were asked for.
   *
   * @param maxRows at most this many, at least 1
   * @return rows; empty at the end
   * @throws TransientException if reading from the beginning may succeed
   */
  List<SnapshotRow> next(int maxRows);

  /** Ends the read. */
  @Override
  void close();
}
