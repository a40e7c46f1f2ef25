package dev.syncline.mysql;

import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.NullMarked;

/**
 * Changes of a table that a target has, to be made ready for being written again and again without
 * the server. In the connector's package, since what does it is nobody else's. Not thread-safe.
 */
@NullMarked
public final class PreparedBatch {

  private final ChangeApplier applier;
  private final List<TableChange> changes;

  private PreparedBatch(ChangeApplier applier, List<TableChange> changes) {
    this.applier = applier;
    this.changes = List.copyOf(changes);
  }

  /**
   * Looks at the table, by writing the changes to it once.
   *
   * @param target a server that has the table, which may be gone afterwards
   */
  public static PreparedBatch of(MySqlServer target, List<TableChange> changes)
      throws SQLException {
    WriteLimits limits = WriteLimits.of(WriteLimits.DEFAULT_ROWS, WriteLimits.DEFAULT_BYTES);
    try (Connection connection = target.connect()) {
      ChangeApplier applier = ChangeApplier.of(connection, limits, Cascades.NONE);
      applier.apply(changes);
      return new PreparedBatch(applier, changes);
    }
  }

  /** Makes the statements of the changes, of each row the last state only. */
  public List<?> prepare() {
    return applier.prepare(changes).orElseThrow();
  }
}
