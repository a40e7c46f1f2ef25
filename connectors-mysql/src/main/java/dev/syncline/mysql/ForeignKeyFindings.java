package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.TableLook.ColumnLook;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says which foreign keys a server would refuse when the rows are there, as far as can be told
 * before. Used by one thread.
 */
final class ForeignKeyFindings {

  private static final String REFUSED = "FOREIGN_KEY_REFUSED";

  /** The codes of findings that can be acknowledged. */
  static final Set<String> RISKS = Set.of(REFUSED);

  private static final String STANDARD_KEYS = "restrict_fk_on_non_standard_key";
  private static final Pattern INTEGER =
      Pattern.compile("(tinyint|smallint|mediumint|int|bigint)(\\(\\d+\\))?( unsigned)?.*");

  private final Connection connection;
  private final TargetTables tables;
  private final MySqlFacts server;
  private final Map<TableId, TableDefinition> selected = new HashMap<>();
  private final Map<String, List<CatalogForeignKey>> keys = new HashMap<>();

  ForeignKeyFindings(
      Connection connection,
      TargetTables tables,
      MySqlFacts server,
      List<TableDefinition> selected) {
    this.connection = connection;
    this.tables = tables;
    this.server = server;
    selected.forEach(table -> this.selected.put(table.id(), table));
  }

  /** The keys that a table, which is still to be made, would not get. */
  List<Finding> of(TableDefinition table) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    for (ForeignKey foreignKey : table.foreignKeys()) {
      CatalogForeignKey key = CatalogForeignKey.of(table, foreignKey);
      Optional<String> why = taken(key);
      if (why.isEmpty()) {
        why = unlike(table, foreignKey, key);
      }
      if (why.isEmpty()) {
        why = notStandard(key);
      }
      why.ifPresent(reason -> findings.add(refused(key, reason)));
    }
    return findings;
  }

  /** In a database two tables cannot have keys of one name, but from MariaDB 12.1 on. */
  private Optional<String> taken(CatalogForeignKey key) throws SQLException {
    if (server.isMariaDbFrom(12, 1, 0)) {
      return Optional.empty();
    }
    String database = key.child().database();
    List<CatalogForeignKey> there = keys.get(database);
    if (there == null) {
      there = CatalogForeignKey.inDatabase(connection, database);
      keys.put(database, there);
    }
    return there.stream()
        .filter(other -> other.name().equalsIgnoreCase(key.name()))
        .filter(other -> !other.child().equals(key.child()))
        .findFirst()
        .map(
            other ->
                "table '%s' has a foreign key of this name; drop that (%s)"
                    .formatted(other.child(), other.removal()));
  }

  private Optional<String> unlike(
      TableDefinition table, ForeignKey foreignKey, CatalogForeignKey key) throws SQLException {
    Optional<TableLook> parent = tables.look(key.parent());
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    for (int i = 0; i < key.columns().size(); i++) {
      Column column = table.columns().get(foreignKey.columns().get(i));
      ColumnLook there = parent.get().columns().get(TableLook.nameKey(key.parentColumns().get(i)));
      if (there != null && !canRefer(column, there)) {
        return Optional.of(
            ("column '%s' is '%s', but column '%s' of table '%s' at the target is '%s'; make them"
                    + " alike")
                .formatted(
                    column.name(),
                    described(column.type().nativeType(), column.type().collation()),
                    there.name(),
                    key.parent(),
                    described(there.type(), there.collation())));
      }
    }
    return Optional.empty();
  }

  private static String described(String type, String collation) {
    return collation.isEmpty() ? type : type + " COLLATE " + collation;
  }

  /** Of types other than integers and texts nothing is said: servers differ. */
  static boolean canRefer(Column column, ColumnLook there) {
    String collation = column.type().collation();
    if (!collation.isEmpty() && !there.collation().isEmpty()) {
      return DatabaseCollation.areSame(collation, there.collation());
    }
    Matcher one = INTEGER.matcher(column.type().nativeType().toLowerCase(Locale.ROOT));
    Matcher other = INTEGER.matcher(there.type().toLowerCase(Locale.ROOT));
    if (one.matches() && other.matches()) {
      return one.group(1).equals(other.group(1))
          && (one.group(3) == null) == (other.group(3) == null);
    }
    return true;
  }

  /** MySQL from 8.4 on refuses keys that do not refer to a whole unique key. */
  private Optional<String> notStandard(CatalogForeignKey key) {
    TableDefinition parent = selected.get(key.parent());
    if (parent == null || !server.isOn(STANDARD_KEYS)) {
      return Optional.empty();
    }
    Set<String> wanted = new HashSet<>(names(key.parentColumns()));
    boolean whole =
        parent.uniqueKeys().stream()
            .filter(unique -> unique.coverage() == UniqueKey.Coverage.COLUMNS)
            .map(unique -> unique.columns().stream().map(c -> parent.columns().get(c).name()))
            .anyMatch(columns -> new HashSet<>(names(columns.toList())).equals(wanted));
    return whole
        ? Optional.empty()
        : Optional.of(
            "it refers to columns of table '%s' that are no unique key; SET GLOBAL %s = OFF"
                .formatted(key.parent(), STANDARD_KEYS));
  }

  private static List<String> names(List<String> columns) {
    return columns.stream().map(TableLook::nameKey).toList();
  }

  private static Finding refused(CatalogForeignKey key, String why) {
    return new Finding(
        REFUSED,
        Severity.RISK,
        key.child().toString(),
        "The target would refuse foreign key '%s' of table '%s': %s."
            .formatted(key.name(), key.child(), why),
        "Do what the message says; or acknowledge FOREIGN_KEY_REFUSED to do without the key, or"
            + " leave FOREIGN_KEY out of the job's objects.");
  }
}
