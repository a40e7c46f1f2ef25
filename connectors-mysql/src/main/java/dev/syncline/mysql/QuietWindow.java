package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a read view of MySQL at a point that is exact for some tables, without a lock.
 *
 * <p>Of most transactions GTIDs tell whether the view has seen them: what was executed before the
 * view was opened is visible, and what is logged behind the end that the log had afterwards is not.
 * Of those between nobody knows, so they are looked up in the log. If none of them concerns the
 * tables, the set that was executed before includes exactly the tables' transactions that the view
 * has seen.
 */
final class QuietWindow {
  private static final Logger LOGGER = LoggerFactory.getLogger(QuietWindow.class);

  private static final int ATTEMPTS = 3;

  /** The server looks for its place in the log from the beginning of a file on. */
  private static final Duration LONGEST_LOOK = Duration.ofSeconds(30);

  private static final Duration POLL = Duration.ofMillis(50);

  private final SnapshotSessions sessions;
  private final Connection connection;
  private final List<TableDefinition> tables;

  QuietWindow(SnapshotSessions sessions, Connection connection, List<TableDefinition> tables) {
    this.sessions = sessions;
    this.connection = connection;
    this.tables = tables;
  }

  /**
   * Opens the view. Without a point none is left open: a table was changed in every window, or
   * looking took too long.
   */
  Optional<MySqlPosition> open() throws SQLException {
    Look look = Look.CHANGED;
    for (int i = 0; i < ATTEMPTS && look == Look.CHANGED; i++) {
      GtidSet low = BinlogStatus.visibleGtids(connection);
      execute(MySqlExactRead.BEGIN);
      for (TableDefinition table : tables) {
        // Also keeps the table's definition as it is until the transaction ends.
        execute("SELECT 1 FROM " + quote(table.id()) + " LIMIT 0");
      }
      BinlogPoint high = BinlogStatus.read(connection, sessions.facts()).point();
      look = look(low, high);
      if (look == Look.QUIET) {
        return Optional.of(new MySqlPosition(high, new MySqlPosition.Gtids(low)));
      }
      execute("ROLLBACK");
    }
    LOGGER.debug("Tables {} need a lock to be read at one point: {}.", names(), look);
    return Optional.empty();
  }

  private enum Look {
    /** No transaction in the window concerns the tables. */
    QUIET,
    /** One does, or may. */
    CHANGED,
    /** It was not found out in time. */
    UNKNOWN
  }

  private Look look(GtidSet low, BinlogPoint high) throws SQLException {
    GtidMark window = new GtidMark(low, high);
    MySqlPosition from = new MySqlPosition(high.at(0), new MySqlPosition.Gtids(low));
    long deadline = System.nanoTime() + LONGEST_LOOK.toNanos();
    try (MySqlSourceReader log = sessions.openLog(tables, from)) {
      while (System.nanoTime() - deadline < 0) {
        if (connection.isClosed()) {
          throw new TransientException("The read of tables " + names() + " was closed.");
        }
        ChangeBatch<TableChange> batch = log.poll(POLL);
        if (batch.parts().stream().anyMatch(part -> concerns(part, high))) {
          return Look.CHANGED;
        }
        if (batch.position().map(window::isPassedAt).orElse(false)) {
          return Look.QUIET;
        }
      }
      return Look.UNKNOWN;
    } catch (UnsupportedChangeException e) {
      LOGGER.debug("The log behind a read view of tables {} is not understood.", names(), e);
      return Look.CHANGED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("The read of tables " + names() + " was interrupted.", e);
    }
  }

  private static boolean concerns(TransactionPart<TableChange> part, BinlogPoint high) {
    boolean inside =
        !(part.transaction() instanceof MySqlTransactionId id) || id.begin().compareTo(high) < 0;
    return inside && !part.changes().isEmpty();
  }

  private List<String> names() {
    return tables.stream().map(table -> "'" + table.id() + "'").toList();
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (statement.execute(sql)) {
        try (ResultSet rows = statement.getResultSet()) {
          rows.next();
        }
      }
    }
  }
}
