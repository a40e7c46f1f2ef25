package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Judges whether a server understands what the source's server prints of a table. It is asked to
 * prepare the statement that would make it: it reads all of it then, and does nothing.
 */
final class StructureFindings {

  private static final String ENFORCED = "CHECK_ENFORCED";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(ENFORCED);

  private static final int SYNTAX = 1064;
  private static final int UNKNOWN_COLLATION = 1273;

  /**
   * What is said of a statement that is understood: that there is no such database, table or
   * function yet, a view that lacks one, or that it can be made but not prepared.
   */
  private static final Set<Integer> UNDERSTOOD = Set.of(1049, 1146, 1295, 1305, 1356);

  private final MySqlFacts target;
  private final String object;
  private final List<Finding> findings = new ArrayList<>();

  private StructureFindings(MySqlFacts target, String object) {
    this.target = target;
    this.object = object;
  }

  /**
   * What would go wrong with making a table, or be left out.
   *
   * @param collations those that the target is known to have, which grow
   */
  static List<Finding> ofNewTable(
      Connection connection, MySqlFacts target, Set<String> collations, TableStructure table)
      throws SQLException {
    String id = table.definition().id().toString();
    StructureFindings found = new StructureFindings(target, id);
    TargetStructure named;
    CreateTableText text;
    try {
      named = TargetStructure.of(table);
      text = MySqlStructureWriter.createStatement(named.structure());
    } catch (SyncException e) {
      found.refused(String.valueOf(e.getMessage()));
      return found.findings;
    }
    Optional<String> obstacle = obstacle(connection, text.sql());
    for (String collation : text.collations()) {
      if (obstacle.isEmpty() && !collations.contains(collation)) {
        if (hasCollation(connection, collation)) {
          collations.add(collation);
        } else {
          obstacle = Optional.of("it has no collation '" + collation + "'");
        }
      }
    }
    obstacle.ifPresent(
        why ->
            found.refused(
                "The target (%s) refuses table '%s': %s.".formatted(found.target, id, why)));
    if (!text.keysWithoutOverlaps().isEmpty() && table.definition().identity().isPresent()) {
      found.refused(
          ("Keys %s of table '%s' are WITHOUT OVERLAPS: servers do not overwrite rows of such a"
                  + " table by another key.")
              .formatted(text.keysWithoutOverlaps(), id));
    }
    found.passedOver(text);
    for (String what : named.leftOut()) {
      found.leftOut(what, "the selection leaves out a column that it needs");
    }
    for (String place : new CreateTableText(table.statements().table()).places()) {
      found.leftOut(place, "the target keeps the rows where its settings say");
    }
    return found.findings;
  }

  /** Why a server does not understand a statement; empty if it does. Has no effect. */
  static Optional<String> obstacle(Connection connection, String sql) throws SQLException {
    return refusal(connection, sql)
        .filter(e -> !isUnderstood(e) && !TargetPrivileges.isDenial(e))
        .map(failure -> words(failure, SqlMode.DEFAULT));
  }

  /** Whether a statement that a server refuses to prepare may be run when all it names is there. */
  static boolean isUnderstood(SQLException failure) {
    return UNDERSTOOD.contains(failure.getErrorCode());
  }

  /**
   * What a server says against a statement, without values.
   *
   * @param mode how the statement is written
   */
  static String words(SQLException failure, SqlMode mode) {
    return failure.getErrorCode() == SYNTAX ? syntax(failure, mode) : MySqlErrors.describe(failure);
  }

  /** How a server fails to prepare a statement; empty if it does not. Has no effect. */
  static Optional<SQLException> refusal(Connection connection, String sql) throws SQLException {
    // In digits, since the driver does not see what the sql_mode says of backslashes.
    String digits = HexFormat.of().formatHex(sql.getBytes(StandardCharsets.UTF_8));
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET @syncline_statement = CONVERT(x'" + digits + "' USING utf8mb4)");
      // Functions that are named without a database need some database to be looked for in.
      statement.execute("USE information_schema");
      // It takes the place of the one before, and the session is closed soon.
      statement.execute("PREPARE syncline_statement FROM @syncline_statement");
      return Optional.empty();
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  /** Some servers look for a collation only when they make the table. */
  private static boolean hasCollation(Connection connection, String collation) throws SQLException {
    if (!collation.matches("\\w+")) {
      return true;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT CONVERT('' USING utf8mb4) COLLATE " + collation);
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return e.getErrorCode() != UNKNOWN_COLLATION;
    }
    return true;
  }

  /** Why a server cannot have a database; empty if it can, or has it. */
  static List<Finding> ofDatabase(Connection connection, MySqlFacts target, TableStructure table)
      throws SQLException {
    String database = table.definition().id().database();
    if (MySqlStructureWriter.hasDatabase(connection, database)) {
      return List.of();
    }
    Optional<String> obstacle = obstacle(connection, TargetStructure.database(table));
    return obstacle
        .map(
            why ->
                new Finding(
                    "DATABASE_NOT_UNDERSTOOD",
                    Severity.ERROR,
                    database,
                    "The target (%s) refuses database '%s': %s.".formatted(target, database, why),
                    "Create the database at the target by hand with a collation that it knows."))
        .stream()
        .toList();
  }

  /** The server's words with the place that it does not understand, but without literals. */
  private static String syntax(SQLException failure, SqlMode mode) {
    String text = String.valueOf(failure.getMessage());
    int near = text.indexOf("near '");
    int line = text.lastIndexOf("' at line");
    if (near < 0 || line < near) {
      return MySqlErrors.describe(failure);
    }
    String place = text.substring(near + "near '".length(), line);
    return "it does not understand the syntax near \"%s\"".formatted(ShownSql.piece(place, mode));
  }

  /** What the server would pass over without a word. */
  private void passedOver(CreateTableText text) {
    for (ConditionalComment comment : ConditionalComment.of(text.sql())) {
      if (comment.isIgnoredBy(target)) {
        String words = comment.text().toUpperCase(Locale.ROOT);
        if (words.contains("NOT ENFORCED") && checksRows()) {
          findings.add(enforced());
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

  private Finding enforced() {
    return new Finding(
        ENFORCED,
        Severity.RISK,
        object,
        "Table '%s' has a CHECK that is NOT ENFORCED; the target (%s) would enforce it."
            .formatted(object, target),
        "Drop the CHECK at the source; or acknowledge CHECK_ENFORCED if all rows pass it: one that"
            + " does not stops the job.");
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
                .formatted(object, ShownSql.piece(words, SqlMode.DEFAULT), why),
            "Nothing, unless you need it there."));
  }
}
