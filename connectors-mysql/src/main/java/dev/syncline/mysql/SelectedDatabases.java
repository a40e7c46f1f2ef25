package dev.syncline.mysql;

import dev.syncline.Selection;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.TreeSet;

/** Which databases of a server a selection is about. */
final class SelectedDatabases {

  /** What a server has for itself, and jobs that write to it; a pattern never means it. */
  private static final Set<String> OF_SERVER =
      Set.of("mysql", "information_schema", "performance_schema", "sys", Ledger.DEFAULT_DATABASE);

  private SelectedDatabases() {}

  /** A selection the patterns of which do not match what a server has for itself. */
  static TableSelection of(Selection<TableChange> selection) {
    return ((TableSelection) selection).hiding(OF_SERVER);
  }

  /** The selected databases: those that were named, there or not, and those there that match. */
  static Set<String> find(Connection connection, TableSelection selection) throws SQLException {
    Set<String> databases = new TreeSet<>(selection.databases());
    if (selection.hasDatabasePatterns()) {
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")) {
        while (rows.next()) {
          String database = rows.getString(1);
          if (selection.includesDatabase(database)) {
            databases.add(database);
          }
        }
      }
    }
    return databases;
  }
}
