package dev.syncline.change;

import java.util.Objects;

/**
 * The full name of a table at one end of a job.
 *
 * @param database the database (MySQL) or schema (PostgreSQL) that holds the table
 * @param name the table's own name
 */
public record TableId(String database, String name) implements Comparable<TableId> {

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if a part is empty
   */
  public TableId {
    if (Objects.requireNonNull(database, "database").isEmpty()
        || Objects.requireNonNull(name, "name").isEmpty()) {
      throw new IllegalArgumentException(
          "A table needs a database and a name; got '" + database + "' and '" + name + "'.");
    }
  }

  /** Orders by database, then by name, both by code unit. */
  @Override
  public int compareTo(TableId other) {
    int byDatabase = database.compareTo(other.database);
    return byDatabase != 0 ? byDatabase : name.compareTo(other.name);
  }

  /** The name as {@code database.table}, for messages; not quoted for use in SQL. */
  @Override
  public String toString() {
    return database + "." + name;
  }
}
