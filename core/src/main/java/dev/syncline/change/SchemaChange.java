package dev.syncline.change;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What a place of the source's log changes in tables or other objects that take part, and in what
 * the source must remember to understand the log behind it.
 *
 * @param statement what is to be run at the target; empty if nothing is
 * @param effects what happens to selected tables, in the order in which it does; empty if it
 *     concerns other objects, such as views or routines, or nothing but the memory
 * @param memory what the source must remember of this stream from here on, beside the tables, in
 *     its own words and without secrets; empty if that is as it was
 */
public record SchemaChange(
    Optional<Statement> statement, List<TableEffect> effects, Optional<String> memory) {

  /** Copies the list. */
  public SchemaChange {
    Objects.requireNonNull(statement, "statement");
    effects = List.copyOf(effects);
    Objects.requireNonNull(memory, "memory");
  }

  /** A change that is made by a statement and leaves the memory as it is. */
  public SchemaChange(Statement statement, List<TableEffect> effects) {
    this(Optional.of(statement), effects, Optional.empty());
  }

  /** A change of nothing but the memory. */
  public static SchemaChange ofMemory(String memory) {
    return new SchemaChange(Optional.empty(), List.of(), Optional.of(memory));
  }

  /** The text of the statement; empty if there is none. */
  public String text() {
    return statement.map(Statement::text).orElse("");
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
