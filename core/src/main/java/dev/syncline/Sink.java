package dev.syncline;

import dev.syncline.change.Change;

/**
 * Describes where changes go. Immutable and thread-safe; connects to nothing until a writer is
 * opened.
 *
 * <p>This alone is a whole sink, with the guarantee {@link Guarantee#AT_LEAST_ONCE}. Abilities
 * beyond it are interfaces of their own: {@link TransactionalSink}, {@link StructureSink}, {@link
 * CheckedSink}, {@link ColumnwiseSink} and others.
 */
public interface Sink<C extends Change> {

  /**
   * Opens a writer with a connection of its own. The caller closes it.
   *
   * @throws TransientException if opening it again may succeed
   */
  SinkWriter<C> openWriter();

  /** Which sink this is, for messages: the product and the address, without secrets. */
  @Override
  String toString();
}
