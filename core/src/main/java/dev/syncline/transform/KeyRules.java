package dev.syncline.transform;

import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.util.Optional;

/** Which columns may have other values without two rows becoming one. */
final class KeyRules {

  private KeyRules() {}

  /** Why the values of a column must not change; empty if they may. */
  static Optional<String> obstacle(TableDefinition table, int column, ValueChange change) {
    if (table.columns().get(column).isGenerated()) {
      return Optional.of(
          "the database computes it; transform the columns that it is computed from, or drop it");
    }
    boolean keepsApart = change.keepsApart(table.columns().get(column).type());
    for (UniqueKey key : table.uniqueKeys()) {
      boolean whole = key.coverage() == UniqueKey.Coverage.COLUMNS;
      if (key.columns().contains(column) && !(keepsApart && whole)) {
        return Optional.of(
            "it is of the unique key '%s', and two keys could become one; %s"
                .formatted(
                    key.name(),
                    whole
                        ? "use a hash, or drop the column"
                        : "the key is not over whole columns, so drop the column"));
      }
    }
    for (ForeignKey key : table.foreignKeys()) {
      if (key.columns().contains(column) && !keepsApart) {
        return Optional.of(
            ("it is of the foreign key '%s', whose rows would not be found any more; use a hash"
                    + " with the same salt here and in table '%s', or drop the column")
                .formatted(key.name(), key.parent()));
      }
    }
    return table.identity().filter(key -> hasGenerated(table, key)).isPresent()
        ? Optional.of(
            "the key of the table has a column that the database may compute from it, and would"
                + " compute otherwise at the target")
        : Optional.empty();
  }

  private static boolean hasGenerated(TableDefinition table, UniqueKey key) {
    return key.columns().stream().anyMatch(column -> table.columns().get(column).isGenerated());
  }
}
