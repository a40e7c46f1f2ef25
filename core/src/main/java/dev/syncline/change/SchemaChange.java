package dev.syncline.change;

import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A statement of the source that changes tables or other objects that take part, and what it does
 * to selected tables.
 *
 * @param statement the statement as the source's log has it
 * @param effects what it does to selected tables, in the order in which it does it; empty if it
 *     concerns other objects, such as views or routines
 */
public record SchemaChange(Statement statement, List<TableEffect> effects) {

  /** Copies the list. */
  public SchemaChange {
    Objects.requireNonNull(statement, "statement");
    effects = List.copyOf(effects);
  }

  /**
   * A statement and the surroundings in which the source ran it.
   *
   * @param dialect the language that it is written in, for example {@code mysql}
   * @param text the statement
   * @param database the session's default database; empty if there was none
   * @param settings what else the statement depends on, such as the character set and the modes of
   *     the session, in the words of the source's connector
   */
  public record Statement(
      String dialect, String text, String database, Map<String, String> settings) {

    /** Copies the settings. */
    public Statement {
      Objects.requireNonNull(dialect, "dialect");
      Objects.requireNonNull(text, "text");
      Objects.requireNonNull(database, "database");
      settings = Map.copyOf(settings);
    }

    /** Without the text, which may hold what should not be logged. */
    @Override
    public String toString() {
      return "statement in dialect '" + dialect + "' in database '" + database + "'";
    }
  }
}
