package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Judges whether a server understands what the source's server prints of a table. It is asked to
 * prepare the statement that would make it: it reads all of it then, and does nothing.
 */
final class StructureFindings {

  private static final int SYNTAX = 1064;
  private static final int NO_DATABASE = 1049;
  private static final int NOT_PREPARABLE = 1295;
  private static final int NO_TABLE = 1146;

  private final MySqlFacts target;
  private final String object;
  private final List<Finding> findings = new ArrayList<>();

  private StructureFindings(MySqlFacts target, String object) {
    this.target = target;
    this.object = object;
  }

  /** What would go wrong with making a table, or be left out. */
  static List<Finding> ofNewTable(
      Connection connection, MySqlFacts target, TableStructure table)
      throws SQLException {
    String id = table.definition().id().toString();
    StructureFindings found = new StructureFindings(target, id);
    CreateTableText text;
    try {
      text = MySqlStructureWriter.createStatement(table);
    } catch (SyncException e) {
      found.refused(String.valueOf(e.getMessage()));
      return found.findings;
    }
    obstacle(connection, text.sql())
        .ifPresent(
            why -> found.refused("The target (%s) refuses table '%s': %s.".formatted(
                found.target, id, why)));
    found.passedOver(text);
    for (String place : new CreateTableText(table.statements().table()).places()) {
      found.leftOut(place, "the target keeps the rows where its settings say");
    }
    return found.findings;
  }

  /** Why a server does not understand a statement; empty if it does. Has no effect. */
  static Optional<String> obstacle(Connection connection, String sql) throws SQLException {
    try (PreparedStatement text = connection.prepareStatement("SET @syncline_statement = ?");
        Statement statement = connection.createStatement()) {
      text.setString(1, sql);
      text.execute();
      statement.execute("PREPARE syncline_statement FROM @syncline_statement");
      statement.execute("DEALLOCATE PREPARE syncline_statement");
      return Optional.empty();
    } catch (SQLException e) {
      int code = e.getErrorCode();
      boolean understood =
          code == NO_DATABASE
              || code == NOT_PREPARABLE
              || code == NO_TABLE
              || TargetPrivileges.isDenial(e);
      if (understood) {
        return Optional.empty();
      }
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return Optional.of(code == SYNTAX ? syntax(e) : MySqlErrors.describe(e));
    }
  }

  /** The server's words with the place that it does not understand, but without literals. */
  private static String syntax(SQLException failure) {
    String text = String.valueOf(failure.getMessage()).replace('\n', ' ');
    int near = text.indexOf("near '");
    int line = text.lastIndexOf("' at line");
    if (near < 0 || line < near) {
      return MySqlErrors.describe(failure);
    }
    String place = text.substring(near + "near '".length(), line);
    return "it does not understand the syntax near \"%s\""
        .formatted(place.replaceAll("'[^']*('|$)", "'…'").strip());
  }

  /** What the server would pass over without a word. */
  private void passedOver(CreateTableText text) {
    for (ConditionalComment comment : ConditionalComment.of(text.sql())) {
      if (comment.isIgnoredBy(target)) {
        String words = comment.text().toUpperCase(Locale.ROOT);
        if (words.contains("NOT ENFORCED") && checksRows()) {
          refused(
              ("Table '%s' has a CHECK that is NOT ENFORCED; the target (%s) would enforce it.")
                  .formatted(object, target));
        } else {
          leftOut(comment.text(), "the target (" + target + ") does not know it");
        }
      }
    }
    if (text.hasChecks() && !checksRows()) {
      leftOut("CHECK", "the target (" + target + ") does not check rows");
    }
    if (text.hasDescendingKeys() && !sortsDownwards()) {
      leftOut("DESC", "the target (" + target + ") sorts keys upwards only");
    }
  }

  private boolean checksRows() {
    return target.isMySqlFrom(8, 0, 16) || target.isMariaDbFrom(10, 2, 1);
  }

  private boolean sortsDownwards() {
    return target.isMySqlFrom(8, 0, 1) || target.isMariaDbFrom(10, 8, 1);
  }

  private void refused(String message) {
    findings.add(
        new Finding(
            "TABLE_NOT_UNDERSTOOD",
            Severity.ERROR,
            object,
            message,
            "Change the table at the source, or make it at the target by hand in its own words and"
                + " choose USE_IF_EMPTY for existingTables."));
  }

  private void leftOut(String words, String why) {
    findings.add(
        new Finding(
            "CLAUSE_LEFT_OUT",
            Severity.WARNING,
            object,
            "Of table '%s' the words \"%s\" have no effect: %s."
                .formatted(object, words.replaceAll("'[^']*('|$)", "'…'"), why),
            "Nothing, unless you need it there."));
  }
}
