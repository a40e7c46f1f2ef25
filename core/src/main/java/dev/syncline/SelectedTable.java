package dev.syncline;

import dev.syncline.internal.Glob;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TableSelection} says of a table, or of all that match a pattern. Immutable.
 *
 * @param database the name of its database at the target, if one is given
 * @param name its name at the target, if one is given
 * @param columns what of its columns takes part, and under which names
 * @param filter the condition that rows must fulfil, in the source's language
 * @param operations what is followed
 * @param merge set if other tables may have the same name at the target
 */
public record SelectedTable(
    Optional<String> database,
    Optional<String> name,
    Columns columns,
    Optional<String> filter,
    Set<Operation> operations,
    Optional<Merge> merge) {

  /** Copies the set. */
  public SelectedTable {
    Objects.requireNonNull(database, "database");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(columns, "columns");
    Objects.requireNonNull(filter, "filter");
    operations = Set.copyOf(operations);
    Objects.requireNonNull(merge, "merge");
  }

  /**
   * Columns of a table, by their names at the source. Of those that take part, or do not, there may
   * also be patterns, with {@code *} for any text and {@code ?} for one character.
   *
   * @param only those that take part; all if it is empty
   * @param except those that do not take part
   * @param renames the names at the target of those that have another one there
   */
  public record Columns(List<String> only, List<String> except, Map<String, String> renames) {

    /** Copies the collections. */
    public Columns {
      only = List.copyOf(only);
      except = List.copyOf(except);
      renames = Map.copyOf(renames);
    }

    /** Whether a column takes part. */
    public boolean includes(String column) {
      return (only.isEmpty() || isIn(only, column)) && !isIn(except, column);
    }

    private static boolean isIn(List<String> given, String column) {
      return given.stream().anyMatch(name -> Glob.matches(name, column));
    }
  }

  /**
   * Several tables into one.
   *
   * @param originColumn the column of the target that says from which table of the source a row is,
   *     as {@code database.table}; empty if there is none
   */
  public record Merge(Optional<String> originColumn) {

    /** Checks that nothing is missing. */
    public Merge {
      Objects.requireNonNull(originColumn, "originColumn");
    }
  }

  /** What makes the table at the target another one, in words; empty if nothing does. */
  String described() {
    List<String> words = new ArrayList<>();
    database.ifPresent(given -> words.add("in database '" + given + "'"));
    name.ifPresent(given -> words.add("as '" + given + "'"));
    if (!columns.only.isEmpty()) {
      words.add("columns " + columns.only);
    }
    if (!columns.except.isEmpty()) {
      words.add("without columns " + columns.except);
    }
    new TreeMap<>(columns.renames)
        .forEach((column, given) -> words.add("'%s' as '%s'".formatted(column, given)));
    filter.ifPresent(condition -> words.add("where " + condition));
    merge.ifPresent(
        merged ->
            words.add(merged.originColumn.map(o -> "merged by '" + o + "'").orElse("merged")));
    return String.join(", ", words);
  }

  /** Whether the table is at the target with all of its columns, under the names of the source. */
  boolean keepsNames() {
    return database.isEmpty()
        && name.isEmpty()
        && columns.only.isEmpty()
        && columns.except.isEmpty()
        && columns.renames.isEmpty()
        && merge.isEmpty();
  }

  /** The same in a database with another name at the target. */
  SelectedTable in(Optional<String> target) {
    return new SelectedTable(target, name, columns, filter, operations, merge);
  }

  /** Says more about a table, or about all that match a pattern. Not thread-safe. */
  public static final class Builder {

    private final String what;
    private final Map<String, String> renames = new LinkedHashMap<>();
    private @Nullable String name;
    private @Nullable List<String> only;
    private @Nullable List<String> except;
    private @Nullable String filter;
    private @Nullable Set<Operation> operations;
    private @Nullable Merge merge;

    /**
     * A builder.
     *
     * @param what the table or pattern, for messages
     */
    Builder(String what) {
      this.what = what;
    }

    /**
     * The name of the table at the target. Default: its name at the source.
     *
     * @throws IllegalArgumentException if it is empty
     * @throws IllegalStateException if it was set before
     */
    public Builder as(String name) {
      Settings.unset(this.name, "as");
      this.name = named(name, "name at the target");
      return this;
    }

    /**
     * The columns that take part, by names or patterns with {@code *} and {@code ?}. Default: all.
     * Those that are added at the source later do not take part then, unless they match.
     *
     * @throws IllegalArgumentException if a name is empty or comes twice
     * @throws IllegalStateException if columns were chosen before
     */
    public Builder columns(String first, String... more) {
      Settings.unset(except, "exceptColumns");
      Settings.unset(only, "columns");
      only = names(first, more);
      return this;
    }

    /**
     * The columns that do not take part, by names or patterns with {@code *} and {@code ?}.
     * Default: none. Those that are added at the source later take part, unless they match.
     *
     * @throws IllegalArgumentException if a name is empty or comes twice
     * @throws IllegalStateException if columns were chosen before
     */
    public Builder exceptColumns(String first, String... more) {
      Settings.unset(only, "columns");
      Settings.unset(except, "exceptColumns");
      except = names(first, more);
      return this;
    }

    /**
     * Gives a column another name at the target.
     *
     * @throws IllegalArgumentException if a name is empty, the column has been given a name before,
     *     or another column has this one
     */
    public Builder rename(String column, String target) {
      named(column, "name of a column");
      named(target, "name of a column at the target");
      if (renames.containsValue(target)) {
        throw new IllegalArgumentException(
            "Two columns of '%s' are renamed to '%s'; each needs a name of its own."
                .formatted(what, target));
      }
      if (renames.putIfAbsent(column, target) != null) {
        throw new IllegalArgumentException(
            "Column '%s' of '%s' is renamed twice.".formatted(column, what));
      }
      return this;
    }

    /**
     * Only rows that fulfil a condition take part. Default: all.
     *
     * @param condition in the source's language, with the names that columns have there; for MySQL
     *     what may stand behind {@code WHERE}
     * @throws IllegalArgumentException if it is blank
     * @throws IllegalStateException if it was set before
     */
    public Builder where(String condition) {
      Settings.unset(filter, "where");
      if (Objects.requireNonNull(condition, "condition").isBlank()) {
        throw new IllegalArgumentException(
            "The condition for rows of '%s' must not be blank; leave it out for all rows."
                .formatted(what));
      }
      filter = condition;
      return this;
    }

    /**
     * What of the table's log is followed. Default: everything. Existing rows are copied whatever
     * is chosen. Changes that are left out are counted as dropped.
     *
     * <p>A table that takes no part of the changes is no copy any more: what an update finds
     * missing at the target it inserts, and rows that should have been deleted can be in the way of
     * others with the same unique values, which stops the job.
     *
     * @throws IllegalStateException if it was set before
     */
    public Builder operations(Operation first, Operation... more) {
      Settings.unset(operations, "operations");
      operations = EnumSet.of(first, more);
      return this;
    }

    /**
     * Lets several tables have one name at the target, where the rows of all are together. All of
     * them must have the same columns, and no key may be in two of them: the pre-check has a risk
     * of that name to be acknowledged.
     *
     * @throws IllegalStateException if it was set before
     */
    public Builder merged() {
      Settings.unset(merge, "merged");
      merge = new Merge(Optional.empty());
      return this;
    }

    /**
     * Lets several tables have one name at the target, where the rows of all are together, each
     * with the name of the table that it is from. All of them must have the same columns. Every
     * unique key of the table at the target must have the origin as its last column, so that a key
     * may be in several of them; a table that the job makes has such keys.
     *
     * @param originColumn the name of a column at the target with {@code database.table} in it
     * @throws IllegalArgumentException if the name is empty
     * @throws IllegalStateException if it was set before
     */
    public Builder merged(String originColumn) {
      Settings.unset(merge, "merged");
      merge = new Merge(Optional.of(named(originColumn, "name of the origin column")));
      return this;
    }

    private List<String> names(String first, String... more) {
      List<String> all = new ArrayList<>();
      all.add(first);
      all.addAll(List.of(more));
      all.forEach(column -> named(column, "name of a column"));
      if (new LinkedHashSet<>(all).size() != all.size()) {
        throw new IllegalArgumentException(
            "A column of '%s' is named twice in %s.".formatted(what, all));
      }
      return all;
    }

    private String named(String value, String role) {
      if (Objects.requireNonNull(value, role).isEmpty()) {
        throw new IllegalArgumentException(
            "The %s of '%s' must not be empty.".formatted(role, what));
      }
      return value;
    }

    /**
     * What was said.
     *
     * @param problems gets what contradicts itself
     */
    SelectedTable build(List<String> problems) {
      Columns columns =
          new Columns(
              only == null ? List.of() : only, except == null ? List.of() : except, renames);
      for (String column : renames.keySet()) {
        if (!columns.includes(column)) {
          problems.add(
              "Column '%s' of '%s' is renamed, but does not take part.".formatted(column, what));
        }
      }
      for (String target : renames.values()) {
        if (isKept(columns, target)) {
          problems.add(
              "Two columns of '%s' would be '%s' at the target; rename the other one too."
                  .formatted(what, target));
        }
      }
      Optional<String> origin = merge == null ? Optional.empty() : merge.originColumn();
      if (origin.isPresent()
          && (renames.containsValue(origin.get()) || isKept(columns, origin.get()))) {
        problems.add(
            "The origin column '%s' of '%s' has the name of another column at the target."
                .formatted(origin.get(), what));
      }
      return new SelectedTable(
          Optional.empty(),
          Optional.ofNullable(name),
          columns,
          Optional.ofNullable(filter),
          operations == null ? EnumSet.allOf(Operation.class) : operations,
          Optional.ofNullable(merge));
    }

    /** Whether a column is known to be there under its name at the source. */
    private boolean isKept(Columns columns, String name) {
      return columns.only().contains(name) && !renames.containsKey(name);
    }
  }
}
