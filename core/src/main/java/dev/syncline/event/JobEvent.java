package dev.syncline.event;

import dev.syncline.JobState;
import dev.syncline.LeftOut;
import dev.syncline.SchemaChanges;
import dev.syncline.change.TableId;
import java.time.Duration;
import java.util.Set;

/** Something that happened to a job. */
public sealed interface JobEvent {

  /** The name of the job. */
  String job();

  /**
   * The job went from one state to another.
   *
   * @param job the name of the job
   * @param from the state before
   * @param to the state now
   */
  record StateChanged(String job, JobState from, JobState to) implements JobEvent {}

  /**
   * The job will try again after a failure that may pass.
   *
   * @param job the name of the job
   * @param attempt the number of the coming try since the last success, from 1
   * @param delay how long it waits
   * @param cause what failed
   */
  record Retrying(String job, int attempt, Duration delay, Throwable cause) implements JobEvent {}

  /**
   * All existing rows of a table are at the target.
   *
   * @param job the name of the job
   * @param table the table at the source
   * @param rows rows that this instance of the job copied
   */
  record TableCopied(String job, TableId table, long rows) implements JobEvent {}

  /**
   * The job goes on without a foreign key, view, routine, event or trigger at the target. It may be
   * reported again by a run that begins again.
   *
   * @param job the name of the job
   * @param what what is left out, and why
   */
  record ObjectLeftOut(String job, LeftOut what) implements JobEvent {}

  /**
   * The job goes on behind a statement of the source that changes tables or other objects. It may
   * be missing where a run ended right behind the change.
   *
   * @param job the name of the job
   * @param statement the statement as the source's log has it
   * @param position the printed position right behind it
   * @param tables the selected tables that it concerns, by their names at the source; empty if it
   *     concerns other objects
   * @param done what was done with it
   */
  record SchemaChanged(
      String job, String statement, String position, Set<TableId> tables, SchemaChanges done)
      implements JobEvent {

    /** Copies the names. */
    public SchemaChanged {
      tables = Set.copyOf(tables);
    }
  }

  /**
   * A table has a name that is not selected, and is no longer followed. What was copied of it stays
   * at the target. It may be missing where a run ended right behind the change.
   *
   * @param job the name of the job
   * @param table the name that it had at the source
   * @param name the name that it has there
   */
  record TableLeft(String job, TableId table, TableId name) implements JobEvent {}

  /**
   * A table that got a selected name, or was made in a way that its rows are not in the stream, is
   * part of the job from now on. Its rows are copied beside the stream; {@link TableCopied} follows
   * when the target has them.
   *
   * @param job the name of the job
   * @param table the table at the source
   */
  record TableJoined(String job, TableId table) implements JobEvent {}

  /**
   * Changes or existing rows of a table went to the dead letters since the last such event.
   *
   * @param job the name of the job
   * @param table the table at the source
   * @param changes how many
   * @param last why the last of them did
   */
  record DeadLetters(String job, TableId table, long changes, Throwable last) implements JobEvent {}

  /**
   * The job stopped for good. It follows the change to a state that ends in {@code FAILED}.
   *
   * @param job the name of the job
   * @param cause what failed
   */
  record Failed(String job, Throwable cause) implements JobEvent {}
}
