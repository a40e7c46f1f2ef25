package dev.syncline.internal;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.TableTransform;
import dev.syncline.Transform;
import dev.syncline.change.TableDefinition;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Judges the transforms of a job by the tables that are selected. */
final class TransformFindings {

  private static final String UNUSED = "TRANSFORM_UNUSED";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(UNUSED);

  private TransformFindings() {}

  /**
   * The tables to which all transforms can be done.
   *
   * @param findings gets what is wrong with the others, and with transforms
   */
  static List<TableStructure> transformable(
      List<? extends Transform<?>> transforms,
      List<TableStructure> tables,
      List<Finding> findings) {
    List<TableTransform> ofTables = new ArrayList<>();
    for (Transform<?> transform : transforms) {
      if (transform instanceof TableTransform ofTable) {
        ofTables.add(ofTable);
      }
    }
    Set<TableTransform> unused = new LinkedHashSet<>(ofTables);
    List<TableStructure> possible = new ArrayList<>();
    for (TableStructure structure : tables) {
      TableDefinition table = structure.definition();
      try {
        for (TableTransform transform : ofTables) {
          if (transform.isAbout(table)) {
            unused.remove(transform);
          }
          table = transform.table(table);
        }
        possible.add(structure);
      } catch (SyncException e) {
        findings.add(impossible(structure.definition(), e));
      }
    }
    // One that was in the way of others may have been in the way of these.
    if (!tables.isEmpty() && possible.size() == tables.size()) {
      unused.forEach(transform -> findings.add(unused(transform)));
    }
    return possible;
  }

  private static Finding impossible(TableDefinition table, SyncException cause) {
    return new Finding(
        "TRANSFORM_IMPOSSIBLE",
        Severity.ERROR,
        table.source().toString(),
        String.valueOf(cause.getMessage()),
        "Change the transform, or take it out.");
  }

  private static Finding unused(TableTransform transform) {
    return new Finding(
        UNUSED,
        Severity.RISK,
        transform.toString(),
        "The transform is about no selected table or none of their columns.",
        "Correct the names in it, take it out, or acknowledge '%s' if tables come later."
            .formatted(UNUSED));
  }
}
