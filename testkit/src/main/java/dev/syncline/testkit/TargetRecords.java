package dev.syncline.testkit;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.OwnershipLostException;
import dev.syncline.ProgressLostException;
import dev.syncline.TargetProgress;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What jobs have recorded at a {@link MemoryTarget}, which is locked while a method runs. */
final class TargetRecords {

  private final Map<String, JobRecord> jobs = new HashMap<>();

  private static final class JobRecord {
    final String id;
    long epoch;
    final List<Map<String, String>> lanes = new ArrayList<>();
    String layout = "";
    final Map<TableId, List<Completion>> completed = new HashMap<>();
    final Set<TargetTransaction> open = new HashSet<>();
    @Nullable Intent intent;

    JobRecord(String id) {
      this.id = id;
    }
  }

  /**
   * A change of tables that was begun.
   *
   * @param place its stream and the position behind it there
   * @param before the tables that it is about, as they were
   */
  record Intent(String place, SchemaChange change, Map<TableId, MemoryTable> before) {}

  /** The same records, without transactions that are open. */
  TargetRecords copy() {
    TargetRecords copy = new TargetRecords();
    jobs.forEach(
        (name, job) -> {
          if (job.intent != null) {
            throw new IllegalStateException("Job '" + name + "' changes tables.");
          }
          JobRecord same = new JobRecord(job.id);
          same.epoch = job.epoch;
          job.lanes.forEach(lane -> same.lanes.add(new HashMap<>(lane)));
          same.layout = job.layout;
          job.completed.forEach((table, done) -> same.completed.put(table, new ArrayList<>(done)));
          copy.jobs.put(name, same);
        });
    return copy;
  }

  /** Whether a transaction of an earlier run is open. */
  boolean isBusy(String job) {
    JobRecord found = jobs.get(job);
    return found != null && !found.open.isEmpty();
  }

  TargetProgress takeOver(JobRun run, Map<String, String> firstPositions) {
    @Nullable JobRecord found = jobs.get(run.job());
    if (found != null && !found.id.equals(run.jobId())) {
      throw new ProgressLostException(
          "The target's records under the name '%s' belong to job '%s', not '%s'. Choose another"
                  .formatted(run.job(), found.id, run.jobId())
              + " name, or delete the records if that job is not needed any more.");
    }
    if (found == null) {
      if (firstPositions.isEmpty()) {
        throw new ProgressLostException(
            "The target has no records of job '%s'. Start the job anew with a snapshot."
                .formatted(run.job()));
      }
      found = new JobRecord(run.jobId());
      found.lanes.add(new HashMap<>(firstPositions));
      jobs.put(run.job(), found);
    }
    found.epoch = Math.max(found.epoch + 1, run.epoch());
    return progress(found);
  }

  /** Checks that a run may write, and notes its transaction. */
  void enter(JobRun run, TargetTransaction transaction) {
    JobRecord found = jobs.get(run.job());
    if (found == null || !found.id.equals(run.jobId()) || found.epoch != run.epoch()) {
      throw new OwnershipLostException(
          "Run %d of job '%s' must not write any more: the target's records say %s."
              .formatted(run.epoch(), run.job(), found == null ? "nothing" : "run " + found.epoch));
    }
    found.open.add(transaction);
  }

  void leave(JobRun run, TargetTransaction transaction) {
    JobRecord found = jobs.get(run.job());
    if (found != null) {
      found.open.remove(transaction);
    }
  }

  void move(JobRun run, int lane, Map<String, String> positions) {
    JobRecord found = record(run);
    if (lane >= found.lanes.size()) {
      throw new IllegalArgumentException("The job has no lane " + lane + ".");
    }
    for (String stream : positions.keySet()) {
      if (!found.lanes.get(lane).containsKey(stream)) {
        throw new IllegalArgumentException("The job has no stream '" + stream + "'.");
      }
    }
    found.lanes.get(lane).putAll(positions);
  }

  void beginLanes(JobRun run, int lanes, String layout) {
    JobRecord found = record(run);
    if (found.epoch != run.epoch()) {
      throw new OwnershipLostException(
          "Run %d of job '%s' must not begin lanes any more: the target's records say run %d."
              .formatted(run.epoch(), run.job(), found.epoch));
    }
    found.lanes.subList(1, found.lanes.size()).clear();
    for (int lane = 1; lane <= lanes; lane++) {
      found.lanes.add(new HashMap<>(found.lanes.get(0)));
    }
    found.layout = layout;
  }

  void complete(JobRun run, TableId table, Optional<Completion> completion) {
    JobRecord found = record(run);
    completion.ifPresent(
        done -> {
          List<Completion> all = found.completed.computeIfAbsent(table, t -> new ArrayList<>());
          if (!all.contains(done)) {
            all.add(done);
          }
        });
  }

  /** Forgets what is complete of a table. */
  void forget(JobRun run, TableId table) {
    record(run).completed.remove(table);
  }

  /** The change of tables that was begun and whose position was not recorded. */
  Optional<Intent> intent(JobRun run) {
    return Optional.ofNullable(record(run).intent);
  }

  void intend(JobRun run, Intent intent) {
    record(run).intent = intent;
  }

  /** Records the position behind the change that was begun. */
  void carriedOut(JobRun run, Map<String, String> positions) {
    move(run, 0, positions);
    record(run).intent = null;
  }

  Optional<TargetProgress> progress(String job) {
    return Optional.ofNullable(jobs.get(job)).map(TargetRecords::progress);
  }

  void forget(String job) {
    jobs.remove(job);
  }

  private JobRecord record(JobRun run) {
    JobRecord found = jobs.get(run.job());
    if (found == null) {
      throw new OwnershipLostException("The target's records of job '" + run.job() + "' are gone.");
    }
    return found;
  }

  private static TargetProgress progress(JobRecord found) {
    Map<TableId, List<Completion>> completed = new HashMap<>();
    found.completed.forEach((table, done) -> completed.put(table, List.copyOf(done)));
    return new TargetProgress(found.epoch, found.lanes, found.layout, completed);
  }
}
