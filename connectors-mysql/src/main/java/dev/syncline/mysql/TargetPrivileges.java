package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds out what a user may write by trying it in a way that has no effect, since lists of grants
 * do not tell of roles, proxies and restrictions. Used by one thread.
 */
final class TargetPrivileges {

  /** Access denied to a database, a table or a column. */
  private static final Set<Integer> DENIED = Set.of(1044, 1142, 1143);

  /** Statements that a server refuses because of an option or of its role. */
  private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);

  /** No table has this name, and it could be none of ours. */
  private static final String NO_TABLE = "syncline no such table";

  /** No column has this name: what names it has no effect even if the table is there after all. */
  private static final String NO_COLUMN = quote("syncline no such column");

  private static final String TRUST = "log_bin_trust_function_creators";

  private final Connection connection;

  TargetPrivileges(Connection connection) {
    this.connection = connection;
  }

  /** Whether a failure means that the user lacks a privilege. */
  static boolean isDenial(SQLException failure) {
    return DENIED.contains(failure.getErrorCode());
  }

  /** Whether the server takes writes at all. */
  List<Finding> ofServer() throws SQLException {
    // What a server refuses as a whole it refuses before it looks for the table.
    String table = quote(new TableId("mysql", NO_TABLE));
    int error = tryOut("DELETE FROM " + table + " WHERE 1 = 0");
    return READ_ONLY.contains(error)
        ? List.of(
            new Finding(
                "TARGET_READ_ONLY",
                Severity.ERROR,
                MySqlSinkCheck.TARGET,
                "The server does not take writes (server error %d).".formatted(error),
                "SET GLOBAL read_only = OFF, or name the server that takes writes"))
        : List.of();
  }

  /** Whether the user may write to a table that is there. */
  List<Finding> ofTable(TableId table, String column) throws SQLException {
    String name = quote(table);
    String quoted = quote(column);
    Map<String, String> tries = new LinkedHashMap<>();
    tries.put("SELECT", "SELECT * FROM " + name + " LIMIT 0");
    tries.put(
        "INSERT",
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE 1 = 0".formatted(name, quoted, quoted, name));
    tries.put("UPDATE", "UPDATE %s SET %s = %s WHERE 1 = 0".formatted(name, quoted, quoted));
    tries.put("DELETE", "DELETE FROM " + name + " WHERE 1 = 0");
    return denied(table, tries);
  }

  /**
   * Whether the user may make a table that is not there and write to it. It may be there after all:
   * made a moment ago, or hidden from the user.
   */
  List<Finding> ofNewTable(TableId table) throws SQLException {
    String name = quote(table);
    Map<String, String> tries = new LinkedHashMap<>();
    // Privileges are looked at before tables, and there is no table to be like.
    tries.put(
        "CREATE",
        "CREATE TABLE %s LIKE %s".formatted(name, quote(new TableId(table.database(), NO_TABLE))));
    tries.put("SELECT", "SELECT 1 FROM " + name + " LIMIT 0");
    tries.put("INSERT", "INSERT INTO %s (%s) VALUES (1)".formatted(name, NO_COLUMN));
    tries.put("UPDATE", "UPDATE %s SET %s = 1 WHERE 1 = 0".formatted(name, NO_COLUMN));
    tries.put("DELETE", "DELETE FROM " + name + " WHERE 1 = 0");
    return denied(table, tries);
  }

  /** Whether the user may make a table refer to another one; no table is made. */
  List<Finding> ofReferences(TableId child, TableId parent) throws SQLException {
    // Privileges are looked at before columns, and there is no such column.
    String sql =
        "CREATE TABLE %s (a INT, FOREIGN KEY (b) REFERENCES %s (b))"
            .formatted(quote(child), quote(parent));
    return denied(parent, Map.of("REFERENCES", sql));
  }

  /** Whether the user may give a table that is not there foreign keys when it is. */
  List<Finding> ofNewKeys(TableId table) throws SQLException {
    String sql = "ALTER TABLE %s DROP COLUMN %s".formatted(quote(table), NO_COLUMN);
    return denied(table, Map.of("ALTER", sql));
  }

  /** Whether the user may make views, routines, events and triggers. */
  List<Finding> ofObjects(List<SchemaObject> objects, MySqlFacts server) throws SQLException {
    Map<String, Set<String>> tries = new TreeMap<>();
    boolean functions = false;
    for (SchemaObject object : objects) {
      tries.computeIfAbsent(object.database(), d -> new TreeSet<>()).add(privilege(object.kind()));
      functions |= object.kind() == ObjectKind.FUNCTION || object.kind() == ObjectKind.TRIGGER;
    }
    List<Finding> findings = new ArrayList<>();
    for (Map.Entry<String, Set<String>> ofDatabase : tries.entrySet()) {
      String database = ofDatabase.getKey();
      List<String> missing = new ArrayList<>();
      for (String privilege : ofDatabase.getValue()) {
        if (!mayMake(privilege, database)) {
          missing.add(privilege);
        }
      }
      if (!missing.isEmpty()) {
        String names = String.join(", ", missing);
        findings.add(
            new Finding(
                "PRIVILEGE_MISSING",
                Severity.ERROR,
                database,
                "The user lacks the privileges %s on database '%s'.".formatted(names, database),
                "GRANT %s ON %s.* TO the user".formatted(names, quote(database))));
      }
    }
    if (functions && server.isOn("log_bin") && !server.isOn(TRUST)) {
      findings.add(
          new Finding(
              "FUNCTIONS_NOT_TRUSTED",
              Severity.ERROR,
              MySqlSinkCheck.TARGET,
              "The server refuses functions and triggers that it does not trust: %s is 'OFF'."
                  .formatted(TRUST),
              "SET GLOBAL %s = ON; or leave FUNCTION and TRIGGER out of the job's objects"
                  .formatted(TRUST)));
    }
    return findings;
  }

  private static String privilege(ObjectKind kind) {
    return switch (kind) {
      case VIEW -> "CREATE VIEW";
      case FUNCTION, PROCEDURE -> "CREATE ROUTINE";
      case EVENT -> "EVENT";
      case TRIGGER -> "TRIGGER";
      case FOREIGN_KEY -> "REFERENCES";
    };
  }

  private boolean mayMake(String privilege, String database) throws SQLException {
    String none = quote(new TableId(database, NO_TABLE));
    return switch (privilege) {
      case "CREATE VIEW" ->
          !DENIED.contains(tryOut("CREATE VIEW " + none + " AS SELECT 1 FROM " + none));
      case "EVENT" -> !DENIED.contains(tryOut("ALTER EVENT " + none + " DISABLE"));
      case "TRIGGER" ->
          !DENIED.contains(
              tryOut(
                  "CREATE TRIGGER %s BEFORE INSERT ON %s FOR EACH ROW SET @a = 1"
                      .formatted(none, none)));
      default -> mayByGrants(privilege, database);
    };
  }

  /** There is no harmless way to try it. What a role grants is not printed. */
  private boolean mayByGrants(String privilege, String database) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
      while (rows.next()) {
        String grant = rows.getString(1).replace("\\", "");
        boolean role = !grant.contains(" ON ");
        boolean here =
            grant.contains(" ON *.* ") || grant.contains(" ON " + quote(database) + ".* ");
        boolean given = grant.contains(privilege) || grant.contains("ALL PRIVILEGES");
        if (role || (here && given)) {
          return true;
        }
      }
    }
    return false;
  }

  private List<Finding> denied(TableId table, Map<String, String> tries) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, String> one : tries.entrySet()) {
      if (DENIED.contains(tryOut(one.getValue()))) {
        missing.add(one.getKey());
      }
    }
    if (missing.isEmpty()) {
      return List.of();
    }
    String privileges = String.join(", ", missing);
    return List.of(
        new Finding(
            "PRIVILEGE_MISSING",
            Severity.ERROR,
            table.toString(),
            "The user lacks the privileges %s on table '%s'.".formatted(privileges, table),
            "GRANT %s ON %s.* TO the user".formatted(privileges, quote(table.database()))));
  }

  /** The number of the error that a statement meets; 0 if none. */
  private int tryOut(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
      return 0;
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e) && !READ_ONLY.contains(e.getErrorCode())) {
        throw e;
      }
      return e.getErrorCode();
    }
  }
}
