package dev.syncline.testkit.server;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads which releases tests run with from a system property that names them. */
final class ReleaseSelection {
  private ReleaseSelection() {}

  /**
   * The releases that a property's value names, separated by commas, in their order.
   *
   * @param names the value; without one the defaults are meant
   * @throws IllegalArgumentException if it names what is no release, or one twice
   */
  static <R extends Enum<R>> List<R> of(
      String property, @Nullable String names, R[] all, List<R> defaults) {
    if (names == null) {
      return defaults;
    }
    Set<R> releases = new LinkedHashSet<>();
    for (String name : names.split(",", -1)) {
      if (!releases.add(named(property, name.strip(), all))) {
        throw new IllegalArgumentException(
            "System property '%s' names '%s' twice.".formatted(property, name.strip()));
      }
    }
    return List.copyOf(releases);
  }

  private static <R extends Enum<R>> R named(String property, String name, R[] all) {
    return Arrays.stream(all)
        .filter(release -> release.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "System property '%s' names '%s', which is none of the releases %s."
                        .formatted(
                            property,
                            name,
                            Arrays.stream(all).map(Enum::name).collect(Collectors.joining(", ")))));
  }
}
