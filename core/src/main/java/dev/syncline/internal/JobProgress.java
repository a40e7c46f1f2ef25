package dev.syncline.internal;

import dev.syncline.JobState;
import dev.syncline.LeftOut;
import dev.syncline.change.Change;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a run tells its job while it goes on. Thread-safe. */
final class JobProgress<C extends Change> {

  private static final Logger LOG = LoggerFactory.getLogger(JobProgress.class);

  private final String job;
  private final Counters counters = new Counters();
  private final Meter meter = new Meter();
  private final Consumer<JobEvent> listener;
  private final Consumer<JobState> state;
  private volatile @Nullable Lanes<C> lanes;
  private volatile boolean copied;

  JobProgress(String job, Consumer<JobEvent> listener, Consumer<JobState> state) {
    this.job = job;
    this.listener = listener;
    this.state = state;
  }

  Counters counters() {
    return counters;
  }

  void report(JobEvent event) {
    listener.accept(event);
  }

  /** Says that the target has all existing rows of a table. */
  void tableCopied(TableId table) {
    counters.complete(table);
    report(new JobEvent.TableCopied(job, table, counters.copied(table)));
  }

  /** Says that a table has a name that is not selected. */
  void tableLeft(TableId table, TableId name) {
    LOG.info(
        "Job '{}' no longer follows table '{}', which is '{}' at the source now.",
        job,
        table,
        name);
    report(new JobEvent.TableLeft(job, table, name));
  }

  /** Says that a table is part of the job from now on. */
  void tableJoined(TableId table) {
    LOG.info("Table '{}' joins job '{}', which copies its rows.", table, job);
    report(new JobEvent.TableJoined(job, table));
  }

  /** Says that something is not at the target, and will not be. */
  void leftOut(LeftOut what) {
    LOG.warn(
        "Job '{}' leaves out the {} '{}' at the target: {}.",
        job,
        what.kind(),
        what.name(),
        what.reason());
    report(new JobEvent.ObjectLeftOut(job, what));
  }

  /** Says that the target has the existing rows, from this run or an earlier one. */
  void copied() {
    copied = true;
  }

  boolean isCopied() {
    return copied;
  }

  /** Says that all existing rows are at the target and the streams are followed. */
  void synchronizing() {
    state.accept(JobState.SYNCHRONIZING);
  }

  /** Says that existing data must come once more. */
  void initializing() {
    state.accept(JobState.INITIALIZING);
  }

  void lanes(Lanes<C> current) {
    lanes = current;
  }

  Optional<Lanes<C>> lanes() {
    return Optional.ofNullable(lanes);
  }

  void sample(long nanos) {
    meter.sample(nanos, counters.total());
  }

  double rowsPerSecond(long nanos) {
    return meter.perSecond(nanos, counters.total());
  }
}
