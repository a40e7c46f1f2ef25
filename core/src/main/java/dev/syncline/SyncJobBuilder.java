package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.event.JobListener;
import dev.syncline.internal.JobSpec;
import dev.syncline.internal.Jobs;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * Describes a {@link SyncJob}. Not thread-safe. Nothing connects to anything before the job is
 * started or checked.
 *
 * <p>Required are {@link #to}, {@link #named}, {@link #select} and {@link #checkpoints}.
 */
public final class SyncJobBuilder<C extends Change> {

  private final Source<C> source;
  private final List<Transform<C>> transforms = new ArrayList<>();
  private final List<JobListener> listeners = new ArrayList<>();
  private final Set<String> acknowledged = new LinkedHashSet<>();
  private @Nullable Sink<? super C> sink;
  private @Nullable String name;
  private @Nullable Selection<C> selection;
  private @Nullable Set<Initialization> initialize;
  private @Nullable ExistingTables existingTables;
  private @Nullable Set<ObjectKind> objects;
  private @Nullable CheckpointStore checkpoints;
  private @Nullable Guarantee guarantee;
  private @Nullable Consistency consistency;
  private @Nullable SchemaChanges schemaChanges;
  private @Nullable RetryPolicy retry;
  private @Nullable JobLimits limits;
  private @Nullable ThreadFactory threads;
  private @Nullable Clock clock;
  private @Nullable DeadLetterSink deadLetters;

  SyncJobBuilder(Source<C> source) {
    this.source = Objects.requireNonNull(source, "source");
  }

  /**
   * Where the changes go.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> to(Sink<? super C> sink) {
    Settings.unset(this.sink, "to");
    this.sink = Objects.requireNonNull(sink, "sink");
    return this;
  }

  /**
   * The name of the job: the key of its checkpoint and of its records at the target.
   *
   * @param name 1 to 64 letters, digits, dots, hyphens and underscores
   * @throws IllegalArgumentException if it is not such a name
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> named(String name) {
    Settings.unset(this.name, "named");
    if (!Objects.requireNonNull(name, "name").matches("[A-Za-z0-9._-]{1,64}")) {
      throw new IllegalArgumentException(
          "The name of a job must be 1 to 64 letters, digits, dots, hyphens or underscores; got '"
              + name
              + "'.");
    }
    this.name = name;
    return this;
  }

  /**
   * What takes part.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> select(Selection<C> selection) {
    Settings.unset(this.selection, "select");
    this.selection = Objects.requireNonNull(selection, "selection");
    return this;
  }

  /**
   * Where changes go on which a transform fails, so that the job goes on without them. Default:
   * nowhere, the job stops in front of such a change. What a transform throws as {@link
   * TransientException} is no such failure: the job tries again.
   *
   * <p>A letter stands for a change that the target does not get. Later changes of the same row go
   * on: an update of a row that is not there inserts it, a row the delete of which is a dead letter
   * stays. The same change may become a letter again after a restart.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> deadLetters(DeadLetterSink deadLetters) {
    Settings.unset(this.deadLetters, "deadLetters");
    this.deadLetters = Objects.requireNonNull(deadLetters, "deadLetters");
    return this;
  }

  /** Adds a transform; changes go through transforms in the order in which they were added. */
  public SyncJobBuilder<C> through(Transform<C> transform) {
    transforms.add(Objects.requireNonNull(transform, "transform"));
    return this;
  }

  /**
   * What the job brings to the target first. Default: nothing, it only follows from the moment of
   * its first start. Counts at the first start alone; a job that goes on finishes what it began. A
   * {@link KeySource} always begins with its keys: there it must be {@link Initialization#DATA}.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> initialize(Initialization first, Initialization... more) {
    Settings.unset(this.initialize, "initialize");
    this.initialize = EnumSet.of(first, more);
    return this;
  }

  /**
   * What happens to selected tables that are at the target before the first start. Default: {@link
   * ExistingTables#REFUSE}; without {@link #initialize} existing tables are used as they are. Needs
   * a sink that can look at its tables.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> existingTables(ExistingTables existingTables) {
    Settings.unset(this.existingTables, "existingTables");
    this.existingTables = Objects.requireNonNull(existingTables, "existingTables");
    return this;
  }

  /**
   * What comes with the tables that are made ({@link Initialization#STRUCTURE}). Default: all kinds
   * but triggers. The pre-check tells of what cannot be made of the chosen kinds, and of triggers
   * that are not. Without an argument nothing comes with the tables. Counts at the first start
   * alone, like {@link #initialize}.
   *
   * <p>Views, routines and events are made after the tables, foreign keys and triggers when the
   * existing rows are at the target. What is at the target under its name stays as it is.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> objects(ObjectKind... kinds) {
    Settings.unset(this.objects, "objects");
    Set<ObjectKind> chosen = EnumSet.noneOf(ObjectKind.class);
    chosen.addAll(List.of(kinds));
    this.objects = chosen;
    return this;
  }

  /**
   * Where the job keeps what it needs to go on.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> checkpoints(CheckpointStore checkpoints) {
    Settings.unset(this.checkpoints, "checkpoints");
    this.checkpoints = Objects.requireNonNull(checkpoints, "checkpoints");
    return this;
  }

  /**
   * The least that the job must guarantee. Default: the most that the sink can give.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> guarantee(Guarantee guarantee) {
    Settings.unset(this.guarantee, "guarantee");
    this.guarantee = Objects.requireNonNull(guarantee, "guarantee");
    return this;
  }

  /**
   * In which units what is followed becomes visible at the target. May change from one start to the
   * next. Default: {@link Consistency#TRANSACTIONAL}.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> consistency(Consistency consistency) {
    Settings.unset(this.consistency, "consistency");
    this.consistency = Objects.requireNonNull(consistency, "consistency");
    return this;
  }

  /**
   * What happens to statements of the source that change tables or other objects. May change from
   * one start to the next. Default: {@link SchemaChanges#APPLY} if the sink is a {@link
   * SchemaSink}, else {@link SchemaChanges#STOP}.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> schemaChanges(SchemaChanges schemaChanges) {
    Settings.unset(this.schemaChanges, "schemaChanges");
    this.schemaChanges = Objects.requireNonNull(schemaChanges, "schemaChanges");
    return this;
  }

  /**
   * Lets the job start although the pre-check finds a risk. {@link #build} refuses codes of which
   * neither source nor sink knows a risk.
   *
   * @param code the {@link Finding#code} of the risk
   */
  public SyncJobBuilder<C> acknowledge(String code) {
    acknowledged.add(Objects.requireNonNull(code, "code"));
    return this;
  }

  /** Adds a listener. */
  public SyncJobBuilder<C> listener(JobListener listener) {
    listeners.add(Objects.requireNonNull(listener, "listener"));
    return this;
  }

  /**
   * How the job tries again. Default: {@link RetryPolicy#defaults}.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> retry(RetryPolicy retry) {
    Settings.unset(this.retry, "retry");
    this.retry = Objects.requireNonNull(retry, "retry");
    return this;
  }

  /**
   * How much the job does and holds at one time. Default: {@link JobLimits#defaults}.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> limits(JobLimits limits) {
    Settings.unset(this.limits, "limits");
    this.limits = Objects.requireNonNull(limits, "limits");
    return this;
  }

  /**
   * Makes the threads of the job; the job names them. Default: daemon threads of the platform.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> threads(ThreadFactory threads) {
    Settings.unset(this.threads, "threads");
    this.threads = Objects.requireNonNull(threads, "threads");
    return this;
  }

  /**
   * The clock by which delays are shown. Default: the system's.
   *
   * @throws IllegalStateException if it was set before
   */
  public SyncJobBuilder<C> clock(Clock clock) {
    Settings.unset(this.clock, "clock");
    this.clock = Objects.requireNonNull(clock, "clock");
    return this;
  }

  /**
   * The job, not yet started.
   *
   * @throws IllegalStateException if something required is missing, or source and sink cannot do
   *     what is asked of them; the message names everything that is wrong
   */
  public SyncJob<C> build() {
    List<String> problems = new ArrayList<>();
    require(sink, "to(sink)", problems);
    require(name, "named(name)", problems);
    require(selection, "select(selection)", problems);
    require(checkpoints, "checkpoints(store)", problems);
    checkFilters(problems);
    Set<Initialization> first = initialize == null ? Set.of() : Set.copyOf(initialize);
    if (sink != null) {
      checkAbilities(sink, first, problems);
      checkAcknowledged(sink, problems);
    }
    if (sink == null || name == null || selection == null || checkpoints == null) {
      throw new IllegalStateException(String.join("\n", problems));
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "Job '" + name + "' cannot be built:\n" + String.join("\n", problems));
    }
    return Jobs.create(
        new JobSpec<>(
            name,
            new JobSpec.Ends<>(source, narrow(sink), selection, List.copyOf(transforms)),
            new JobSpec.Start(
                first,
                Objects.requireNonNullElse(existingTables, ExistingTables.REFUSE),
                first.contains(Initialization.STRUCTURE)
                    ? Set.copyOf(Objects.requireNonNullElse(objects, BY_DEFAULT))
                    : Set.of(),
                Set.copyOf(acknowledged)),
            Objects.requireNonNullElse(consistency, Consistency.TRANSACTIONAL),
            Objects.requireNonNullElse(schemaChanges, byDefault(sink)),
            checkpoints,
            Objects.requireNonNullElseGet(retry, RetryPolicy::defaults),
            Objects.requireNonNullElseGet(limits, JobLimits::defaults),
            new JobSpec.Surroundings(
                Objects.requireNonNullElse(threads, DAEMONS),
                Objects.requireNonNullElseGet(clock, Clock::systemUTC),
                List.copyOf(listeners),
                Optional.ofNullable(deadLetters))));
  }

  private static SchemaChanges byDefault(Sink<?> sink) {
    return sink instanceof SchemaSink ? SchemaChanges.APPLY : SchemaChanges.STOP;
  }

  private static final Set<ObjectKind> BY_DEFAULT =
      Set.copyOf(EnumSet.complementOf(EnumSet.of(ObjectKind.TRIGGER)));

  private static final ThreadFactory DAEMONS =
      task -> {
        Thread thread = new Thread(task);
        thread.setDaemon(true);
        return thread;
      };

  private void checkAbilities(
      Sink<? super C> target, Set<Initialization> first, List<String> problems) {
    if (guarantee == Guarantee.EXACTLY_ONCE && !(target instanceof TransactionalSink)) {
      problems.add(
          "The guarantee EXACTLY_ONCE needs a sink that stores progress with the data; '"
              + target
              + "' does not. Ask for AT_LEAST_ONCE or use another sink.");
    }
    if (consistency == Consistency.PER_KEY && !(target instanceof ParallelSink)) {
      problems.add("Sink '" + target + "' cannot be written by several lanes; leave PER_KEY out.");
    }
    if (schemaChanges == SchemaChanges.APPLY && !(target instanceof SchemaSink)) {
      problems.add("Sink '" + target + "' cannot carry out schema changes; choose IGNORE or STOP.");
    }
    checkInitialization(target, first, problems);
    if (first.contains(Initialization.STRUCTURE) && !(target instanceof StructureSink)) {
      problems.add("Sink '" + target + "' cannot make tables; leave STRUCTURE out.");
    }
    if (first.isEmpty() && existingTables != null) {
      problems.add("existingTables has no meaning without initialize; leave it out.");
    }
    if (!first.contains(Initialization.STRUCTURE) && objects != null) {
      problems.add("objects has no meaning without STRUCTURE; leave it out.");
    } else if (objects != null && !objects.isEmpty() && !(target instanceof ObjectSink)) {
      problems.add("Sink '" + target + "' makes tables only; leave objects out, or empty.");
    }
    if (existingTables != null && !(target instanceof StructureSink)) {
      problems.add("Sink '" + target + "' cannot look at its tables; leave existingTables out.");
    }
    if (existingTables == ExistingTables.KEEP_ROWS && !(target instanceof TransactionalSink)) {
      problems.add("Sink '" + target + "' cannot keep rows under a load; choose another value.");
    }
  }

  private void checkInitialization(
      Sink<? super C> target, Set<Initialization> first, List<String> problems) {
    if (source instanceof KeySource) {
      if (!first.equals(Set.of(Initialization.DATA))) {
        problems.add(
            "Source '%s' always begins with a copy of its keys; say initialize(DATA)."
                .formatted(source));
      }
    } else if (!first.isEmpty() && !(source instanceof TableSource)) {
      problems.add("Source '" + source + "' has no tables to initialize; leave initialize out.");
    } else if (first.contains(Initialization.DATA)
        && target instanceof TransactionalSink
        && !(target instanceof SnapshotSink)) {
      problems.add("Sink '" + target + "' takes no existing rows; leave DATA out.");
    }
  }

  private void checkFilters(List<String> problems) {
    if (selection instanceof TableSelection tables) {
      tables
          .rules()
          .forEach(
              rule ->
                  rule.getValue()
                      .filter()
                      .ifPresent(filter -> checkFilter(rule.getKey(), filter, problems)));
    }
  }

  private void checkFilter(String table, String filter, List<String> problems) {
    if (source instanceof FilteringSource filtering) {
      try {
        filtering.checkCondition(filter);
      } catch (IllegalArgumentException e) {
        problems.add("Table '%s': %s".formatted(table, e.getMessage()));
      }
    } else {
      problems.add(
          "Source '%s' cannot leave out rows by a condition; leave where out for '%s'."
              .formatted(source, table));
    }
  }

  private void checkAcknowledged(Sink<? super C> target, List<String> problems) {
    Set<String> risks = new TreeSet<>();
    if (source instanceof CheckedSource<C> checked) {
      risks.addAll(checked.risks());
    }
    if (target instanceof CheckedSink checked) {
      risks.addAll(checked.risks());
    }
    if (transforms.stream().anyMatch(transform -> transform instanceof TableTransform)) {
      risks.addAll(Jobs.risksOfTransforms());
    }
    if (target instanceof ObjectSink) {
      risks.addAll(Jobs.risksOfObjects());
    }
    if (selection instanceof TableSelection tables && !tables.keepsNames()) {
      risks.addAll(Jobs.risksOfMapping());
    }
    for (String code : acknowledged) {
      if (!risks.contains(code)) {
        problems.add(
            "There is no risk '%s' to acknowledge; the risks that '%s' and '%s' know are %s."
                .formatted(code, source, target, risks));
      }
    }
  }

  private static void require(@Nullable Object value, String call, List<String> problems) {
    if (value == null) {
      problems.add("A job needs " + call + ".");
    }
  }

  /** A sink of a supertype takes every change of the subtype. */
  @SuppressWarnings("unchecked")
  private static <C extends Change> Sink<C> narrow(Sink<? super C> sink) {
    return (Sink<C>) sink;
  }
}
