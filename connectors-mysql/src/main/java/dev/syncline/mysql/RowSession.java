package dev.syncline.mysql;

import dev.syncline.TransientException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session that writes rows, one transaction after the other. Used by one thread, but for {@link
 * #close}.
 */
final class RowSession implements AutoCloseable {

  private static final Logger LOGGER = LoggerFactory.getLogger(RowSession.class);
  private static final int DEADLOCK = 1213;

  /**
   * Unique keys make inserts lock the gaps beside their values, so that writers may wait for each
   * other in a circle. A victim has lost nothing but its own rows, which are at hand.
   */
  private static final int ATTEMPTS = 10;

  private final SinkSession session;
  private final WriteLimits limits;
  private final Cascades cascades;
  private volatile @Nullable ChangeApplier applier;
  private boolean inTransaction;

  /** A session in which nothing cascades. */
  RowSession(SinkSession session, WriteLimits limits) {
    this(session, limits, Cascades.NONE);
  }

  RowSession(SinkSession session, WriteLimits limits, Cascades cascades) {
    this.session = session;
    this.limits = limits;
    this.cascades = cascades;
  }

  /** Something that a transaction does. */
  interface Work {
    void in(Connection connection, ChangeApplier applier) throws SQLException;
  }

  /** Something that a transaction does at its beginning. */
  interface Opening {
    void in(Connection connection) throws SQLException;
  }

  /** Begins a transaction unless one is open. */
  void begin(Opening opening) throws InterruptedException {
    if (inTransaction) {
      return;
    }
    if (session.refresh()) {
      applier = null;
    }
    session.run(
        "begin a transaction",
        connection -> {
          if (applier == null) {
            applier = ChangeApplier.of(connection, limits, cascades);
            connection.rollback();
          }
          opening.in(connection);
        });
    inTransaction = true;
  }

  /** What writes in the current connection; empty before the first transaction. From any thread. */
  Optional<ChangeApplier> applier() {
    return Optional.ofNullable(applier);
  }

  /** Does something in the open transaction. */
  void run(String what, Work work) throws InterruptedException {
    ChangeApplier current = applier;
    if (!inTransaction || current == null) {
      throw new IllegalStateException("No transaction is open.");
    }
    session.run(what, connection -> work.in(connection, current));
  }

  /**
   * Does something in the open transaction; begins one if none is open. If the server chooses a
   * transaction that has done nothing else as a deadlock's victim, which rolls it back whole, it is
   * begun again, a few times.
   */
  void runOrRepeat(Opening opening, String what, Work work) throws InterruptedException {
    boolean first = !inTransaction;
    for (int attempt = 1; ; attempt++) {
      try {
        begin(opening);
        run(what, work);
        return;
      } catch (TransientException e) {
        inTransaction = false;
        if (!first || attempt == ATTEMPTS || !isDeadlock(e)) {
          throw e;
        }
        LOGGER.debug("It is tried again to {}.", what, e);
      }
    }
  }

  private static boolean isDeadlock(TransientException failure) {
    return failure.getCause() instanceof SQLException cause && cause.getErrorCode() == DEADLOCK;
  }

  /** Commits the open transaction. */
  void commit() throws InterruptedException {
    session.run("commit", Connection::commit);
    inTransaction = false;
  }

  @Override
  public void close() {
    session.close();
  }
}
