package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.TableSelection;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Judges conditions on rows by the server, its tables and their foreign keys. */
final class FilterFindings {
  private final MySqlFacts facts;
  private final TableSelection selection;
  private final List<Finding> findings = new ArrayList<>();

  private FilterFindings(MySqlFacts facts, TableSelection selection) {
    this.facts = facts;
    this.selection = selection;
  }

  /**
   * What is wrong with the conditions of the selection.
   *
   * @param tables the selected tables that are there
   */
  static List<Finding> of(MySqlFacts facts, TableSelection selection, List<CatalogTable> tables) {
    FilterFindings findings = new FilterFindings(facts, selection);
    Set<TableId> filtered =
        tables.stream()
            .map(CatalogTable::id)
            .filter(id -> selection.filter(id).isPresent())
            .collect(Collectors.toSet());
    if (!filtered.isEmpty()) {
      findings.checkServer();
      for (CatalogTable table : tables) {
        findings.checkParents(table, filtered);
        if (filtered.contains(table.id()) && table.unsupportedColumns().isEmpty()) {
          findings.check(table.definition());
        }
      }
    }
    return findings.findings;
  }

  private void checkServer() {
    if (!facts.isMySqlFrom(5, 6, 0) && !facts.isMariaDbFrom(10, 1, 0)) {
      error(
          "FILTER_SERVER",
          ServerFindings.SOURCE,
          "Conditions on rows are evaluated like MySQL from 5.6 on and MariaDB from 10.1 on do it;"
              + " the"
              + " server is %s.".formatted(facts),
          "Leave where out, or follow a newer server.");
    }
    String image = facts.variable("binlog_row_image");
    boolean whole =
        image.isEmpty() || Set.of("FULL", "FULL_NODUP").contains(image.toUpperCase(Locale.ROOT));
    if (!whole) {
      error(
          "FILTER_ROW_IMAGE",
          ServerFindings.SOURCE,
          "Whether a row takes part is told by whole rows, but binlog_row_image is '%s', expected"
                  .formatted(image)
              + " 'FULL'.",
          "Run SET GLOBAL binlog_row_image = 'FULL', put it into the option file, and let all"
              + " clients connect anew.");
    }
  }

  private void check(TableDefinition table) {
    RowFilter filter = RowFilter.parse(selection.filter(table.id()).orElseThrow());
    for (String problem : filter.problems(table)) {
      error(
          "FILTER_UNSUPPORTED",
          table.id().toString(),
          "The condition '%s' cannot be evaluated for the rows of table '%s': %s"
              .formatted(filter, table.id(), problem),
          "Write the condition in a way that is evaluated, or leave where out.");
    }
    if (filter.problems(table).isEmpty()) {
      checkCascades(table, filter.compile(table));
    }
  }

  private void checkCascades(TableDefinition table, TableFilter filter) {
    for (int column : unlogged(table, filter)) {
      error(
          "FILTER_FOREIGN_KEY",
          table.id().toString(),
          ("The condition on table '%s' reads column '%s', which the server changes without logging"
                  + " it when the row of the parent changes: a foreign key cascades there.")
              .formatted(table.id(), table.columns().get(column).name()),
          "Use another column, or replace the rule of the foreign key by RESTRICT.");
    }
  }

  /** The columns that a condition reads and a foreign key changes without logging it. */
  static Set<Integer> unlogged(TableDefinition table, TableFilter filter) {
    Set<Integer> changed = new TreeSet<>();
    for (ForeignKey key : table.foreignKeys()) {
      boolean changes = key.onUpdate() != Rule.RESTRICT || isSet(key.onDelete());
      if (key.cascades() && changes) {
        changed.addAll(key.columns());
      }
    }
    changed.retainAll(filter.columns());
    return changed;
  }

  private static boolean isSet(Rule rule) {
    return rule == Rule.SET_NULL || rule == Rule.SET_DEFAULT;
  }

  /** Rows that refer to one that is left out could not be written, or would be deleted with it. */
  private void checkParents(CatalogTable child, Set<TableId> filtered) {
    for (ForeignKey key : child.foreignKeys()) {
      if (filtered.contains(key.parent())) {
        error(
            "FILTER_FOREIGN_KEY",
            child.id().toString(),
            ("Foreign key '%s' of table '%s' refers to rows of table '%s', of which the condition"
                    + " leaves some out: rows that refer to these have no parent at the target.")
                .formatted(key.name(), child.id(), key.parent()),
            "Leave where out for '%s', or '%s' out of the selection, or drop the foreign key."
                .formatted(key.parent(), child.id()));
      }
    }
  }

  private void error(String code, String object, String message, String fix) {
    findings.add(new Finding(code, Severity.ERROR, object, message, fix));
  }
}
