package dev.syncline;

import dev.syncline.change.TableId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A table at the source is not, or not any more, as the definition says by which its rows were to
 * be read. Reads meet the table as it is now, so they may be ahead of the stream: the engine reads
 * the rows again when the stream has brought the change of the table.
 */
public final class TableChangedException extends SyncException {

  private static final long serialVersionUID = 1;

  private final String database;
  private final String table;

  /**
   * A table that is ahead of its definition.
   *
   * @param table the table at the source
   * @param message what was found instead of what was expected
   */
  public TableChangedException(TableId table, String message, @Nullable Throwable cause) {
    super(message, cause);
    Objects.requireNonNull(table, "table");
    this.database = table.database();
    this.table = table.name();
  }

  /** The table at the source. */
  public TableId table() {
    return new TableId(database, table);
  }
}
