package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.RowDecoders.RowDecoder;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which rows of selected tables take part, while they are copied and while the log is followed.
 * Thread-safe.
 */
final class RowFilters {
  private final TableSelection selection;
  private final Map<TableId, RowFilter> parsed = new ConcurrentHashMap<>();

  RowFilters(TableSelection selection) {
    this.selection = selection;
  }

  /**
   * The condition on the rows of a table; empty if all take part.
   *
   * @throws UnsupportedChangeException if it cannot be evaluated for the table as it is defined
   */
  Optional<TableFilter> of(TableDefinition table) {
    Optional<String> text = selection.filter(table.source());
    if (text.isEmpty()) {
      return Optional.empty();
    }
    RowFilter filter =
        parsed.computeIfAbsent(table.source(), id -> RowFilter.parse(text.orElseThrow()));
    try {
      return Optional.of(filter.compile(table));
    } catch (IllegalArgumentException e) {
      throw new UnsupportedChangeException(
          e.getMessage() + " Start the job anew with a condition that fits the table.", e);
    }
  }

  /**
   * What must be true of the rows that are copied, for the server: that they take part, and that
   * none is too large.
   */
  String condition(TableDefinition table) {
    String sizes = RowSizes.of(table).condition();
    return of(table)
        .map(filter -> sizes.equals("TRUE") ? filter.sql() : filter.sql() + " AND " + sizes)
        .orElse(sizes);
  }

  /** A decoder that gives the changes of the rows that take part. */
  RowDecoder filtering(RowDecoder all, TableDefinition table) {
    return of(table).map(filter -> (RowDecoder) new FilteredRows(all, filter)).orElse(all);
  }
}
