package dev.syncline;

import dev.syncline.change.Change;

/**
 * A sink that only writes, which makes the guarantee {@link Guarantee#AT_LEAST_ONCE}: progress is
 * kept in the checkpoint alone, behind the data.
 */
public non-sealed interface PlainSink<C extends Change> extends Sink<C> {

  /**
   * Opens a writer with a connection of its own. The caller closes it.
   *
   * @throws TransientException if opening it again may succeed
   */
  SinkWriter<C> openWriter();
}
