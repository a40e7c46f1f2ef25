package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds out what a user may do by trying it in a way that has no effect, since lists of grants do
 * not tell of roles, proxies and restrictions. Used by one thread.
 */
final class SourcePrivileges {
  /** Access denied to a database, a table, a column, or for want of a global privilege. */
  private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143, 1227);

  private static final String CODE = "PRIVILEGE_MISSING";

  /** No table has this name, and it could be none of ours. */
  private static final String NO_TABLE = "syncline no such table";

  private final Connection connection;
  private final MySqlFacts facts;
  private final Map<String, Boolean> readable = new HashMap<>();

  SourcePrivileges(Connection connection, MySqlFacts facts) {
    this.connection = connection;
    this.facts = facts;
  }

  /** Whether the user may read the log. */
  List<Finding> ofReplication() throws SQLException {
    List<Finding> findings = new ArrayList<>();
    if (denied(facts.binlogStatusStatement()).isPresent()) {
      String name = facts.isMariaDbFrom(10, 5, 2) ? "BINLOG MONITOR" : "REPLICATION CLIENT";
      findings.add(global(name, "ask where the log ends"));
    }
    if (facts.isOn("log_bin") && !mayFollow()) {
      findings.add(global("REPLICATION SLAVE", "follow the log"));
    }
    return findings;
  }

  private boolean mayFollow() throws SQLException {
    if (!facts.mariaDb()) {
      return denied("SHOW BINLOG EVENTS LIMIT 1").isEmpty();
    }
    // MariaDB shows events to whoever may see the status, but prints the grants of roles in force.
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
      while (rows.next()) {
        String grant = rows.getString(1).toUpperCase(Locale.ROOT);
        boolean everywhere = grant.contains(" ON *.* ");
        if (everywhere
            && (grant.contains("REPLICATION SLAVE,")
                || grant.contains("REPLICATION SLAVE ON")
                || grant.contains("ALL PRIVILEGES"))) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether the server is a replica that does not log what it applies. */
  List<Finding> ofReplica() throws SQLException {
    boolean logs = facts.isOn("log_slave_updates") || facts.isOn("log_replica_updates");
    if (logs || !isReplica()) {
      return List.of();
    }
    return List.of(
        new Finding(
            "REPLICA_NOT_LOGGING",
            Severity.ERROR,
            ServerFindings.SOURCE,
            "The server is a replica and does not log what it applies: log_slave_updates is 'OFF',"
                + " expected 'ON'.",
            "Start the server with log_slave_updates=ON, or follow the server that it"
                + " replicates."));
  }

  private boolean isReplica() throws SQLException {
    String sql = facts.isMySqlFrom(8, 0, 22) ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS";
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      return rows.next();
    } catch (SQLException e) {
      if (DENIED.contains(e.getErrorCode())) {
        return false;
      }
      throw e;
    }
  }

  /** Whether the user may read a table. */
  List<Finding> ofTable(TableId table) throws SQLException {
    return mayReadAll(table.database())
            || (denied("SELECT 1 FROM " + quote(table) + " LIMIT 0").isEmpty()
                && denied("SELECT * FROM " + quote(table) + " LIMIT 0").isEmpty())
        ? List.of()
        : List.of(missing("SELECT", table.toString(), "read it", quote(table)));
  }

  /**
   * Whether the user may read all tables of a database: nobody has privileges for a single table
   * that is not there.
   */
  private boolean mayReadAll(String database) throws SQLException {
    Boolean may = readable.get(database);
    if (may == null) {
      String none = quote(new TableId(database, NO_TABLE));
      may = denied("SELECT * FROM " + none + " LIMIT 0").isEmpty();
      readable.put(database, may);
    }
    return may;
  }

  /** Whether a table that the catalog does not show is not there, or only not to be seen. */
  Finding ofMissing(TableId table) throws SQLException {
    if (denied("SELECT 1 FROM " + quote(table) + " LIMIT 0").isPresent()) {
      return missing("SELECT", table.toString(), "read it", quote(table));
    }
    return new Finding(
        "TABLE_MISSING",
        Severity.ERROR,
        table.toString(),
        "The selected table '%s' does not exist.".formatted(table),
        "Check the name, which tells upper from lower case, or leave it out of the selection.");
  }

  /** Whether the user may lock the tables of a database. */
  List<Finding> ofLocking(String database, String purpose) throws SQLException {
    // The privilege is looked at before the table.
    String table = quote(new TableId(database, NO_TABLE));
    String denial = denied("LOCK TABLES " + table + " READ").orElse("");
    // Without SELECT on the whole database it is that which is denied here.
    if (denial.isEmpty() || !(denial.contains("LOCK TABLE") || denial.contains("to database"))) {
      return List.of();
    }
    return List.of(missing("LOCK TABLES", database, purpose, quote(database) + ".*"));
  }

  /** Whether the watermark table is there and may be written to. */
  List<Finding> ofWatermarks(TableId table) {
    String name = quote(table);
    List<String> tries =
        List.of(
            "SELECT id, token FROM " + name + " LIMIT 0",
            "INSERT INTO " + name + " (id, token) SELECT id, token FROM " + name + " WHERE 1 = 0",
            "UPDATE " + name + " SET token = token WHERE 1 = 0");
    for (String sql : tries) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(sql);
      } catch (SQLException e) {
        return List.of(
            new Finding(
                "WATERMARK_TABLE_UNUSABLE",
                Severity.ERROR,
                table.toString(),
                "The watermark table '%s' cannot be used: %s."
                    .formatted(table, MySqlErrors.describe(e)),
                ("CREATE TABLE %s (id INT NOT NULL PRIMARY KEY, token CHAR(36) CHARACTER SET ascii"
                        + " NOT NULL) ENGINE = InnoDB; GRANT SELECT, INSERT, UPDATE ON %s TO the"
                        + " user")
                    .formatted(name, name)));
      }
    }
    return List.of();
  }

  /**
   * Whether the user sees the triggers of tables, and the routines and events of whole databases,
   * if there are any.
   */
  List<Finding> ofObjects(Set<TableId> tables, Set<String> wholeDatabases) throws SQLException {
    Grants grants = Grants.read(connection);
    Set<String> databases = new TreeSet<>(wholeDatabases);
    tables.forEach(table -> databases.add(table.database()));
    List<Finding> findings = new ArrayList<>();
    for (String database : databases) {
      Map<String, String> hidden = new LinkedHashMap<>();
      String here = quote(database) + ".*";
      if (wholeDatabases.contains(database)) {
        if (!seesRoutines(grants)) {
          hidden.put("routines", routinePrivilege());
        }
        if (!grants.mayHave("EVENT", database)) {
          hidden.put("events", "EVENT ON " + here);
        }
      }
      if (tables.stream().anyMatch(t -> isIn(t, database) && !grants.mayHave("TRIGGER", t))) {
        hidden.put("triggers", "TRIGGER ON " + here);
      }
      if (!hidden.isEmpty()) {
        findings.add(notVisible(database, hidden));
      }
    }
    return findings;
  }

  private static boolean isIn(TableId table, String database) {
    return table.database().equals(database);
  }

  private static Finding notVisible(String database, Map<String, String> hidden) {
    return new Finding(
        "OBJECTS_NOT_VISIBLE",
        Severity.WARNING,
        database,
        "The user may not see all %s of database '%s'. If there are some, they are not copied."
            .formatted(String.join(", ", hidden.keySet()), database),
        hidden.values().stream()
            .map("GRANT %s TO the user"::formatted)
            .collect(Collectors.joining("; ")));
  }

  private String routinePrivilege() {
    if (facts.isMySqlFrom(8, 0, 20)) {
      return "SHOW_ROUTINE ON *.*";
    }
    return facts.isMySqlFrom(8, 0, 0) ? "SELECT ON *.*" : "SELECT ON `mysql`.`proc`";
  }

  private boolean seesRoutines(Grants grants) throws SQLException {
    return facts.isMySqlFrom(8, 0, 0)
        ? grants.mayHave("SHOW_ROUTINE") || grants.mayHave("SELECT")
        : denied("SELECT 1 FROM mysql.proc LIMIT 0").isEmpty();
  }

  /** What the server says against a statement for want of a privilege. */
  private Optional<String> denied(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      if (DENIED.contains(e.getErrorCode())) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
    }
    return Optional.empty();
  }

  private static Finding global(String privilege, String purpose) {
    return missing(privilege, ServerFindings.SOURCE, purpose, "*.*");
  }

  private static Finding missing(String privilege, String object, String purpose, String on) {
    return new Finding(
        CODE,
        Severity.ERROR,
        object,
        "The user lacks the privilege %s, which is needed to %s.".formatted(privilege, purpose),
        "GRANT %s ON %s TO the user".formatted(privilege, on));
  }
}
