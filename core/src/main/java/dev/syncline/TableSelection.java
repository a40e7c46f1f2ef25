package dev.syncline;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Databases and tables by name or pattern. Immutable.
 *
 * <pre>{@code
 * TableSelection.builder()
 *     .database("shop")                                     // all of its tables
 *     .database("logs", db -> db.table("access").tables("error_*"))
 *     .build();
 * }</pre>
 *
 * <p>In a pattern {@code *} stands for any text and {@code ?} for one character. Names and patterns
 * tell upper from lower case.
 */
public final class TableSelection implements Selection<TableChange> {

  private final Map<String, DatabaseSelection> databases;

  private TableSelection(Map<String, DatabaseSelection> databases) {
    this.databases = databases;
  }

  /** A selection that is yet empty. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public boolean includes(TableChange change) {
    return includes(change.table().id());
  }

  /** Whether a table takes part. */
  public boolean includes(TableId table) {
    DatabaseSelection database = databases.get(table.database());
    return database != null && database.includes(table.name());
  }

  /** The databases all tables of which take part, by the pattern {@code *}. */
  public Set<String> wholeDatabases() {
    Set<String> whole = new TreeSet<>();
    databases.forEach(
        (name, database) -> {
          if (database.patterns.stream().anyMatch(p -> p.text.matches("\\*+"))) {
            whole.add(name);
          }
        });
    return whole;
  }

  /** The databases of which at least one table may take part. */
  public Set<String> databases() {
    return databases.keySet();
  }

  /** The tables that were selected by their full name and must therefore exist. */
  public List<TableId> namedTables() {
    List<TableId> named = new ArrayList<>();
    databases.forEach((name, db) -> db.tables.forEach(t -> named.add(new TableId(name, t))));
    return named;
  }

  /** The databases and their tables, as they were given, for logs. */
  @Override
  public String toString() {
    return "TableSelection" + databases;
  }

  private record DatabaseSelection(List<String> tables, List<TablePattern> patterns) {

    boolean includes(String table) {
      return tables.contains(table) || patterns.stream().anyMatch(p -> p.matches(table));
    }

    @Override
    public String toString() {
      return Stream.concat(tables.stream(), patterns.stream().map(TablePattern::text))
          .toList()
          .toString();
    }
  }

  /** A pattern as it was given, and what it means. */
  private record TablePattern(String text, Pattern regex) {

    static TablePattern of(String text) {
      StringBuilder regex = new StringBuilder();
      text.codePoints()
          .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
          .forEach(regex::append);
      return new TablePattern(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
    }

    boolean matches(String table) {
      return regex.matcher(table).matches();
    }
  }

  /** Collects databases. Not thread-safe. */
  public static final class Builder {

    private final Map<String, DatabaseSelection> databases = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Selects all tables of a database.
     *
     * @throws IllegalStateException if the database was selected before
     */
    public Builder database(String name) {
      return database(name, db -> db.tables("*"));
    }

    /**
     * Selects some tables of a database.
     *
     * @throws IllegalArgumentException if no table is selected
     * @throws IllegalStateException if the database was selected before
     */
    public Builder database(String name, Consumer<DatabaseBuilder> tables) {
      if (Objects.requireNonNull(name, "name").isEmpty()) {
        throw new IllegalArgumentException("The name of a database must not be empty.");
      }
      DatabaseBuilder builder = new DatabaseBuilder(name);
      tables.accept(builder);
      if (builder.tables.isEmpty() && builder.patterns.isEmpty()) {
        throw new IllegalArgumentException(
            "Database '" + name + "' is selected without any table; name one or leave it out.");
      }
      DatabaseSelection selection =
          new DatabaseSelection(List.copyOf(builder.tables), List.copyOf(builder.patterns));
      if (databases.putIfAbsent(name, selection) != null) {
        throw new IllegalStateException(
            "Database '" + name + "' is selected twice; put all its tables into one call.");
      }
      return this;
    }

    /**
     * The selection.
     *
     * @throws IllegalStateException if nothing is selected
     */
    public TableSelection build() {
      if (databases.isEmpty()) {
        throw new IllegalStateException("The selection is empty; select at least one database.");
      }
      return new TableSelection(Map.copyOf(databases));
    }
  }

  /** Collects the tables of one database. Not thread-safe. */
  public static final class DatabaseBuilder {

    private final String database;
    private final List<String> tables = new ArrayList<>();
    private final List<TablePattern> patterns = new ArrayList<>();

    private DatabaseBuilder(String database) {
      this.database = database;
    }

    /**
     * Selects a table that must exist.
     *
     * @throws IllegalArgumentException if the name is empty or was given before
     */
    public DatabaseBuilder table(String name) {
      TableId id = new TableId(database, name);
      if (tables.contains(name)) {
        throw new IllegalArgumentException("Table '" + id + "' is selected twice.");
      }
      tables.add(name);
      return this;
    }

    /**
     * Selects the tables whose names match a pattern; there may be none.
     *
     * @param pattern a name in which {@code *} stands for any text and {@code ?} for one character
     * @throws IllegalArgumentException if it is empty
     */
    public DatabaseBuilder tables(String pattern) {
      if (Objects.requireNonNull(pattern, "pattern").isEmpty()) {
        throw new IllegalArgumentException(
            "A pattern for tables of '" + database + "' must not be empty.");
      }
      patterns.add(TablePattern.of(pattern));
      return this;
    }
  }
}
