package dev.syncline;

import dev.syncline.change.Change;
import java.util.Optional;

/**
 * Changes or drops changes on their way from source to sink. It sees the source's names, but for
 * columns to which a transform before it gave others. Those that come with the library are made by
 * {@link dev.syncline.transform.Transforms}; one that gives tables other columns is a {@link
 * TableTransform}.
 *
 * <p>Called from threads of the job, from several at once during a snapshot: it must be
 * thread-safe, and the same change must always have the same result, because changes may come again
 * after a restart. It must leave the values of all unique keys as they are, or map equal ones to
 * equal ones and different ones to different ones, in the rows before and after a change alike.
 *
 * <p>An exception stops the job in front of the change, or sends that to the job's dead letters
 * ({@link SyncJobBuilder#deadLetters}). After a {@link TransientException} the job tries again from
 * its last checkpoint, whether it has dead letters or not: that is for what a transform asks and
 * what is away for a moment.
 *
 * <p>Where the source's log leaves values out, rows of updates and deletes lack them ({@link
 * dev.syncline.change.Row#has}), and asking for one is an exception. So whether a change is dropped
 * should depend on its key alone, or on columns that the log always has. A change may be dropped
 * only if its row is dropped in every form, whether it is copied, inserted, updated or deleted:
 * while a table is copied, a row that is updated is left to its update. For kinds of changes there
 * is {@link SelectedTable.Builder#operations}. A transform may give a row values that it lacks, if
 * it knows them. It must take none away from the row after an update: that stops the job.
 */
@FunctionalInterface
public interface Transform<C extends Change> {

  /**
   * The change to pass on.
   *
   * @return the change itself, another one of the same table, or empty to drop it (counted in the
   *     job's status)
   * @throws TransientException if the same may succeed later
   * @throws RuntimeException if it cannot be done to this change; its message should have no values
   *     of the row, since it comes into logs
   */
  Optional<C> apply(C change);
}
