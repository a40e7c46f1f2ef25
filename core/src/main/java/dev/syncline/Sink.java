package dev.syncline;

import dev.syncline.change.Change;

/**
 * Describes where changes go. Immutable and thread-safe; connects to nothing until a writer is
 * opened.
 *
 * <p>There are two ways to write, and each sink has one of them: a {@link PlainSink} only writes,
 * and a {@link TransactionalSink} keeps the job's progress together with the data. Abilities beyond
 * that are interfaces of their own, which a sink implements beside one of these two: {@link
 * StructureSink}, {@link CheckedSink}, {@link FoldingSink} and others.
 */
public sealed interface Sink<C extends Change> permits PlainSink, TransactionalSink {

  /** Which sink this is, for messages: the product and the address, without secrets. */
  @Override
  String toString();
}
