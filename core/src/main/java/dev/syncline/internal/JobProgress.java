package dev.syncline.internal;

import dev.syncline.change.Change;
import dev.syncline.event.JobEvent;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a run tells its job while it goes on. Thread-safe. */
final class JobProgress<C extends Change> {

  private final Counters counters = new Counters();
  private final Meter meter = new Meter();
  private final Consumer<JobEvent> listener;
  private final Runnable synchronizing;
  private volatile @Nullable Lanes<C> lanes;
  private volatile boolean copied;

  JobProgress(Consumer<JobEvent> listener, Runnable synchronizing) {
    this.listener = listener;
    this.synchronizing = synchronizing;
  }

  Counters counters() {
    return counters;
  }

  void report(JobEvent event) {
    listener.accept(event);
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
    synchronizing.run();
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
