package dev.syncline.internal;

import dev.syncline.CheckpointStore;
import dev.syncline.Consistency;
import dev.syncline.DeadLetterSink;
import dev.syncline.ExistingTables;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.ObjectKind;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaChanges;
import dev.syncline.Selection;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.SourceScope;
import dev.syncline.Transform;
import dev.syncline.change.Change;
import dev.syncline.event.JobListener;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadFactory;

/** Everything that was said about a job when it was built. */
public record JobSpec<C extends Change>(
    String name,
    Ends<C> ends,
    Start start,
    Consistency consistency,
    SchemaChanges schemaChanges,
    CheckpointStore checkpoints,
    RetryPolicy retry,
    JobLimits limits,
    Surroundings surroundings) {

  /** Where changes come from, where they go, and what happens to them on the way. */
  public record Ends<C extends Change>(
      Source<C> source, Sink<C> sink, Selection<C> selection, Shapes<C> shapes) {

    /** The ends of a job with transforms between them. */
    public Ends(
        Source<C> source, Sink<C> sink, Selection<C> selection, List<Transform<C>> transforms) {
      this(source, sink, selection, new Shapes<>(sink, selection, transforms));
    }
  }

  /** What the first start does. */
  public record Start(
      Set<Initialization> initialize,
      ExistingTables existing,
      Set<ObjectKind> objects,
      Set<String> acknowledged) {}

  /** What comes in from the application. */
  public record Surroundings(
      ThreadFactory threads,
      Clock clock,
      List<JobListener> listeners,
      Optional<DeadLetterSink> deadLetters) {

    /** Without dead letters. */
    Surroundings(ThreadFactory threads, Clock clock, List<JobListener> listeners) {
      this(threads, clock, listeners, Optional.empty());
    }
  }

  SourceScope<C> scope() {
    return new SourceScope<>(name, ends.selection(), Run.target(this).guarantee());
  }
}
