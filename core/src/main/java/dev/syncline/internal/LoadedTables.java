package dev.syncline.internal;

import dev.syncline.change.Column;
import dev.syncline.change.Position;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Tables that were loaded at an exact point each, which may be behind changes that the stream is
 * yet to bring. A load shows rows as all changes up to its point have left them.
 *
 * @param asOf the points
 */
record LoadedTables(Map<TableId, Position> asOf) {

  LoadedTables {
    asOf = Map.copyOf(asOf);
  }

  boolean isEmpty() {
    return asOf.isEmpty();
  }

  /** Whether the load of a table has brought what a transaction did to it. */
  boolean include(TableId table, TransactionId transaction) {
    Position point = asOf.get(table);
    return point != null && point.includes(transaction);
  }

  /**
   * Whether a change of tables need not be carried out: all that it does is to remove rows, and
   * those are not in the load. Doing it again would remove what the load has brought.
   */
  boolean haveAll(List<TableEffect> effects, TransactionId transaction) {
    return !effects.isEmpty()
        && effects.stream().allMatch(e -> e instanceof Emptied && include(e.table(), transaction));
  }

  /**
   * A table whose load has brought a change that can neither be left out nor be carried out once
   * more: of rows that were loaded it may remove some, or values of them.
   */
  Optional<TableId> obstacle(List<TableEffect> effects, TransactionId transaction) {
    return haveAll(effects, transaction)
        ? Optional.empty()
        : effects.stream()
            .filter(effect -> include(effect.table(), transaction))
            .filter(effect -> !(effect instanceof Altered altered && leavesRows(altered)))
            .map(TableEffect::table)
            .findFirst();
  }

  /** Whether rows are the same before and behind a change, as one of an index leaves them. */
  private static boolean leavesRows(Altered change) {
    int columns = change.before().columns().size();
    return change.origins().equals(IntStream.range(0, columns).boxed().toList())
        && columns(change.before()).equals(columns(change.after()))
        && change.before().uniqueKeys().equals(change.after().uniqueKeys());
  }

  private static List<Column> columns(TableDefinition table) {
    return table.columns().stream()
        .map(c -> new Column(c.name(), c.type(), c.nullable(), c.origin()))
        .toList();
  }
}
