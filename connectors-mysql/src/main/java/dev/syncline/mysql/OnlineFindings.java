package dev.syncline.mysql;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.TableSelection;
import dev.syncline.change.TableId;
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What tools for online changes have to do with the beginning of a job. */
final class OnlineFindings {

  private OnlineFindings() {}

  /** Shadows that are there already, with the selected tables that they will replace. */
  static Map<TableId, TableId> find(
      Connection connection, TableSelection selection, OnlineTools tools) throws SQLException {
    Map<TableId, TableId> found = new TreeMap<>();
    if (tools.way() == OnlineDdl.COPY_SHADOW) {
      return found;
    }
    Set<TableId> all = tables(connection, selection);
    List<TableId> selected = all.stream().filter(selection::includes).toList();
    for (TableId table : all) {
      Optional<TableId> original = tools.shadows().original(table, selected::contains, selected);
      original.ifPresent(id -> found.put(table, id));
    }
    return found;
  }

  private static Set<TableId> tables(Connection connection, TableSelection selection)
      throws SQLException {
    Set<TableId> tables = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES"
                    + " WHERE TABLE_TYPE = 'BASE TABLE'")) {
      while (rows.next()) {
        if (selection.includesDatabase(rows.getString(1))) {
          tables.add(new TableId(rows.getString(1), rows.getString(2)));
        }
      }
    }
    return tables;
  }

  static String describe(Map<TableId, TableId> shadows) {
    Map.Entry<TableId, TableId> first = shadows.entrySet().iterator().next();
    return ("Table '%s' looks like the shadow of the selected table '%s', which a tool is changing"
            + " online: what was done to it before the job began is not known. Let the tool end, or"
            + " drop the table if it is left over, and start the job then. If it is a table of its"
            + " own, choose other names with shadowTables.")
        .formatted(first.getKey(), first.getValue());
  }

  /** Says in a check what would keep a first start from beginning. */
  static List<Finding> of(Map<TableId, TableId> shadows) {
    List<Finding> findings = new ArrayList<>();
    shadows.forEach(
        (shadow, table) ->
            findings.add(
                new Finding(
                    "ONLINE_CHANGE_UNDER_WAY",
                    Severity.ERROR,
                    shadow.toString(),
                    describe(Map.of(shadow, table)),
                    "Let the tool end, or drop the table if it is left over.")));
    return findings;
  }
}
