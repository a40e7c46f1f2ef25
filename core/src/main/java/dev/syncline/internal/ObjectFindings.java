package dev.syncline.internal;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Says what a first start leaves out of the structure. */
final class ObjectFindings {

  private static final String LEFT_OUT = "OBJECT_LEFT_OUT";
  private static final String FIRES = "TRIGGER_FIRES";

  /** The codes of findings that can be acknowledged if the sink makes objects. */
  static final Set<String> RISKS = Set.of(LEFT_OUT, FIRES);

  /** Those of them that keep no job from going on which has started before. */
  static final Set<String> RISKS_OF_A_FIRST_START = Set.of(LEFT_OUT);

  private ObjectFindings() {}

  /** The objects of a kind that is not made. */
  static List<Finding> ofKindLeftOut(ObjectKind kind, List<String> names) {
    String when =
        kind == ObjectKind.TRIGGER
            ? "when the job has ended."
            : "if it is needed there, or let the job make its kind.";
    return names.stream()
        .map(
            name ->
                new Finding(
                    "OBJECT_NOT_COPIED",
                    Severity.WARNING,
                    name,
                    "The %s '%s' is not copied.%s".formatted(kind, name, reason(kind)),
                    "Make it at the target by hand " + when))
        .toList();
  }

  /** The objects of which the source does not say how they are made. */
  static List<Finding> ofUnreadable(List<LeftOut> objects) {
    return objects.stream()
        .map(
            object ->
                new Finding(
                    LEFT_OUT,
                    Severity.RISK,
                    object.name(),
                    "The %s '%s' cannot be copied: %s."
                        .formatted(object.kind(), object.name(), object.reason()),
                    "Mend what the message says; or acknowledge OBJECT_LEFT_OUT to do without what"
                        + " cannot be made."))
        .toList();
  }

  private static String reason(ObjectKind kind) {
    return kind == ObjectKind.TRIGGER
        ? " What it does to selected tables comes from the source; at the target it would be done"
            + " twice."
        : "";
  }

  /** That triggers are made, whether there is one yet or comes before the rows are copied. */
  static Finding ofTriggers(String job) {
    return new Finding(
        FIRES,
        Severity.RISK,
        job,
        "The job is to make triggers, those too that come about while it copies rows. From then on"
            + " they fire for each row that the job writes. What they do at the source to selected"
            + " tables is brought by the job too, and would be done twice.",
        "Leave TRIGGER out of the job's objects; or acknowledge TRIGGER_FIRES if no trigger writes"
            + " to a selected table.");
  }

  /** The foreign keys that refer to tables that the job does not bring. */
  static List<Finding> ofForeignKeys(List<TableStructure> tables) {
    Set<TableId> selected = ids(tables);
    List<Finding> findings = new ArrayList<>();
    for (TableStructure table : tables) {
      TableId id = table.definition().id();
      for (ForeignKey key : table.definition().foreignKeys()) {
        if (!selected.contains(key.parent())) {
          findings.add(
              new Finding(
                  "FOREIGN_KEY_LEFT_OUT",
                  Severity.WARNING,
                  id.toString(),
                  ("Foreign key '%s' of table '%s' refers to '%s', which is not selected: if the"
                          + " job makes the table, it makes it without this key.")
                      .formatted(key.name(), id, key.parent()),
                  "Select '%s' too, or make the key at the target by hand."
                      .formatted(key.parent())));
        }
      }
    }
    return findings;
  }

  /** The tables with the foreign keys that they get from the job, now or later. */
  static List<TableStructure> withKeysToMake(
      List<TableStructure> tables, List<CascadeGroup> groups, boolean made) {
    Set<TableId> selected = ids(tables);
    return tables.stream()
        .map(
            table -> {
              TableDefinition full = table.definition();
              boolean all = made || groups.stream().anyMatch(g -> g.includes(full.id()));
              List<ForeignKey> keys =
                  full.foreignKeys().stream()
                      .filter(key -> all && selected.contains(key.parent()))
                      .toList();
              return new TableStructure(
                  full.withForeignKeys(keys), table.statements(), table.size());
            })
        .toList();
  }

  private static Set<TableId> ids(List<TableStructure> tables) {
    return tables.stream().map(table -> table.definition().id()).collect(Collectors.toSet());
  }
}
