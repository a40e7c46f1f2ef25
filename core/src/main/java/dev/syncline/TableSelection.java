package dev.syncline;

import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Databases, tables, columns and rows by name or pattern, and their names at the target. Immutable.
 *
 * <pre>{@code
 * TableSelection.builder()
 *     .database("shop")                                     // all of its tables
 *     .database("logs", db -> db.as("logs_copy")
 *         .table("access", t -> t.as("visits").exceptColumns("agent").where("status < 500"))
 *         .tables("error_*")
 *         .except("error_tmp*"))
 *     .databases("tenant_*", db -> db.table("orders"))
 *     .build();
 * }</pre>
 *
 * <p>In a pattern {@code *} stands for any text and {@code ?} for one character. Names and patterns
 * tell upper from lower case. What is given by name counts before all patterns, and an earlier
 * pattern before a later one; {@code except} counts before patterns, not before names. Everything
 * is said in the names of the source.
 */
public final class TableSelection implements Selection<TableChange> {

  private final Map<String, DatabaseSelection> databases;
  private final List<DatabasePattern> patterns;
  private final List<NamePattern> except;
  private final Set<String> hidden;
  private final NameCase nameCase;

  private TableSelection(Builder builder, Set<String> hidden) {
    this(
        Map.copyOf(builder.databases),
        List.copyOf(builder.patterns),
        List.copyOf(builder.except),
        hidden,
        Objects.requireNonNullElse(builder.nameCase, NameCase.AS_SOURCE));
  }

  private TableSelection(
      Map<String, DatabaseSelection> databases,
      List<DatabasePattern> patterns,
      List<NamePattern> except,
      Set<String> hidden,
      NameCase nameCase) {
    this.databases = databases;
    this.patterns = patterns;
    this.except = except;
    this.hidden = hidden;
    this.nameCase = nameCase;
  }

  /** A selection that is yet empty. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public boolean includes(TableChange change) {
    return includes(change.table().source());
  }

  /** Whether a table takes part. */
  public boolean includes(TableId table) {
    return find(table) != null;
  }

  /** What is said of a table; empty if it does not take part. */
  public Optional<SelectedTable> table(TableId table) {
    return Optional.ofNullable(find(table));
  }

  /**
   * The condition that rows of a table must fulfil to take part, as it was given; empty if all rows
   * take part, or the table does not.
   */
  public Optional<String> filter(TableId table) {
    return table(table).flatMap(SelectedTable::filter);
  }

  /** Whether the rows of a table go to a table at the target that may have those of others too. */
  public boolean isMerged(TableId table) {
    return table(table).flatMap(SelectedTable::merge).isPresent();
  }

  /** Upper and lower case of names at the target that are not given. */
  public NameCase nameCase() {
    return nameCase;
  }

  private @Nullable SelectedTable find(TableId table) {
    DatabaseSelection database = find(table.database());
    return database == null ? null : database.find(table.name());
  }

  private @Nullable DatabaseSelection find(String name) {
    DatabaseSelection named = databases.get(name);
    if (named != null || patterns.isEmpty() || hidden.contains(name)) {
      return named;
    }
    if (except.stream().noneMatch(pattern -> pattern.matches(name))) {
      for (DatabasePattern pattern : patterns) {
        if (pattern.pattern.matches(name)) {
          return pattern.tables;
        }
      }
    }
    return null;
  }

  /** Whether tables of a database may take part. */
  public boolean includesDatabase(String name) {
    return find(name) != null;
  }

  /** The name that is given to a database at the target; empty if none is. */
  public Optional<String> databaseName(String name) {
    DatabaseSelection database = find(name);
    return database == null
        ? Optional.empty()
        : database.rules(name).findFirst().flatMap(rule -> rule.getValue().database());
  }

  /** Whether all tables of a database take part, by the pattern {@code *} without exceptions. */
  public boolean includesWhole(String name) {
    DatabaseSelection database = find(name);
    return database != null && database.isWhole();
  }

  /** The databases that were selected by their names. */
  public Set<String> databases() {
    return databases.keySet();
  }

  /** Whether there are patterns for databases, so that a new database may take part. */
  public boolean hasDatabasePatterns() {
    return !patterns.isEmpty();
  }

  /**
   * The same selection, but no pattern matches certain databases: those that a source has for
   * itself.
   */
  public TableSelection hiding(Set<String> databasesOfSource) {
    return new TableSelection(databases, patterns, except, Set.copyOf(databasesOfSource), nameCase);
  }

  /** The tables that were selected by their full name and must therefore exist. */
  public List<TableId> namedTables() {
    List<TableId> named = new ArrayList<>();
    databases.forEach(
        (name, db) -> db.tables().keySet().forEach(t -> named.add(new TableId(name, t))));
    return named;
  }

  /**
   * What makes tables at the target other ones than at the source, in words: a line for each name
   * or pattern of which something is said, in the order in which they count.
   */
  public List<String> describedMapping() {
    List<String> lines = new ArrayList<>();
    rules()
        .forEach(
            rule -> {
              String words = rule.getValue().described();
              if (!words.isEmpty()) {
                lines.add("'" + rule.getKey() + "': " + words);
              }
            });
    return lines;
  }

  /** Whether all databases, tables and columns are at the target, under the names of the source. */
  public boolean keepsNames() {
    return rules().map(Map.Entry::getValue).allMatch(SelectedTable::keepsNames);
  }

  /** Whether there are tables of which not everything is followed. */
  public boolean limitsOperations() {
    return rules()
        .anyMatch(rule -> rule.getValue().operations().size() < Operation.values().length);
  }

  /** Whether tables may be merged. */
  public boolean hasMerges() {
    return rules().anyMatch(rule -> rule.getValue().merge().isPresent());
  }

  /** What is said, each with the name or pattern that it is said of. */
  Stream<Map.Entry<String, SelectedTable>> rules() {
    Stream<Map.Entry<String, SelectedTable>> named =
        new TreeMap<>(databases)
            .entrySet().stream().flatMap(db -> db.getValue().rules(db.getKey()));
    return Stream.concat(named, patterns.stream().flatMap(p -> p.tables.rules(p.pattern.text())));
  }

  /** The databases and their tables, as they were given, for logs. */
  @Override
  public String toString() {
    Map<String, Object> all = new TreeMap<>(databases);
    patterns.forEach(pattern -> all.put(pattern.pattern.text(), pattern.tables));
    String exceptions = except.isEmpty() ? "" : " except " + except;
    return "TableSelection" + all + exceptions;
  }

  private record DatabasePattern(NamePattern pattern, DatabaseSelection tables) {}

  /** Collects databases. Not thread-safe. */
  public static final class Builder {

    private final Map<String, DatabaseSelection> databases = new LinkedHashMap<>();
    private final List<DatabasePattern> patterns = new ArrayList<>();
    private final List<NamePattern> except = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private @Nullable NameCase nameCase;

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
      if (databases.putIfAbsent(name, selected(name, tables)) != null) {
        throw selectedTwice(name);
      }
      return this;
    }

    /**
     * Selects all tables of the databases whose names match a pattern, those too that are created
     * later. What a server has for itself is not meant.
     *
     * @throws IllegalArgumentException if the pattern is empty
     * @throws IllegalStateException if the pattern was given before
     */
    public Builder databases(String pattern) {
      return databases(pattern, db -> db.tables("*"));
    }

    /**
     * Selects some tables of the databases whose names match a pattern, those too that are created
     * later. Tables that are selected by name need not be in all of them.
     *
     * @throws IllegalArgumentException if the pattern is empty, or no table is selected
     * @throws IllegalStateException if the pattern was given before
     */
    public Builder databases(String pattern, Consumer<DatabaseBuilder> tables) {
      NamePattern read = NamePattern.of(pattern, "databases");
      if (patterns.stream().anyMatch(p -> p.pattern.text().equals(pattern))) {
        throw selectedTwice(pattern);
      }
      patterns.add(new DatabasePattern(read, selected(pattern, tables)));
      return this;
    }

    /**
     * Leaves out the databases that match a pattern, unless they are selected by name.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public Builder except(String pattern) {
      except.add(NamePattern.of(pattern, "databases"));
      return this;
    }

    /**
     * Upper and lower case of names at the target. Default: {@link NameCase#AS_SOURCE}.
     *
     * @throws IllegalStateException if it was set before
     */
    public Builder nameCase(NameCase nameCase) {
      Settings.unset(this.nameCase, "nameCase");
      this.nameCase = Objects.requireNonNull(nameCase, "nameCase");
      return this;
    }

    private DatabaseSelection selected(String name, Consumer<DatabaseBuilder> tables) {
      DatabaseBuilder builder = new DatabaseBuilder(name, problems);
      tables.accept(builder);
      return builder.build();
    }

    private static IllegalStateException selectedTwice(String name) {
      return new IllegalStateException(
          "Database '" + name + "' is selected twice; put all its tables into one call.");
    }

    /**
     * The selection.
     *
     * @throws IllegalStateException if nothing is selected, or what was said contradicts itself;
     *     the message names everything that is wrong
     */
    public TableSelection build() {
      if (databases.isEmpty() && patterns.isEmpty()) {
        throw new IllegalStateException("The selection is empty; select at least one database.");
      }
      if (!except.isEmpty() && patterns.isEmpty()) {
        problems.add(
            "The databases %s are left out, but none are selected by a pattern; leave except out."
                .formatted(except));
      }
      Map<TableId, TableId> sources = new TreeMap<>();
      new TreeMap<>(databases)
          .forEach(
              (database, tables) ->
                  tables
                      .tables()
                      .forEach(
                          (name, table) -> {
                            TableId id = new TableId(database, name);
                            TableId target =
                                new TableId(
                                    table.database().orElse(database), table.name().orElse(name));
                            TableId other = sources.putIfAbsent(target, id);
                            if (other != null && table.merge().isEmpty()) {
                              problems.add(
                                  ("The tables '%s' and '%s' would both be '%s' at the target. Give"
                                          + " one another name, or let all of them be merged.")
                                      .formatted(other, id, target));
                            }
                          }));
      if (!problems.isEmpty()) {
        throw new IllegalStateException(
            "The selection cannot be built:\n" + String.join("\n", problems));
      }
      return new TableSelection(this, Set.of());
    }
  }

  /** Collects the tables of one database, or of all that match a pattern. Not thread-safe. */
  public static final class DatabaseBuilder {

    private final String database;
    private final List<String> problems;
    private final Map<String, SelectedTable> tables = new LinkedHashMap<>();
    private final List<DatabaseSelection.TablePattern> patterns = new ArrayList<>();
    private final List<NamePattern> except = new ArrayList<>();
    private @Nullable String name;

    private DatabaseBuilder(String database, List<String> problems) {
      this.database = database;
      this.problems = problems;
    }

    /**
     * The name of the database at the target. Default: its name at the source.
     *
     * @throws IllegalArgumentException if it is empty
     * @throws IllegalStateException if it was set before
     */
    public DatabaseBuilder as(String name) {
      Settings.unset(this.name, "as");
      if (Objects.requireNonNull(name, "name").isEmpty()) {
        throw new IllegalArgumentException(
            "The name of database '" + database + "' at the target must not be empty.");
      }
      this.name = name;
      return this;
    }

    /**
     * Selects a table that must exist.
     *
     * @throws IllegalArgumentException if the name is empty or was given before
     */
    public DatabaseBuilder table(String name) {
      return table(name, table -> {});
    }

    /**
     * Selects a table that must exist, and says which part of it and under which names.
     *
     * @throws IllegalArgumentException if the name is empty or was given before
     */
    public DatabaseBuilder table(String name, Consumer<SelectedTable.Builder> more) {
      TableId id = new TableId(database, name);
      SelectedTable.Builder builder = new SelectedTable.Builder(id.toString());
      more.accept(builder);
      if (tables.putIfAbsent(name, builder.build(problems)) != null) {
        throw new IllegalArgumentException("Table '" + id + "' is selected twice.");
      }
      return this;
    }

    /**
     * Selects the tables whose names match a pattern; there may be none.
     *
     * @param pattern a name in which {@code *} stands for any text and {@code ?} for one character
     * @throws IllegalArgumentException if it is empty
     */
    public DatabaseBuilder tables(String pattern) {
      return tables(pattern, table -> {});
    }

    /**
     * Selects the tables whose names match a pattern, and says which part of each and under which
     * names.
     *
     * @param pattern a name in which {@code *} stands for any text and {@code ?} for one character
     * @throws IllegalArgumentException if it is empty
     */
    public DatabaseBuilder tables(String pattern, Consumer<SelectedTable.Builder> more) {
      NamePattern read = NamePattern.of(pattern, "tables of '" + database + "'");
      SelectedTable.Builder builder = new SelectedTable.Builder(database + "." + pattern);
      more.accept(builder);
      patterns.add(new DatabaseSelection.TablePattern(read, builder.build(problems)));
      return this;
    }

    /**
     * Leaves out the tables that match a pattern, unless they are selected by name.
     *
     * @throws IllegalArgumentException if it is empty
     */
    public DatabaseBuilder except(String pattern) {
      except.add(NamePattern.of(pattern, "tables of '" + database + "'"));
      return this;
    }

    private DatabaseSelection build() {
      if (tables.isEmpty() && patterns.isEmpty()) {
        throw new IllegalArgumentException(
            "Database '" + database + "' is selected without any table; name one or leave it out.");
      }
      if (!except.isEmpty() && patterns.isEmpty()) {
        problems.add(
            ("The tables %s of '%s' are left out, but none are selected by a pattern; leave except"
                    + " out.")
                .formatted(except, database));
      }
      Optional<String> target = Optional.ofNullable(name);
      Map<String, SelectedTable> named = new LinkedHashMap<>();
      tables.forEach((table, selected) -> named.put(table, selected.in(target)));
      return new DatabaseSelection(
          named,
          patterns.stream()
              .map(p -> new DatabaseSelection.TablePattern(p.pattern(), p.table().in(target)))
              .toList(),
          List.copyOf(except));
    }
  }
}
