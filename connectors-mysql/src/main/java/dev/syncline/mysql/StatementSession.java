package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;

/**
 * The session in which one statement of the source runs, perhaps for hours. A thread of its own
 * waits for the server's answer, without limit, so that its user can keep other things alive
 * meanwhile. Used by one thread, ended by any.
 */
final class StatementSession implements AutoCloseable {

  private static final int NO_SUCH_DATABASE = 1049;

  private final MySqlConnections connections;
  private final ThreadFactory threads;
  private final Connection connection;
  private final long connectionId;

  private StatementSession(
      MySqlConnections connections, ThreadFactory threads, Connection connection, long id) {
    this.connections = connections;
    this.threads = threads;
    this.connection = connection;
    this.connectionId = id;
  }

  /**
   * Opens a session that has its name.
   *
   * @throws TransientException if trying again may succeed, or an earlier statement runs on
   */
  static StatementSession open(
      MySqlConnections connections, ThreadFactory threads, NamedSession name, Duration lockWait) {
    Connection connection =
        connections.open(
            MySqlSessionSettings.withSqlMode(SinkSession.STRUCTURE_MODE)
                .idle(SinkSession.IDLE_LIMIT)
                .lockWait(lockWait)
                .rowLockWait(Duration.ofSeconds(30))
                .build());
    try {
      name.take(connection);
      return new StatementSession(connections, threads, connection, id(connection));
    } catch (SQLException e) {
      connections.abort(connection);
      throw MySqlErrors.translate(
          e, "prepare a session for a statement at '" + connections.endpoint() + "'");
    } catch (RuntimeException e) {
      connections.abort(connection);
      throw e;
    }
  }

  /** The server's number of the session. */
  long connectionId() {
    return connectionId;
  }

  /** Something done before the statement. */
  interface Preparation {
    void in(Connection connection) throws SQLException;
  }

  /**
   * Prepares the session for the statement.
   *
   * @param database the default database; left out if it is not there
   */
  void prepare(String database, Preparation preparation) {
    try (Statement use = connection.createStatement()) {
      if (!database.isEmpty()) {
        use(use, database);
      }
      preparation.in(connection);
    } catch (SQLException e) {
      throw MySqlErrors.translate(
          e, "set up a session for a statement at '" + connections.endpoint() + "'");
    }
  }

  /** Looks at the target before the statement. */
  interface Look<T> {
    T at(Connection connection) throws SQLException;
  }

  /** Looks at the target in the session of the statement. */
  <T> T look(Look<T> look) {
    try {
      return look.at(connection);
    } catch (SQLException e) {
      throw MySqlErrors.translate(
          e, "look what a statement is about at '" + connections.endpoint() + "'");
    }
  }

  private void use(Statement statement, String database) throws SQLException {
    try {
      statement.execute("USE " + SqlNames.quote(database));
    } catch (SQLException e) {
      // A name without a database must not mean another one.
      if (e.getErrorCode() != NO_SUCH_DATABASE || connection.getCatalog() != null) {
        throw e;
      }
    }
  }

  /** Sends a statement. What comes of it is asked of the task. */
  FutureTask<Boolean> start(String sql) {
    FutureTask<Boolean> task =
        new FutureTask<>(
            () -> {
              connection.setNetworkTimeout(Runnable::run, 0);
              try (Statement statement = connection.createStatement()) {
                statement.setEscapeProcessing(false);
                return statement.execute(sql);
              }
            });
    Thread thread = threads.newThread(task);
    if (thread == null) {
      throw new SyncException("The factory of threads of the sink makes none.");
    }
    thread.start();
    return task;
  }

  /** Leaves the session to itself: a statement that runs goes on, and the session ends with it. */
  @Override
  public void close() {
    connections.abort(connection);
  }

  private static long id(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT CONNECTION_ID()")) {
      row.next();
      return row.getLong(1);
    }
  }
}
