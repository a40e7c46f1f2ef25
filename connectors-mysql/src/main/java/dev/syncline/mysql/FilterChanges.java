package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.mysql.FilterType.Decimal;
import dev.syncline.mysql.FilterType.Labels;
import dev.syncline.mysql.FilterType.Text;
import dev.syncline.mysql.FilterType.Whole;
import dev.syncline.mysql.NativeType.Base;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What changes of tables mean to the conditions on their rows. A statement that changes a table
 * changes values in its rows without a word in the log, so those that take part must stay the same
 * ones. Immutable.
 */
final class FilterChanges {
  private static final Set<Base> PADDED = Set.of(Base.CHAR, Base.BINARY);
  private static final Set<Base> SMALL = Set.of(Base.TINYTEXT, Base.TINYBLOB);

  private final TableSelection selection;

  FilterChanges(TableSelection selection) {
    this.selection = selection;
  }

  /**
   * Why it is not certain behind a change which rows take part, or why they need not be those of
   * before; empty if nothing is in the way.
   */
  Optional<String> problem(List<TableEffect> effects) {
    Map<TableId, TableDefinition> behind = new TreeMap<>();
    Map<TableId, TableId> moved = new TreeMap<>();
    for (TableEffect effect : effects) {
      if (effect instanceof Created created) {
        behind.put(created.table(), created.after());
      } else if (effect instanceof Altered altered) {
        Optional<String> problem = altered(altered);
        if (problem.isPresent()) {
          return problem;
        }
        behind.put(altered.table(), altered.after());
      } else if (effect instanceof Renamed renamed) {
        TableId first = moved.getOrDefault(renamed.table(), renamed.table());
        moved.remove(renamed.table());
        moved.put(renamed.after().id(), first);
        behind.remove(renamed.table());
        behind.put(renamed.after().id(), renamed.after());
      } else if (effect instanceof Dropped) {
        behind.remove(effect.table());
      }
    }
    return moved.entrySet().stream()
        .flatMap(name -> renamed(name.getValue(), name.getKey()).stream())
        .findFirst()
        .or(() -> problem(behind));
  }

  private Optional<String> problem(Map<TableId, TableDefinition> tables) {
    return tables.values().stream()
        .flatMap(table -> evaluated(table).or(() -> parent(table)).stream())
        .findFirst();
  }

  private Optional<RowFilter> filter(TableId table) {
    return selection.filter(table).map(RowFilter::parse);
  }

  /** Whether a condition can be evaluated for a table. */
  private Optional<String> evaluated(TableDefinition table) {
    Optional<RowFilter> filter = filter(table.id());
    if (filter.isEmpty()) {
      return Optional.empty();
    }
    List<String> problems = filter.get().problems(table);
    if (!problems.isEmpty()) {
      return Optional.of(
          "the condition '%s' cannot be evaluated for the rows of table '%s' behind it: %s"
              .formatted(filter.get(), table.id(), String.join(" ", problems)));
    }
    return FilterFindings.unlogged(table, filter.get().compile(table)).stream()
        .findFirst()
        .map(
            column ->
                ("the condition '%s' on table '%s' reads column '%s', which a foreign key changes"
                        + " from then on without the log saying so.")
                    .formatted(filter.get(), table.id(), table.columns().get(column).name()));
  }

  /** Rows that refer to one that is left out could not be written, or would be deleted with it. */
  private Optional<String> parent(TableDefinition child) {
    return child.foreignKeys().stream()
        .map(ForeignKey::parent)
        .filter(parent -> selection.filter(parent).isPresent())
        .findFirst()
        .map(
            parent ->
                "a foreign key of table '%s' refers to rows of table '%s', of which the condition"
                        .formatted(child.id(), parent)
                    + " on it leaves some out.");
  }

  /** Rows go along with the name of their table, but what lets them take part does not. */
  private Optional<String> renamed(TableId from, TableId to) {
    boolean differ =
        selection.includes(from)
            && selection.includes(to)
            && !selection.filter(from).equals(selection.filter(to));
    return differ
        ? Optional.of(
            "it renames table '%s' to '%s', and not the same rows of both take part."
                .formatted(from, to))
        : Optional.empty();
  }

  private Optional<String> altered(Altered altered) {
    TableDefinition after = altered.after();
    Optional<RowFilter> filter = filter(after.id());
    Optional<String> problem = evaluated(after);
    if (filter.isEmpty() || problem.isPresent()) {
      return problem;
    }
    List<Integer> read = filter.get().compile(altered.before()).columns();
    for (int column : filter.get().compile(after).columns()) {
      Column now = after.columns().get(column);
      int origin = altered.origins().get(column);
      Column was = altered.before().columns().get(Math.max(0, origin));
      if (!read.contains(origin) || !now.name().equalsIgnoreCase(was.name())) {
        return Optional.of(
            "the condition '%s' on table '%s' reads column '%s', which is another one behind it."
                .formatted(filter.get(), after.id(), now.name()));
      }
      if ((was.nullable() && !now.nullable()) || !keepsValues(after.id(), was, now)) {
        return Optional.of(
            ("the condition '%s' on table '%s' reads column '%s', which changes from '%s' to '%s',"
                    + " and the log does not say which rows take part behind that.")
                .formatted(filter.get(), after.id(), was.name(), words(was), words(now)));
      }
    }
    return Optional.empty();
  }

  private static String words(Column column) {
    String collation = column.type().collation();
    return column.type().nativeType()
        + (collation.isEmpty() ? "" : " COLLATE " + collation)
        + (column.nullable() ? "" : " NOT NULL");
  }

  /** Whether each value of a column stays what it is for every operation of a condition. */
  private static boolean keepsValues(TableId table, Column was, Column now) {
    if (was.type().equals(now.type())) {
      return true;
    }
    NativeType from = MySqlTypes.nativeType(table, was);
    NativeType to = MySqlTypes.nativeType(table, now);
    FilterType narrow = FilterColumns.type(was, from);
    FilterType wide = FilterColumns.type(now, to);
    if (narrow instanceof Whole a && wide instanceof Whole b) {
      return a.least().compareTo(b.least()) >= 0 && a.most().compareTo(b.most()) <= 0;
    }
    if (narrow instanceof Decimal a && wide instanceof Decimal b) {
      return a.whole() <= b.whole() && a.scale() == b.scale();
    }
    if (narrow instanceof Text a && wide instanceof Text b) {
      return hasRoom(from, to) && a.order().isWithin(b.order());
    }
    if (narrow instanceof Labels a && wide instanceof Labels b) {
      return a.base().equals(b.base())
          && a.labels().size() <= b.labels().size()
          && a.labels().equals(b.labels().subList(0, a.labels().size()))
          && was.type().collation().equals(now.type().collation());
    }
    return narrow instanceof FilterType.Bytes
        && wide instanceof FilterType.Bytes
        && hasRoom(from, to);
  }

  /** Whether text or bytes of one type fit into another, with the same spaces and zeros at end. */
  private static boolean hasRoom(NativeType from, NativeType to) {
    if (from.base() == to.base()) {
      return from.length() == to.length()
          || (from.length() < to.length() && from.base() != Base.BINARY);
    }
    // The types stand in the order of their sizes.
    return !PADDED.contains(from.base())
        && from.base().compareTo(to.base()) < 0
        && !SMALL.contains(to.base());
  }
}
