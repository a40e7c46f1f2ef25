package dev.syncline.testkit;

import dev.syncline.change.Position;
import dev.syncline.change.TransactionId;
import java.util.Objects;

/**
 * A position in a stream of a {@link MemoryDatabase}.
 *
 * @param stream the name of the stream
 * @param sequence the number of log entries that lie before, 0 at the beginning
 */
public record MemoryPosition(String stream, long sequence) implements Position {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if the sequence is negative
   */
  public MemoryPosition {
    Objects.requireNonNull(stream, "stream");
    if (sequence < 0) {
      throw new IllegalArgumentException("A sequence must not be negative; got " + sequence + ".");
    }
  }

  /**
   * Parses a printed position.
   *
   * @throws IllegalArgumentException if the text is not one
   */
  public static MemoryPosition parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position; expected 'stream:sequence'.");
    }
    MemoryPosition position =
        new MemoryPosition(text.substring(0, colon), Long.parseLong(text.substring(colon + 1)));
    if (!position.toString().equals(text)) {
      throw new IllegalArgumentException(
          "'" + text + "' is no position; expected '" + position + "'.");
    }
    return position;
  }

  @Override
  public int compareTo(Position other) {
    if (!(other instanceof MemoryPosition position) || !position.stream.equals(stream)) {
      throw new IllegalArgumentException(
          "Position '" + this + "' cannot be compared with '" + other + "' of another stream.");
    }
    return Long.compare(sequence, position.sequence);
  }

  @Override
  public boolean includes(TransactionId transaction) {
    if (!(transaction instanceof MemoryTransactionId id) || !id.stream().equals(stream)) {
      throw new IllegalArgumentException(
          "Transaction '" + transaction + "' is not of stream '" + stream + "'.");
    }
    return id.sequence() <= sequence;
  }

  @Override
  public String toString() {
    return stream + ":" + sequence;
  }
}
