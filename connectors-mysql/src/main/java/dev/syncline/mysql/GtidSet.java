package dev.syncline.mysql;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A set of MySQL's global transaction ids: for each source ranges of transaction numbers.
 * Immutable.
 */
final class GtidSet {

  /** The set without any transaction. */
  static final GtidSet EMPTY = new GtidSet(new TreeMap<>());

  /** What a source takes in a map that shares its ranges with others. */
  private static final int ENTRY_BYTES = 40;

  private static final Pattern RANGE = Pattern.compile("(\\d{1,19})(?:-(\\d{1,19}))?");

  /** By source the ranges, ascending, apart by at least one number. Never changed. */
  private final NavigableMap<String, NumberRanges> sources;

  private GtidSet(NavigableMap<String, NumberRanges> sources) {
    this.sources = sources;
  }

  /**
   * Parses a set as servers print it, for example {@code uuid:1-5:7,uuid:tag:1-3}; line breaks and
   * blanks beside the commas are allowed.
   *
   * @param text the set; empty for the empty set
   * @throws IllegalArgumentException if the text is no such set
   */
  static GtidSet parse(String text) {
    if (text.isBlank()) {
      return EMPTY;
    }
    NavigableMap<String, NumberRanges> sources = new TreeMap<>();
    for (String part : text.split(",", -1)) {
      parseSource(text, part.strip().toLowerCase(Locale.ROOT), sources);
    }
    return new GtidSet(sources);
  }

  private static void parseSource(
      String text, String part, NavigableMap<String, NumberRanges> sources) {
    String[] pieces = part.split(":", -1);
    String uuid = pieces[0].strip();
    if (!Gtid.UUID_ONLY.matcher(uuid).matches()) {
      throw malformed(text, "a UUID was expected instead of '" + uuid + "'");
    }
    String source = uuid;
    boolean ranged = false;
    for (String piece : Arrays.asList(pieces).subList(1, pieces.length)) {
      String stripped = piece.strip();
      Matcher range = RANGE.matcher(stripped);
      if (range.matches()) {
        String to = range.group(2) == null ? range.group(1) : range.group(2);
        NumberRanges added = parseRange(text, range.group(1), to);
        sources.merge(source, added, NumberRanges::plus);
        ranged = true;
      } else if (Gtid.TAG.matcher(stripped).matches()) {
        source = uuid + ":" + stripped;
        ranged = false;
      } else {
        throw malformed(text, "a number, a range or a tag was expected, not '" + stripped + "'");
      }
    }
    if (!ranged) {
      throw malformed(text, "'" + source + "' has no numbers");
    }
  }

  private static NumberRanges parseRange(String text, String from, String to) {
    try {
      return NumberRanges.of(Long.parseLong(from), Long.parseLong(to));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(malformed(text, e.getMessage()).getMessage(), e);
    }
  }

  private static IllegalArgumentException malformed(String text, @Nullable String why) {
    return new IllegalArgumentException(
        "A GTID set must look like 'uuid:1-5:7,uuid:1-3', but is '" + text + "': " + why + ".");
  }

  /** Whether a transaction is in the set. */
  boolean contains(Gtid gtid) {
    NumberRanges ranges = sources.get(gtid.source());
    return ranges != null && ranges.contains(gtid.number());
  }

  /** Whether every transaction of another set is in this one. */
  boolean containsAll(GtidSet other) {
    for (Map.Entry<String, NumberRanges> entry : other.sources.entrySet()) {
      NumberRanges ranges = sources.get(entry.getKey());
      if (ranges == null || !ranges.containsAll(entry.getValue())) {
        return false;
      }
    }
    return true;
  }

  /** This set with one more transaction. */
  GtidSet plus(Gtid gtid) {
    if (contains(gtid)) {
      return this;
    }
    NavigableMap<String, NumberRanges> union = new TreeMap<>(sources);
    NumberRanges added = NumberRanges.of(gtid.number(), gtid.number());
    union.merge(gtid.source(), added, NumberRanges::plus);
    return new GtidSet(union);
  }

  /** The transactions of both sets. */
  GtidSet plus(GtidSet other) {
    NavigableMap<String, NumberRanges> union = new TreeMap<>(sources);
    other.sources.forEach((source, ranges) -> union.merge(source, ranges, NumberRanges::plus));
    return new GtidSet(union);
  }

  /** The transactions of this set that are not in the other. */
  GtidSet minus(GtidSet other) {
    NavigableMap<String, NumberRanges> rest = new TreeMap<>();
    sources.forEach(
        (source, ranges) -> {
          NumberRanges taken = other.sources.get(source);
          NumberRanges left = taken == null ? ranges : ranges.minus(taken);
          if (!left.isEmpty()) {
            rest.put(source, left);
          }
        });
    return new GtidSet(rest);
  }

  /** Whether the set has no transaction. */
  boolean isEmpty() {
    return sources.isEmpty();
  }

  /** How many transactions are in the set. */
  long size() {
    return sources.values().stream().mapToLong(NumberRanges::size).sum();
  }

  /**
   * About how many bytes of heap the set takes, when one transaction was added: it shares the
   * ranges of all sources but one with the set before.
   */
  long approximateBytes() {
    long ranges = 0;
    for (NumberRanges each : sources.values()) {
      ranges = Math.max(ranges, each.approximateBytes());
    }
    return (long) ENTRY_BYTES * sources.size() + ranges;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof GtidSet set && sources.equals(set.sources);
  }

  @Override
  public int hashCode() {
    return sources.hashCode();
  }

  /** The set in one line as {@link #parse} and servers take it; every source stands by itself. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    sources.forEach(
        (source, ranges) ->
            text.append(text.isEmpty() ? "" : ",").append(source).append(':').append(ranges));
    return text.toString();
  }
}
