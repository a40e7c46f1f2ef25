package dev.syncline.mysql;

import dev.syncline.JobRun;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;

/**
 * The table at the target in which a job says which statement it is about to run. A statement that
 * changes objects commits by itself and goes on after its client has died, so what was begun must
 * be known before, and how its objects looked then. One row per job; the job must be locked.
 */
final class SchemaIntents {

  private final Ledger ledger;
  private final JobRun run;

  SchemaIntents(Ledger ledger, JobRun run) {
    this.ledger = ledger;
    this.run = run;
  }

  /**
   * What a job is about to run.
   *
   * @param position its stream and the position behind it there
   * @param digest the digest of the statement as the source has it
   * @param step 0 for the statement as a whole, else the number of its part
   * @param before its objects as they were
   */
  record Intent(String position, String digest, int step, ObjectStates before) {

    boolean isOf(String otherPosition, String otherDigest) {
      return position.equals(otherPosition) && digest.equals(otherDigest);
    }
  }

  /** Makes the table unless it is there. Ends the open transaction. */
  void create(Connection connection) throws SQLException {
    if (ledger.hasSchemaChange(connection)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + ledger.schemaChange()
              + " (`job_id` VARCHAR(64) NOT NULL, `position` LONGTEXT NOT NULL,"
              + " `digest` CHAR(64) NOT NULL, `step` INT NOT NULL,"
              + " `connection_id` BIGINT UNSIGNED NOT NULL, `states_before` LONGTEXT NOT NULL,"
              + " `statement` LONGTEXT NOT NULL,"
              + " `begun_at` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
              + " PRIMARY KEY (`job_id`))"
              + Ledger.OPTIONS);
    }
  }

  /** What the job was about to run, and has not recorded as done. */
  Optional<Intent> read(Connection connection) throws SQLException {
    String sql =
        "SELECT `position`, `digest`, `step`, `states_before` FROM "
            + ledger.schemaChange()
            + " WHERE `job_id` = ? FOR UPDATE";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of(
                new Intent(
                    row.getString(1),
                    row.getString(2),
                    row.getInt(3),
                    ObjectStates.parse(row.getString(4))))
            : Optional.empty();
      }
    }
  }

  /**
   * Records what is run next, in the place of anything else.
   *
   * @param connectionId the session that will run it, for those who look at the server
   * @param shown the statement, for the same
   */
  void write(Connection connection, Intent intent, long connectionId, String shown)
      throws SQLException {
    String sql =
        "REPLACE INTO "
            + ledger.schemaChange()
            + " (`job_id`, `position`, `digest`, `step`, `connection_id`, `states_before`,"
            + " `statement`) VALUES (?, ?, ?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.setString(2, intent.position());
      statement.setString(3, intent.digest());
      statement.setInt(4, intent.step());
      statement.setLong(5, connectionId);
      statement.setString(6, intent.before().toString());
      statement.setString(7, shown);
      statement.executeUpdate();
    }
  }

  /**
   * Since when a session runs what the job was about to run; zero if that is not recorded. Not the
   * time in the server's list of sessions, which follows the session's own idea of now.
   */
  Duration age(Connection connection, long connectionId) throws SQLException {
    String sql =
        "SELECT UNIX_TIMESTAMP() - UNIX_TIMESTAMP(`begun_at`) FROM "
            + ledger.schemaChange()
            + " WHERE `job_id` = ? AND `connection_id` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.setLong(2, connectionId);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Duration.ofSeconds(row.getLong(1)) : Duration.ZERO;
      }
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        return Duration.ZERO;
      }
      throw e;
    }
  }

  /** Records that nothing is run. */
  void delete(Connection connection) throws SQLException {
    String sql = "DELETE FROM " + ledger.schemaChange() + " WHERE `job_id` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.executeUpdate();
    }
  }

  /** How an operator makes the job forget what it was about to run. */
  String forgetting() {
    return "DELETE FROM %s WHERE `job_id` = '%s'".formatted(ledger.schemaChange(), run.jobId());
  }
}
