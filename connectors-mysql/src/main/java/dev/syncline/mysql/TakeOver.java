package dev.syncline.mysql;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.ProgressLostException;
import dev.syncline.SyncException;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Takes the target over for one run of a job, in one transaction: locks all records of the job,
 * which waits for the transactions of earlier runs, makes sure that no statement of an earlier run
 * still changes objects, raises the epoch, then reads. Used once.
 */
final class TakeOver {

  private static final int DUPLICATE = 1062;
  private static final String ANEW = "Delete the job's checkpoint and start it anew.";

  private final Connection connection;
  private final Ledger ledger;
  private final JobRun run;
  private final Map<String, String> firstPositions;
  private final NamedSession statements;

  TakeOver(
      Connection connection,
      Ledger ledger,
      JobRun run,
      Map<String, String> firstPositions,
      SchemaLimits waits) {
    this.connection = connection;
    this.ledger = ledger;
    this.run = run;
    this.firstPositions = firstPositions;
    this.statements = new NamedSession(ledger, run, waits);
  }

  /** What the ledger says of a job. */
  private record Job(String id, String name, long epoch, String layout) {}

  /**
   * Takes over.
   *
   * @throws ProgressLostException if the records are missing, foreign or contradictory
   */
  TargetProgress run() throws SQLException {
    checkLength("job", run.job());
    firstPositions.keySet().forEach(stream -> checkLength("stream", stream));
    if (!firstPositions.isEmpty() && !ledger.exists(connection)) {
      ledger.create(connection);
    }
    try {
      TargetProgress progress = inTransaction();
      connection.commit();
      return progress;
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        throw missing();
      }
      throw e;
    }
  }

  private TargetProgress inTransaction() throws SQLException {
    Optional<Job> found = lockJob();
    if (found.isPresent()) {
      return resume(found.get());
    }
    if (firstPositions.isEmpty()) {
      throw missing();
    }
    insertRecords();
    return new TargetProgress(run.epoch(), List.of(firstPositions), "", Map.of());
  }

  /**
   * The job's row by name or by id: there must not be two. The two are looked up one after the
   * other, because one search for both might read, and wait for, the rows of other jobs.
   */
  private Optional<Job> lockJob() throws SQLException {
    List<Job> jobs = new ArrayList<>(lockJob("job_name", run.job()));
    jobs.addAll(lockJob("job_id", run.jobId()));
    for (Job job : jobs) {
      if (!job.id().equals(run.jobId())) {
        throw new ProgressLostException(
            ("Cannot take over the target for job '%s': its records in '%s' belong to another job "
                    + "of that name (id '%s', ours is '%s'). Give this job another name, or delete "
                    + "the other job.")
                .formatted(run.job(), ledger.database(), job.id(), run.jobId()));
      }
      if (!job.name().equals(run.job())) {
        throw new ProgressLostException(
            ("Cannot take over the target for job '%s': its records in '%s' carry the name '%s'. "
                    + "Start the job under that name.")
                .formatted(run.job(), ledger.database(), job.name()));
      }
    }
    return jobs.stream().findFirst();
  }

  private List<Job> lockJob(String column, String value) throws SQLException {
    String sql =
        "SELECT `job_id`, `job_name`, `epoch`, `layout` FROM %s WHERE `%s` = ? FOR UPDATE"
            .formatted(ledger.job(), column);
    List<Job> jobs = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, value);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          jobs.add(
              new Job(rows.getString(1), rows.getString(2), rows.getLong(3), rows.getString(4)));
        }
      }
    }
    return jobs;
  }

  private void insertRecords() throws SQLException {
    String job =
        "INSERT INTO "
            + ledger.job()
            + " (`job_id`, `job_name`, `epoch`, `layout`) VALUES (?, ?, ?, '')";
    try (PreparedStatement statement = connection.prepareStatement(job)) {
      statement.setString(1, run.jobId());
      statement.setString(2, run.job());
      statement.setLong(3, run.epoch());
      statement.executeUpdate();
    } catch (SQLException e) {
      if (e.getErrorCode() == DUPLICATE) {
        throw new TransientException(
            "Another instance of job '%s' is starting at the same time.".formatted(run.job()),
            MySqlErrors.withoutValues(e));
      }
      throw e;
    }
    ledger.insertLane(connection, run, 0, firstPositions);
  }

  private TargetProgress resume(Job job) throws SQLException {
    // The job's row is locked, so no other statement begins.
    statements.awaitNone(connection);
    long epoch = Math.max(job.epoch() + 1, run.epoch());
    raise(ledger.job(), epoch);
    List<Map<String, String>> lanes = lockLanes(job);
    raise(ledger.lane(), epoch);
    return new TargetProgress(epoch, lanes, job.layout(), completions());
  }

  private void raise(String table, long epoch) throws SQLException {
    String sql = "UPDATE " + table + " FORCE INDEX (PRIMARY) SET `epoch` = ? WHERE `job_id` = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, epoch);
      statement.setString(2, run.jobId());
      statement.executeUpdate();
    }
  }

  private List<Map<String, String>> lockLanes(Job job) throws SQLException {
    String sql =
        "SELECT `lane`, `stream`, `epoch`, `position` FROM "
            + ledger.lane()
            + " FORCE INDEX (PRIMARY) WHERE `job_id` = ? ORDER BY `lane`, `stream` FOR UPDATE";
    Map<Integer, Map<String, String>> lanes = new TreeMap<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          if (rows.getLong(3) != job.epoch()) {
            throw contradictory(
                "lane %d has epoch %d, the job %d"
                    .formatted(rows.getInt(1), rows.getLong(3), job.epoch()));
          }
          lanes
              .computeIfAbsent(rows.getInt(1), l -> new TreeMap<>())
              .put(rows.getString(2), rows.getString(4));
        }
      }
    }
    List<Map<String, String>> list = new ArrayList<>();
    for (Map.Entry<Integer, Map<String, String>> lane : lanes.entrySet()) {
      if (lane.getKey() != list.size()) {
        throw contradictory("there is no lane " + list.size());
      }
      list.add(lane.getValue());
    }
    if (list.isEmpty()) {
      throw contradictory("there is no lane");
    }
    if (!firstPositions.isEmpty() && !list.get(0).keySet().equals(firstPositions.keySet())) {
      throw contradictory("its streams are not those of the source");
    }
    return list;
  }

  private Map<TableId, List<Completion>> completions() throws SQLException {
    Map<TableId, List<Completion>> found = new HashMap<>();
    Map<TableId, TableId> targets = new HashMap<>();
    String sql =
        "SELECT `source_database`, `source_table`, `range_after`, `range_up_to`, `as_of`,"
            + " `target_database`, `target_table` FROM "
            + ledger.completion()
            + " FORCE INDEX (PRIMARY) WHERE `job_id` = ? FOR UPDATE";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, run.jobId());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          KeyRange range = new KeyRange(rows.getString(3), rows.getString(4));
          TableId source = new TableId(rows.getString(1), rows.getString(2));
          targets.put(source, new TableId(rows.getString(6), rows.getString(7)));
          found
              .computeIfAbsent(source, t -> new ArrayList<>())
              .add(new Completion(range, rows.getString(5)));
        }
      }
    }
    Map<TableId, List<Completion>> all = new HashMap<>();
    for (Map.Entry<TableId, List<Completion>> table : found.entrySet()) {
      List<Completion> joined = Completions.joined(table.getValue());
      if (joined.size() < table.getValue().size()) {
        TableId target = Objects.requireNonNull(targets.get(table.getKey()), "target");
        ledger.forget(connection, run, table.getKey());
        for (Completion completion : joined) {
          ledger.complete(connection, run, table.getKey(), target, completion);
        }
      }
      all.put(table.getKey(), joined);
    }
    return all;
  }

  private ProgressLostException missing() {
    return new ProgressLostException(
        "Cannot take over the target for job '%s': '%s' has no records of it. %s"
            .formatted(run.job(), ledger.database(), ANEW));
  }

  private ProgressLostException contradictory(String what) {
    return new ProgressLostException(
        ("Cannot take over the target for job '%s': its records in '%s' contradict each other: %s."
                + " %s")
            .formatted(run.job(), ledger.database(), what, ANEW));
  }

  private static void checkLength(String what, String name) {
    if (name.length() > Ledger.LONGEST_NAME) {
      throw new SyncException(
          "The name of %s '%s' has %d characters; at most %d can be recorded."
              .formatted(what, name, name.length(), Ledger.LONGEST_NAME));
    }
  }
}
