package dev.syncline;

import dev.syncline.change.CascadeGroup;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** A sink that can say before a job starts what would go wrong with it. */
public interface CheckedSink {

  /**
   * Looks for what would go wrong. Changes nothing at the target. Failures to connect or to log in
   * are findings, not exceptions.
   */
  List<Finding> check(SinkCheck check);

  /**
   * The codes of all findings of severity {@link Finding.Severity#RISK} that {@link #check} can
   * give. A job that acknowledges another code cannot be built, since it would be a typing error.
   */
  Set<String> risks();

  /**
   * What a sink is checked for.
   *
   * @param job the name of the job
   * @param tables the selected tables as they are at the source; empty if they could not be read
   * @param initialize what the job has still to bring to the target; without {@link
   *     Initialization#STRUCTURE} a table that is not there is a finding
   * @param existing what happens to tables that are there already
   * @param firstStart whether the job has brought nothing to the target yet; after that its own
   *     tables are no finding, but records that are gone are one
   * @param groups the tables whose foreign keys must cascade at the target
   * @param objects what the job has still to make besides tables
   * @param schemaChanges what the job does with statements that change tables
   * @param keys for a job of keys which of them; otherwise empty
   */
  record SinkCheck(
      String job,
      List<TableStructure> tables,
      Set<Initialization> initialize,
      ExistingTables existing,
      boolean firstStart,
      List<CascadeGroup> groups,
      List<SchemaObject> objects,
      SchemaChanges schemaChanges,
      Optional<Keys> keys) {

    /** Copies the collections. */
    public SinkCheck {
      tables = List.copyOf(tables);
      initialize = Set.copyOf(initialize);
      groups = List.copyOf(groups);
      objects = List.copyOf(objects);
      Objects.requireNonNull(schemaChanges, "schemaChanges");
      Objects.requireNonNull(keys, "keys");
    }
  }

  /**
   * Keys that a sink is checked for.
   *
   * @param selection the keys that take part
   * @param source what the source holds; empty if it did not answer
   */
  record Keys(KeySelection selection, Optional<KeySource.Keyspace> source) {

    /** Checks that nothing is missing. */
    public Keys {
      Objects.requireNonNull(selection, "selection");
      Objects.requireNonNull(source, "source");
    }
  }
}
