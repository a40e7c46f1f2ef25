package dev.syncline;

import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import java.util.List;

/** A table's rows as they stand at one exact point of the stream. Used by one thread. */
public interface ExactRead extends AutoCloseable {

  /** The point: the read has seen exactly the transactions that this position includes. */
  Position position();

  /**
   * The next rows.
   *
   * @param maxRows at most this many, at least 1
   * @return rows; empty at the end
   * @throws TransientException if reading the table from the beginning may succeed
   */
  List<SnapshotRow> next(int maxRows);

  /** Ends the read. */
  @Override
  void close();
}
