package dev.syncline.internal;

import dev.syncline.CheckedSink;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.CheckedSource;
import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.ColumnwiseSink;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.KeySelection;
import dev.syncline.KeySource;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSink;
import dev.syncline.ObjectSourceSession;
import dev.syncline.PrecheckReport;
import dev.syncline.SchemaObject;
import dev.syncline.SourceScope;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TableSource;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Phase;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Looks for reasons not to start a job, at both ends and in its checkpoint. */
final class Prechecks<C extends Change> {

  private final JobSpec<C> spec;
  private final List<Finding> findings = new ArrayList<>();

  Prechecks(JobSpec<C> spec) {
    this.spec = spec;
  }

  /**
   * Looks, and looks again if another instance of the job has gone on meanwhile: what was found may
   * be its work.
   */
  PrecheckReport run() {
    Optional<Checkpoint> stored = stored();
    PrecheckReport report = look(stored);
    while (!report.passed()) {
      Optional<Checkpoint> now = stored();
      if (phase(now).equals(phase(stored))) {
        return report;
      }
      stored = now;
      report = look(stored);
    }
    return report;
  }

  private Optional<Checkpoint> stored() {
    return new CheckpointKeeper(spec.name(), spec.checkpoints()).load();
  }

  private static Optional<Phase> phase(Optional<Checkpoint> stored) {
    return stored.map(Checkpoint::phase);
  }

  private PrecheckReport look(Optional<Checkpoint> stored) {
    findings.clear();
    stored.ifPresent(this::compareSelection);
    checkSource(stored);
    boolean sourceAnswers = findings.stream().noneMatch(f -> f.severity() == Severity.ERROR);
    Set<ObjectKind> kinds = outstandingKinds(stored);
    boolean structure = makesStructure(stored);
    List<TableStructure> tables =
        sourceAnswers
            ? read("TABLES_UNREADABLE", "selected tables", TableSourceSession::tables)
                .orElse(List.of())
            : List.of();
    stored.ifPresent(s -> compareTables(s, tables));
    List<TableStructure> transformable =
        TransformFindings.transformable(spec.ends().shapes().transforms(), tables, findings);
    List<TableStructure> possible = checkMapping(transformable, stored);
    List<SchemaObject> objects = List.of();
    if (sourceAnswers && structure) {
      findings.addAll(ObjectFindings.ofForeignKeys(tables));
      tellOfKindsLeftOut(kinds);
    }
    if (sourceAnswers && !kinds.isEmpty()) {
      ObjectSourceSession.Found found =
          readObjects(session -> session.objects(kinds))
              .map(all -> MappedObjects.of(all, definitions(possible), spec.ends().shapes()))
              .orElse(ObjectSourceSession.Found.NOTHING);
      findings.addAll(ObjectFindings.ofUnreadable(found.unreadable()));
      objects = found.objects();
    }
    if (kinds.contains(ObjectKind.TRIGGER)) {
      findings.add(ObjectFindings.ofTriggers(spec.name()));
    }
    checkSink(asKnown(stored, possible), objects, kinds, stored);
    return new PrecheckReport(findings.stream().map(f -> acknowledged(f, stored)).toList());
  }

  private static List<TableDefinition> definitions(List<TableStructure> tables) {
    return tables.stream().map(TableStructure::definition).toList();
  }

  /** The tables that can be at the target, as they are at the source. */
  private List<TableStructure> checkMapping(
      List<TableStructure> tables, Optional<Checkpoint> stored) {
    try {
      stored.ifPresent(this::compareMapping);
      if (spec.ends().selection() instanceof KeySelection) {
        return List.of();
      }
      return new MappingFindings(spec.ends().shapes(), findings)
          .possible(
              spec.ends().sink(), tables, CascadeGroups.of(spec, stored, tables), stored.isEmpty());
    } catch (SyncException e) {
      findings.add(
          new Finding(
              "TARGET_UNREADABLE",
              Severity.ERROR,
              String.valueOf(spec.ends().sink()),
              "The target does not say how it takes names: " + e.getMessage(),
              "Mend what the message says."));
      return List.of();
    }
  }

  /** Rows that are at the target under other names, or without columns, stay there so. */
  private void compareMapping(Checkpoint stored) {
    List<String> now = new ArrayList<>(spec.ends().shapes().described());
    List<String> before = new ArrayList<>(stored.decided().mapping());
    if (!now.equals(before)) {
      List<String> same = now.stream().filter(before::contains).toList();
      now.removeAll(same);
      before.removeAll(same);
      findings.add(
          new Finding(
              "MAPPING_CHANGED",
              Severity.ERROR,
              spec.name(),
              "Names, columns or conditions are other ones than when the job first started: they"
                  + " were %s and are %s.".formatted(before, now),
              "Restore the selection, or use a job of another name with tables of its own."));
    }
  }

  private Finding acknowledged(Finding finding, Optional<Checkpoint> stored) {
    boolean known =
        spec.start().acknowledged().contains(finding.code())
            || (stored.isPresent()
                && ObjectFindings.RISKS_OF_A_FIRST_START.contains(finding.code()));
    return finding.severity() == Severity.RISK && known
        ? new Finding(
            finding.code(), Severity.WARNING, finding.object(), finding.message(), finding.fix())
        : finding;
  }

  private void compareSelection(Checkpoint stored) {
    if (spec.ends().selection() instanceof KeySelection keys && !isAsPlanned(stored)) {
      findings.add(
          new Finding(
              "SELECTION_CHANGED",
              Severity.ERROR,
              spec.name(),
              "Other keys are selected than when the job first started: they were %s and are %s."
                  .formatted(stored.decided().selection().orElse("unknown"), keys),
              "Restore the selection, or use a job of another name."));
    }
    if (!(spec.ends().selection() instanceof TableSelection selection) || isAsPlanned(stored)) {
      return;
    }
    List<TableId> known =
        stored.tables().stream().map(PlannedTable::definition).map(t -> t.id()).toList();
    for (TableId table : known) {
      if (!selection.includes(table)) {
        findings.add(changed(table, "was followed so far and is no longer selected"));
      }
    }
    for (TableId table : selection.namedTables()) {
      if (!known.contains(table)) {
        findings.add(changed(table, "is selected, but was not when the job first started"));
      }
    }
  }

  /** A wider pattern selects tables that the job does not know. */
  private void compareTables(Checkpoint stored, List<TableStructure> tables) {
    if (isAsPlanned(stored)) {
      return;
    }
    Set<TableId> known = new HashSet<>();
    stored.tables().forEach(table -> known.add(table.definition().id()));
    for (TableStructure table : tables) {
      TableId id = table.definition().id();
      if (!known.contains(id)) {
        findings.add(changed(id, "is selected by a pattern, but the job does not know it yet"));
      }
    }
  }

  /** Tables that the job does not know were made since then, if the selection is the same. */
  private boolean isAsPlanned(Checkpoint stored) {
    return stored
        .decided()
        .selection()
        .equals(Optional.of(String.valueOf(spec.ends().selection())));
  }

  /**
   * The tables that are at the source as the job knows them. What becomes of the others comes with
   * the stream, so they cannot be compared with the target.
   */
  private static List<TableStructure> asKnown(
      Optional<Checkpoint> stored, List<TableStructure> tables) {
    if (isBefore(stored, Phase.STRUCTURED)) {
      return tables;
    }
    Set<TableDefinition> known = new HashSet<>();
    stored.ifPresent(s -> s.tables().forEach(table -> known.add(table.definition())));
    Set<TableId> moving = new HashSet<>();
    stored.ifPresent(
        s ->
            s.history()
                .forEach(
                    entry -> {
                      moving.addAll(entry.gone());
                      entry.tables().forEach(table -> moving.add(table.definition().id()));
                    }));
    return tables.stream()
        .filter(table -> known.contains(table.definition()))
        .filter(table -> !moving.contains(table.definition().id()))
        .toList();
  }

  private Finding changed(TableId table, String what) {
    return new Finding(
        "SELECTION_CHANGED",
        Severity.ERROR,
        table.toString(),
        "The table " + what + ".",
        "Restore the selection, or use a job of another name for the other tables.");
  }

  private void checkSource(Optional<Checkpoint> stored) {
    if (spec.ends().source() instanceof CheckedSource<C> source) {
      Map<String, Position> resumeAt = new HashMap<>();
      stored.ifPresent(
          c -> c.positions().forEach((s, p) -> resumeAt.put(s, source.parsePosition(p))));
      findings.addAll(
          source.check(
              new SourceCheck<>(
                  spec.scope(),
                  outstanding(stored),
                  resumeAt,
                  CascadeGroups.areFollowed(spec, stored),
                  spec.ends().sink() instanceof ColumnwiseSink)));
    }
  }

  /** What was decided at the first start and is not done yet. */
  private Set<Initialization> outstanding(Optional<Checkpoint> stored) {
    if (stored.isEmpty()) {
      return spec.start().initialize();
    }
    Set<Initialization> left = EnumSet.noneOf(Initialization.class);
    for (PlannedTable table : stored.get().tables()) {
      if (table.preparation() == Preparation.CREATE && isBefore(stored, Phase.STRUCTURED)) {
        left.add(Initialization.STRUCTURE);
      }
      if (!table.isComplete()) {
        left.add(Initialization.DATA);
      }
    }
    return left;
  }

  private static boolean isBefore(Optional<Checkpoint> stored, Phase phase) {
    return stored.isEmpty() || stored.get().phase().compareTo(phase) < 0;
  }

  /** The kinds that were to be made at the first start and may not be made yet. */
  private Set<ObjectKind> outstandingKinds(Optional<Checkpoint> stored) {
    if (!isBefore(stored, Phase.COPIED)) {
      return Set.of();
    }
    Set<ObjectKind> kinds = EnumSet.noneOf(ObjectKind.class);
    kinds.addAll(stored.map(Checkpoint::kinds).orElseGet(() -> ObjectMaking.kinds(spec)));
    if (!isBefore(stored, Phase.STRUCTURED)) {
      kinds.retainAll(ObjectMaking.AFTER_ROWS);
    }
    return kinds;
  }

  private boolean makesStructure(Optional<Checkpoint> stored) {
    return outstanding(stored).contains(Initialization.STRUCTURE);
  }

  /** Asks the source; that it does not answer is a finding. */
  private <T> Optional<T> read(String code, String what, Function<TableSourceSession, T> question) {
    if (!(spec.ends().source() instanceof TableSource source)) {
      return Optional.empty();
    }
    try (TableSourceSession session = source.open(tableScope())) {
      return Optional.of(question.apply(session));
    } catch (SyncException e) {
      findings.add(
          new Finding(
              code,
              Severity.ERROR,
              source.toString(),
              "The %s could not be read: %s".formatted(what, e.getMessage()),
              "Mend what the message says."));
      return Optional.empty();
    }
  }

  private <T> Optional<T> readObjects(Function<ObjectSourceSession, T> question) {
    return read(
            "OBJECTS_UNREADABLE",
            "views, routines, events and triggers",
            session ->
                session instanceof ObjectSourceSession objects
                    ? Optional.of(question.apply(objects))
                    : Optional.<T>empty())
        .flatMap(answer -> answer);
  }

  /** Triggers are told of, whether they were asked for or not. */
  private void tellOfKindsLeftOut(Set<ObjectKind> made) {
    Set<ObjectKind> kinds = EnumSet.of(ObjectKind.TRIGGER);
    kinds.addAll(spec.start().objects());
    kinds.removeAll(made);
    kinds.remove(ObjectKind.FOREIGN_KEY);
    for (ObjectKind kind : kinds) {
      readObjects(session -> session.names(kind))
          .ifPresent(names -> findings.addAll(ObjectFindings.ofKindLeftOut(kind, names)));
    }
  }

  private SourceScope<TableChange> tableScope() {
    return new SourceScope<>(
        spec.name(), (TableSelection) spec.ends().selection(), spec.scope().guarantee());
  }

  /** Whatever is wrong with asking has been found by the source's own check. */
  private Optional<KeySource.Keyspace> keyspace() {
    try {
      return spec.ends().source() instanceof KeySource source
          ? Optional.of(source.keyspace())
          : Optional.empty();
    } catch (SyncException e) {
      return Optional.empty();
    }
  }

  private void checkSink(
      List<TableStructure> tables,
      List<SchemaObject> objects,
      Set<ObjectKind> kinds,
      Optional<Checkpoint> stored) {
    if (spec.ends().sink() instanceof CheckedSink sink) {
      Optional<CheckedSink.Keys> keys =
          spec.ends().selection() instanceof KeySelection selected
              ? Optional.of(new CheckedSink.Keys(selected, keyspace()))
              : Optional.empty();
      Shapes<C> shapes = spec.ends().shapes();
      List<CascadeGroup> groups = CascadeGroups.of(spec, stored, tables);
      boolean makesKeys = kinds.contains(ObjectKind.FOREIGN_KEY) || !(sink instanceof ObjectSink);
      findings.addAll(
          sink.check(
              new SinkCheck(
                  spec.name(),
                  ObjectFindings.withKeysToMake(tables, groups, makesKeys).stream()
                      .map(shapes::target)
                      .toList(),
                  outstanding(stored),
                  spec.start().existing(),
                  isBefore(stored, Phase.CLAIMED),
                  shapes.target(groups),
                  objects,
                  spec.schemaChanges(),
                  keys)));
    }
  }
}
