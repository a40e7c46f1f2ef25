package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be known of a target to put a statement into its words. Definitions do not tell which
 * checks and which keys over expressions it has, so it is asked. Immutable.
 *
 * @param version what the server is
 * @param folding how it takes names of tables
 * @param keys the keys of its tables, by {@link TableLook#nameKey}
 * @param constraints the constraints of its tables, the same
 */
record TargetServer(
    SqlVersion version,
    NameFolding folding,
    Map<TableId, Set<String>> keys,
    Map<TableId, Set<String>> constraints) {

  private static final String KEYS =
      "SELECT INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND"
          + " TABLE_NAME = ?";

  private static final String CONSTRAINTS =
      "SELECT CONSTRAINT_NAME FROM information_schema.TABLE_CONSTRAINTS WHERE TABLE_SCHEMA = ? AND"
          + " TABLE_NAME = ?";

  /** Copies the maps. */
  TargetServer {
    keys = Map.copyOf(keys);
    constraints = Map.copyOf(constraints);
  }

  /** A target of which nothing is known but what it is. */
  static TargetServer of(SqlVersion version) {
    return new TargetServer(version, new NameFolding(false, false), Map.of(), Map.of());
  }

  /** Asks for what a change is about. */
  static TargetServer read(Connection connection, SchemaChange change, TargetNames names)
      throws SQLException {
    MySqlFacts facts = MySqlFacts.read(connection);
    Map<TableId, Set<String>> keys = new HashMap<>();
    Map<TableId, Set<String>> constraints = new HashMap<>();
    for (TableEffect effect : change.effects()) {
      Optional<TableId> table =
          names.areSame() || !(effect instanceof TableEffect.Altered)
              ? Optional.empty()
              : names.table(effect.table());
      if (table.isPresent()) {
        keys.put(table.get(), names(connection, KEYS, table.get()));
        constraints.put(table.get(), names(connection, CONSTRAINTS, table.get()));
      }
    }
    return new TargetServer(SqlVersion.of(facts), NameFolding.of(facts), keys, constraints);
  }

  private static Set<String> names(Connection connection, String query, TableId table)
      throws SQLException {
    Set<String> names = new HashSet<>();
    try (PreparedStatement question = connection.prepareStatement(query)) {
      question.setString(1, table.database());
      question.setString(2, table.name());
      try (ResultSet rows = question.executeQuery()) {
        while (rows.next()) {
          names.add(TableLook.nameKey(rows.getString(1)));
        }
      }
    }
    return names;
  }

  /** Whether a table has a key, or may have it. */
  boolean mayHaveKey(TableId table, String key) {
    Set<String> known = keys.get(table);
    return known == null || known.contains(TableLook.nameKey(key));
  }

  /**
   * Whether a table has a check, or may have it: where checks were left out, those that the servers
   * have named may have other numbers.
   */
  boolean mayHaveCheck(TableId table, String check) {
    Set<String> known = constraints.get(table);
    return known == null
        || known.contains(TableLook.nameKey(check))
        || (ConstraintNames.isMadeForCheck(table.name(), check)
            && known.stream().anyMatch(name -> ConstraintNames.isMadeForCheck(table.name(), name)));
  }
}
