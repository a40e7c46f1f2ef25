package dev.syncline.internal;

import dev.syncline.TableSelection;
import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which names at the target tables of the source have, so that none gets the one of another: their
 * rows would be mixed, or deleted together. Names are the source's. Used by one thread.
 */
final class TakenNames {

  private final Shapes<?> shapes;
  private final TableSelection selection;

  /** The tables by their names at the target, in lower case. */
  private final Map<TableId, List<TableId>> tables = new HashMap<>();

  TakenNames(Shapes<?> shapes, Collection<TableId> tables) {
    this.shapes = shapes;
    this.selection = shapes.mapping().selection();
    tables.forEach(this::add);
  }

  void add(TableId table) {
    tables.computeIfAbsent(folded(table), name -> new ArrayList<>()).add(table);
  }

  /** Another table that would be one with this at the target, and is not merged with it. */
  Optional<TableId> other(TableId table) {
    return tables.getOrDefault(folded(table), List.of()).stream()
        .filter(other -> !other.equals(table))
        .filter(other -> clash(table, other))
        .findFirst();
  }

  private boolean clash(TableId table, TableId other) {
    return target(table).equals(target(other))
        ? !selection.isMerged(table) || !selection.isMerged(other)
        : shapes.targetFolds();
  }

  private TableId target(TableId table) {
    return shapes.mapping().target(table);
  }

  private TableId folded(TableId table) {
    TableId target = target(table);
    return new TableId(
        target.database().toLowerCase(Locale.ROOT), target.name().toLowerCase(Locale.ROOT));
  }
}
