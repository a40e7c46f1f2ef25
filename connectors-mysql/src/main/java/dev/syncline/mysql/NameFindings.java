package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Judges the names that a table, its database and its columns are to have at the target. */
final class NameFindings {

  private static final int LONGEST = 64;

  private NameFindings() {}

  /** The names that no server takes. */
  static List<Finding> of(TableDefinition table) {
    TableId id = table.id();
    List<Finding> findings = new ArrayList<>();
    check("database", id.database(), id, findings);
    check("table", id.name(), id, findings);
    table.columns().forEach(column -> check("column", column.name(), id, findings));
    return findings;
  }

  private static void check(String what, String name, TableId table, List<Finding> findings) {
    obstacle(name)
        .ifPresent(
            why ->
                findings.add(
                    new Finding(
                        "NAME_ILLEGAL",
                        Severity.ERROR,
                        table.toString(),
                        "No %s can have the name '%s' of table '%s' at the target: it %s."
                            .formatted(what, name, table, why),
                        "Give it another name in the selection.")));
  }

  private static Optional<String> obstacle(String name) {
    if (name.codePointCount(0, name.length()) > LONGEST) {
      return Optional.of("has more than " + LONGEST + " characters");
    }
    if (name.endsWith(" ")) {
      return Optional.of("ends with a space");
    }
    return name.codePoints().anyMatch(c -> c == 0 || c > Character.MAX_VALUE)
        ? Optional.of("has a character that names cannot have")
        : Optional.empty();
  }
}
