package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The columns and keys of a table that a statement defines or changes, in front of it and behind
 * it, and what they are at the target. Immutable.
 *
 * @param before the table in front of the statement; the one behind it if there was none
 * @param after the table behind the statement
 * @param targetBefore the first one at the target
 * @param targetAfter the second one at the target
 */
record ColumnNames(
    TableDefinition before,
    TableDefinition after,
    TargetNames.Table targetBefore,
    TargetNames.Table targetAfter) {

  /** A table that a statement changes. */
  static ColumnNames of(TableDefinition before, TableDefinition after, TargetNames names) {
    return new ColumnNames(before, after, names.table(before), names.table(after));
  }

  /** Whether all columns are at the target under their names, and no others. */
  boolean areSame() {
    return isSame(before, targetBefore) && isSame(after, targetAfter);
  }

  private static boolean isSame(TableDefinition source, TargetNames.Table target) {
    return target.columns().size() == source.columns().size()
        && target.definition().columns().size() == source.columns().size()
        && target.columns().entrySet().stream().allMatch(e -> e.getKey().equals(e.getValue()));
  }

  /** The name at the target of a column as it is in front of the statement. */
  Optional<String> before(String column) {
    return find(targetBefore, column);
  }

  /** The name at the target of a column as it is behind the statement. */
  Optional<String> after(String column) {
    return find(targetAfter, column);
  }

  /** The name at the target of a column in front of the statement or behind it. */
  Optional<String> name(String column) {
    return after(column).or(() -> before(column));
  }

  /** Whether the table has the column in front of the statement or behind it. */
  boolean has(String column) {
    return has(before, column) || has(after, column);
  }

  private static boolean has(TableDefinition table, String column) {
    return table.columns().stream().anyMatch(c -> c.name().equalsIgnoreCase(column));
  }

  private static Optional<String> find(TargetNames.Table table, String column) {
    String exact = table.columns().get(column);
    return exact != null
        ? Optional.of(exact)
        : table.columns().entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(column))
            .map(Map.Entry::getValue)
            .findFirst();
  }

  /** Whether the target has the key in front of the statement, as far as can be told. */
  boolean hasKey(String name) {
    if (has(before.uniqueKeys(), name)) {
      return has(targetBefore.definition().uniqueKeys(), name);
    }
    return keys(before).stream()
        .filter(key -> key.name().equalsIgnoreCase(name))
        .findFirst()
        .map(key -> key.parts().stream().allMatch(part -> isThere(before, part, targetBefore)))
        .orElse(true);
  }

  private static boolean has(List<UniqueKey> keys, String name) {
    return keys.stream().anyMatch(key -> key.name().equalsIgnoreCase(name));
  }

  private static boolean isThere(
      TableDefinition table, TableKey.Part part, TargetNames.Table target) {
    return isComputed(part)
        || target.columns().containsKey(table.columns().get(part.column()).name());
  }

  /** Whether a unique key comes or goes at the target. */
  boolean movesKey(String name) {
    return has(targetBefore.definition().uniqueKeys(), name)
        != has(targetAfter.definition().uniqueKeys(), name);
  }

  /**
   * The unique keys of the source, in front of the statement and behind it, that the target gets by
   * it: they lose columns that it has not.
   */
  List<UniqueKey> shrunkenKeys() {
    return targetAfter.definition().uniqueKeys().stream()
        .filter(key -> has(before.uniqueKeys(), key.name()))
        .filter(key -> !has(targetBefore.definition().uniqueKeys(), key.name()))
        .toList();
  }

  /** Whether the target has the foreign key in front of the statement, as far as can be told. */
  boolean hasForeignKey(String name) {
    return !hasForeign(before, name) || hasForeign(targetBefore.definition(), name);
  }

  /** Whether the source has it in front of the statement. */
  boolean isForeignKey(String name) {
    return hasForeign(before, name);
  }

  /** Whether the source has a unique key of that name in front of the statement. */
  boolean isUniqueKey(String name) {
    return has(before.uniqueKeys(), name);
  }

  /** Whether the source has another key of that name, all of whose parts need not be known. */
  boolean isPlainKey(String name) {
    return keys(before).stream()
        .anyMatch(
            key ->
                key.isNamed(name)
                    && (!key.isUnique() || key.parts().stream().anyMatch(ColumnNames::isComputed)));
  }

  private static boolean isComputed(TableKey.Part part) {
    return part.column() == TableKey.EXPRESSION;
  }

  private static boolean hasForeign(TableDefinition table, String name) {
    return table.foreignKeys().stream().anyMatch(key -> key.name().equalsIgnoreCase(name));
  }

  /** The names of the keys in front of the statement. */
  Set<String> keysBefore() {
    return keys(before).stream().map(TableKey::name).collect(Collectors.toSet());
  }

  private static List<TableKey> keys(TableDefinition table) {
    return TableNotes.parse(table).map(TableModel::keys).orElse(List.of());
  }

  /**
   * The name that the source has given to a new key.
   *
   * @param known the names of keys that are others
   */
  Optional<String> nameOf(TableElement.Key key, Set<String> known) {
    boolean unique = key.type() == TableElement.KeyType.UNIQUE;
    return keys(after).stream()
        .filter(found -> !known.contains(found.name()))
        .filter(found -> found.isUnique() == unique && !found.isPrimary())
        .filter(found -> isOver(found, key))
        .map(TableKey::name)
        .findFirst();
  }

  private boolean isOver(TableKey found, TableElement.Key key) {
    if (found.parts().size() != key.parts().size()) {
      return false;
    }
    for (int i = 0; i < found.parts().size(); i++) {
      int ordinal = found.parts().get(i).column();
      String column = ordinal < 0 ? "" : after.columns().get(ordinal).name();
      if (!column.equalsIgnoreCase(key.parts().get(i).column())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The foreign key of the source that a new one has become; empty if there is none.
   *
   * @param known the names of keys that are others
   */
  Optional<ForeignKey> foreignKey(TableElement.References key, boolean created, Set<String> known) {
    return after.foreignKeys().stream()
        .filter(found -> !known.contains(found.name()))
        .filter(found -> created || !hasForeign(before, found.name()))
        .filter(found -> key.symbol().isEmpty() || key.symbol().equalsIgnoreCase(found.name()))
        .filter(found -> names(found.columns()).equals(lower(key.columns())))
        .filter(found -> found.parent().name().equalsIgnoreCase(key.parent().name()))
        .filter(found -> lower(found.parentColumns()).equals(lower(key.parentColumns())))
        .filter(found -> found.onDelete() == key.onDelete() && found.onUpdate() == key.onUpdate())
        .findFirst();
  }

  private List<String> names(List<Integer> ordinals) {
    return lower(ordinals.stream().map(ordinal -> after.columns().get(ordinal).name()).toList());
  }

  private static List<String> lower(List<String> names) {
    return names.stream().map(TableLook::nameKey).toList();
  }

  /**
   * Whether the target has all foreign keys of the source, so that it gives new ones the same
   * numbers. If one is given a name, the server gives that to an index for it, too.
   */
  boolean hasAllForeignKeys() {
    return before.foreignKeys().size() == targetBefore.definition().foreignKeys().size()
        && after.foreignKeys().size() == targetAfter.definition().foreignKeys().size();
  }

  /** Whether the target has a foreign key of that name behind the statement. */
  boolean keepsForeignKey(String name) {
    return hasForeign(targetAfter.definition(), name);
  }

  /** The names at the target of the columns of parents, by parent and column at the source. */
  Map<String, String> parentColumns() {
    Map<String, String> names = new HashMap<>();
    for (ForeignKey key : after.foreignKeys()) {
      for (ForeignKey target : targetAfter.definition().foreignKeys()) {
        if (target.name().equals(key.name())) {
          for (int i = 0; i < key.parentColumns().size(); i++) {
            names.put(
                TableLook.nameKey(key.parent() + "." + key.parentColumns().get(i)),
                target.parentColumns().get(i));
          }
        }
      }
    }
    return names;
  }

  /** Columns that the target has behind the statement and that are not as at the source. */
  List<Column> made() {
    return made(targetAfter);
  }

  private static List<Column> made(TargetNames.Table table) {
    List<Column> made = new ArrayList<>(table.definition().columns());
    made.removeIf(column -> table.columns().containsValue(column.name()));
    return made;
  }

  /** Whether a column that transforms make comes with the statement. */
  boolean bringsMade(String column) {
    return hasMade(targetAfter, column) && !hasMade(targetBefore, column);
  }

  private static boolean hasMade(TargetNames.Table table, String column) {
    return made(table).stream().anyMatch(c -> c.name().equalsIgnoreCase(column));
  }

  /**
   * Whether the values of a column that transforms make may be others as soon as its type at the
   * source changes, and be no longer those of rows that are there.
   *
   * @param from its name in front of the statement
   * @param to its name behind it
   */
  boolean mayMakeOthers(String from, String to) {
    if (!hasMade(targetBefore, from) && !hasMade(targetAfter, to)) {
      return false;
    }
    Optional<ColumnType> first = type(before, from);
    Optional<ColumnType> second = type(after, to);
    return first.isPresent() && second.isPresent() && !keepsValues(first.get(), second.get());
  }

  private static Optional<ColumnType> type(TableDefinition table, String column) {
    return table.columns().stream()
        .filter(c -> c.name().equalsIgnoreCase(column))
        .map(Column::type)
        .findFirst();
  }

  private static boolean keepsValues(ColumnType before, ColumnType after) {
    if (before.equals(after)) {
      return true;
    }
    boolean alike =
        before.kind() == after.kind()
            && before.charset().equals(after.charset())
            && before.collation().equals(after.collation());
    boolean padded = (before.nativeType() + after.nativeType()).contains("zerofill");
    boolean free = after.kind() == ValueKind.INTEGER || after.kind() == ValueKind.TEXT;
    return alike && !padded && free;
  }

  /** Whether a column that is made of something else at the target would have to change there. */
  boolean changesMade() {
    return !targetAfter.merged() && !Set.copyOf(made(targetBefore)).equals(Set.copyOf(made()));
  }
}
