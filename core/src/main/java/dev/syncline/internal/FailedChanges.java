package dev.syncline.internal;

import dev.syncline.DeadLetter;
import dev.syncline.DeadLetter.Place;
import dev.syncline.DeadLetterSink;
import dev.syncline.SyncException;
import dev.syncline.TransformFailedException;
import dev.syncline.TransientException;
import dev.syncline.change.Change;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.event.JobEvent;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What becomes of changes on which a transform fails: the job's dead letters, if it has such, or
 * the end of the run. Thread-safe.
 */
final class FailedChanges {

  private static final Logger LOG = LoggerFactory.getLogger(FailedChanges.class);

  private final String job;
  private final Optional<DeadLetterSink> letters;
  private final Counters counters;

  private final Set<TableId> warned = ConcurrentHashMap.newKeySet();

  /** What listeners have not been told yet, which hear from the job's thread alone. */
  private final Map<TableId, JobEvent.DeadLetters> untold = new TreeMap<>();

  FailedChanges(String job, Optional<DeadLetterSink> letters, Counters counters) {
    this.job = job;
    this.letters = letters;
    this.counters = counters;
  }

  /**
   * Takes a change out of the stream or the snapshot.
   *
   * @throws RuntimeException if it cannot be taken out
   */
  void take(Change change, Optional<Place> place, RuntimeException cause) {
    if (cause instanceof TransientException) {
      throw cause;
    }
    if (letters.isEmpty()) {
      throw new TransformFailedException(change, message(change, place, cause), cause);
    }
    letters.get().keep(new DeadLetter(job, change, place, cause));
    counters.deadLetter(change);
    if (change instanceof TableChange row) {
      warnOnce(row.table().source());
      note(row.table().source(), cause);
    }
  }

  /** A line for each change would flood the log where all fail. */
  private void warnOnce(TableId table) {
    if (warned.add(table)) {
      LOG.warn(
          "Job '{}' has its first dead letter of table '{}' in this run; it counts the others.",
          job,
          table);
    }
  }

  private synchronized void note(TableId table, RuntimeException cause) {
    JobEvent.DeadLetters before = untold.get(table);
    long changes = before == null ? 1 : before.changes() + 1;
    untold.put(table, new JobEvent.DeadLetters(job, table, changes, cause));
  }

  /** Tells listeners what was taken out since the last time. */
  void tell(Consumer<JobEvent> listener) {
    List<JobEvent> events;
    synchronized (this) {
      if (untold.isEmpty()) {
        return;
      }
      events = List.copyOf(untold.values());
      untold.clear();
    }
    events.forEach(listener);
  }

  /** What of a failure may be in a log: the messages of a user's exceptions may have values. */
  static Throwable told(Throwable failure) {
    Throwable cause = failure.getCause();
    if (!(failure instanceof TransformFailedException) || cause == null) {
      return failure;
    }
    SyncException hidden =
        new SyncException(
            "A %s; what it says may have values of rows.".formatted(cause.getClass().getName()));
    hidden.setStackTrace(cause.getStackTrace());
    SyncException told = new SyncException(String.valueOf(failure.getMessage()), hidden);
    told.setStackTrace(failure.getStackTrace());
    return told;
  }

  /** Values of rows must not be in messages, those of keys neither. */
  private static String message(Change change, Optional<Place> place, RuntimeException cause) {
    String what = change.getClass().getSimpleName();
    if (change instanceof TableChange row) {
      what += " of table '%s' %s".formatted(row.table().source(), key(row.table()));
    }
    String where =
        place
            .map(p -> "in transaction '%s' behind '%s'".formatted(p.transaction(), p.after()))
            .orElse("among the existing rows");
    // The messages of the library's own exceptions have no values; those of others may.
    String why =
        cause.getClass().getName().startsWith("dev.syncline.")
            ? String.valueOf(cause.getMessage())
            : "It threw a " + cause.getClass().getName() + ".";
    return ("A transform failed on a %s, %s. %s Mend the transform or the row, or give the job dead"
            + " letters. This exception has the change with its values.")
        .formatted(what, where, why);
  }

  private static String key(TableDefinition table) {
    Optional<UniqueKey> key = table.identity();
    return key.isEmpty()
        ? "without a key"
        : key.get().columns().stream()
            .map(column -> "'" + table.columns().get(column).name() + "'")
            .collect(Collectors.joining(", ", "with the key ", ""));
  }
}
