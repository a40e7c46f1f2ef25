package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.Position;

/**
 * Describes where changes come from. Immutable and thread-safe; connects to nothing until {@link
 * #open}.
 *
 * <p>Abilities beyond following streams are interfaces of their own: {@link TableSource}, {@link
 * CheckedSource}.
 */
public interface Source<C extends Change> {

  /**
   * Makes the session through which one run of a job reads. Need not connect yet.
   *
   * @throws TransientException if connecting may succeed later
   * @throws SyncException if it will not
   */
  SourceSession<C> open(SourceScope<C> scope);

  /**
   * Parses what {@link Position#toString} of this kind of source printed.
   *
   * @throws IllegalArgumentException if the text is not such a position
   */
  Position parsePosition(String text);

  /** Which source this is, for messages: the product and the address, without secrets. */
  @Override
  String toString();
}
