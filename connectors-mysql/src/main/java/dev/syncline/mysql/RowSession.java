package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session that writes rows, one transaction after the other. Used by one thread, but for {@link
 * #close}.
 */
final class RowSession implements AutoCloseable {

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

  /** Forgets the open transaction after a failure that has rolled it back. */
  void giveUp() {
    inTransaction = false;
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
