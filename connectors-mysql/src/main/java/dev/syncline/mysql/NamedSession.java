package dev.syncline.mysql;

import dev.syncline.JobRun;
import dev.syncline.TransientException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * The name of the session in which statements of a job run that change objects of the target: a
 * lock that the server keeps until the session has ended, and with it its statement. By it a later
 * run finds the session of an earlier one, whose client may be long gone. Immutable.
 */
final class NamedSession {

  /** The activity of a session that waits for its client. */
  static final String IDLE = "Sleep";

  private final JobRun run;
  private final SchemaIntents intents;
  private final SchemaLimits limits;
  private final String name;

  NamedSession(Ledger ledger, JobRun run, SchemaLimits limits) {
    this.run = run;
    this.intents = new SchemaIntents(ledger, run);
    this.limits = limits;
    // Servers keep 64 characters.
    this.name = "syncline:" + Sha256.of(ledger.database(), run.jobId()).substring(0, 40);
  }

  /**
   * The session that has the name.
   *
   * @param idle whether it runs nothing
   * @param time since when it runs the statement that it was opened for
   */
  private record Holder(long connection, boolean idle, Duration time) {}

  /**
   * Gives a session the name. Waits for another one that has it, and ends one that runs nothing.
   *
   * @throws TransientException if the other one runs on
   */
  void take(Connection connection) throws SQLException {
    long deadline = System.nanoTime() + limits.look().toNanos();
    boolean ended = false;
    boolean wasFree = false;
    while (!isTaken(connection)) {
      Holder holder = holder(connection).orElse(null);
      if (holder == null) {
        // It may have become free just now, behind the attempt.
        if (wasFree && System.nanoTime() - deadline > 0) {
          throw new TransientException(
              "The target does not give the lock '%s' to job '%s', though no session has it."
                  .formatted(name, run.job()));
        }
        wasFree = true;
        continue;
      }
      wasFree = false;
      boolean hopeless = holder.idle() || holder.time().compareTo(limits.orphan()) >= 0;
      if (hopeless && !ended) {
        kill(connection, holder.connection());
        ended = true;
        deadline = System.nanoTime() + limits.end().toNanos();
      } else if (System.nanoTime() - deadline > 0) {
        throw running(holder, ended);
      }
    }
  }

  /**
   * Makes sure that no session has the name at the moment, in the way of {@link #take}. Whoever
   * holds the job's row keeps sessions that take the name later from running anything.
   */
  void awaitNone(Connection connection) throws SQLException {
    // Some clusters know no locks with names, and run no such statements then.
    if (holderId(connection) != 0) {
      take(connection);
      try (PreparedStatement release = connection.prepareStatement("DO RELEASE_LOCK(?)")) {
        release.setString(1, name);
        release.execute();
      }
    }
  }

  private TransientException running(Holder holder, boolean ended) {
    String what = ended ? "was ended, but is still there" : "is still running and is waited for";
    return new TransientException(
        ("A statement that an earlier run of job '%s' began at the target %s: connection %d, since"
                + " %d s. To end it run KILL %d at the target; the job then begins it again, unless"
                + " it is to ignore schema changes.")
            .formatted(
                run.job(),
                what,
                holder.connection(),
                holder.time().toSeconds(),
                holder.connection()));
  }

  private boolean isTaken(Connection connection) throws SQLException {
    try (PreparedStatement get = connection.prepareStatement("SELECT GET_LOCK(?, 1)")) {
      get.setString(1, name);
      try (ResultSet row = get.executeQuery()) {
        return row.next() && row.getInt(1) == 1;
      }
    }
  }

  private long holderId(Connection connection) throws SQLException {
    try (PreparedStatement used = connection.prepareStatement("SELECT IS_USED_LOCK(?)")) {
      used.setString(1, name);
      try (ResultSet row = used.executeQuery()) {
        // NULL, which is 0 here, if nobody has it.
        return row.next() ? row.getLong(1) : 0;
      }
    }
  }

  private Optional<Holder> holder(Connection connection) throws SQLException {
    long id = holderId(connection);
    if (id == 0) {
      return Optional.empty();
    }
    // Sessions of other users are hidden; then nothing is known of it.
    boolean idle = activity(connection, id).equals(IDLE);
    return Optional.of(new Holder(id, idle, idle ? Duration.ZERO : intents.age(connection, id)));
  }

  /** What the server says that a session does; empty if there is none, or it is not shown. */
  static String activity(Connection connection, long id) throws SQLException {
    String sql = "SELECT COMMAND FROM information_schema.PROCESSLIST WHERE ID = ?";
    try (PreparedStatement look = connection.prepareStatement(sql)) {
      look.setLong(1, id);
      try (ResultSet row = look.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  private static void kill(Connection connection, long id) throws SQLException {
    int unknown = 1094;
    try (Statement kill = connection.createStatement()) {
      kill.execute("KILL " + id);
    } catch (SQLException e) {
      if (e.getErrorCode() != unknown) {
        throw e;
      }
    }
  }
}
