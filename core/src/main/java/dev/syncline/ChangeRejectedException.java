package dev.syncline;

import dev.syncline.change.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One change that the target refuses for good: a value out of range, a constraint, a missing
 * column. The job stops in front of the transaction that holds it.
 */
public final class ChangeRejectedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final String database;
  private final String table;

  /**
   * A rejected change.
   *
   * @param table the table at the target that refused it
   * @param message what was refused and why, without row values
   */
  public ChangeRejectedException(TableId table, String message, @Nullable Throwable cause) {
    super(message, cause);
    Objects.requireNonNull(table, "table");
    this.database = table.database();
    this.table = table.name();
  }

  /** The table that refused the change. */
  public TableId table() {
    return new TableId(database, table);
  }
}
