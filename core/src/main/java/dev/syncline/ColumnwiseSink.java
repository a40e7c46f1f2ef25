package dev.syncline;

import dev.syncline.change.Change;

/**
 * A sink whose lanes take changes of which only some columns are known ({@link
 * dev.syncline.change.TableChange#isWhole}). Any other sink is never given one: the job stops in
 * front of it.
 *
 * <p>An update whose later row lacks values changes the columns that it has and leaves the others
 * as they are at the target, where the row is found by its key before the change. If there is no
 * such row, no row is made of what is known: an update that is {@link
 * dev.syncline.change.RowUpdate#early} and leaves the key as it is has nothing to do then; any
 * other is a {@link ChangeRejectedException}, since the target differs from the source.
 *
 * <p>It keeps progress together with the data, because the same changes again would not lead to the
 * same rows: a row that another one has followed under its key could not be told from it.
 */
public interface ColumnwiseSink<C extends Change> extends TransactionalSink<C> {}
