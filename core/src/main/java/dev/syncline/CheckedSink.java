package dev.syncline;

import dev.syncline.change.Change;
import java.util.List;
import java.util.Set;

/** A sink that can say before a job starts what would go wrong with it. */
public interface CheckedSink<C extends Change> extends Sink<C> {

  /**
   * Looks for what would go wrong. Changes nothing at the target. Failures to connect or to log in
   * are findings, not exceptions.
   */
  List<Finding> check(SinkCheck check);

  /**
   * What a sink is checked for.
   *
   * @param job the name of the job
   * @param tables the selected tables as they are at the source; empty if they could not be read
   * @param initialize what the job brings to the target first
   * @param existing what happens to tables that are there already
   * @param firstStart whether the job has never run; a resumed job's own tables are no finding
   */
  record SinkCheck(
      String job,
      List<TableStructure> tables,
      Set<Initialization> initialize,
      ExistingTables existing,
      boolean firstStart) {

    /** Copies the collections. */
    public SinkCheck {
      tables = List.copyOf(tables);
      initialize = Set.copyOf(initialize);
    }
  }
}
