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

  /** A tool is at work, and what it has done is not known. */
  static final String UNDER_WAY = "ONLINE_CHANGE_UNDER_WAY";

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

  /**
   * What keeps the tables of tools from being copied like others: a shadow that does not take part
   * has no rows to give to the table whose name it gets, and where tables are merged it has those
   * of one of them.
   */
  static List<Finding> ofSelection(
      Connection connection, TableSelection selection, OnlineTools tools) throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (tools.way() != OnlineDdl.COPY_SHADOW) {
      return findings;
    }
    if (selection.hasMerges()) {
      findings.add(
          new Finding(
              "SHADOWS_MERGED",
              Severity.ERROR,
              ServerFindings.SOURCE,
              "Tables are merged, and the tables of tools for online changes are to be copied"
                  + " (OnlineDdl.COPY_SHADOW): one that takes the place of a merged table would"
                  + " replace the rows of the others too.",
              "Choose OnlineDdl.REPLAY_ALTER or STOP, or a job of its own for tables that are"
                  + " merged."));
    }
    for (String database : SelectedDatabases.find(connection, selection)) {
      if (!selection.includesWhole(database)) {
        findings.add(
            new Finding(
                "SHADOWS_NOT_SELECTED",
                Severity.ERROR,
                database,
                ("Not all tables of database '%s' are selected, and the tables of tools for online"
                        + " changes are to be copied (OnlineDdl.COPY_SHADOW): those of a selected"
                        + " table need not be selected.")
                    .formatted(database),
                "Choose OnlineDdl.REPLAY_ALTER, or select all tables of the database, without"
                    + " exceptions."));
      }
    }
    return findings;
  }

  /**
   * Says that a tool is exchanging the names of tables, if that is why a table is not there.
   *
   * @param missing a table that was named
   */
  static Optional<Finding> ofExchange(
      Connection connection, TableSelection selection, OnlineTools tools, TableId missing)
      throws SQLException {
    return tables(connection, selection).stream()
        .filter(
            name -> tools.shadows().original(name, missing::equals, List.of(missing)).isPresent())
        .findFirst()
        .map(
            shadow ->
                new Finding(
                    UNDER_WAY,
                    Severity.ERROR,
                    missing.toString(),
                    ("The selected table '%s' does not exist, but '%s' does, which looks like its"
                            + " shadow: a tool that changes the table online may be giving its name"
                            + " to the shadow at this moment.")
                        .formatted(missing, shadow),
                    "Start the job again. If the table is still not there, the tool has ended"
                        + " between its two steps: give one of its tables that name."));
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
                    UNDER_WAY,
                    Severity.ERROR,
                    shadow.toString(),
                    describe(Map.of(shadow, table)),
                    "Let the tool end, or drop the table if it is left over.")));
    return findings;
  }
}
