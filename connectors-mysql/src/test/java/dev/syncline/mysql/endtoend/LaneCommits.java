package dev.syncline.mysql.endtoend;

import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Counts the commits of lanes at a target, by a trigger on the table in which lanes record how far
 * they are. Lanes besides lane 0 move by nothing else than commits of changes.
 */
final class LaneCommits {

  private static final String NOTE =
      "CREATE TRIGGER syncline.notes AFTER UPDATE ON syncline.lane FOR EACH ROW"
          + " INSERT INTO noted (job_id, epoch, lane) SELECT NEW.job_id, NEW.epoch, NEW.lane"
          + " FROM DUAL WHERE NEW.position <> OLD.position";

  private final MySqlServer target;

  /** Counts from now on; some job has been at the target. */
  LaneCommits(MySqlServer target) throws SQLException {
    this.target = target;
    target.execute(
        "DROP TRIGGER IF EXISTS syncline.notes",
        "DROP TABLE IF EXISTS syncline.noted",
        "CREATE TABLE syncline.noted (id INT AUTO_INCREMENT PRIMARY KEY, job_id VARCHAR(64),"
            + " epoch BIGINT, lane INT)",
        NOTE);
  }

  /** How many lanes besides lane 0 have committed changes in the run of a job that goes on. */
  int lanes(String job) throws SQLException {
    return number(
        "SELECT COUNT(DISTINCT n.lane) FROM syncline.noted n JOIN syncline.job j"
            + " ON n.job_id = j.job_id AND n.epoch = j.epoch"
            + " WHERE n.lane > 0 AND j.job_name = '"
            + job
            + "'");
  }

  /** How many lanes besides lane 0 stand elsewhere than lane 0. */
  int ahead(String job) throws SQLException {
    return number(
        "SELECT COUNT(*) FROM syncline.lane l JOIN syncline.job j ON l.job_id = j.job_id"
            + " JOIN syncline.lane o ON o.job_id = l.job_id AND o.stream = l.stream AND o.lane = 0"
            + " WHERE l.position <> o.position AND j.job_name = '"
            + job
            + "'");
  }

  /** How many commits all lanes besides lane 0 have made together. */
  int ofOthers() throws SQLException {
    return number("SELECT COUNT(*) FROM syncline.noted WHERE lane > 0");
  }

  /** How many commits lane 0 has made. */
  int ofLane0() throws SQLException {
    return number("SELECT COUNT(*) FROM syncline.noted WHERE lane = 0");
  }

  private int number(String sql) throws SQLException {
    try (Connection connection = target.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }
}
