package dev.syncline.internal;

import dev.syncline.Guarantee;
import dev.syncline.JobState;
import dev.syncline.JobStatus;
import dev.syncline.JobStatus.Retry;
import dev.syncline.OwnershipLostException;
import dev.syncline.PrecheckFailedException;
import dev.syncline.PrecheckReport;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.TransactionCutException;
import dev.syncline.TransientException;
import dev.syncline.change.Change;
import dev.syncline.event.JobEvent;
import dev.syncline.event.JobListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a job in this process: its state, the thread that runs it again and again, and what
 * it shows of itself.
 */
final class EngineJob<C extends Change> implements SyncJob<C> {

  private static final Logger LOG = LoggerFactory.getLogger(EngineJob.class);
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final JobSpec<C> spec;
  private final Ticker ticker;
  private final JobProgress<C> progress;
  private final Backoff backoff;
  private final CheckpointKeeper keeper;

  private JobState state = JobState.NOT_STARTED;
  private boolean closed;
  private boolean starting;
  private @Nullable Thread thread;
  private @Nullable Run<C> run;
  private @Nullable Retry retry;
  private @Nullable Throwable failure;

  EngineJob(JobSpec<C> spec, Ticker ticker) {
    this.spec = spec;
    this.ticker = ticker;
    this.backoff = new Backoff(spec.retry(), ticker, System.nanoTime());
    this.keeper = new CheckpointKeeper(spec.name(), spec.checkpoints());
    this.progress = new JobProgress<>(spec.name(), this::report, this::enter);
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public PrecheckReport precheck() {
    return new Prechecks<>(spec).run();
  }

  @Override
  public void start() {
    Thread runner = newRunner();
    Resting before = beginStart();
    try {
      precheckOr(before);
      LOG.info(
          "Job '{}' starts: from '{}' to '{}', {}, initialize {}, existing tables {}, {}, {}.",
          spec.name(),
          spec.ends().source(),
          spec.ends().sink(),
          spec.ends().selection(),
          spec.start().initialize(),
          spec.start().existing(),
          spec.limits(),
          spec.retry());
      backoff.reset();
      enter(JobState.INITIALIZING);
      synchronized (this) {
        if (closed) {
          throw cannotStart("closed");
        }
        thread = runner;
      }
      runner.start();
    } finally {
      synchronized (this) {
        starting = false;
      }
    }
  }

  private Thread newRunner() {
    Thread runner = spec.surroundings().threads().newThread(this::supervise);
    if (runner == null) {
      throw new IllegalStateException(
          "The thread factory of job '" + spec.name() + "' gave no thread.");
    }
    runner.setName("syncline-" + spec.name());
    return runner;
  }

  /** How the job stands while it does not run. */
  private record Resting(JobState state, @Nullable Throwable failure) {}

  private Resting beginStart() {
    Resting before;
    synchronized (this) {
      // The thread of a job that has just failed may still be telling listeners of it.
      if (failure != null && thread != null && thread != Thread.currentThread()) {
        awaitThreadEnd(System.nanoTime() + CLOSE.toNanos());
      }
      if (closed || starting || thread != null) {
        throw cannotStart(closed ? "closed" : "in state " + state);
      }
      starting = true;
      before = new Resting(state, failure);
      state = JobState.PRECHECKING;
      failure = null;
    }
    announce(before.state(), JobState.PRECHECKING);
    return before;
  }

  private IllegalStateException cannotStart(String why) {
    return new IllegalStateException(
        "Job '%s' cannot be started: it is %s.".formatted(spec.name(), why));
  }

  private void precheckOr(Resting before) {
    PrecheckReport report;
    try {
      report = precheck();
    } catch (RuntimeException e) {
      synchronized (this) {
        failure = before.failure();
      }
      enter(before.state());
      throw e;
    }
    report.findings().forEach(f -> LOG.info("Pre-check of job '{}': {}", spec.name(), f));
    if (!report.passed()) {
      enter(JobState.PRECHECK_FAILED);
      throw new PrecheckFailedException(spec.name(), report);
    }
  }

  /** Runs the job until it fails for good or is closed. */
  @SuppressWarnings("CatchingUnchecked") // a job must not end without a word
  private void supervise() {
    try {
      keeper.begin();
      while (!isClosed() && runOnce()) {
        awaitRetry();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (!isClosed()) {
        fail(new SyncException("Job '" + spec.name() + "' was interrupted from outside.", e));
      }
    } catch (Throwable e) {
      if (!isClosed()) {
        fail(e);
      }
    } finally {
      synchronized (this) {
        thread = null;
        notifyAll();
      }
    }
  }

  /** One run; says whether another one is worth trying. */
  @SuppressWarnings("CatchingUnchecked") // whatever a run throws ends it
  private boolean runOnce() throws InterruptedException {
    long before = progress.counters().total();
    Run<C> current = new Run<>(spec, progress, ticker, keeper);
    try (current) {
      synchronized (this) {
        run = current;
        retry = null;
        if (closed) {
          return false;
        }
      }
      current.execute();
      return false;
    } catch (BeginAnew e) {
      backoff.reset();
      return !isClosed();
    } catch (TransientException e) {
      boolean committed = progress.counters().total() > before;
      return !isClosed() && tryAgain(e, committed || current.hasLasted());
    } catch (TransactionCutException e) {
      boolean undone = Run.target(spec).guarantee() == Guarantee.EXACTLY_ONCE;
      return !isClosed() && (undone ? tryAgain(e, false) : failAt(e));
    } catch (OwnershipLostException e) {
      return !isClosed() && (isOwner(e) ? tryAgain(e, false) : failAt(e));
    } catch (InterruptedException e) {
      throw e;
    } catch (Throwable e) {
      return !isClosed() && failAt(e);
    }
  }

  private boolean failAt(Throwable cause) {
    fail(cause);
    return false;
  }

  /**
   * Whether this is the instance that goes on, although it has lost the target: when two start at
   * one time, the one that has lost the store may still take the target over before it notices.
   */
  private boolean isOwner(OwnershipLostException cause) {
    try {
      return keeper.owns();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
      return false;
    }
  }

  private boolean tryAgain(SyncException cause, boolean succeeded) {
    Optional<Duration> wait = backoff.next(succeeded);
    if (wait.isEmpty()) {
      fail(cause);
      return false;
    }
    int attempt = backoff.attempt();
    LOG.warn("Job '{}' tries again in {} (attempt {}).", spec.name(), wait.get(), attempt, cause);
    synchronized (this) {
      retry = new Retry(attempt, spec.surroundings().clock().instant().plus(wait.get()), cause);
    }
    report(new JobEvent.Retrying(spec.name(), attempt, wait.get(), cause));
    return true;
  }

  private synchronized void awaitRetry() throws InterruptedException {
    long deadline = System.nanoTime() + Ticker.inNanos(backoff.pause());
    long left = deadline - System.nanoTime();
    while (!closed && left > 0) {
      wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
      left = deadline - System.nanoTime();
    }
  }

  private void fail(Throwable cause) {
    JobState before;
    JobState next;
    // At once, so that no status has the one without the other.
    synchronized (this) {
      boolean initializing = state == JobState.INITIALIZING && !progress.isCopied();
      before = state;
      next = initializing ? JobState.INITIALIZATION_FAILED : JobState.FAILED;
      state = next;
      failure = cause;
      retry = null;
      notifyAll();
    }
    LOG.error("Job '{}' failed.", spec.name(), FailedChanges.told(cause));
    announce(before, next);
    report(new JobEvent.Failed(spec.name(), cause));
  }

  private void enter(JobState next) {
    JobState before;
    synchronized (this) {
      before = state;
      state = next;
      notifyAll();
    }
    announce(before, next);
  }

  private void announce(JobState before, JobState next) {
    if (before != next) {
      LOG.info("Job '{}' went from {} to {}.", spec.name(), before, next);
      report(new JobEvent.StateChanged(spec.name(), before, next));
    }
  }

  @SuppressWarnings("CatchingUnchecked") // whatever a listener throws must not stop the job
  private void report(JobEvent event) {
    for (JobListener listener : spec.surroundings().listeners()) {
      try {
        listener.on(event);
      } catch (Throwable e) {
        LOG.warn(
            "Listener {} of job '{}' failed at {}.",
            listener.getClass().getName(),
            spec.name(),
            event.getClass().getSimpleName(),
            e);
      }
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public synchronized boolean awaitSynchronizing(Duration timeout) throws InterruptedException {
    long deadline = System.nanoTime() + Ticker.inNanos(timeout);
    while (closed || state != JobState.SYNCHRONIZING) {
      if (closed || failure != null) {
        throw new SyncException(
            "Job '%s' does not synchronize: it is %s%s"
                .formatted(
                    spec.name(),
                    closed ? "closed." : "in state " + state + ". ",
                    failure == null ? "" : failure.getMessage()),
            failure);
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
    }
    return true;
  }

  @Override
  public JobStatus status() {
    Map<String, String> positions = new HashMap<>();
    Optional<Lanes<C>> lanes = progress.lanes();
    lanes.ifPresent(l -> l.committed().forEach((s, p) -> positions.put(s, p.toString())));
    synchronized (this) {
      return new JobStatus(
          spec.name(),
          state,
          Run.target(spec).guarantee(),
          positions,
          lanes.flatMap(Lanes::delay),
          progress.rowsPerSecond(ticker.nanos()),
          progress.counters().statuses(),
          progress.counters().databases(),
          Optional.ofNullable(retry),
          Optional.ofNullable(failure));
    }
  }

  @Override
  public void close() {
    long deadline = System.nanoTime() + CLOSE.toNanos();
    Thread running;
    Run<C> current;
    synchronized (this) {
      closed = true;
      running = thread;
      current = run;
      notifyAll();
    }
    if (running == null) {
      return;
    }
    running.interrupt();
    if (running == Thread.currentThread()) {
      // A listener closes the job, which ends as soon as the listener is done.
      if (current != null) {
        current.stop();
      }
      return;
    }
    if (current != null) {
      current.close();
    }
    synchronized (this) {
      awaitThreadEnd(deadline);
      if (thread != null) {
        LOG.warn(
            "Thread '{}' did not end within {}; it is at {}.",
            running.getName(),
            CLOSE,
            running.getStackTrace());
      }
    }
  }

  /** Waits until no thread runs the job, although the caller may be interrupted. */
  private synchronized void awaitThreadEnd(long deadline) {
    boolean interrupted = false;
    while (thread != null && System.nanoTime() < deadline) {
      try {
        wait(100);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
