package dev.syncline.internal;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectSourceSession;
import dev.syncline.ObjectSourceSession.Found;
import dev.syncline.ObjectWriter;
import dev.syncline.SourceSession;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says with which foreign keys tables are made, and makes what is no table. All of it may be done
 * again after a run that ended in the middle of it.
 */
final class ObjectMaking {

  /** What has nothing to do with rows that are written. */
  private static final Set<ObjectKind> AFTER_TABLES =
      Set.of(ObjectKind.VIEW, ObjectKind.FUNCTION, ObjectKind.PROCEDURE, ObjectKind.EVENT);

  /** What waits until the existing rows are there. */
  static final Set<ObjectKind> AFTER_ROWS = Set.of(ObjectKind.FOREIGN_KEY, ObjectKind.TRIGGER);

  private static final Logger LOG = LoggerFactory.getLogger(ObjectMaking.class);

  private final Signal waiting = new Signal();
  private final JobSpec<?> spec;
  private final Workers workers;
  private final Checkpoint plan;
  private final List<CascadeGroup> groups;
  private final Set<TableId> selected;

  ObjectMaking(JobSpec<?> spec, Workers workers, Checkpoint plan) {
    this.spec = spec;
    this.workers = workers;
    this.plan = plan;
    this.groups = CascadeGroups.of(spec, plan.tables());
    this.selected =
        plan.tables().stream().map(table -> table.definition().id()).collect(Collectors.toSet());
  }

  /** The kinds that a first start is to make. */
  static Set<ObjectKind> kinds(JobSpec<?> spec) {
    return spec.ends().sink() instanceof ObjectSink ? spec.start().objects() : Set.of();
  }

  /**
   * The kinds whose changes are followed. Triggers come when the rows are there, as they are then;
   * before that none of them may fire.
   */
  static Set<ObjectKind> followed(Checkpoint checkpoint) {
    Set<ObjectKind> kinds = EnumSet.noneOf(ObjectKind.class);
    kinds.addAll(checkpoint.kinds());
    kinds.remove(ObjectKind.FOREIGN_KEY);
    boolean complete = checkpoint.tables().stream().allMatch(PlannedTable::isComplete);
    if (checkpoint.phase() != Checkpoint.Phase.COPIED && !complete) {
      kinds.remove(ObjectKind.TRIGGER);
    }
    return kinds;
  }

  /**
   * A table with the foreign keys that it gets at once: all, if an earlier version has planned the
   * job. Others would hold up the copying of rows, and what refers to a table that the job does not
   * bring has nothing to refer to.
   */
  TableStructure withFirstKeys(TableStructure table) {
    if (plan.decided().objects().isEmpty()) {
      return table;
    }
    boolean atOnce =
        isInGroup(table.definition().id()) || !(spec.ends().sink() instanceof ObjectSink);
    TableDefinition definition =
        atOnce
            ? withKeysBetweenTables(table.definition())
            : table.definition().withForeignKeys(List.of());
    return new TableStructure(definition, table.statements(), table.size());
  }

  /** A table with the foreign keys that it gets if nothing is made later. */
  TableStructure withAllKeys(TableStructure table) {
    TableDefinition definition = withKeysBetweenTables(table.definition());
    return new TableStructure(definition, table.statements(), table.size());
  }

  private boolean isInGroup(TableId table) {
    return groups.stream().anyMatch(group -> group.includes(table));
  }

  private TableDefinition withKeysBetweenTables(TableDefinition table) {
    return table.withForeignKeys(
        table.foreignKeys().stream().filter(key -> selected.contains(key.parent())).toList());
  }

  /**
   * Makes what comes with the tables.
   *
   * @return what is left out
   */
  List<LeftOut> afterTables(SourceSession<?> session) {
    return make(objects(session, AFTER_TABLES), List.of());
  }

  /**
   * Makes what waits until the rows are there. A target lets it wait for transactions of others,
   * which may be open for hours, and gives up in between to let the job's lanes pass; that ends no
   * run, so it is tried again until it succeeds, the job's policy is at its end, or the thread is
   * interrupted.
   *
   * @param retries says when to try again
   * @param told is told of each try
   * @return what is left out
   * @throws SyncException if the window of the job's policy has passed
   */
  List<LeftOut> afterRows(SourceSession<?> session, Backoff retries, Consumer<JobEvent> told)
      throws InterruptedException {
    Found found = objects(session, Set.of(ObjectKind.TRIGGER));
    while (true) {
      try {
        return make(found, keysAfterRows());
      } catch (TransientException e) {
        Duration wait = retries.next(false).orElseThrow(() -> tooLate(e));
        LOG.warn(
            "Job '{}' cannot make foreign keys and triggers yet, and tries again in {}.",
            spec.name(),
            wait,
            e);
        told.accept(new JobEvent.Retrying(spec.name(), retries.attempt(), wait, e));
        waiting.await(wait.toMillis());
      }
    }
  }

  private SyncException tooLate(TransientException last) {
    return new SyncException(
        ("Job '%s' could not make the foreign keys and triggers of its tables for %s: %s The rows"
                + " are copied; end what keeps the tables at the target in use, and start the job"
                + " again.")
            .formatted(spec.name(), spec.retry().window(), last.getMessage()),
        last);
  }

  boolean hasSomethingAfterRows() {
    return plan.kinds().contains(ObjectKind.TRIGGER) || !keysAfterRows().isEmpty();
  }

  /** The tables that the job has made, each with the foreign keys that it has not got at once. */
  private List<TableDefinition> keysAfterRows() {
    if (!plan.kinds().contains(ObjectKind.FOREIGN_KEY)) {
      return List.of();
    }
    return plan.tables().stream()
        .filter(table -> table.preparation() == Preparation.CREATE)
        .map(PlannedTable::definition)
        .filter(table -> !isInGroup(table.id()))
        .map(this::withKeysBetweenTables)
        .map(spec.ends().shapes()::target)
        .filter(table -> !table.foreignKeys().isEmpty())
        .toList();
  }

  private Found objects(SourceSession<?> session, Set<ObjectKind> kinds) {
    if (plan.kinds().stream().noneMatch(kinds::contains)
        || !(session instanceof ObjectSourceSession source)) {
      return Found.NOTHING;
    }
    return MappedObjects.of(
        source.objects(kinds.stream().filter(plan.kinds()::contains).collect(Collectors.toSet())),
        plan.tables().stream().map(PlannedTable::definition).toList(),
        spec.ends().shapes());
  }

  private List<LeftOut> make(Found found, List<TableDefinition> tables) {
    List<LeftOut> leftOut = new ArrayList<>(found.unreadable());
    if ((found.objects().isEmpty() && tables.isEmpty())
        || !(spec.ends().sink() instanceof ObjectSink sink)) {
      return leftOut;
    }
    ObjectWriter opened = workers.own(sink.openObjectWriter());
    try (ObjectWriter writer = opened) {
      tables.forEach(table -> leftOut.addAll(writer.addForeignKeys(table)));
      if (!found.objects().isEmpty()) {
        leftOut.addAll(writer.create(found.objects()));
      }
    } finally {
      workers.disown(opened);
    }
    return leftOut;
  }
}
