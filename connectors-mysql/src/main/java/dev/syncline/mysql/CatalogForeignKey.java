package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.util.Set;

/**
 * A foreign key in the words of the server's catalog.
 *
 * @param child the table that has the key
 * @param parent the table that it refers to
 * @param onDelete the rule in capital letters, for example {@code NO ACTION}
 * @param onUpdate the rule in capital letters
 */
record CatalogForeignKey(
    String name, TableId child, TableId parent, String onDelete, String onUpdate) {
  private static final Set<String> CHANGING = Set.of("CASCADE", "SET NULL", "SET DEFAULT");

  /** Whether a change of the parent may change the child. */
  boolean changesChild() {
    return CHANGING.contains(onDelete) || CHANGING.contains(onUpdate);
  }
}
