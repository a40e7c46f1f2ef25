package dev.syncline.change;

/**
 * A point in one stream of a source. Immutable.
 *
 * <p>Positions of one stream are totally ordered: the greater one has everything of the smaller one
 * before it. The engine never looks inside; {@link #toString} prints a position completely and the
 * source that made it parses it again.
 */
public interface Position extends Comparable<Position> {

  /**
   * Orders positions of one stream.
   *
   * @throws IllegalArgumentException if the other position belongs to another kind of source
   */
  @Override
  int compareTo(Position other);

  /**
   * Whether everything before another position of the same stream lies before this one, too. By
   * default what {@link #compareTo} says; a source whose positions can be of several servers must
   * be more exact.
   *
   * @throws IllegalArgumentException if the other position belongs to another kind of source
   */
  default boolean covers(Position other) {
    return compareTo(other) >= 0;
  }

  /** Whether a transaction of the same stream lies before this position. */
  boolean includes(TransactionId transaction);

  /** The whole position as one line of text without secrets. */
  @Override
  String toString();
}
