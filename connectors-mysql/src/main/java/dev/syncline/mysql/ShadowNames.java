package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * The names that tools for online changes give to the tables which they make beside the one that
 * they change. Immutable.
 *
 * <p>A tool that would come to a name longer than the server takes cuts the table's name in it, so
 * in the longest names the table's may be the beginning only.
 */
final class ShadowNames {

  /**
   * What will take the place of a table: of gh-ost, of pt-online-schema-change, which begins with
   * more underscores when a name is taken, and of DMS.
   */
  static final List<String> SHADOWS =
      List.of("_{table}_gho", "_+{table}_new", "tpa?_[0-9a-z]+_ogt_{table}");

  /** What the same tools make beside, and what they call the table once it is replaced. */
  static final List<String> LEFTOVERS =
      List.of(
          "_{table}_(ghc|del)",
          "_{table}_[0-9]{14}_del",
          "_+{table}_old",
          "tpa?_[0-9a-z]+_(ogl|del)_{table}");

  private static final String PLACE = "{table}";
  private static final String GROUP = "syncline";
  private static final int LONGEST = 64;

  private final List<Pattern> patterns;

  private ShadowNames(List<Pattern> patterns) {
    this.patterns = List.copyOf(patterns);
  }

  /**
   * Names by patterns.
   *
   * @param patterns regular expressions in which {@code {table}} stands once for the table's name
   * @throws IllegalArgumentException if one is something else
   */
  static ShadowNames of(List<String> patterns) {
    List<Pattern> compiled = new ArrayList<>();
    for (String pattern : patterns) {
      int place = Objects.requireNonNull(pattern, "pattern").indexOf(PLACE);
      if (place < 0 || pattern.indexOf(PLACE, place + 1) >= 0) {
        throw new IllegalArgumentException(
            "A pattern for the names of shadow tables must have '%s' in it once; '%s' has not."
                .formatted(PLACE, pattern));
      }
      try {
        compiled.add(
            Pattern.compile(pattern.replace(PLACE, "(?<" + GROUP + ">.+)"), Pattern.DOTALL));
      } catch (PatternSyntaxException e) {
        throw new IllegalArgumentException(
            "The pattern '%s' for the names of shadow tables is no regular expression: %s."
                .formatted(pattern, e.getDescription()),
            e);
      }
    }
    return new ShadowNames(compiled);
  }

  /**
   * The table that a name is made of, if there is such a table.
   *
   * @param tables whether a table can have a shadow
   * @param names all tables that can
   */
  Optional<TableId> original(TableId shadow, Predicate<TableId> tables, Iterable<TableId> names) {
    for (Pattern pattern : patterns) {
      Matcher matcher = pattern.matcher(shadow.name());
      if (matcher.matches()) {
        TableId original = new TableId(shadow.database(), matcher.group(GROUP));
        if (tables.test(original)) {
          return Optional.of(original);
        }
        if (isLongest(shadow.name())) {
          Optional<TableId> cut = only(original, names);
          if (cut.isPresent()) {
            return cut;
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isLongest(String name) {
    return name.codePointCount(0, name.length()) >= LONGEST
        || name.getBytes(StandardCharsets.UTF_8).length >= LONGEST;
  }

  /** The only table whose name begins like this. */
  private static Optional<TableId> only(TableId beginning, Iterable<TableId> names) {
    Optional<TableId> found = Optional.empty();
    for (TableId name : names) {
      if (name.database().equals(beginning.database())
          && name.name().startsWith(beginning.name())) {
        if (found.isPresent()) {
          return Optional.empty();
        }
        found = Optional.of(name);
      }
    }
    return found;
  }
}
