package dev.syncline;

import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TransactionId;
import java.util.List;
import java.util.Objects;

/**
 * The rows of one range of a table, read at one moment.
 *
 * @param range what was read
 * @param rows the rows
 * @param mark how the moment of reading lies to the transactions of the stream
 */
public record SnapshotChunk(KeyRange range, List<SnapshotRow> rows, Mark mark) {

  /** Copies the rows. */
  public SnapshotChunk {
    Objects.requireNonNull(range, "range");
    rows = List.copyOf(rows);
    Objects.requireNonNull(mark, "mark");
  }

  /**
   * How the moment at which a chunk was read lies to the transactions of the stream. Thread-safe.
   *
   * <p>A transaction is surely before the read, surely after it, or in the window in between.
   */
  public interface Mark {

    /**
     * Whether the read has surely seen the transaction. It may be sure of one and not of another
     * that came before it in the stream.
     */
    boolean isBefore(TransactionId transaction);

    /**
     * Whether a stream that stands at the position has passed every transaction that the read may
     * have seen.
     */
    boolean isPassedAt(Position position);
  }
}
