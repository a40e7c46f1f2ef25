package dev.syncline;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

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

  /** The names of the databases, for logs. */
  @Override
  public String toString() {
    return "TableSelection" + databases;
  }

  private record DatabaseSelection(List<String> tables, List<Pattern> patterns) {

    boolean includes(String table) {
      return tables.contains(table) || patterns.stream().anyMatch(p -> p.matcher(table).matches());
    }

    @Override
    public String toString() {
      List<String> all = new ArrayList<>(tables);
      patterns.forEach(p -> all.add(p.pattern()));
      return all.toString();
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
    private final List<Pattern> patterns = new ArrayList<>();

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
     */
    public DatabaseBuilder tables(String pattern) {
      if (Objects.requireNonNull(pattern, "pattern").isEmpty()) {
        throw new IllegalArgumentException(
            "A pattern for tables of '" + database + "' must not be empty.");
      }
      StringBuilder regex = new StringBuilder();
      pattern
          .codePoints()
          .mapToObj(c -> c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(Character.toString(c)))
          .forEach(regex::append);
      patterns.add(Pattern.compile(regex.toString(), Pattern.DOTALL));
      return this;
    }
  }
}
