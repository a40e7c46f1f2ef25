package dev.syncline.mysql;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.OwnershipLostException;
import dev.syncline.ProgressLostException;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tables at the target in which jobs record their progress, in the same transactions as the
 * data. Immutable and thread-safe.
 *
 * <p>Every transaction of a run first locks a row that carries the run's epoch: a lane's its own
 * rows, a snapshot's the row of the job (shared, so that several write side by side). A take-over
 * locks them all, and so waits for what is under way, and what comes later finds another epoch.
 */
final class Ledger {

  static final String DEFAULT_DATABASE = "syncline";

  /** Names of jobs and streams are parts of keys, which older servers keep short. */
  static final int LONGEST_NAME = 190;

  static final String OPTIONS = " ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";

  private final String database;
  private final String job;
  private final String lane;
  private final String completion;
  private final String schemaChange;

  Ledger(String database) {
    this.database = database;
    this.job = SqlNames.quote(new TableId(database, "job"));
    this.lane = SqlNames.quote(new TableId(database, "lane"));
    this.completion = SqlNames.quote(new TableId(database, "completion"));
    this.schemaChange = SqlNames.quote(new TableId(database, "schema_change"));
  }

  String database() {
    return database;
  }

  /** The quoted name of the table with one row per job. */
  String job() {
    return job;
  }

  /** The quoted name of the table with one row per lane and stream. */
  String lane() {
    return lane;
  }

  /** The quoted name of the table of finished parts of snapshots. */
  String completion() {
    return completion;
  }

  /** The quoted name of the table of {@link SchemaIntents}, which is made when it is needed. */
  String schemaChange() {
    return schemaChange;
  }

  /** Whether all tables are there that each job has. Ends the open transaction. */
  boolean exists(Connection connection) throws SQLException {
    return areThere(connection, List.of(job, lane, completion));
  }

  /** Whether the table of statements is there. Ends the open transaction. */
  boolean hasSchemaChange(Connection connection) throws SQLException {
    return areThere(connection, List.of(schemaChange));
  }

  private static boolean areThere(Connection connection, List<String> tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : tables) {
        statement.executeQuery("SELECT 1 FROM " + table + " LIMIT 0").close();
      }
      return true;
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        return false;
      }
      throw e;
    } finally {
      connection.rollback();
    }
  }

  /** Makes the tables unless they are there. Ends the open transaction. */
  void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE DATABASE IF NOT EXISTS "
              + SqlNames.quote(database)
              + " DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + job
              + " (`job_id` VARCHAR(64) NOT NULL, `job_name` VARCHAR(190) NOT NULL,"
              + " `epoch` BIGINT NOT NULL, `layout` VARCHAR(64) NOT NULL,"
              + " `created_at` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,"
              + " PRIMARY KEY (`job_id`), UNIQUE KEY `job_name` (`job_name`))"
              + OPTIONS);
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + lane
              + " (`job_id` VARCHAR(64) NOT NULL, `lane` INT NOT NULL,"
              + " `stream` VARCHAR(190) NOT NULL, `epoch` BIGINT NOT NULL,"
              + " `position` LONGTEXT NOT NULL, PRIMARY KEY (`job_id`, `lane`, `stream`))"
              + OPTIONS);
      statement.execute(
          "CREATE TABLE IF NOT EXISTS "
              + completion
              + " (`job_id` VARCHAR(64) NOT NULL, `part` CHAR(64) NOT NULL,"
              + " `source_database` VARCHAR(190) NOT NULL, `source_table` VARCHAR(190) NOT NULL,"
              + " `target_database` VARCHAR(190) NOT NULL, `target_table` VARCHAR(190) NOT NULL,"
              + " `range_after` LONGTEXT NOT NULL, `range_up_to` LONGTEXT NOT NULL,"
              + " `as_of` LONGTEXT NOT NULL, PRIMARY KEY (`job_id`, `part`))"
              + OPTIONS);
    }
  }

  /**
   * Locks a lane's rows for the open transaction.
   *
   * @throws OwnershipLostException if a later run has taken over
   * @throws ProgressLostException if there are no such rows, or they are older than the run
   */
  void lockLane(Connection connection, JobRun run, int number) throws SQLException {
    String sql =
        "SELECT `epoch` FROM "
            + lane
            + " FORCE INDEX (PRIMARY) WHERE `job_id` = ? AND `lane` = ?"
            + " FOR UPDATE";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.setInt(2, number);
      if (!checkEpochs(statement, run)) {
        // A later run may have fewer lanes.
        lockJob(connection, run);
        throw gone(run);
      }
    }
  }

  /**
   * Locks the job's row for the open transaction against take-overs, not against other writers.
   *
   * @throws OwnershipLostException if a later run has taken over
   * @throws ProgressLostException if there is no such row, or it is older than the run
   */
  void lockJob(Connection connection, JobRun run) throws SQLException {
    lockJob(connection, run, "LOCK IN SHARE MODE");
  }

  /** Like {@link #lockJob}, also against other writers of the job's row. */
  void lockJobAlone(Connection connection, JobRun run) throws SQLException {
    lockJob(connection, run, "FOR UPDATE");
  }

  private void lockJob(Connection connection, JobRun run, String lock) throws SQLException {
    String sql = "SELECT `epoch` FROM " + job + " WHERE `job_id` = ? " + lock;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      if (!checkEpochs(statement, run)) {
        throw gone(run);
      }
    }
  }

  /**
   * Moves a lane on. The lane must be locked.
   *
   * @throws ProgressLostException if a stream has no row
   */
  void move(Connection connection, JobRun run, int number, Map<String, String> positions)
      throws SQLException {
    String sql =
        "UPDATE "
            + lane
            + " SET `position` = ? WHERE `job_id` = ? AND `lane` = ? AND `stream` = ?"
            + " AND `epoch` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<String, String> position : positions.entrySet()) {
        statement.setString(1, position.getValue());
        statement.setString(2, run.jobId());
        statement.setInt(3, number);
        statement.setString(4, position.getKey());
        statement.setLong(5, run.epoch());
        if (statement.executeUpdate() != 1) {
          throw new ProgressLostException(
              "Cannot record the position of job '%s' in '%s': the row of lane %d and stream '%s' "
                      .formatted(run.job(), database, number, position.getKey())
                  + "is missing. Start the job anew with a snapshot.");
        }
      }
    }
  }

  /** Replaces all lanes but lane 0 by new ones at its positions. The job must be locked. */
  void beginLanes(Connection connection, JobRun run, int lanes, String layout) throws SQLException {
    Map<String, String> positions = new TreeMap<>();
    String read = "SELECT `lane`, `stream`, `position` FROM " + lane + " WHERE `job_id` = ?";
    String delete = "DELETE FROM " + lane + " WHERE `job_id` = ? AND `lane` = ? AND `stream` = ?";
    try (PreparedStatement reading = connection.prepareStatement(read);
        PreparedStatement deleting = connection.prepareStatement(delete)) {
      reading.setString(1, run.jobId());
      try (ResultSet rows = reading.executeQuery()) {
        while (rows.next()) {
          if (rows.getInt(1) == 0) {
            positions.put(rows.getString(2), rows.getString(3));
            continue;
          }
          deleting.setString(1, run.jobId());
          deleting.setInt(2, rows.getInt(1));
          deleting.setString(3, rows.getString(2));
          deleting.executeUpdate();
        }
      }
    }
    for (int number = 1; number <= lanes; number++) {
      insertLane(connection, run, number, positions);
    }
    String update = "UPDATE " + job + " SET `layout` = ? WHERE `job_id` = ?";
    try (PreparedStatement statement = connection.prepareStatement(update)) {
      statement.setString(1, layout);
      statement.setString(2, run.jobId());
      statement.executeUpdate();
    }
  }

  /** Records a lane that was not there. */
  void insertLane(Connection connection, JobRun run, int number, Map<String, String> positions)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + lane
            + " (`job_id`, `lane`, `stream`, `epoch`, `position`) VALUES (?, ?, ?, ?, ?)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (Map.Entry<String, String> position : positions.entrySet()) {
        statement.setString(1, run.jobId());
        statement.setInt(2, number);
        statement.setString(3, position.getKey());
        statement.setLong(4, run.epoch());
        statement.setString(5, position.getValue());
        statement.executeUpdate();
      }
    }
  }

  /**
   * Records that a part of a table is complete; recording it again changes nothing.
   *
   * @param target the table's name at the target
   */
  void complete(
      Connection connection, JobRun run, TableId table, TableId target, Completion completed)
      throws SQLException {
    String sql =
        "INSERT INTO "
            + completion
            + " (`job_id`, `part`, `source_database`, `source_table`, `target_database`,"
            + " `target_table`, `range_after`, `range_up_to`, `as_of`)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE `as_of` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.setString(2, part(table, completed));
      statement.setString(3, table.database());
      statement.setString(4, table.name());
      statement.setString(5, target.database());
      statement.setString(6, target.name());
      statement.setString(7, completed.range().after());
      statement.setString(8, completed.range().upTo());
      statement.setString(9, completed.asOf());
      statement.setString(10, completed.asOf());
      statement.executeUpdate();
    }
  }

  /** Forgets all parts of a table. */
  void forget(Connection connection, JobRun run, TableId table) throws SQLException {
    String sql =
        "DELETE FROM "
            + completion
            + " WHERE `job_id` = ? AND `source_database` = ? AND `source_table` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      statement.setString(2, table.database());
      statement.setString(3, table.name());
      statement.executeUpdate();
    }
  }

  /**
   * The tables at the target into which other jobs have copied rows, with the names of these jobs.
   */
  Map<TableId, Set<String>> copiedByOthers(Connection connection, String name) throws SQLException {
    Map<TableId, Set<String>> found = new TreeMap<>();
    String sql =
        "SELECT DISTINCT c.`target_database`, c.`target_table`, j.`job_name` FROM %s c JOIN %s j"
                .formatted(completion, job)
            + " ON c.`job_id` = j.`job_id` WHERE j.`job_name` <> ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          found
              .computeIfAbsent(
                  new TableId(rows.getString(1), rows.getString(2)), t -> new TreeSet<>())
              .add(rows.getString(3));
        }
      }
    }
    return found;
  }

  private ProgressLostException gone(JobRun run) {
    return new ProgressLostException(
        "The records of job '%s' in '%s' are gone. Start the job anew with a snapshot."
            .formatted(run.job(), database));
  }

  /** Whether there are rows; all of them must be of this run. */
  private boolean checkEpochs(PreparedStatement statement, JobRun run) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      boolean any = false;
      while (rows.next()) {
        any = true;
        long epoch = rows.getLong(1);
        if (epoch > run.epoch()) {
          throw new OwnershipLostException(
              "Another instance of job '%s' has taken the target over (epoch %d, ours is %d)."
                  .formatted(run.job(), epoch, run.epoch()));
        }
        if (epoch < run.epoch()) {
          throw new ProgressLostException(
              ("The records of job '%s' in '%s' are older than this run (epoch %d, ours is %d): "
                      + "the target was set back. Start the job again, which compares what is left"
                      + " with its checkpoint.")
                  .formatted(run.job(), database, epoch, run.epoch()));
        }
      }
      return any;
    }
  }

  /** A key for a part of a table, whose bounds may be longer than a key can be. */
  private static String part(TableId table, Completion completed) {
    return Sha256.of(
        table.database(), table.name(), completed.range().after(), completed.range().upTo());
  }
}
