package dev.syncline.transform;

import dev.syncline.change.TableId;
import dev.syncline.internal.Glob;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A table by its full name, or several by a pattern in which {@code *} stands for any text and
 * {@code ?} for one character. Tells upper from lower case.
 *
 * @param text the pattern as it was given
 * @param database what it means for names of databases
 * @param table what it means for names of tables
 * @param isName whether it can match one table only
 */
record TablePattern(String text, Pattern database, Pattern table, boolean isName) {

  /**
   * Reads {@code database.table}, with the first dot between the two.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static TablePattern of(String text) {
    int dot = Objects.requireNonNull(text, "tables").indexOf('.');
    if (dot < 1 || dot == text.length() - 1) {
      throw new IllegalArgumentException(
          "Tables are named as 'database.table', where '*' and '?' may stand for other text; got '"
              + text
              + "'.");
    }
    return new TablePattern(
        text,
        Glob.regex(text.substring(0, dot)),
        Glob.regex(text.substring(dot + 1)),
        Glob.isName(text));
  }

  boolean matches(TableId id) {
    return database.matcher(id.database()).matches() && table.matcher(id.name()).matches();
  }
}
