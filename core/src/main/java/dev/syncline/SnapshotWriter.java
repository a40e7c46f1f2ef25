package dev.syncline;

import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Writes existing rows and their completion. Owns its connection, is used by one thread (but for
 * {@link #close}) and is thrown away after any exception.
 */
public interface SnapshotWriter extends AutoCloseable {

  /**
   * Writes rows, and their completion if there is one, in one transaction and returns when it is
   * committed.
   *
   * @throws TransientException if writing them with a new writer after a new take-over may succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws ChangeRejectedException if the target refuses a row for good
   * @throws InterruptedException if the thread was interrupted
   */
  void write(Portion portion) throws InterruptedException;

  /**
   * Deletes all rows of a table at the target, before a load that must begin anew. What is recorded
   * as complete of the table is forgotten in the transaction after which the table is empty, and
   * not before: a clearing that was cut off can be told from a table of somebody else's rows.
   *
   * @throws TransientException if clearing it with a new writer after a new take-over may succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws InterruptedException if the thread was interrupted
   */
  void clear(TableDefinition table) throws InterruptedException;

  /**
   * Forgets in one transaction what is recorded as complete of a table; its rows stay. After it
   * returned, the job copies the table anew over them: what was recorded is of a table that had
   * another key, or of another table that had the name.
   *
   * @throws TransientException if forgetting it with a new writer after a new take-over may succeed
   * @throws OwnershipLostException if a later run has taken over
   * @throws InterruptedException if the thread was interrupted
   */
  void forget(TableDefinition table) throws InterruptedException;

  /** Ends the connection without a commit, from any thread, in bounded time. */
  @Override
  void close();

  /**
   * Rows of one table that are written in one transaction.
   *
   * @param table the table at the source
   * @param rows the rows; may be empty
   * @param existing what happens to a row with the same key at the target
   * @param completes the part of the snapshot that is complete with these rows
   */
  record Portion(
      TableDefinition table,
      List<SnapshotRow> rows,
      ExistingRows existing,
      Optional<Completion> completes) {

    /** Copies the rows. */
    public Portion {
      Objects.requireNonNull(table, "table");
      rows = List.copyOf(rows);
      Objects.requireNonNull(existing, "existing");
      Objects.requireNonNull(completes, "completes");
    }
  }

  /** What a snapshot does to a row that is at the target under the same key. */
  enum ExistingRows {
    /** Overwrites it. */
    OVERWRITE,
    /** Leaves it as it is. */
    KEEP
  }
}
