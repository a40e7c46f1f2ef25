package dev.syncline;

import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A view, routine, event or trigger in the source's own words.
 *
 * @param kind what it is; never a foreign key, which is a part of its table
 * @param database the database that it is in
 * @param name its name there
 * @param dialect the language of the statement, for example {@code mysql}
 * @param session how a session must be set for the statement to mean the same; what the names mean
 *     depends on the dialect
 * @param statement makes it
 * @param needs the tables and views that must be there before
 */
public record SchemaObject(
    ObjectKind kind,
    String database,
    String name,
    String dialect,
    Map<String, String> session,
    String statement,
    List<TableId> needs) {

  /**
   * Checks that nothing is missing.
   *
   * @throws IllegalArgumentException if the kind is {@link ObjectKind#FOREIGN_KEY}
   */
  public SchemaObject {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(dialect, "dialect");
    session = Map.copyOf(session);
    Objects.requireNonNull(statement, "statement");
    needs = List.copyOf(needs);
    if (kind == ObjectKind.FOREIGN_KEY) {
      throw new IllegalArgumentException("A foreign key is a part of its table.");
    }
  }

  /** The same with other needs. */
  public SchemaObject needing(List<TableId> tables) {
    return new SchemaObject(kind, database, name, dialect, session, statement, tables);
  }

  /** Database and name, with a dot between. */
  public String fullName() {
    return database + "." + name;
  }

  /** Kind and name, without the statement. */
  @Override
  public String toString() {
    return kind + " " + fullName();
  }
}
