package dev.syncline;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a job stands at one moment.
 *
 * @param job the name of the job
 * @param state where it is in its life
 * @param guarantee how often a change takes effect at the target
 * @param positions the position of each stream up to which everything is committed at the target;
 *     empty before the first start
 * @param delay how long the last committed change took from its commit at the source, by the clocks
 *     of both machines; empty until the first one
 * @param rowsPerSecond rows, or keys and commands, committed per second of late, copying and
 *     following together
 * @param tables one status for each table that takes part, ordered by name
 * @param databases for a job of keys one status for each database of the target, ordered by number
 * @param retry set while the job waits to try again
 * @param failure why the job failed, in the states that end in {@code FAILED}
 */
public record JobStatus(
    String job,
    JobState state,
    Guarantee guarantee,
    Map<String, String> positions,
    Optional<Duration> delay,
    double rowsPerSecond,
    List<TableStatus> tables,
    List<KeysStatus> databases,
    Optional<Retry> retry,
    Optional<Throwable> failure) {

  /** Copies the collections. */
  public JobStatus {
    positions = Map.copyOf(positions);
    tables = List.copyOf(tables);
    databases = List.copyOf(databases);
  }

  /** Rows that the snapshot has brought to the target, in all tables. */
  public long snapshotRows() {
    return tables.stream().mapToLong(TableStatus::snapshotRows).sum();
  }

  /** Rows that the snapshot will have, in all tables, by the source's statistics. */
  public long estimatedRows() {
    return tables.stream().mapToLong(TableStatus::estimatedRows).sum();
  }

  /** Changes that were followed and are committed at the target, in all tables. */
  public long followedRows() {
    return tables.stream().mapToLong(t -> t.inserts() + t.updates() + t.deletes()).sum();
  }

  /** Changes and existing rows that went to the dead letters, in all tables. */
  public long deadLetters() {
    return tables.stream().mapToLong(TableStatus::deadLetters).sum();
  }

  /**
   * A job's wait after a failure that may pass.
   *
   * @param attempt the number of tries since the last success, from 1
   * @param nextTry when it tries again
   * @param cause what failed
   */
  public record Retry(int attempt, Instant nextTry, Throwable cause) {}
}
