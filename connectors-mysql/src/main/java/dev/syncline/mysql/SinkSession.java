package dev.syncline.mysql;

import com.mysql.cj.conf.PropertyKey;
import com.mysql.cj.jdbc.JdbcConnection;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of a sink: at most one transaction at a time, used by one thread, ended by any.
 *
 * <p>The server ends a session whose client is silent for {@link #IDLE_LIMIT}, so that the locks of
 * a run whose machine vanished go by themselves. A session that rests between transactions is
 * therefore replaced before it is used again; inside a transaction a lost session is a failure.
 */
final class SinkSession implements AutoCloseable {

  /** After so much silence of its client the server ends a session. */
  static final Duration IDLE_LIMIT = Duration.ofMinutes(2);

  /** The mode of sessions that make tables, which may have any default the source has. */
  static final String STRUCTURE_MODE =
      "NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,NO_ENGINE_SUBSTITUTION";

  private static final Logger LOGGER = LoggerFactory.getLogger(SinkSession.class);
  private static final Duration REPLACED_AFTER = IDLE_LIMIT.dividedBy(2);

  private final MySqlConnections connections;
  private final MySqlSessionSettings settings;
  private final ReentrantLock use = new ReentrantLock();
  private volatile Connection connection;
  private volatile boolean closed;
  private long lastUse;

  /** Something asked of a session. */
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  /** Something done in a session. */
  interface Work {
    void in(Connection connection) throws SQLException;
  }

  private SinkSession(MySqlConnections connections, MySqlSessionSettings settings) {
    this.connections = connections;
    this.settings = settings;
    this.connection = connect();
    this.lastUse = System.nanoTime();
  }

  /**
   * Opens a session.
   *
   * @throws TransientException if trying again may succeed
   */
  static SinkSession open(MySqlConnections connections, MySqlSessionSettings settings) {
    return new SinkSession(connections, settings);
  }

  /** The settings of sessions that write rows. */
  static MySqlSessionSettings rowSettings() {
    return settings(
            "STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_AUTO_VALUE_ON_ZERO,ALLOW_INVALID_DATES,"
                + "NO_ENGINE_SUBSTITUTION")
        .rowLockWait(Duration.ofSeconds(30))
        .build();
  }

  /** The settings of the session that takes the target over: it does not wait long for a lock. */
  static MySqlSessionSettings takeOverSettings() {
    return settings("STRICT_ALL_TABLES,STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION")
        .rowLockWait(Duration.ofSeconds(5))
        .build();
  }

  /** The settings of sessions that make tables and other objects. */
  static MySqlSessionSettings structureSettings() {
    return settings(STRUCTURE_MODE).rowLockWait(Duration.ofSeconds(30)).build();
  }

  /**
   * The settings of sessions that make what is no table. They do not wait long: others wait behind
   * them, the job's own lanes too.
   */
  static MySqlSessionSettings objectSettings() {
    return settings(STRUCTURE_MODE).lockWait(Duration.ofSeconds(5)).build();
  }

  private static MySqlSessionSettings.Builder settings(String sqlMode) {
    return MySqlSessionSettings.withSqlMode(sqlMode)
        .isolation(Connection.TRANSACTION_READ_COMMITTED)
        .autoCommit(false)
        .idle(IDLE_LIMIT)
        .lockWait(Duration.ofSeconds(30))
        .variable("foreign_key_checks", "0")
        .variable("unique_checks", "1")
        // The session is strict; asking for the warnings of each statement would double round
        // trips.
        .driverProperty("jdbcCompliantTruncation", "false");
  }

  /** The address of the server. */
  MySqlEndpoint endpoint() {
    return connections.endpoint();
  }

  /**
   * Replaces the connection if it has rested too long. Only to be called outside transactions.
   *
   * @return whether it was replaced
   */
  boolean refresh() {
    if (System.nanoTime() - lastUse < REPLACED_AFTER.toNanos()) {
      return false;
    }
    connections.abort(connection);
    connection = connect();
    if (closed) {
      connections.abort(connection);
    }
    lastUse = System.nanoTime();
    return true;
  }

  /**
   * Does something in the session.
   *
   * @param what what is done, completing the words "Cannot ...", for the message of a failure
   * @throws TransientException if a new session may succeed
   * @throws SyncException if the server refuses
   * @throws InterruptedException if the thread is interrupted
   */
  void run(String what, Work work) throws InterruptedException {
    boolean unused =
        ask(
            what,
            connection -> {
              work.in(connection);
              return true;
            });
  }

  /** Like {@link #run}, with an answer. */
  <T> T ask(String what, Question<T> question) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    use.lock();
    try {
      if (closed) {
        throw new TransientException(
            "Cannot %s at '%s': the session is closed.".formatted(what, endpoint()));
      }
      return question.ask(connection);
    } catch (SQLException e) {
      rollBack();
      throw MySqlErrors.translate(e, what + " at '" + endpoint() + "'");
    } catch (RuntimeException e) {
      rollBack();
      throw e;
    } finally {
      lastUse = System.nanoTime();
      use.unlock();
    }
  }

  /** Lets locks go at once: nobody knows when the session will be closed. */
  private void rollBack() {
    try {
      connection.rollback();
    } catch (SQLException e) {
      LOGGER.debug("Rolling back at '{}' failed; the session is lost.", endpoint(), e);
    }
  }

  /** Ends the session without a commit. A statement that runs in another thread is cut off. */
  @Override
  public void close() {
    closed = true;
    if (use.tryLock()) {
      try {
        connections.close(connection);
      } finally {
        use.unlock();
      }
    } else {
      connections.abort(connection);
    }
  }

  private Connection connect() {
    Connection opened = connections.open(settings);
    try {
      checkDriver(opened);
      return opened;
    } catch (SQLException e) {
      connections.abort(opened);
      throw MySqlErrors.translate(e, "set up a session at '" + connections.endpoint() + "'");
    } catch (RuntimeException e) {
      connections.abort(opened);
      throw e;
    }
  }

  /** Counts must mean rows found, not rows that look different afterwards. */
  private static void checkDriver(Connection connection) throws SQLException {
    if (!connection.isWrapperFor(JdbcConnection.class)) {
      throw new SyncException(
          "The data source's connections are not those of MySQL Connector/J, nor can they be "
              + "unwrapped to them (Connection.unwrap), but the sink needs that driver. Use a "
              + "data source over com.mysql:mysql-connector-j.");
    }
    boolean countsChanges =
        connection
            .unwrap(JdbcConnection.class)
            .getPropertySet()
            .getBooleanProperty(PropertyKey.useAffectedRows)
            .getValue();
    if (countsChanges) {
      throw new SyncException(
          "The data source sets 'useAffectedRows', but the sink must know how many rows were "
              + "found. Leave that property out.");
    }
  }
}
