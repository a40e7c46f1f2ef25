package dev.syncline.internal;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.FoldingSink;
import dev.syncline.Operation;
import dev.syncline.SelectedTable;
import dev.syncline.Sink;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Says which tables cannot be at the target as they are selected: all of it, not only the first.
 * Used once.
 */
final class MappingFindings {

  private static final String MERGED_KEYS = "MERGED_KEYS";
  private static final String COLUMN_UNUSED = "COLUMN_UNUSED";
  private static final int MOST_TOLD = 3;

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(MERGED_KEYS, COLUMN_UNUSED);

  private final Shapes<?> shapes;
  private final TableSelection selection;
  private final List<Finding> findings;

  /** What the tables that can be at the target are there, by their names at the source. */
  private final Map<TableId, TableDefinition> targets = new TreeMap<>();

  MappingFindings(Shapes<?> shapes, List<Finding> findings) {
    this.shapes = shapes;
    this.findings = findings;
    this.selection = shapes.mapping().selection();
  }

  /**
   * Looks at the names, columns and keys of tables at the target.
   *
   * @param tables the tables of the source
   * @param groups those that cascade
   * @param first whether the job has not started yet
   * @return the tables that can be at the target
   */
  List<TableStructure> possible(
      Sink<?> sink, List<TableStructure> tables, List<CascadeGroup> groups, boolean first) {
    for (TableStructure structure : tables) {
      TableDefinition table = structure.definition();
      if (first) {
        checkColumns(table);
      }
      try {
        TableDefinition target = shapes.target(table);
        targets.put(table.id(), target);
        checkForeignKeys(table, target);
      } catch (SyncException e) {
        findings.add(impossible(table.id(), String.valueOf(e.getMessage())));
      }
    }
    if (first) {
      checkUnused(tables);
    }
    checkNames(sink, first);
    checkGroups(groups);
    return tables.stream().filter(table -> targets.containsKey(table.definition().id())).toList();
  }

  /** A selection that speaks of columns that are not there was meant otherwise. */
  private void checkColumns(TableDefinition table) {
    Optional<SelectedTable> said = selection.table(table.id());
    Set<String> there =
        shapes.transformed(table).columns().stream().map(Column::name).collect(Collectors.toSet());
    said.ifPresent(
        selected -> {
          lacking(table, names(selected.columns().only()), there, "selected");
          lacking(table, selected.columns().renames().keySet(), there, "renamed");
          if (selection.namedTables().contains(table.id())) {
            lacking(table, names(selected.columns().except()), there, "left out");
          }
        });
  }

  private static List<String> names(List<String> given) {
    return given.stream().filter(Glob::isName).toList();
  }

  /**
   * What is to be left out of tables, or selected by a pattern, need not be in each of them. If it
   * is in none, it may be a mistake in a name, and then lets pass what was to be left out.
   */
  private void checkUnused(List<TableStructure> tables) {
    Map<SelectedTable, List<TableDefinition>> alike = new LinkedHashMap<>();
    for (TableStructure structure : tables) {
      TableDefinition table = shapes.transformed(structure.definition());
      selection
          .table(table.id())
          .ifPresent(said -> alike.computeIfAbsent(said, s -> new ArrayList<>()).add(table));
    }
    Set<TableId> named = Set.copyOf(selection.namedTables());
    alike.forEach(
        (said, these) -> {
          List<TableId> ids = these.stream().map(TableDefinition::id).toList();
          // A table that is named must have each column that is named, which is an error.
          boolean isNamed = named.containsAll(ids);
          Stream<String> only = said.columns().only().stream().filter(c -> !Glob.isName(c));
          Stream<String> except =
              said.columns().except().stream().filter(c -> !isNamed || !Glob.isName(c));
          Stream.concat(only, except)
              .filter(given -> these.stream().noneMatch(table -> has(table, given)))
              .forEach(given -> findings.add(unused(given, ids)));
        });
  }

  private static boolean has(TableDefinition table, String given) {
    return table.columns().stream().anyMatch(column -> Glob.matches(given, column.name()));
  }

  private static Finding unused(String column, List<TableId> tables) {
    int told = Math.min(MOST_TOLD, tables.size());
    String more = tables.size() > told ? " and %d more".formatted(tables.size() - told) : "";
    return new Finding(
        COLUMN_UNUSED,
        Severity.RISK,
        column,
        "No table of which the selection says so has a column '%s': %s%s."
            .formatted(column, tables.subList(0, told), more),
        "Check the name, which tells upper from lower case, or acknowledge '%s' if it comes later."
            .formatted(COLUMN_UNUSED));
  }

  private void lacking(
      TableDefinition table, Collection<String> said, Set<String> there, String what) {
    said.stream()
        .filter(column -> !there.contains(column))
        .sorted()
        .forEach(
            column ->
                findings.add(
                    error(
                        "COLUMN_MISSING",
                        table.id(),
                        "Table '%s' has no column '%s', which is %s."
                            .formatted(table.id(), column, what),
                        "Check the name, which tells upper from lower case.")));
  }

  private void checkForeignKeys(TableDefinition table, TableDefinition target) {
    Set<String> kept =
        target.foreignKeys().stream().map(ForeignKey::name).collect(Collectors.toSet());
    for (ForeignKey key : table.foreignKeys()) {
      boolean lost = selection.includes(key.parent()) && !kept.contains(key.name());
      if (lost && key.cascades()) {
        findings.add(
            impossible(
                table.id(),
                ("Foreign key '%s' of table '%s' cascades, but cannot be at the target: '%s' or a"
                        + " column of the key is merged or left out.")
                    .formatted(key.name(), table.id(), key.parent())));
      } else if (lost) {
        findings.add(
            new Finding(
                "FOREIGN_KEY_LEFT_OUT",
                Severity.WARNING,
                table.id().toString(),
                ("Foreign key '%s' of table '%s' is not made at the target: a column of it is left"
                        + " out, or a table is merged.")
                    .formatted(key.name(), table.id()),
                "Select the columns, or do without the key."));
      }
    }
  }

  /** Tables of one name must be meant to be together, and be alike. */
  private void checkNames(Sink<?> sink, boolean first) {
    Map<String, Map<TableId, List<TableDefinition>>> named = new TreeMap<>();
    for (TableDefinition target : targets.values()) {
      String folded = target.id().toString().toLowerCase(Locale.ROOT);
      named
          .computeIfAbsent(folded, name -> new TreeMap<>())
          .computeIfAbsent(target.id(), id -> new ArrayList<>())
          .add(target);
    }
    Optional<Boolean> folds = Optional.empty();
    for (Map<TableId, List<TableDefinition>> spelled : named.values()) {
      if (spelled.size() > 1) {
        folds = folds.or(() -> Optional.of(sink instanceof FoldingSink f && f.foldsNames()));
        if (folds.get()) {
          List<TableId> sources =
              spelled.values().stream().flatMap(List::stream).map(TableDefinition::source).toList();
          findings.add(
              conflict(
                  sources,
                  ("The tables %s would be one at the target, which does not tell upper from lower"
                          + " case in names: %s.")
                      .formatted(sources, spelled.keySet())));
        }
      }
      spelled.values().forEach(tables -> checkTogether(tables, first));
    }
  }

  private void checkTogether(List<TableDefinition> tables, boolean first) {
    List<TableId> sources = tables.stream().map(TableDefinition::source).toList();
    boolean merged = sources.stream().allMatch(selection::isMerged);
    if (!merged && tables.size() > 1) {
      findings.add(
          conflict(
              sources,
              "The tables %s would be one at the target, '%s', and are not all to be merged."
                  .formatted(sources, tables.get(0).id())));
    } else if (merged) {
      checkMerged(tables, first);
    }
  }

  private static Finding conflict(List<TableId> sources, String message) {
    return error(
        "NAME_CONFLICT",
        sources.get(0),
        message,
        "Give them names of their own, or let all of them be merged into one.");
  }

  private void checkMerged(List<TableDefinition> tables, boolean isFirstStart) {
    TableDefinition first = tables.get(0);
    for (TableDefinition table : tables) {
      if (table.identity().isEmpty()) {
        findings.add(
            impossible(
                table.source(),
                "Table '%s' is merged, but has no key to tell its rows from those of other tables."
                    .formatted(table.source())));
      }
      // Later each change of one of them was compared with the others when it came.
      (isFirstStart ? difference(first, table) : Optional.<String>empty())
          .ifPresent(
              what ->
                  findings.add(
                      impossible(
                          table.source(),
                          "Tables '%s' and '%s' are merged into '%s', but have not the same %s."
                              .formatted(first.source(), table.source(), table.id(), what))));
    }
    boolean hasOrigin =
        selection
            .table(first.source())
            .flatMap(SelectedTable::merge)
            .flatMap(SelectedTable.Merge::originColumn)
            .isPresent();
    if (!hasOrigin) {
      findings.add(
          new Finding(
              MERGED_KEYS,
              Severity.RISK,
              first.id().toString(),
              ("Several tables are merged into '%s' without a column that says from which a row"
                      + " is. Rows of two tables with the same key would overwrite each other.")
                  .formatted(first.id()),
              "Name an origin column: merged(\"origin\"); or acknowledge MERGED_KEYS if no value of"
                  + " a unique key is ever in two of the tables."));
    }
  }

  private static Optional<String> difference(TableDefinition one, TableDefinition other) {
    if (!one.columns().equals(other.columns())) {
      return Optional.of("columns (names, types, collations and order)");
    }
    return one.uniqueKeys().equals(other.uniqueKeys()) ? Optional.empty() : Optional.of("keys");
  }

  private void checkGroups(List<CascadeGroup> groups) {
    for (CascadeGroup group : groups) {
      for (TableDefinition table : group.tables()) {
        if (selection.isMerged(table.id())) {
          findings.add(
              impossible(
                  table.id(),
                  "Table '%s' is merged, but foreign keys cascade between it and others."
                      .formatted(table.id())));
        }
        if (!shapes
            .operations(table.id())
            .containsAll(Set.of(Operation.INSERT, Operation.UPDATE, Operation.DELETE))) {
          findings.add(
              impossible(
                  table.id(),
                  ("Not all changes of table '%s' are followed, but foreign keys cascade between it"
                          + " and others, which have to find the same rows.")
                      .formatted(table.id())));
        }
      }
    }
  }

  private static Finding impossible(TableId table, String message) {
    return error(
        "MAPPING_IMPOSSIBLE", table, message, "Change what is selected of the table, or how.");
  }

  private static Finding error(String code, TableId table, String message, String fix) {
    return new Finding(code, Severity.ERROR, table.toString(), message, fix);
  }
}
