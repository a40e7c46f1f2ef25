package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;
import java.util.List;
import java.util.stream.Stream;

/** What a test is about of the selected releases. */
final class Selected {

  private Selected() {}

  /** The selected releases of MariaDB. */
  static Stream<MySqlRelease> ofMariaDb() {
    return some(
        MySqlRelease.selected().stream().filter(release -> release.family() == Family.MARIADB));
  }

  /**
   * The same as given, which must not be nothing.
   *
   * @throws IllegalStateException if none of the releases has what the test is about
   */
  static <T> Stream<T> some(Stream<T> selected) {
    List<T> all = selected.toList();
    if (all.isEmpty()) {
      throw new IllegalStateException(
          ("This test is about what none of the releases %s has. Name more by"
                  + " -Dsyncline.releases, or leave the test out.")
              .formatted(MySqlRelease.selected()));
    }
    return all.stream();
  }
}
