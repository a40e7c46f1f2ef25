package dev.syncline.mysql;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.Column;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges a table that is at the target already. */
final class TargetTableFindings {

  private static final String COLLATION = "KEY_COLLATION";
  private static final String OTHER_JOB = "TABLE_OF_ANOTHER_JOB";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(COLLATION, OTHER_JOB);

  private TargetTableFindings() {}

  /** What keeps rows of the source from being written to a table, or is worth knowing. */
  static List<Finding> of(TargetTables tables, TableDefinition table, TableLook look)
      throws SQLException {
    List<Finding> findings = ofShape(table, look);
    String id = table.id().toString();
    if (!tables.isTransactional(table.id())) {
      findings.add(
          new Finding(
              "TARGET_NOT_TRANSACTIONAL",
              Severity.WARNING,
              id,
              "Table '%s' has no transactions at the target: after a crash its last changes may"
                      .formatted(id)
                  + " be applied again.",
              "ALTER TABLE %s ENGINE = InnoDB".formatted(SqlNames.quote(table.id()))));
    }
    for (String trigger : tables.triggers(table.id())) {
      findings.add(
          new Finding(
              "TARGET_TRIGGER",
              Severity.WARNING,
              id,
              "Table '%s' has trigger '%s' at the target, which runs for each row that is written."
                  .formatted(id, trigger),
              "Drop it if the source's trigger does the same, since its changes are copied too."));
    }
    return findings;
  }

  /** The risk of a table into which other jobs have copied rows, by their records. */
  static Finding ofOtherJobs(TableId id, Set<String> jobs, String records) {
    return new Finding(
        OTHER_JOB,
        Severity.RISK,
        id.toString(),
        "By the records in '%s' other jobs have copied rows into table '%s': %s. If one still runs,"
                .formatted(records, id, jobs)
            + " both write to the same rows.",
        "Stop the other job for good, or select other tables; acknowledge TABLE_OF_ANOTHER_JOB if"
            + " it runs no more or both are to write to the table.");
  }

  /** What the columns and keys of both tables say. */
  static List<Finding> ofShape(TableDefinition table, TableLook look) {
    List<Finding> findings = new ArrayList<>();
    String id = table.id().toString();
    try {
      TargetCatalog.describe(table, look);
    } catch (ChangeRejectedException e) {
      String message = String.valueOf(e.getMessage());
      findings.add(different(id, message, "Make the target's table like the source's."));
    }
    Set<String> names =
        table.columns().stream().map(c -> TableLook.nameKey(c.name())).collect(Collectors.toSet());
    look.columns()
        .forEach(
            (key, column) -> {
              if (!names.contains(key) && !column.optional()) {
                findings.add(
                    different(
                        id,
                        "Column '%s' of table '%s' is at the target only and has no default."
                            .formatted(column.name(), id),
                        "Give it a default."));
              }
            });
    for (Column column : table.columns()) {
      TableLook.ColumnLook target = look.columns().get(TableLook.nameKey(column.name()));
      if (target != null && !column.isGenerated() && !target.generated()) {
        ColumnFit.obstacle(column, target)
            .ifPresent(
                why ->
                    findings.add(
                        different(
                            id,
                            "Column '%s' of table '%s' does not fit: %s."
                                .formatted(column.name(), id, why),
                            "Make the target's column like the source's.")));
      }
    }
    collations(table, look, findings);
    return findings;
  }

  /** Rows that differ at the source must differ at the target. */
  private static void collations(TableDefinition table, TableLook look, List<Finding> findings) {
    Set<Integer> inKeys =
        table.uniqueKeys().stream()
            .map(UniqueKey::columns)
            .flatMap(List::stream)
            .collect(Collectors.toSet());
    for (int ordinal : inKeys) {
      Column column = table.columns().get(ordinal);
      TableLook.ColumnLook target = look.columns().get(TableLook.nameKey(column.name()));
      if (target == null || column.type().collation().isEmpty()) {
        continue;
      }
      if (!general(column.type().collation()).equals(general(target.collation()))) {
        findings.add(
            new Finding(
                COLLATION,
                Severity.RISK,
                table.id().toString(),
                ("Column '%s' of a unique key of table '%s' has collation '%s' at the source, but"
                        + " '%s' at the target: keys that differ here may be equal there.")
                    .formatted(
                        column.name(), table.id(), column.type().collation(), target.collation()),
                "Give the target's column the source's collation, or acknowledge KEY_COLLATION."));
      }
    }
  }

  /** Servers call the older form of UTF-8 by two names. */
  private static String general(String collation) {
    String name = collation.toLowerCase(Locale.ROOT);
    return name.startsWith("utf8_") ? "utf8mb3_" + name.substring("utf8_".length()) : name;
  }

  private static Finding different(String object, String message, String fix) {
    return new Finding("TABLE_DIFFERS", Severity.ERROR, object, message, fix);
  }
}
