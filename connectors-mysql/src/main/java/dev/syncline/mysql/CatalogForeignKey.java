package dev.syncline.mysql;

import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * A foreign key in the words of a server's catalog.
 *
 * @param child the table that has the key
 * @param parent the table that it refers to
 */
record CatalogForeignKey(
    TableId child,
    String name,
    List<String> columns,
    TableId parent,
    List<String> parentColumns,
    Rule onDelete,
    Rule onUpdate) {

  private static final String SELECT =
      "SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,"
          + " k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME,"
          + " r.DELETE_RULE, r.UPDATE_RULE, r.TABLE_NAME"
          + " FROM information_schema.KEY_COLUMN_USAGE k"
          + " LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r"
          + " ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME"
          + " AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME"
          + " WHERE k.REFERENCED_TABLE_NAME IS NOT NULL AND ";
  private static final String ORDER =
      " ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";

  CatalogForeignKey {
    columns = List.copyOf(columns);
    parentColumns = List.copyOf(parentColumns);
  }

  /** A key of a definition with the names of its columns, as the table has it where it is. */
  static CatalogForeignKey of(TableDefinition table, ForeignKey key) {
    return new CatalogForeignKey(
        table.id(),
        ConstraintNames.at(key.name(), table.source().name(), table.id().name()),
        key.columns().stream().map(ordinal -> table.columns().get(ordinal).name()).toList(),
        key.parent(),
        key.parentColumns(),
        key.onDelete(),
        key.onUpdate());
  }

  /** The same key with another name. */
  CatalogForeignKey named(String other) {
    return new CatalogForeignKey(child, other, columns, parent, parentColumns, onDelete, onUpdate);
  }

  /** The same key between tables of other names. */
  CatalogForeignKey between(TableId child, TableId parent) {
    return new CatalogForeignKey(child, name, columns, parent, parentColumns, onDelete, onUpdate);
  }

  /** The keys of a database's tables, ordered by table and name. */
  static List<CatalogForeignKey> inDatabase(Connection connection, String database)
      throws SQLException {
    return read(connection, "k.TABLE_SCHEMA = ? AND k.CONSTRAINT_SCHEMA = ?", database, database);
  }

  /** The keys of a table. */
  static List<CatalogForeignKey> ofTable(Connection connection, TableId table) throws SQLException {
    return read(
        connection, "k.TABLE_SCHEMA = ? AND k.TABLE_NAME = ?", table.database(), table.name());
  }

  /** The keys of any tables that refer to a table. */
  static List<CatalogForeignKey> referringTo(Connection connection, TableId table)
      throws SQLException {
    return read(
        connection,
        "k.REFERENCED_TABLE_SCHEMA = ? AND k.REFERENCED_TABLE_NAME = ?",
        table.database(),
        table.name());
  }

  private static List<CatalogForeignKey> read(
      Connection connection, String condition, String first, String second) throws SQLException {
    Map<List<String>, List<Part>> keys = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(SELECT + condition + ORDER)) {
      statement.setString(1, first);
      statement.setString(2, second);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          // The catalog compares names without telling upper from lower case.
          if (row.getString(10) == null || text(row, 2).equals(text(row, 10))) {
            keys.computeIfAbsent(
                    List.of(text(row, 1), text(row, 2), text(row, 3)), k -> new ArrayList<>())
                .add(Part.of(row));
          }
        }
      }
    }
    List<CatalogForeignKey> all = new ArrayList<>();
    for (Map.Entry<List<String>, List<Part>> key : keys.entrySet()) {
      CatalogForeignKey found = joined(key.getKey(), key.getValue());
      all.add(key.getValue().get(0).hasRules() ? found : found.withRules(connection));
    }
    return all;
  }

  /** A column of a key, in the order of the key. */
  private record Part(
      String column, TableId parent, String parentColumn, String onDelete, String onUpdate) {

    static Part of(ResultSet row) throws SQLException {
      return new Part(
          text(row, 4),
          new TableId(text(row, 5), text(row, 6)),
          text(row, 7),
          text(row, 8),
          text(row, 9));
    }

    /** Whether the catalog says what the key does. */
    boolean hasRules() {
      return !onDelete.isEmpty();
    }
  }

  private static CatalogForeignKey joined(List<String> key, List<Part> parts) {
    Part first = parts.get(0);
    return new CatalogForeignKey(
        new TableId(key.get(0), key.get(1)),
        key.get(2),
        parts.stream().map(Part::column).toList(),
        first.parent(),
        parts.stream().map(Part::parentColumn).toList(),
        rule(first.onDelete()),
        rule(first.onUpdate()));
  }

  private CatalogForeignKey withRules(Connection connection) throws SQLException {
    ForeignKeyRules rules = ForeignKeyRules.of(connection, child, name);
    return new CatalogForeignKey(
        child, name, columns, parent, parentColumns, rules.onDelete(), rules.onUpdate());
  }

  private static Rule rule(String words) {
    return switch (words) {
      case "CASCADE" -> Rule.CASCADE;
      case "SET NULL" -> Rule.SET_NULL;
      case "SET DEFAULT" -> Rule.SET_DEFAULT;
      // NO ACTION is the same here: these servers have no deferred checks.
      default -> Rule.RESTRICT;
    };
  }

  /** Whether a key refers from the same columns to the same columns, whatever it does then. */
  boolean connectsAs(CatalogForeignKey other) {
    return child.equals(other.child)
        && nameKeys(columns).equals(nameKeys(other.columns))
        && parent.equals(other.parent)
        && nameKeys(parentColumns).equals(nameKeys(other.parentColumns));
  }

  /** Whether a key does the same, under whatever name. */
  boolean actsAs(CatalogForeignKey other) {
    return connectsAs(other) && onDelete == other.onDelete && onUpdate == other.onUpdate;
  }

  /** The statement that makes the key. */
  String addition() {
    return "ALTER TABLE %s ADD %s".formatted(SqlNames.quote(child), clause());
  }

  /** The key as a part of a statement about its table. */
  String clause() {
    return "CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (%s)"
            .formatted(
                SqlNames.quote(name),
                quoted(columns),
                SqlNames.quote(parent),
                quoted(parentColumns))
        + clause(" ON DELETE ", onDelete)
        + clause(" ON UPDATE ", onUpdate);
  }

  /** Servers spell out what is not usual. */
  private static String clause(String words, Rule rule) {
    return rule == Rule.RESTRICT ? "" : words + rule.sql();
  }

  /** The statement that takes the key away. */
  String removal() {
    return "ALTER TABLE %s DROP FOREIGN KEY %s"
        .formatted(SqlNames.quote(child), SqlNames.quote(name));
  }

  private static List<String> nameKeys(List<String> columns) {
    return columns.stream().map(TableLook::nameKey).toList();
  }

  private static String quoted(List<String> columns) {
    return columns.stream().map(SqlNames::quote).collect(Collectors.joining(", "));
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNullElse(row.getString(column), "");
  }
}
