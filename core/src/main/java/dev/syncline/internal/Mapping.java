package dev.syncline.internal;

import dev.syncline.NameCase;
import dev.syncline.SelectedTable;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Gives tables the names, columns and keys that the selection says, and the name-case policy for
 * what it does not say. Immutable.
 */
final class Mapping {

  /** Room for two names of 64 characters with a dot between them. */
  private static final ColumnType ORIGIN_TYPE =
      new ColumnType(ValueKind.TEXT, "varchar(129)", "utf8mb4", "utf8mb4_bin");

  private final TableSelection selection;
  private final boolean folds;
  private final List<String> described;

  /**
   * A mapping.
   *
   * @param selection what is said
   * @param folds whether the target keeps names of databases and tables in lower case
   */
  Mapping(TableSelection selection, boolean folds) {
    this.selection = selection;
    this.folds = folds;
    List<String> words = new ArrayList<>();
    NameCase names = selection.nameCase();
    if (names == NameCase.TARGET_DEFAULT ? folds : names != NameCase.AS_SOURCE) {
      words.add("names: " + names);
    }
    words.addAll(selection.describedMapping());
    this.described = List.copyOf(words);
  }

  /**
   * Whether the mapping gives no table other names, columns or keys, as the target takes names: one
   * that keeps them in lower case takes them in any.
   */
  boolean keepsNames() {
    NameCase names = selection.nameCase();
    boolean asSource = names == NameCase.TARGET_DEFAULT || names == NameCase.AS_SOURCE;
    return asSource && selection.keepsNames();
  }

  /** A name of a database as the target takes it, where it may be written in any case. */
  String folded(String database) {
    return folds ? database.toLowerCase(Locale.ROOT) : database;
  }

  /** The same for the names of a table and of those that it refers to. */
  TableDefinition folded(TableDefinition table) {
    return folds
        ? new TableDefinition(
            folded(table.id()),
            folded(table.source()),
            table.columns(),
            table.uniqueKeys(),
            table.foreignKeys().stream().map(this::folded).toList(),
            table.notes())
        : table;
  }

  private TableId folded(TableId id) {
    return new TableId(folded(id.database()), folded(id.name()));
  }

  private ForeignKey folded(ForeignKey key) {
    return new ForeignKey(
        key.name(),
        key.columns(),
        folded(key.parent()),
        key.parentColumns(),
        key.onDelete(),
        key.onUpdate(),
        key.logged());
  }

  /** Whether every table stays as it is. */
  boolean isIdentity() {
    return described.isEmpty();
  }

  /** What the mapping does, in words that are the same as long as it does the same. */
  List<String> described() {
    return described;
  }

  TableSelection selection() {
    return selection;
  }

  /** The name of a table at the target. */
  TableId target(TableId source) {
    Optional<SelectedTable> said = selection.table(source);
    UnaryOperator<String> names = ofTables();
    return new TableId(
        said.flatMap(SelectedTable::database).orElseGet(() -> names.apply(source.database())),
        said.flatMap(SelectedTable::name).orElseGet(() -> names.apply(source.name())));
  }

  /** The name that a table gets at the target when it has one that is not selected. */
  TableId left(TableId name) {
    UnaryOperator<String> names = ofTables();
    return new TableId(
        selection.databaseName(name.database()).orElseGet(() -> names.apply(name.database())),
        names.apply(name.name()));
  }

  /** The name of a database at the target, if tables of it may take part. */
  Optional<String> database(String source) {
    return selection.includesDatabase(source)
        ? Optional.of(selection.databaseName(source).orElseGet(() -> ofTables().apply(source)))
        : Optional.empty();
  }

  private UnaryOperator<String> ofTables() {
    return switch (selection.nameCase()) {
      case AS_SOURCE -> UnaryOperator.identity();
      case LOWER -> name -> name.toLowerCase(Locale.ROOT);
      case UPPER -> name -> name.toUpperCase(Locale.ROOT);
      case TARGET_DEFAULT ->
          folds ? name -> name.toLowerCase(Locale.ROOT) : UnaryOperator.identity();
    };
  }

  private String column(Optional<SelectedTable> said, String name) {
    String given = said.map(table -> table.columns().renames().get(name)).orElse(null);
    if (given != null) {
      return given;
    }
    return switch (selection.nameCase()) {
      case AS_SOURCE, TARGET_DEFAULT -> name;
      case LOWER -> name.toLowerCase(Locale.ROOT);
      case UPPER -> name.toUpperCase(Locale.ROOT);
    };
  }

  /**
   * What becomes of a table.
   *
   * @param table the table behind all transforms
   * @throws SyncException if the table cannot become what the selection says; names everything that
   *     is in the way
   */
  TableShape shape(TableDefinition table) {
    Optional<SelectedTable> said = selection.table(table.source());
    List<String> problems = new ArrayList<>();
    List<Integer> ordinals = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    Map<String, String> taken = new HashMap<>();
    for (int i = 0; i < table.columns().size(); i++) {
      Column column = table.columns().get(i);
      if (said.isEmpty() || said.get().columns().includes(column.name())) {
        String name = column(said, column.name());
        String other = taken.putIfAbsent(name.toLowerCase(Locale.ROOT), column.name());
        if (other != null) {
          problems.add(
              "its columns '%s' and '%s' would both be '%s'".formatted(other, column.name(), name));
        }
        ordinals.add(i);
        columns.add(named(column, name));
      }
    }
    if (columns.isEmpty()) {
      throw impossible(table, List.of("none of its columns takes part"));
    }
    table.identity().ifPresent(key -> problems.addAll(lacking(table, key, ordinals)));
    Optional<SelectedTable.Merge> merge = said.flatMap(SelectedTable::merge);
    Optional<String> origin = merge.flatMap(SelectedTable.Merge::originColumn);
    if (origin.isPresent()) {
      String other = taken.get(origin.get().toLowerCase(Locale.ROOT));
      if (other != null) {
        problems.add(
            "its column '%s' has the name of the origin column '%s'"
                .formatted(other, origin.get()));
      }
      ordinals.add(TableShape.ORIGIN);
      columns.add(new Column(origin.get(), ORIGIN_TYPE, false, Column.Origin.WRITTEN));
    }
    if (!problems.isEmpty()) {
      throw impossible(table, problems);
    }
    return new TableShape(
        table,
        new TableDefinition(
            target(table.source()),
            table.source(),
            merge.isPresent() ? columns.stream().map(Mapping::plain).toList() : columns,
            keys(table, ordinals, origin.isPresent()),
            merge.isPresent() ? List.of() : foreignKeys(table, ordinals),
            merge.isPresent() ? "" : table.notes()),
        ordinals);
  }

  private static SyncException impossible(TableDefinition table, List<String> problems) {
    return new SyncException(
        "Table '%s' cannot be brought to the target as it is selected: %s. Change the selection."
            .formatted(table.source(), String.join("; ", problems)));
  }

  private static Column named(Column column, String name) {
    return new Column(name, column.type(), column.nullable(), column.origin(), column.constant());
  }

  /** Tables that are merged need not have the same defaults. */
  private static Column plain(Column column) {
    return new Column(column.name(), column.type(), column.nullable(), column.origin());
  }

  private static List<String> lacking(
      TableDefinition table, UniqueKey key, List<Integer> ordinals) {
    return key.columns().stream()
        .filter(column -> !ordinals.contains(column))
        .map(column -> table.columns().get(column).name())
        .map(
            "its column '%s' is of the key that tells its rows apart, but does not take part"
                ::formatted)
        .toList();
  }

  /** The keys all columns of which take part, each with the origin behind them if there is one. */
  private static List<UniqueKey> keys(
      TableDefinition table, List<Integer> ordinals, boolean hasOrigin) {
    List<UniqueKey> keys = new ArrayList<>();
    for (UniqueKey key : table.uniqueKeys()) {
      if (ordinals.containsAll(key.columns())) {
        List<Integer> columns = new ArrayList<>();
        key.columns().forEach(column -> columns.add(ordinals.indexOf(column)));
        if (hasOrigin) {
          columns.add(ordinals.indexOf(TableShape.ORIGIN));
        }
        keys.add(new UniqueKey(key.name(), columns, key.coverage()));
      }
    }
    return keys;
  }

  private List<ForeignKey> foreignKeys(TableDefinition table, List<Integer> ordinals) {
    List<ForeignKey> keys = new ArrayList<>();
    for (ForeignKey key : table.foreignKeys()) {
      if (keeps(key) && ordinals.containsAll(key.columns())) {
        Optional<SelectedTable> parent = selection.table(key.parent());
        keys.add(
            new ForeignKey(
                key.name(),
                key.columns().stream().map(ordinals::indexOf).toList(),
                parent.isPresent() ? target(key.parent()) : key.parent(),
                key.parentColumns().stream()
                    .map(name -> parent.isPresent() ? column(parent, name) : name)
                    .toList(),
                key.onDelete(),
                key.onUpdate(),
                key.logged()));
      }
    }
    return keys;
  }

  /**
   * Whether the parent has the columns at the target, under keys that are as at the source. What is
   * not selected is not ours to judge.
   */
  private boolean keeps(ForeignKey key) {
    Optional<SelectedTable> parent = selection.table(key.parent());
    return parent.isEmpty()
        || (parent.get().merge().isEmpty()
            && key.parentColumns().stream().allMatch(parent.get().columns()::includes));
  }
}
