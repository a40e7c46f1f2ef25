package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.mysql.ColumnList.Entry;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.TableOption;
import dev.syncline.mysql.TableElement.InlineKey;
import dev.syncline.mysql.TableElement.KeyType;
import dev.syncline.mysql.TableElement.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A table while one statement makes or changes it. Clauses are taken in their order, and take
 * effect together in {@link #finish}, as at the server. Not thread-safe.
 */
final class TableEdit {

  /** What is wrong with {@code DISCARD TABLESPACE} and {@code IMPORT TABLESPACE}. */
  static final String ROWS_OF_FILE = "it takes rows from a file";

  /** Engines that look after foreign keys. */
  private static final String INNODB = "InnoDB";

  private static final String TWO_CHARSETS = "it converts the table and names a character set";

  private final Surroundings at;
  private final ColumnRules rules;
  private final TableId id;
  private final ColumnList columns = new ColumnList();
  private final List<Supplier<TableKey>> addedKeys = new ArrayList<>();
  private final KeyList keys;
  private final ForeignKeyList foreignKeys;
  private final String oldCollation;
  private String engine;
  private String charset = "";
  private String collation = "";
  private boolean converts;
  private boolean partitioned;
  private boolean ordered = true;

  /**
   * What a statement stands in.
   *
   * @param databaseCollation the collation that tables get which name none
   * @param tables looks for tables that are known
   */
  record Surroundings(
      ModelServer server,
      DdlSession session,
      Optional<String> databaseCollation,
      Function<TableId, Optional<TableModel>> tables) {}

  /**
   * A table before and after.
   *
   * @param origins for each column the ordinal that it had before, or -1
   * @param renamed the new names of columns by their old ones, in small letters
   */
  record Result(TableModel table, List<Integer> origins, Map<String, String> renamed) {}

  /** A new table. */
  TableEdit(TableId id, Surroundings at) {
    this.at = at;
    this.rules = new ColumnRules(at.server(), at.session());
    this.id = id;
    this.keys = new KeyList(List.of());
    this.foreignKeys = new ForeignKeyList(id, List.of(), at);
    this.engine = "";
    this.oldCollation = "";
  }

  /** A table that is there. */
  TableEdit(TableModel table, Surroundings at) {
    this.at = at;
    this.rules = new ColumnRules(at.server(), at.session());
    this.id = table.id();
    for (int i = 0; i < table.columns().size(); i++) {
      Column column = table.columns().get(i);
      if (column.type().nativeType().contains("/*")) {
        throw new UnknownEffectException("column '" + column.name() + "' has an old format");
      }
      columns.add(i, column.name()).column = column;
    }
    this.keys = new KeyList(table.keys());
    this.foreignKeys = new ForeignKeyList(id, table.foreignKeys(), at);
    this.engine = table.options().engine();
    this.oldCollation = table.options().collation();
    this.partitioned = table.options().partitioned();
    this.ordered = table.options().ordered();
  }

  /** Takes a piece of CREATE TABLE. */
  void take(TableElement element) {
    if (element instanceof TableElement.Column column) {
      addColumn(column, Position.UNSAID);
    } else if (element instanceof TableElement.Key key) {
      addKey(key);
    } else if (element instanceof TableElement.References key) {
      addForeignKey(key);
    }
  }

  /** Takes a clause of ALTER TABLE. */
  void take(AlterClause clause) {
    if (clause instanceof AlterClause.AddColumn add) {
      if (columns.find(add.column().name()).isEmpty() || add.condition() == Condition.NONE) {
        addColumn(add.column(), add.position());
      } else if (!add.column().keys().isEmpty()) {
        throw new UnknownEffectException("it adds a key with a column that is there");
      }
    } else if (clause instanceof AlterClause.ChangeColumn change) {
      changeColumn(change);
    } else if (clause instanceof AlterClause.DropColumn drop) {
      columns.existing(drop.column(), drop.condition()).ifPresent(entry -> entry.dropped = true);
    } else if (clause instanceof AlterClause.RenameColumn rename) {
      columns
          .existing(rename.from(), rename.condition())
          .ifPresent(entry -> entry.name = rename.to());
    } else if (clause instanceof AlterClause.SetDefault set) {
      columns.existing(set.column(), set.condition()).ifPresent(entry -> setDefault(entry, set));
    } else if (clause instanceof AlterClause.SetOption set) {
      take(set.option());
    } else if (clause instanceof AlterClause.ConvertTo convert) {
      checkNotConverted();
      if (!charset.isEmpty() || !collation.isEmpty()) {
        throw new UnknownEffectException(TWO_CHARSETS);
      }
      converts = true;
      charset = convert.charset();
      collation = convert.collation();
    } else if (clause instanceof AlterClause.Partition partition) {
      partitioned |= partition.words().startsWith("PARTITION BY");
      partitioned &= !partition.words().startsWith("REMOVE PARTITIONING");
    } else if (clause instanceof AlterClause.Tablespace) {
      throw new UnknownEffectException(ROWS_OF_FILE);
    } else {
      takeKeys(clause);
    }
  }

  private void takeKeys(AlterClause clause) {
    if (clause instanceof AlterClause.AddKey add) {
      addKey(add.key());
    } else if (clause instanceof AlterClause.AddForeignKey add) {
      addForeignKey(add.key());
    } else if (clause instanceof AlterClause.DropKey drop) {
      keys.drop(drop.key());
    } else if (clause instanceof AlterClause.DropForeignKey drop) {
      foreignKeys.drop(drop.key());
    } else if (clause instanceof AlterClause.DropConstraint drop) {
      if (keys.contains(drop.name()) && foreignKeys.contains(drop.name())) {
        throw new UnknownEffectException("a key and a foreign key are named '" + drop.name() + "'");
      }
      foreignKeys.drop(drop.name());
      // A check may have the name of a key that is no constraint.
      if (keys.keys().stream().anyMatch(key -> key.isUnique() && key.isNamed(drop.name()))) {
        keys.drop(drop.name());
      }
    } else if (clause instanceof AlterClause.RenameKey rename) {
      keys.rename(rename.from(), rename.to());
    }
  }

  /** Takes an option of the table. */
  void take(TableOption option) {
    switch (option.name()) {
      case "CHARSET" -> {
        checkNotConverted();
        charset = option.value().toLowerCase(Locale.ROOT);
        if (!collation.isEmpty() && !at.server().keepsCollation()) {
          collation = "";
        }
      }
      case "COLLATE" -> {
        checkNotConverted();
        collation = option.value().toLowerCase(Locale.ROOT);
      }
      case "ENGINE" -> engine = at.server().engine(option.value());
      case "UNION", "CONNECTION", "SEQUENCE" ->
          throw new UnknownEffectException("it has the option '" + option.name() + "'");
      default -> {
        if (option.name().contains("VERSIONING") || option.value().contains("VERSIONING")) {
          throw new UnknownEffectException("it keeps the versions of rows");
        }
      }
    }
  }

  /** Products differ in which of two character sets is the table's. */
  private void checkNotConverted() {
    if (converts) {
      throw new UnknownEffectException(TWO_CHARSETS);
    }
  }

  /** Says whether a new table has partitions. */
  void partitioned(boolean has) {
    partitioned = has;
  }

  private void addColumn(TableElement.Column definition, Position position) {
    Entry entry = columns.add(-1, definition.name());
    entry.definition = definition;
    columns.place(entry, position);
    addInlineKeys(entry, definition);
  }

  private void changeColumn(AlterClause.ChangeColumn change) {
    Optional<Entry> found = columns.existing(change.from(), change.condition());
    if (found.isEmpty()) {
      return;
    }
    Entry entry = found.get();
    keys.changeColumn(entry.number);
    entry.definition = change.column();
    entry.name = change.column().name();
    if (!change.position().equals(Position.UNSAID)) {
      columns.place(entry, change.position());
    }
    addInlineKeys(entry, change.column());
  }

  private void addInlineKeys(Entry entry, TableElement.Column definition) {
    for (InlineKey key : definition.keys()) {
      String name = key == InlineKey.PRIMARY ? UniqueKey.PRIMARY : "";
      List<TableKey.Part> parts = List.of(new TableKey.Part(entry.number, 0));
      addedKeys.add(() -> new TableKey(name, TableKey.Kind.UNIQUE, false, parts));
    }
  }

  private void setDefault(Entry entry, AlterClause.SetDefault set) {
    Column column = entry.made();
    entry.givenDefault = true;
    entry.column =
        ColumnRules.withConstant(
            column,
            set.value()
                .map(value -> rules.changed(id, column, value))
                .orElseGet(() -> ColumnRules.without(column.nullable())));
  }

  private void addKey(TableElement.Key key) {
    boolean unique = key.type() == KeyType.PRIMARY || key.type() == KeyType.UNIQUE;
    String symbol = unique ? key.symbol() : "";
    String name = key.type() == KeyType.PRIMARY ? UniqueKey.PRIMARY : key.name();
    name = name.isEmpty() ? symbol : name;
    if (key.withoutOverlaps()) {
      throw new UnknownEffectException("it adds a key over a period");
    }
    if (key.condition() == Condition.OR_REPLACE) {
      keys.drop(name);
    } else if (key.condition() == Condition.IF_NOT_EXISTS) {
      if (name.isEmpty() || (keys.contains(name) && !keys.hasForSure(name))) {
        throw new UnknownEffectException("it is not sure whether its key is there");
      }
      if (keys.contains(name)) {
        return;
      }
    }
    String named = name;
    addedKeys.add(() -> key(key, named, unique));
  }

  private TableKey key(TableElement.Key key, String name, boolean unique) {
    List<TableKey.Part> parts = new ArrayList<>();
    for (TableElement.KeyPart part : key.parts()) {
      int column = part.column().isEmpty() ? TableKey.EXPRESSION : columns.number(part.column());
      parts.add(new TableKey.Part(column, unique ? part.prefix() : 0));
    }
    boolean whole = key.parts().stream().allMatch(part -> part.prefix() == 0);
    TableKey.Kind plain = whole ? TableKey.Kind.PLAIN : TableKey.Kind.READ;
    TableKey.Kind kind = unique ? TableKey.Kind.UNIQUE : plain;
    return new TableKey(name, kind, false, parts);
  }

  private void addForeignKey(TableElement.References key) {
    if (foreignKeys.isThere(key)) {
      return;
    }
    String name = key.symbol().isEmpty() ? key.name() : key.symbol();
    addedKeys.add(
        () -> {
          List<TableKey.Part> parts =
              key.columns().stream()
                  .map(column -> new TableKey.Part(columns.number(column), 0))
                  .toList();
          return new TableKey(name, TableKey.Kind.GENERATED, false, parts);
        });
    foreignKeys.add(key);
  }

  /** The table behind the statement. */
  Result finish() {
    String after = collationAfter();
    List<Entry> order = columns.order();
    Map<String, String> renamed = columns.renamed();
    define(order, after);
    for (Entry entry : columns.all()) {
      if (entry.dropped) {
        keys.dropColumn(entry.number);
      }
    }
    keys.keys().replaceAll(this::withPrefixes);
    List<String> existing = names(keys.keys());
    keys.add(
        addedKeys.stream().map(Supplier::get).map(this::withPrefixes).toList(),
        number -> columns.get(number).name);
    checkKeys();
    sortKeys(existing);
    for (TableKey key : keys.keys()) {
      if (key.isPrimary()) {
        key.parts().forEach(part -> forbidNull(columns.get(part.column())));
      }
    }
    TableModel.Options options =
        new TableModel.Options(
            engine.isEmpty() ? at.server().engine("") : engine, after, partitioned, ordered);
    List<CatalogForeignKey> references =
        options.engine().equals(INNODB)
            ? foreignKeys.finish(renamed, ColumnList.names(order))
            : List.of();
    TableModel table =
        new TableModel(id, options, ColumnList.columns(order), numbered(order), references);
    if (!ordered && table.dependsOnOrder()) {
      throw new UnknownEffectException("it is not sure which unique key the server puts first");
    }
    return new Result(table, order.stream().map(entry -> entry.origin).toList(), renamed);
  }

  /** MariaDB sorts keys that were there when others come, and now and then when columns change. */
  private void sortKeys(List<String> existing) {
    List<String> before = names(keys.keys());
    before.retainAll(existing);
    boolean mariaDb = at.server().facts().mariaDb();
    keys.sort(number -> columns.get(number).made(), !mariaDb);
    List<String> sorted = names(keys.keys());
    sorted.retainAll(existing);
    ordered &= !mariaDb || before.equals(sorted);
  }

  private static List<String> names(List<TableKey> keys) {
    return new ArrayList<>(keys.stream().map(TableKey::name).toList());
  }

  private String collationAfter() {
    String usual =
        oldCollation.isEmpty() || charset.equals("default")
            ? at.databaseCollation()
                .orElseThrow(() -> new UnknownEffectException("its database is unknown"))
            : oldCollation;
    String named = charset.equals("default") ? "" : charset;
    if (collation.equals("default")) {
      throw new UnknownEffectException("it asks for a default collation");
    }
    return at.server().collation(named, collation, usual, at.session());
  }

  private void define(List<Entry> order, String after) {
    boolean isFirst = true;
    boolean changes = false;
    for (Entry entry : order) {
      TableElement.Column definition = entry.definition;
      if (definition != null) {
        if (converts && !isPlain(definition.type())) {
          throw new UnknownEffectException("it converts and defines a column of characters");
        }
        // A MariaDB takes both where the definition says a place.
        if (entry.givenDefault && at.server().facts().mariaDb()) {
          throw new UnknownEffectException("it defines a column and sets its default");
        }
        entry.column = rules.column(id, definition, after, isFirst);
      } else {
        Column kept = ColumnRules.named(entry.made(), entry.name);
        entry.column = converts ? converted(kept, after) : withTimestamp(kept, isFirst);
        changes |= converts && !entry.column.equals(kept);
      }
      isFirst &= !ColumnRules.isTimestamp(entry.made().type().nativeType());
    }
    boolean keepsUnlessChanged =
        at.server().facts().isMySqlFrom(5, 6, 0) && !at.server().facts().isMySqlFrom(5, 7, 0);
    if (converts && keepsUnlessChanged && !changes && !after.equals(oldCollation)) {
      throw new UnknownEffectException(
          "it converts no column, and MySQL 5.6 may keep the character set of the table then");
    }
  }

  /** Whether no rule about characters is needed. */
  private static boolean isPlain(TableElement.ColumnType type) {
    return type.charset().isEmpty()
        && type.collation().isEmpty()
        && !type.binary()
        && !type.name().equals("json")
        && !type.name().endsWith("text");
  }

  private Column converted(Column column, String after) {
    return rules
        .types()
        .converted(column, after)
        .map(
            type -> {
              ColumnType changed = rules.columnType(id, column.name(), type);
              return new Column(
                  column.name(), changed, column.nullable(), column.origin(), column.constant());
            })
        .orElse(column);
  }

  /** A first TIMESTAMP without default may get one by the way, which the log does not say. */
  private Column withTimestamp(Column column, boolean isFirst) {
    boolean doubtful =
        isFirst
            && ColumnRules.isTimestamp(column.type().nativeType())
            && !column.nullable()
            && column.constant().equals(ColumnRules.without(false));
    return doubtful ? ColumnRules.withConstant(column, Optional.empty()) : column;
  }

  private void forbidNull(Entry entry) {
    entry.column = rules.withoutNull(entry.made());
  }

  /** The key with the prefixes that still are some, now that columns may be shorter. */
  private TableKey withPrefixes(TableKey key) {
    List<TableKey.Part> parts = new ArrayList<>();
    for (TableKey.Part part : key.parts()) {
      boolean whole = part.prefix() > 0 && isWhole(part);
      parts.add(whole ? new TableKey.Part(part.column(), 0) : part);
    }
    return key.withParts(parts);
  }

  private boolean isWhole(TableKey.Part part) {
    NativeType type = MySqlTypes.nativeType(id, columns.get(part.column()).made());
    return switch (type.base()) {
      case CHAR, VARCHAR, BINARY, VARBINARY -> type.length() <= part.prefix();
      case TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> false;
      default -> true;
    };
  }

  /** Servers have rules of their own for unique keys over long values that name no length. */
  private void checkKeys() {
    for (TableKey key : keys.keys()) {
      for (TableKey.Part part : key.isUnique() ? key.parts() : List.<TableKey.Part>of()) {
        if (part.column() >= 0 && part.prefix() == 0) {
          ColumnType type = columns.get(part.column()).made().type();
          boolean isLong = type.nativeType().endsWith("text") || type.nativeType().endsWith("blob");
          if (isLong || type.kind() == ValueKind.GEOMETRY) {
            throw new UnknownEffectException("key '" + key.name() + "' is over long values");
          }
        }
      }
    }
  }

  /** The keys with the ordinals of columns. */
  private List<TableKey> numbered(List<Entry> order) {
    Map<Integer, Integer> ordinals = new HashMap<>();
    order.forEach(entry -> ordinals.put(entry.number, ordinals.size()));
    List<TableKey> numbered = new ArrayList<>();
    for (TableKey key : keys.keys()) {
      List<TableKey.Part> parts = new ArrayList<>();
      for (TableKey.Part part : key.parts()) {
        int ordinal = ordinals.getOrDefault(part.column(), TableKey.EXPRESSION);
        parts.add(new TableKey.Part(ordinal, part.prefix()));
      }
      numbered.add(key.withParts(parts));
    }
    return numbered;
  }
}
