package dev.syncline.testkit;

import dev.syncline.change.TableId;

/**
 * Called while a range of a table is read, so that a test can commit transactions inside the window
 * of the read, and with the first table before tables are read as a whole at one point. Called from
 * the thread that reads; must be thread-safe.
 */
@FunctionalInterface
public interface ReadListener {

  /** A moment of a read. */
  enum Moment {
    /** What is surely before the read is known; the rows are not read yet. */
    BEFORE_ROWS,
    /** The rows are read; what may be in them is not known yet. */
    AFTER_ROWS
  }

  /** The read of a range has come to a moment. */
  void at(Moment moment, TableId table);
}
