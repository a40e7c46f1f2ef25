package dev.syncline;

import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyFlush;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which keys take part, and in which database they are at the target. Immutable.
 *
 * <pre>{@code
 * KeySelection.builder()
 *     .database(0)
 *     .database(3, 1)
 *     .keys("session:*", "user:*")
 *     .exceptKeys("user:tmp:*")
 *     .build();
 * }</pre>
 */
public final class KeySelection implements Selection<KeyChange>, KeyScope {

  private final Map<Integer, Integer> databases;
  private final List<KeyPattern> included;
  private final List<KeyPattern> excluded;

  private KeySelection(
      Map<Integer, Integer> databases, List<KeyPattern> included, List<KeyPattern> excluded) {
    this.databases = Collections.unmodifiableMap(new TreeMap<>(databases));
    this.included = List.copyOf(included);
    this.excluded = List.copyOf(excluded);
  }

  /** All keys of all databases, each under its own number. */
  public static KeySelection all() {
    return builder().build();
  }

  /** Begins a selection, of all keys of all databases as long as nothing else is said. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Set<Integer> databases() {
    return databases.keySet();
  }

  @Override
  public boolean isWhole() {
    return included.isEmpty() && excluded.isEmpty();
  }

  /** Whether a database takes part. */
  public boolean includes(int database) {
    return databases.isEmpty() || databases.containsKey(database);
  }

  @Override
  public boolean includes(int database, byte[] key) {
    return includes(database) && includesName(key);
  }

  private boolean includesName(byte[] key) {
    return (included.isEmpty() || matches(included, key)) && !matches(excluded, key);
  }

  private static boolean matches(List<KeyPattern> patterns, byte[] key) {
    for (int i = 0; i < patterns.size(); i++) {
      if (patterns.get(i).matches(key)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The number that a database of the source has at the target.
   *
   * @throws IllegalArgumentException if it does not take part
   */
  public int target(int database) {
    Integer number = databases.isEmpty() ? Integer.valueOf(database) : databases.get(database);
    if (number == null) {
      throw new IllegalArgumentException("Database " + database + " is not selected.");
    }
    return number;
  }

  /** Whether each database has its own number at the target. */
  public boolean keepsDatabases() {
    return databases.entrySet().stream().allMatch(e -> e.getKey().equals(e.getValue()));
  }

  /** Whether a change takes part; a command does if one of its keys does, or if it has none. */
  @Override
  public boolean includes(KeyChange change) {
    if (change instanceof KeyValue value) {
      return includes(value.database(), value.key());
    }
    return !(change instanceof KeyCommand command)
        || command.keyPlaces().length == 0
        || (includes(command.database()) && command.keys().stream().anyMatch(this::includesName));
  }

  /**
   * A selected change as the target gets it.
   *
   * @throws IllegalArgumentException if it is about a database that does not take part
   */
  public KeyChange toTarget(KeyChange change) {
    if (keepsDatabases()) {
      return change;
    }
    if (change instanceof KeyValue value) {
      return value.in(target(value.database()));
    }
    if (change instanceof KeyCommand command) {
      return toTarget(command);
    }
    if (change instanceof KeyFlush flush) {
      return new KeyFlush(new AtTarget(flush.scope(), this));
    }
    if (change instanceof CopyBegin begin) {
      Map<Integer, Long> expected = new HashMap<>();
      begin.expected().forEach((number, keys) -> expected.put(target(number), keys));
      return new CopyBegin(
          begin.stream(), begin.attempt(), new AtTarget(begin.scope(), this), expected);
    }
    CopyEnd end = (CopyEnd) change;
    return new CopyEnd(end.stream(), new AtTarget(end.scope(), this), end.keys());
  }

  private KeyCommand toTarget(KeyCommand command) {
    byte[][] arguments = command.arguments();
    int[] places = command.databasePlaces();
    if (places.length > 0) {
      arguments = arguments.clone();
      for (int place : places) {
        int number = Integer.parseInt(new String(arguments[place], StandardCharsets.US_ASCII));
        arguments[place] = Integer.toString(target(number)).getBytes(StandardCharsets.US_ASCII);
      }
    }
    KeyCommand made =
        KeyCommand.of(targetOf(command), arguments, command.keyPlaces()).withDatabases(places);
    return command.onFailure().map(made::allowedToFail).orElse(made);
  }

  /** What belongs to no key, such as a function, may come while another database is in use. */
  private int targetOf(KeyCommand command) {
    boolean elsewhere = command.keyPlaces().length == 0 && !includes(command.database());
    return elsewhere ? databases.values().iterator().next() : target(command.database());
  }

  /** A scope in the target's numbers of databases. */
  private static final class AtTarget implements KeyScope {

    private final KeyScope scope;
    private final Map<Integer, Integer> sources = new TreeMap<>();

    AtTarget(KeyScope scope, KeySelection selection) {
      this.scope = scope;
      scope.databases().forEach(number -> sources.put(selection.target(number), number));
    }

    @Override
    public Set<Integer> databases() {
      return Set.copyOf(sources.keySet());
    }

    @Override
    public boolean isWhole() {
      return scope.isWhole();
    }

    @Override
    public boolean includes(int database, byte[] key) {
      Integer source = sources.get(database);
      return source != null && scope.includes(source, key);
    }

    @Override
    public String toString() {
      return scope + " at the target in databases " + sources.keySet();
    }
  }

  /** The same text for the same selection, since a job remembers it. */
  @Override
  public String toString() {
    return "keys %s%s of %s"
        .formatted(
            included.isEmpty() ? "*" : included,
            excluded.isEmpty() ? "" : " but not " + excluded,
            databases.isEmpty() ? "all databases" : "databases " + databases);
  }

  /** Describes a {@link KeySelection}. Not thread-safe. */
  public static final class Builder {

    private final Map<Integer, Integer> databases = new TreeMap<>();
    private final List<KeyPattern> included = new ArrayList<>();
    private final List<KeyPattern> excluded = new ArrayList<>();

    private Builder() {}

    /**
     * Selects a database, which has the same number at the target. Default: all databases.
     *
     * @throws IllegalArgumentException if the number is negative
     * @throws IllegalStateException if the database is selected already, or another one has its
     *     number at the target
     */
    public Builder database(int number) {
      return database(number, number);
    }

    /**
     * Selects a database and says which one it is at the target.
     *
     * @throws IllegalArgumentException if a number is negative
     * @throws IllegalStateException if the database is selected already, or another one has its
     *     number at the target: keys of the same name could not be told apart there
     */
    public Builder database(int source, int target) {
      if (source < 0 || target < 0) {
        throw new IllegalArgumentException(
            "Numbers of databases begin at 0; got %d and %d.".formatted(source, target));
      }
      if (databases.containsKey(source) || databases.containsValue(target)) {
        throw new IllegalStateException(
            "Database %d as %d: one of the two is in the selection already, which has %s."
                .formatted(source, target, databases));
      }
      databases.put(source, target);
      return this;
    }

    /**
     * Selects the keys whose names match one of the patterns, in all selected databases. Patterns
     * are those of Redis itself: {@code *}, {@code ?}, {@code [a-z]}, {@code [^a]}, and a backslash
     * in front of one of these signs. Default: all keys.
     *
     * @throws IllegalArgumentException if a pattern is empty
     */
    public Builder keys(String... patterns) {
      add(included, patterns);
      return this;
    }

    /**
     * Leaves out the keys whose names match one of the patterns. Default: none.
     *
     * @throws IllegalArgumentException if a pattern is empty
     */
    public Builder exceptKeys(String... patterns) {
      add(excluded, patterns);
      return this;
    }

    private static void add(List<KeyPattern> to, String... patterns) {
      for (String pattern : patterns) {
        if (Objects.requireNonNull(pattern, "pattern").isEmpty()) {
          throw new IllegalArgumentException("An empty pattern matches the empty key only.");
        }
        to.add(new KeyPattern(pattern));
      }
    }

    /** The selection. */
    public KeySelection build() {
      return new KeySelection(databases, included, excluded);
    }
  }
}
