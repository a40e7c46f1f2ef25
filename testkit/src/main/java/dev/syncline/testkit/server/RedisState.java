package dev.syncline.testkit.server;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * All that a server, or the masters of a cluster, held when it was read, to be compared with
 * another one.
 *
 * <pre>{@code
 * assertThat(RedisState.of(target).differences(RedisState.of(source), Duration.ofSeconds(1)))
 *     .isEmpty();
 * }</pre>
 *
 * <p>Of each key in each database it has the type, the whole value and the time of expiry: strings;
 * lists in their order; sets, hashes and sorted sets by member, with the time of expiry of each
 * field and the exact score; streams with their entries, groups, consumers and pending entries; the
 * values of modules as {@code DUMP} gives them. Beside them the libraries of functions. A server
 * that is written to meanwhile gives a mixture. Immutable.
 */
public final class RedisState {
  private static final int MOST_LINES = 20;
  private static final int MOST_PARTS = 3;

  private final String title;
  private final Map<Key, RedisValue> values;
  private final @Nullable Map<String, String> functions;
  private final long readAt;

  /**
   * A key of a database.
   *
   * @param database the number of the database
   * @param name its name; of bytes that are no text, each that is no printable ASCII as {@code
   *     \x00}; backslashes are doubled
   */
  public record Key(int database, String name) {
    /** For messages. */
    @Override
    public String toString() {
      return "'" + name + "' in database " + database;
    }
  }

  /**
   * What was read.
   *
   * @param functions null if the server has none of them
   * @param readAt the server's time at the end of reading, in milliseconds
   */
  RedisState(
      String title,
      Map<Key, RedisValue> values,
      @Nullable Map<String, String> functions,
      long readAt) {
    this.title = title;
    this.values = values;
    this.functions = functions;
    this.readAt = readAt;
  }

  /**
   * Reads a server, thousands of keys at a time.
   *
   * @throws ServerException if it does not run
   */
  public static RedisState of(RedisServer server) {
    try (RespClient client = server.connect()) {
      return new RedisStateReader(client).read(server.toString());
    }
  }

  /**
   * Reads the masters of a cluster.
   *
   * @throws ServerException if one of them does not run
   * @throws IllegalStateException if two of them have the same key
   */
  public static RedisState of(RedisCluster cluster) {
    return cluster.masters().stream()
        .map(RedisState::of)
        .reduce(RedisState::and)
        .orElseThrow(() -> new ServerException("'" + cluster + "' has no masters."))
        .titled(cluster.toString());
  }

  /** The same without the keys of which that is true. */
  public RedisState ignoring(Predicate<Key> ignored) {
    Map<Key, RedisValue> rest = new HashMap<>(values);
    rest.keySet().removeIf(ignored);
    return new RedisState(title, rest, functions, readAt);
  }

  /** The same with other keys, as a job may have renamed them or moved them between databases. */
  public RedisState renamed(UnaryOperator<Key> renaming) {
    Map<Key, RedisValue> renamed = new HashMap<>();
    values.forEach(
        (key, value) -> {
          Key now = renaming.apply(key);
          if (renamed.put(now, value) != null) {
            throw new IllegalArgumentException("Two keys are renamed to " + now + ".");
          }
        });
    return new RedisState(title, renamed, functions, readAt);
  }

  /** This state and another one with other keys. */
  RedisState and(RedisState other) {
    Map<Key, RedisValue> all = new HashMap<>(values);
    other.values.forEach(
        (key, value) -> {
          if (all.put(key, value) != null) {
            throw new IllegalStateException(
                "Both '%s' and '%s' have key %s.".formatted(title, other.title, key));
          }
        });
    return new RedisState(title, all, functions, Math.max(readAt, other.readAt));
  }

  RedisState titled(String newTitle) {
    return new RedisState(newTitle, values, functions, readAt);
  }

  /** The keys that there were. */
  public Set<Key> keys() {
    return Set.copyOf(values.keySet());
  }

  /**
   * What differs from another state: a line for each key, at most {@value #MOST_LINES} of them and
   * one that counts the others. A key that is missing in one state because it was to expire before
   * that was read is no difference.
   *
   * @param tolerance how far times of expiry and delivery may be apart
   */
  public List<String> differences(RedisState other, Duration tolerance) {
    long millis = tolerance.toMillis();
    List<String> lines = new ArrayList<>();
    Map<Key, RedisValue> all = new HashMap<>(values);
    other.values.forEach(all::putIfAbsent);
    all.keySet().stream()
        .sorted(Comparator.comparingInt(Key::database).thenComparing(Key::name))
        .forEach(key -> compare(key, other, millis, lines));
    lines.removeIf(String::isEmpty);
    if (functions != null && other.functions != null) {
      String difference = differingParts("function library", functions, other.functions, other);
      if (!difference.isEmpty()) {
        lines.add(difference);
      }
    }
    if (lines.size() <= MOST_LINES) {
      return lines;
    }
    List<String> some = new ArrayList<>(lines.subList(0, MOST_LINES));
    some.add("and %d more".formatted(lines.size() - MOST_LINES));
    return some;
  }

  private void compare(Key key, RedisState other, long tolerance, List<String> lines) {
    @Nullable RedisValue mine = values.get(key);
    @Nullable RedisValue others = other.values.get(key);
    if (mine == null) {
      lines.add(lonely(key, Objects.requireNonNull(others), other, this, tolerance));
    } else if (others == null) {
      lines.add(lonely(key, mine, this, other, tolerance));
    } else if (!mine.type().equals(others.type())) {
      lines.add(
          "%s is a %s in %s, a %s in %s"
              .formatted(key, mine.type(), title, others.type(), other.title));
    } else {
      List<String> differences = new ArrayList<>();
      differences.add(differingParts("", mine.parts(), others.parts(), other));
      Map<String, String> told = new HashMap<>(mine.details());
      told.keySet().retainAll(others.details().keySet());
      Map<String, String> toldToo = new HashMap<>(others.details());
      toldToo.keySet().retainAll(told.keySet());
      differences.add(differingParts("", told, toldToo, other));
      differences.add(differingTimes(mine.times(), others.times(), tolerance, other));
      differences.removeIf(String::isEmpty);
      if (!differences.isEmpty()) {
        lines.add("%s (%s): %s".formatted(key, mine.type(), String.join("; ", differences)));
      }
    }
  }

  /** What to say of a key that is in one state only. */
  private static String lonely(
      Key key, RedisValue value, RedisState there, RedisState missing, long tolerance) {
    @Nullable Long expiry = value.times().get(RedisValue.EXPIRY);
    return expiry == null || expiry > missing.readAt + tolerance
        ? "%s is in %s only, a %s".formatted(key, there.title, value.type())
        : "";
  }

  private String differingParts(
      String kind, Map<String, String> mine, Map<String, String> others, RedisState other) {
    if (mine.equals(others)) {
      return "";
    }
    List<String> differing = new ArrayList<>();
    for (String part : names(mine, others)) {
      @Nullable String here = mine.get(part);
      @Nullable String there = others.get(part);
      if (!Objects.equals(here, there)) {
        differing.add(
            "%s is %s in %s, %s in %s"
                .formatted(part, shown(here), title, shown(there), other.title));
      }
    }
    return joined(kind, differing);
  }

  private String differingTimes(
      Map<String, Long> mine, Map<String, Long> others, long tolerance, RedisState other) {
    List<String> differing = new ArrayList<>();
    for (String name : names(mine, others)) {
      @Nullable Long here = mine.get(name);
      @Nullable Long there = others.get(name);
      if (here == null || there == null || Math.abs(here - there) > tolerance) {
        differing.add(
            "%s is %s in %s, %s in %s"
                .formatted(name, shown(here), title, shown(there), other.title));
      }
    }
    return joined("", differing);
  }

  private static Set<String> names(Map<String, ?> some, Map<String, ?> others) {
    TreeSet<String> names = new TreeSet<>(some.keySet());
    names.addAll(others.keySet());
    return names;
  }

  private static String joined(String kind, List<String> differing) {
    String rest =
        differing.size() > MOST_PARTS
            ? "; and %d more".formatted(differing.size() - MOST_PARTS)
            : "";
    return differing.isEmpty()
        ? ""
        : (kind
                    + " "
                    + String.join(
                        "; ", differing.subList(0, Math.min(differing.size(), MOST_PARTS))))
                .strip()
            + rest;
  }

  private static String shown(@Nullable String part) {
    return part == null ? "missing" : "'" + part + "'";
  }

  private static String shown(@Nullable Long millis) {
    return millis == null ? "none" : Instant.ofEpochMilli(millis).toString();
  }

  /** What was read, and how many keys it had. */
  @Override
  public String toString() {
    return "%d keys of %s".formatted(values.size(), title);
  }
}
