package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Opens the sessions over which existing rows are read, all at the server that the run began with:
 * marks compare places in the log of one server only. Thread-safe.
 */
final class SnapshotSessions {
  /** Whoever takes the rows may be slow; that is no reason to end the read. */
  private static final Duration PATIENCE = Duration.ofDays(1);

  private static final Duration LOG_HEARTBEAT = Duration.ofSeconds(1);

  private final MySqlConnections connections;
  private final MySqlSourceSettings source;
  private final MySqlFacts facts;
  private final long serverId;
  private final RowFilters filters;

  /**
   * Opens nothing yet.
   *
   * @param serverId the id under which these sessions look into the log; not the stream's
   * @param filters which rows are read
   */
  SnapshotSessions(
      MySqlConnections connections,
      MySqlSourceSettings source,
      MySqlFacts facts,
      long serverId,
      RowFilters filters) {
    this.connections = connections;
    this.source = source;
    this.facts = facts;
    this.serverId = serverId;
    this.filters = filters;
  }

  /** Which rows are read. */
  RowFilters filters() {
    return filters;
  }

  MySqlFacts facts() {
    return facts;
  }

  Optional<TableId> watermarkTable() {
    return source.watermarkTable();
  }

  /** How long locks of others are waited for. */
  Duration lockTimeout() {
    return source.lockTimeout();
  }

  /** Opens a session in which each statement is a transaction unless one is begun. */
  Connection open() {
    return open(true);
  }

  /** Opens a session whose LOCK TABLES also locks out transactions of old servers' InnoDB. */
  Connection openForLocking() {
    return open(false);
  }

  /** Opens the log for a look at the changes of some tables. The caller closes it. */
  MySqlSourceReader openLog(List<TableDefinition> tables, MySqlPosition from) {
    TableSelection.Builder alone = TableSelection.builder();
    tables.stream()
        .map(TableDefinition::id)
        .collect(Collectors.groupingBy(TableId::database))
        .forEach(
            (database, ids) ->
                alone.database(database, db -> ids.forEach(id -> db.table(id.name()))));
    BinlogSettings settings =
        new BinlogSettings(
            source.endpoint(), serverId, LOG_HEARTBEAT, source.bufferBytes(), source.threads());
    Connection metadata = connections.open(MySqlCatalog.SETTINGS);
    try {
      BinlogScope scope = BinlogScope.of(alone.build(), tables, new CutGroups());
      return MySqlSourceReader.open(metadata, facts, settings, scope, from);
    } finally {
      connections.close(metadata);
    }
  }

  void abort(Connection connection) {
    connections.abort(connection);
  }

  void close(Connection connection) {
    connections.close(connection);
  }

  private Connection open(boolean autoCommit) {
    // Dates that the calendar does not have are legal as bounds of a key.
    Connection connection =
        connections.open(
            MySqlSessionSettings.withSqlMode("ALLOW_INVALID_DATES")
                .isolation(Connection.TRANSACTION_REPEATABLE_READ)
                .autoCommit(autoCommit)
                .lockWait(source.lockTimeout())
                .rowLockWait(source.lockTimeout())
                .networkWrite(PATIENCE)
                .idle(PATIENCE)
                .build());
    try {
      checkServer(connection);
      if (facts.isMySqlFrom(8, 0, 0)) {
        showInvisibleIndexes(connection);
      }
      return connection;
    } catch (SQLException e) {
      connections.abort(connection);
      throw MySqlErrors.translate(e, "ask '" + connections.endpoint() + "' who it is");
    } catch (RuntimeException e) {
      connections.abort(connection);
      throw e;
    }
  }

  /** A key that tells rows apart does so too while the optimizer is not to see it. */
  private static void showInvisibleIndexes(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION optimizer_switch = 'use_invisible_indexes=on'");
    }
  }

  private void checkServer(Connection connection) throws SQLException {
    String variable = facts.variable("server_uuid").isEmpty() ? "server_id" : "server_uuid";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT @@global." + variable)) {
      row.next();
      String found = row.getString(1);
      if (!facts.variable(variable).equals(found)) {
        throw new TransientException(
            "Another server answers at '%s': found %s '%s', expected '%s'."
                .formatted(connections.endpoint(), variable, found, facts.variable(variable)));
      }
    }
  }
}
