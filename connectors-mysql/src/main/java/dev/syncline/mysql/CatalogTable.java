package dev.syncline.mysql;

import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A table in the words of the server's catalog, from which nothing is judged yet.
 *
 * @param collation the usual collation of its columns; empty if unknown
 * @param partitioned whether it has partitions
 * @param rows estimated number of rows
 * @param bytes estimated bytes of all rows
 * @param logsCascades see {@link MySqlFacts#logsCascades}
 */
record CatalogTable(
    TableId id,
    String engine,
    String collation,
    boolean partitioned,
    long rows,
    long bytes,
    List<CatalogColumn> columns,
    List<CatalogKeyPart> keyParts,
    List<CatalogForeignKey> catalogForeignKeys,
    boolean logsCascades) {

  CatalogTable {
    columns = List.copyOf(columns);
    keyParts = List.copyOf(keyParts);
    catalogForeignKeys = List.copyOf(catalogForeignKeys);
  }

  /**
   * A row of {@code information_schema.COLUMNS}; text is empty instead of NULL.
   *
   * @param isOfKey whether it is a column of the key by which the server tells rows apart
   * @param constant see {@link ColumnDefault}
   */
  record CatalogColumn(
      String name,
      String type,
      boolean nullable,
      String charset,
      String collation,
      String extra,
      boolean isOfKey,
      Optional<String> constant) {

    private Column.Origin origin() {
      // MySQL 8 also says DEFAULT_GENERATED, of columns that writers fill.
      String words = extra.toUpperCase(Locale.ROOT);
      if (words.contains("STORED GENERATED") || words.contains("PERSISTENT")) {
        return Column.Origin.GENERATED_STORED;
      }
      boolean virtual = words.contains("VIRTUAL GENERATED") || words.equals("VIRTUAL");
      return virtual ? Column.Origin.GENERATED_VIRTUAL : Column.Origin.WRITTEN;
    }
  }

  /**
   * A row of {@code information_schema.STATISTICS}, in the order of the index.
   *
   * @param column null for an expression
   * @param length of a prefix; 0 for the whole column
   */
  record CatalogKeyPart(String key, boolean unique, @Nullable String column, int length) {}

  /** Whether the table's engine has transactions, so that reads see whole ones. */
  boolean isTransactional() {
    return isTransactional(engine);
  }

  static boolean isTransactional(String engine) {
    return engine.equalsIgnoreCase("InnoDB") || engine.equalsIgnoreCase("ROCKSDB");
  }

  /**
   * The table as changes will carry it.
   *
   * @throws UnsupportedChangeException if a column has a type that cannot be carried
   */
  TableDefinition definition() {
    return definition(Set.of());
  }

  /**
   * The same, where some keys demand more than that their values differ.
   *
   * @throws UnsupportedChangeException if a column has a type that cannot be carried
   */
  TableDefinition definition(Set<String> keysWithoutOverlaps) {
    List<Column> result = new ArrayList<>();
    for (CatalogColumn column : columns) {
      result.add(
          new Column(
              column.name(),
              MySqlTypes.columnType(
                  id, column.name(), column.type(), column.charset(), column.collation()),
              column.nullable(),
              column.origin(),
              column.constant()));
    }
    List<UniqueKey> keys = new ArrayList<>();
    for (UniqueKey key : uniqueKeys()) {
      boolean more = keysWithoutOverlaps.contains(key.name());
      keys.add(more ? new UniqueKey(key.name(), key.columns(), UniqueKey.Coverage.PREFIX) : key);
    }
    return new TableDefinition(id, result, keys, foreignKeys());
  }

  /**
   * The same with the notes by which effects of later statements can be told.
   *
   * @param text what the server prints as the table's statement
   * @throws UnsupportedChangeException if a column has a type that cannot be carried
   */
  TableDefinition definition(CreateTableText text) {
    TableDefinition table = definition(text.keysWithoutOverlaps());
    return TableModel.of(this, text, table)
        .map(model -> model.definition(logsCascades))
        .orElse(table);
  }

  /** What keeps each column that cannot be carried from it, in the order of columns. */
  List<String> unsupportedColumns() {
    List<String> reasons = new ArrayList<>();
    for (CatalogColumn column : columns) {
      try {
        MySqlTypes.columnType(
            id, column.name(), column.type(), column.charset(), column.collation());
      } catch (UnsupportedChangeException e) {
        reasons.add(String.valueOf(e.getMessage()));
      }
    }
    return reasons;
  }

  /** Whether rows can be told apart by a key over whole columns without NULL. */
  boolean hasIdentity() {
    return uniqueKeys().stream().anyMatch(this::tellsApart);
  }

  /** The keys by which this table refers to others, ordered by name. */
  List<ForeignKey> foreignKeys() {
    Map<String, Integer> ordinals = ordinals(String.CASE_INSENSITIVE_ORDER);
    List<ForeignKey> keys = new ArrayList<>();
    for (CatalogForeignKey key : catalogForeignKeys) {
      List<Integer> keyColumns = new ArrayList<>();
      for (String column : key.columns()) {
        Integer ordinal = ordinals.get(column);
        if (ordinal == null) {
          throw new TransientException(
              "Foreign key '%s' of table '%s' was changed while it was looked at."
                  .formatted(key.name(), id));
        }
        keyColumns.add(ordinal);
      }
      keys.add(
          new ForeignKey(
              key.name(),
              keyColumns,
              key.parent(),
              key.parentColumns(),
              key.onDelete(),
              key.onUpdate(),
              logsCascades));
    }
    keys.sort(Comparator.comparing(ForeignKey::name));
    return keys;
  }

  private Map<String, Integer> ordinals(Comparator<String> names) {
    Map<String, Integer> ordinals = new TreeMap<>(names);
    for (CatalogColumn column : columns) {
      ordinals.put(column.name(), ordinals.size());
    }
    return ordinals;
  }

  private List<UniqueKey> uniqueKeys() {
    Map<String, Integer> ordinals = ordinals(Comparator.naturalOrder());
    Map<String, List<CatalogKeyPart>> byKey =
        new TreeMap<>(
            Comparator.comparing((String key) -> !key.equals(UniqueKey.PRIMARY))
                .thenComparing(Comparator.naturalOrder()));
    keyParts.stream()
        .filter(CatalogKeyPart::unique)
        .forEach(part -> byKey.computeIfAbsent(part.key(), k -> new ArrayList<>()).add(part));
    List<UniqueKey> keys = new ArrayList<>();
    byKey.forEach((name, parts) -> keys.add(uniqueKey(name, parts, ordinals)));
    // Of several keys that may tell rows apart, that is first whose columns the log always has.
    // A MariaDB may have none of them, if NULL was forbidden in its columns later on.
    keys.sort(
        Comparator.comparing((UniqueKey key) -> !isServersKey(key))
            .thenComparing(key -> !key.isPrimary())
            .thenComparing(key -> !tellsApart(key)));
    return keys;
  }

  private boolean tellsApart(UniqueKey key) {
    return TableModel.tellsApart(key, ordinal -> columns.get(ordinal).nullable());
  }

  private boolean isServersKey(UniqueKey key) {
    return key.isPrimary()
        || (key.coverage() == UniqueKey.Coverage.COLUMNS
            && key.columns().stream().allMatch(column -> columns.get(column).isOfKey()));
  }

  private UniqueKey uniqueKey(
      String name, List<CatalogKeyPart> parts, Map<String, Integer> ordinals) {
    List<Integer> keyColumns = new ArrayList<>();
    UniqueKey.Coverage coverage = UniqueKey.Coverage.COLUMNS;
    for (CatalogKeyPart part : parts) {
      Integer ordinal = part.column() == null ? null : ordinals.get(part.column());
      if (ordinal == null) {
        coverage = UniqueKey.Coverage.EXPRESSION;
        continue;
      }
      keyColumns.add(ordinal);
      if (part.length() > 0 && coverage == UniqueKey.Coverage.COLUMNS) {
        coverage = UniqueKey.Coverage.PREFIX;
      }
    }
    return new UniqueKey(name, keyColumns, coverage);
  }
}
