package dev.syncline.mysql;

import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.TableEdit.Surroundings;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The foreign keys of a table while a statement changes it. Not thread-safe. */
final class ForeignKeyList {

  /** Names that the server makes of longer ones may be too long for it. */
  private static final int MAX_TABLE_NAME = 50;

  private final TableId table;
  private final Surroundings at;
  private final List<CatalogForeignKey> keys;
  private final List<TableElement.References> added = new ArrayList<>();
  private final List<String> dropped = new ArrayList<>();

  ForeignKeyList(TableId table, List<CatalogForeignKey> existing, Surroundings at) {
    this.table = table;
    this.at = at;
    this.keys = new ArrayList<>(existing);
  }

  boolean contains(String name) {
    return keys.stream().anyMatch(key -> key.name().equalsIgnoreCase(name));
  }

  /** Whether a key is there already that is to be added if it is not. */
  boolean isThere(TableElement.References key) {
    if (key.condition() != Condition.IF_NOT_EXISTS) {
      return false;
    }
    String name = name(key);
    if (name.isEmpty()) {
      throw new UnknownEffectException("it is not sure whether its foreign key is there");
    }
    return contains(name);
  }

  void add(TableElement.References key) {
    added.add(key);
  }

  void drop(String name) {
    if (keys.removeIf(key -> key.name().equalsIgnoreCase(name))) {
      dropped.add(name);
    }
  }

  /** The name that a key says; MariaDB and MySQL 8.0 before 8.0.16 take the index's for it. */
  private String name(TableElement.References key) {
    MySqlFacts facts = at.server().facts();
    boolean takes = facts.mariaDb() || (facts.isMySqlFrom(8, 0, 0) && !facts.isMySqlFrom(8, 0, 16));
    return key.symbol().isEmpty() && takes ? key.name() : key.symbol();
  }

  /**
   * The keys behind the statement.
   *
   * @param renamed the new names of columns by their old ones, in small letters
   * @param columns the names of all columns
   */
  List<CatalogForeignKey> finish(Map<String, String> renamed, List<String> columns) {
    List<CatalogForeignKey> all = new ArrayList<>();
    for (CatalogForeignKey key : keys) {
      boolean toItself = key.parent().equals(table);
      all.add(
          new CatalogForeignKey(
              key.child(),
              key.name(),
              renamed(key.columns(), renamed),
              key.parent(),
              toItself ? renamed(key.parentColumns(), renamed) : key.parentColumns(),
              key.onDelete(),
              key.onUpdate()));
    }
    int number =
        ForeignKeyNames.highest(table.name(), all.stream().map(CatalogForeignKey::name).toList());
    for (TableElement.References key : added) {
      String name = name(key);
      if (name.isEmpty()) {
        checkName();
        name = ForeignKeyNames.of(table.name(), ++number);
      } else if (ForeignKeyNames.number(table.name(), name) > 0 && added.size() > 1) {
        throw new UnknownEffectException("it names some of its foreign keys as the server does");
      }
      all.add(made(key, name, columns));
    }
    for (CatalogForeignKey key : all) {
      checkColumns(key, columns);
    }
    return all;
  }

  /** No server drops a column that a foreign key is over. */
  private static void checkColumns(CatalogForeignKey key, List<String> columns) {
    if (key.columns().size() != key.parentColumns().size()) {
      throw new UnknownEffectException(
          "foreign key '%s' has %d columns, but refers to %d"
              .formatted(key.name(), key.columns().size(), key.parentColumns().size()));
    }
    for (String column : key.columns()) {
      if (columns.stream().noneMatch(column::equalsIgnoreCase)) {
        throw new UnknownEffectException(
            "there is no column '%s' for foreign key '%s'".formatted(column, key.name()));
      }
    }
  }

  private void checkName() {
    boolean reused =
        dropped.stream().anyMatch(name -> ForeignKeyNames.number(table.name(), name) > 0);
    boolean others = at.server().facts().isMariaDbFrom(12, 0, 0);
    if (reused || others || table.name().length() > MAX_TABLE_NAME) {
      throw new UnknownEffectException("the server makes a name for a foreign key");
    }
  }

  static List<String> renamed(List<String> columns, Map<String, String> renamed) {
    return columns.stream()
        .map(column -> renamed.getOrDefault(column.toLowerCase(Locale.ROOT), column))
        .toList();
  }

  private CatalogForeignKey made(TableElement.References key, String name, List<String> columns) {
    TableId parent = key.parent().in(table.database());
    List<String> ofParent = columns;
    if (!parent.equals(table)) {
      Optional<TableModel> known = at.tables().apply(parent);
      parent = known.map(TableModel::id).orElse(parent);
      ofParent =
          known
              .map(model -> model.columns().stream().map(c -> c.name()).toList())
              .orElse(List.of());
    }
    if (key.parentColumns().isEmpty()) {
      throw new UnknownEffectException("a foreign key does not name the columns of its parent");
    }
    return new CatalogForeignKey(
        table,
        name,
        spelled(key.columns(), columns),
        parent,
        parentColumns(key.parentColumns(), ofParent),
        key.onDelete(),
        key.onUpdate());
  }

  /** The names of a parent's columns, as the catalog has them. */
  private List<String> parentColumns(List<String> names, List<String> ofParent) {
    MySqlFacts facts = at.server().facts();
    if (facts.isMySqlFrom(8, 0, 0) && !facts.isMySqlFrom(8, 0, 31)) {
      return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }
    boolean looks = facts.isMySqlFrom(8, 0, 0) || at.session().foreignKeyChecks();
    return looks ? spelled(names, ofParent) : names;
  }

  /** Names as their table spells them. */
  private static List<String> spelled(List<String> names, List<String> columns) {
    return names.stream()
        .map(name -> columns.stream().filter(name::equalsIgnoreCase).findFirst().orElse(name))
        .toList();
  }
}
