package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Judges tables by what the catalog says of them. */
final class TableFindings {
  private static final String CASCADE = "CASCADING_FOREIGN_KEY";
  private static final String NOT_COPIED = "TABLE_NOT_COPIED";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(CASCADE, NOT_COPIED, CascadeFindings.ORDER);

  private TableFindings() {}

  /** What is wrong with a table, or worth knowing. */
  static List<Finding> of(CatalogTable table) {
    List<Finding> findings = new ArrayList<>();
    String id = table.id().toString();
    for (String reason : table.unsupportedColumns()) {
      findings.add(
          new Finding(
              "COLUMN_UNSUPPORTED",
              Severity.ERROR,
              id,
              reason,
              "Change the column, or leave the table out of the selection."));
    }
    if (!table.hasIdentity()) {
      findings.add(
          new Finding(
              "TABLE_WITHOUT_KEY",
              Severity.WARNING,
              id,
              ("Table '%s' has no primary key and no unique key over whole columns that are NOT"
                      + " NULL. It is copied in one piece before the log is followed, and its"
                      + " changes are written one by one, by comparing whole rows.")
                  .formatted(id),
              "Add a primary key."));
    }
    if (!table.isTransactional()) {
      findings.add(
          new Finding(
              "TABLE_NOT_TRANSACTIONAL",
              Severity.WARNING,
              id,
              ("Table '%s' has engine '%s', which has no transactions. A copy may hold half of a"
                      + " statement for a moment, and what a server crash leaves half done is not"
                      + " in the log.")
                  .formatted(id, table.engine()),
              "ALTER TABLE %s ENGINE = InnoDB".formatted(SqlNames.quote(table.id()))));
    }
    return findings;
  }

  /** What is to be said of something that is stored like a table, but is none; views are copied. */
  static Optional<Finding> ofOther(TableId id, String kind, Severity severity) {
    return switch (kind) {
      case "VIEW" -> Optional.empty();
      case "SYSTEM VERSIONED" ->
          Optional.of(
              new Finding(
                  NOT_COPIED,
                  severity,
                  id.toString(),
                  ("Table '%s' is system-versioned: it keeps rows that were changed or deleted,"
                          + " which cannot be written at another server. It is not copied.")
                      .formatted(id),
                  "ALTER TABLE %s DROP SYSTEM VERSIONING; or acknowledge TABLE_NOT_COPIED to do"
                          .formatted(SqlNames.quote(id))
                      + " without it."));
      default ->
          Optional.of(
              new Finding(
                  "OBJECT_NOT_COPIED",
                  Severity.WARNING,
                  id.toString(),
                  "'%s' is a '%s', which is not copied.".formatted(id, kind),
                  "Make it at the target by hand if it is needed there."));
    };
  }

  /** The risk of a foreign key by which the server changes a table without logging it. */
  static Finding ofCascade(TableId child, ForeignKey key) {
    return risk(
        child,
        key,
        "the copy keeps them as they were",
        "Let the job copy the rows (initialize DATA) to a sink whose target cascades too; or"
            + " replace the rule by RESTRICT and let the application delete and update the rows; or"
            + " acknowledge CASCADING_FOREIGN_KEY if parent rows are never deleted and never get"
            + " another key.");
  }

  /** The same where what happens to the parent is not followed. */
  static Finding ofParentNotSelected(TableId child, ForeignKey key) {
    return risk(
        child,
        key,
        "the parent is not selected, so the copy keeps them as they were",
        "Select '%s' too; or replace the rule by RESTRICT and let the application delete and update"
                .formatted(key.parent())
            + " the rows; or acknowledge CASCADING_FOREIGN_KEY if parent rows are never deleted and"
            + " never get another key.");
  }

  private static Finding risk(TableId child, ForeignKey key, String outcome, String fix) {
    return new Finding(
        CASCADE,
        Severity.RISK,
        child.toString(),
        ("Foreign key '%s' of table '%s' has ON DELETE %s ON UPDATE %s: when a row of '%s' is"
                + " deleted or gets another key, the server changes rows of '%s' without logging"
                + " it, and %s.")
            .formatted(
                key.name(),
                child,
                key.onDelete().sql(),
                key.onUpdate().sql(),
                key.parent(),
                child,
                outcome),
        fix);
  }
}
