package dev.syncline.mysql;

import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * A table of the source with its statements under the names of the target, and with the columns and
 * keys that it has there. Immutable.
 *
 * @param structure the table, whose statements are in the names of the target
 * @param leftOut the indexes and checks that are not made, since they need columns that take no
 *     part
 */
record TargetStructure(TableStructure structure, List<String> leftOut) {

  /** Copies the list. */
  TargetStructure {
    leftOut = List.copyOf(leftOut);
  }

  /**
   * A table under the names of the target.
   *
   * @throws SyncException if the statement is not understood, or cannot be without a column that
   *     takes no part
   */
  static TargetStructure of(TableStructure source) {
    TableDefinition definition = source.definition();
    TableStructure.CreateStatements statements = source.statements();
    if (!statements.dialect().equals(MySqlCatalog.DIALECT)) {
      return new TargetStructure(source, List.of());
    }
    CreateTableText text = parsed(source);
    boolean named = definition.id().equals(definition.source());
    if (named && isAsInStatement(source, text)) {
      return new TargetStructure(source, List.of());
    }
    try {
      Renaming renaming = new Renaming(source, text);
      return new TargetStructure(
          new TableStructure(
              definition,
              new TableStructure.CreateStatements(
                  statements.dialect(), database(source), named(renaming.sql(), definition)),
              source.size(),
              source.origins()),
          renaming.leftOut());
    } catch (IllegalArgumentException e) {
      throw refused(definition, String.valueOf(e.getMessage()), e);
    }
  }

  private static CreateTableText parsed(TableStructure source) {
    try {
      return new CreateTableText(source.statements().table());
    } catch (IllegalArgumentException e) {
      throw refused(source.definition(), "its statement is not understood: " + e.getMessage(), e);
    }
  }

  private static SyncException refused(
      TableDefinition table, String why, IllegalArgumentException cause) {
    return new SyncException(
        "Cannot create table '%s' as '%s': %s.".formatted(table.source(), table.id(), why), cause);
  }

  private static boolean isAsInStatement(TableStructure source, CreateTableText text) {
    TableDefinition table = source.definition();
    Set<String> columns = new TreeSet<>(text.columns());
    boolean same =
        source.origins().entrySet().stream().allMatch(e -> e.getKey().equals(e.getValue()))
            && source.origins().keySet().equals(columns)
            && table.columns().size() == columns.size();
    return same && table.foreignKeys().stream().allMatch(key -> text.refers(table, key));
  }

  /** The statement that makes the database of a table, under its name at the target. */
  static String database(TableStructure structure) {
    TableDefinition table = structure.definition();
    String statement = structure.statements().database();
    String name = SqlNames.quote(table.source().database());
    int at = statement.indexOf(name);
    return at < 0
        ? statement
        : statement.substring(0, at)
            + SqlNames.quote(table.id().database())
            + statement.substring(at + name.length());
  }

  private static String named(String statement, TableDefinition table) {
    String head = "CREATE TABLE " + SqlNames.quote(table.source().name()) + " (";
    if (!statement.startsWith(head)) {
      throw new IllegalArgumentException("its statement does not begin with '" + head + "'");
    }
    return "CREATE TABLE "
        + SqlNames.quote(table.id().name())
        + " ("
        + statement.substring(head.length());
  }

  /** What defines a column that the statement of the source does not make. */
  static String clause(Column column) {
    if (column.isGenerated()) {
      throw new IllegalArgumentException(
          "column '%s' is computed, but is not as at the source".formatted(column.name()));
    }
    ColumnType type = column.type();
    return SqlNames.quote(column.name())
        + " "
        + type.nativeType()
        + (type.charset().isEmpty() ? "" : " CHARACTER SET " + type.charset())
        + (type.collation().isEmpty() ? "" : " COLLATE " + type.collation())
        + (column.nullable() ? " NULL" : " NOT NULL");
  }

  /** What defines a key that the statement of the source does not make. */
  static String clause(TableDefinition table, UniqueKey key) {
    if (key.coverage() != UniqueKey.Coverage.COLUMNS) {
      throw new IllegalArgumentException(
          "key '%s' is over expressions or beginnings of columns that are not as at the source"
              .formatted(key.name()));
    }
    String columns =
        key.columns().stream()
            .map(ordinal -> SqlNames.quote(table.columns().get(ordinal).name()))
            .collect(Collectors.joining(","));
    return (key.isPrimary() ? "PRIMARY KEY (" : "UNIQUE KEY " + SqlNames.quote(key.name()) + " (")
        + columns
        + ")";
  }

  /** The changes of one statement. */
  private static final class Renaming {

    private final TableDefinition table;
    private final CreateTableText text;

    /** The names at the target, by {@link TableLook#nameKey} of those in the statement. */
    private final Map<String, String> names = new HashMap<>();

    private final List<String> leftOut = new ArrayList<>();
    private final String sql;

    Renaming(TableStructure source, CreateTableText text) {
      this.table = source.definition();
      this.text = text;
      source.origins().forEach((name, before) -> names.put(TableLook.nameKey(before), name));
      this.sql = rewritten();
    }

    String sql() {
      return sql;
    }

    List<String> leftOut() {
      return leftOut;
    }

    private String rewritten() {
      CreateTableText.Editor editor = text.editor();
      Set<String> kept = new TreeSet<>();
      for (CreateTableText.Definition definition : text.definitions()) {
        Set<String> lacking = lacking(definition);
        Optional<String> key = definition.key();
        if (definition.isColumn()) {
          column(editor, definition, lacking);
        } else if (definition.foreignKey().isPresent() || !lacking.isEmpty()) {
          editor.remove(definition);
          if (definition.foreignKey().isEmpty()) {
            leftOut.add(describe(definition, key));
          }
        } else {
          editor.rename(definition, this::renamed);
          editor.renameCheck(
              definition, n -> ConstraintNames.at(n, table.source().name(), table.id().name()));
          if (definition.isUnique()) {
            key.ifPresent(kept::add);
            key.flatMap(this::added).ifPresent(more -> editor.addToKey(definition, more));
          }
        }
      }
      checkOptions();
      additions(kept).forEach(editor::add);
      return editor.sql();
    }

    private String describe(CreateTableText.Definition definition, Optional<String> key) {
      return key.map(name -> "KEY " + SqlNames.quote(name)).orElseGet(definition::beginning);
    }

    private void column(
        CreateTableText.Editor editor, CreateTableText.Definition definition, Set<String> lacking) {
      String name = definition.name();
      if (!names.containsKey(TableLook.nameKey(name))) {
        editor.remove(definition);
        return;
      }
      lacking.remove(name);
      if (!lacking.isEmpty()) {
        throw new IllegalArgumentException(
            "column '%s' is made of the columns %s, which take no part; select them, or leave it"
                    .formatted(name, lacking)
                + " out too");
      }
      checkWords(definition);
      editor.rename(definition, this::renamed);
    }

    private void checkWords(CreateTableText.Definition definition) {
      for (String word : definition.words()) {
        for (String column : text.columns()) {
          boolean same = column.equals(names.get(TableLook.nameKey(column)));
          if (!same && column.equalsIgnoreCase(word)) {
            throw new IllegalArgumentException(
                ("column '%s' may be made of column '%s', which has another name at the target or"
                        + " takes no part, and the server prints it without quotes; make the table"
                        + " there by hand")
                    .formatted(definition.name(), column));
          }
        }
      }
    }

    /** The columns of the statement that a definition needs and the target has not as they are. */
    private Set<String> lacking(CreateTableText.Definition definition) {
      Set<String> all = new TreeSet<>(text.columns());
      return definition.identifiers().stream()
          .filter(name -> isColumn(all, name) && !names.containsKey(TableLook.nameKey(name)))
          .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean isColumn(Set<String> all, String name) {
      return all.stream().anyMatch(column -> column.equalsIgnoreCase(name));
    }

    private String renamed(String name) {
      return names.getOrDefault(TableLook.nameKey(name), name);
    }

    /** The columns that a unique key has at the target beside those of the statement. */
    private Optional<String> added(String key) {
      return uniqueKey(key)
          .map(
              unique ->
                  unique.columns().stream()
                      .map(ordinal -> table.columns().get(ordinal).name())
                      .filter(name -> !names.containsValue(name))
                      .map(name -> "," + SqlNames.quote(name))
                      .collect(Collectors.joining()))
          .filter(columns -> !columns.isEmpty());
    }

    private Optional<UniqueKey> uniqueKey(String name) {
      return table.uniqueKeys().stream().filter(key -> key.name().equals(name)).findFirst();
    }

    /** What stands behind the columns, such as partitions, is not rewritten. */
    private void checkOptions() {
      for (String column : text.columns()) {
        String name = names.get(TableLook.nameKey(column));
        if (!column.equals(name) && text.optionsName(column)) {
          throw new IllegalArgumentException(
              "what stands behind its columns (partitions) speaks of column '%s', which has another"
                      .formatted(column)
                  + " name at the target or takes no part; make the table there by hand");
        }
      }
    }

    /** Columns and keys that the statement has not. */
    private List<String> additions(Set<String> kept) {
      List<String> added = new ArrayList<>();
      for (Column column : table.columns()) {
        if (!names.containsValue(column.name())) {
          added.add(clause(column));
        }
      }
      for (UniqueKey key : table.uniqueKeys()) {
        if (!kept.contains(key.name())) {
          added.add(clause(table, key));
        }
      }
      for (ForeignKey key : table.foreignKeys()) {
        added.add(CatalogForeignKey.of(table, key).clause());
      }
      return added;
    }
  }
}
