package dev.syncline.mysql;

import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlRelease.Family;

/**
 * Statements in the words of older releases. What they have no words for becomes the next plain
 * thing: so this is for what a test has beside its matter, not for the matter itself.
 */
public final class Dialect {

  private Dialect() {}

  /** A statement as a release takes it; newer ones take it as it is. */
  public static String of(MySqlRelease release, String sql) {
    String spoken = sql;
    if (!Feature.FRACTIONS.isIn(release)) {
      spoken = spoken.replaceAll("\\b(DATETIME|TIMESTAMP|TIME)\\(\\d\\)", "$1");
      spoken = spoken.replace("ST_GeomFromText(", "GeomFromText(");
    }
    if (!Feature.JSON.isIn(release)) {
      spoken = spoken.replaceAll("\\bJSON\\b", "LONGTEXT");
    }
    if (!Feature.GENERATED_COLUMNS.isIn(release)) {
      spoken =
          release.family() == Family.MARIADB
              ? spoken.replaceAll("\\bSTORED\\b", "PERSISTENT")
              : spoken.replaceAll(
                  "( GENERATED ALWAYS)? AS \\((?:[^()]|\\([^()]*\\))*\\) (STORED|VIRTUAL)", "");
    }
    return spoken;
  }
}
