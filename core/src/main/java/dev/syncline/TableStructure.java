package dev.syncline;

import dev.syncline.change.TableDefinition;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A table as a source has it, with what a sink needs to make one like it.
 *
 * @param definition columns and keys
 * @param statements the source's own words for it, under the names {@link TableDefinition#source}
 *     and those of {@code origins}
 * @param size about how large it is
 * @param origins for each column that is as in the statement its name there, by its name in the
 *     definition; any other column is to be made from the definition, and what else stands in the
 *     statement is to be left out
 */
public record TableStructure(
    TableDefinition definition,
    CreateStatements statements,
    TableSize size,
    Map<String, String> origins) {

  /** Checks that nothing is missing. */
  public TableStructure {
    Objects.requireNonNull(definition, "definition");
    Objects.requireNonNull(statements, "statements");
    Objects.requireNonNull(size, "size");
    origins = Map.copyOf(origins);
  }

  /** A table that is as in its statement. */
  public TableStructure(TableDefinition definition, CreateStatements statements, TableSize size) {
    this(definition, statements, size, asInStatement(definition));
  }

  private static Map<String, String> asInStatement(TableDefinition definition) {
    Map<String, String> names = new HashMap<>();
    definition.columns().forEach(column -> names.put(column.name(), column.name()));
    return names;
  }

  /**
   * Statements that make a database and a table.
   *
   * @param dialect the language that they are written in, for example {@code mysql}
   * @param database makes the database with its defaults unless it is there
   * @param table makes the table in the session's current database
   */
  public record CreateStatements(String dialect, String database, String table) {

    /** Checks that nothing is missing. */
    public CreateStatements {
      Objects.requireNonNull(dialect, "dialect");
      Objects.requireNonNull(database, "database");
      Objects.requireNonNull(table, "table");
    }

    /** Without the statements: those of some engines hold passwords. */
    @Override
    public String toString() {
      return "statements in dialect '" + dialect + "'";
    }
  }

  /**
   * An estimate of a table's size by the source's statistics, used for progress and chunk sizes.
   *
   * @param rows number of rows, 0 if unknown
   * @param bytes bytes of all rows, 0 if unknown
   */
  public record TableSize(long rows, long bytes) {

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public TableSize {
      if (rows < 0 || bytes < 0) {
        throw new IllegalArgumentException("A table's size must not be negative.");
      }
    }
  }
}
