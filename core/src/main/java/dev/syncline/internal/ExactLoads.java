package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.ExactRead;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.change.KeyRange;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import java.util.List;
import java.util.Optional;

/**
 * Loads tables that cannot be cut, each as it stands at one exact point of the stream. It happens
 * before the stream is followed; an unfinished load is emptied at the target and repeated.
 *
 * <p>That a load has begun is recorded in the transaction of its first rows, so that nobody else's
 * rows are ever taken for those of an unfinished load.
 */
final class ExactLoads<C extends dev.syncline.change.Change> {

  /** What a load records with its first rows: a part without rows that joins no other part. */
  private static final Completion BEGUN = new Completion(new KeyRange("begun", "begun"), "");

  private static final int ROWS_AT_FIRST = 16;

  private final JobSpec<C> spec;
  private final Counters counters;
  private final Workers workers;

  ExactLoads(JobSpec<C> spec, JobProgress<C> progress, Workers workers) {
    this.spec = spec;
    this.counters = progress.counters();
    this.workers = workers;
  }

  /** Whether a load is among what a target has recorded of a table. */
  static boolean hasBegun(List<Completion> recorded) {
    return recorded.contains(BEGUN);
  }

  /** Loads one table, which is empty; returns what is complete then. */
  Completion load(TableDefinition table, SnapshotReader reader, SnapshotWriter writer)
      throws Exception {
    Rows<C> rows = new Rows<>(spec.ends().transforms(), counters);
    try (ExactRead read = reader.readExactly(table)) {
      Optional<Completion> begins = Optional.of(BEGUN);
      int count = ROWS_AT_FIRST;
      List<SnapshotRow> next = read.next(count);
      while (!next.isEmpty()) {
        // A load of hours is in vain if the stream cannot be followed behind it.
        workers.checkForGood();
        List<SnapshotRow> left = rows.transform(next);
        writer.write(new Portion(table, left, ExistingRows.OVERWRITE, begins));
        begins = Optional.empty();
        counters.copied(table.id(), left.size());
        count = Math.min(2 * count, fitting(next));
        next = read.next(count);
      }
      Completion all = new Completion(KeyRange.ALL, read.position().toString());
      writer.write(new Portion(table, List.of(), ExistingRows.OVERWRITE, Optional.of(all)));
      return all;
    }
  }

  private int fitting(List<SnapshotRow> last) {
    long bytes = last.stream().mapToLong(row -> row.row().approximateBytes()).sum();
    long perRow = Math.max(1, bytes / last.size());
    long fitting = spec.limits().batchBytes() / perRow;
    return (int) Math.max(1, Math.min(spec.limits().batchRows(), fitting));
  }
}
