package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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

  /** Who has one of these is trusted with functions that are declared to be harmless. */
  private static final Set<String> TRUSTED =
      Set.of("SUPER", "SET_USER_ID", "SET_ANY_DEFINER", "SET USER", "BINLOG ADMIN");

  private final Connection connection;
  private final Map<String, Boolean> tried = new HashMap<>();
  private @Nullable Grants grants;

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
    int error = tryOut("DELETE FROM " + noTable("mysql") + " WHERE 1 = 0");
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

  /**
   * Whether the user may write to a table that is there. What is tried locks the structure of the
   * table until the transaction ends.
   */
  List<Finding> ofTable(TableId table, String column) throws SQLException {
    return denied(table, rowTries(quote(table), quote(column)));
  }

  /** Whether the user may write to each table of a database; views may lack more. */
  boolean areOfWhole(String database) throws SQLException {
    return areGranted(rowTries(noTable(database), NO_COLUMN));
  }

  private static Map<String, String> rowTries(String name, String quoted) {
    Map<String, String> tries = new LinkedHashMap<>();
    tries.put("SELECT", "SELECT * FROM " + name + " LIMIT 0");
    tries.put(
        "INSERT",
        "INSERT INTO %s (%s) SELECT %s FROM %s WHERE 1 = 0".formatted(name, quoted, quoted, name));
    tries.put("UPDATE", "UPDATE %s SET %s = %s WHERE 1 = 0".formatted(name, quoted, quoted));
    tries.put("DELETE", "DELETE FROM " + name + " WHERE 1 = 0");
    return tries;
  }

  /**
   * Whether the user may make a table that is not there and write to it. It may be there after all:
   * made a moment ago, or hidden from the user.
   */
  List<Finding> ofNewTable(TableId table) throws SQLException {
    String none = noTable(table.database());
    return areGranted(newTries(none, none))
        ? List.of()
        : denied(table, newTries(quote(table), none));
  }

  private static Map<String, String> newTries(String name, String none) {
    Map<String, String> tries = new LinkedHashMap<>();
    // Privileges are looked at before tables, and there is no table to be like.
    tries.put("CREATE", "CREATE TABLE %s LIKE %s".formatted(name, none));
    tries.put("SELECT", "SELECT 1 FROM " + name + " LIMIT 0");
    tries.put("INSERT", "INSERT INTO %s (%s) VALUES (1)".formatted(name, NO_COLUMN));
    tries.put("UPDATE", "UPDATE %s SET %s = 1 WHERE 1 = 0".formatted(name, NO_COLUMN));
    tries.put("DELETE", "DELETE FROM " + name + " WHERE 1 = 0");
    return tries;
  }

  /** Whether the user may make a table refer to another one; no table is made. */
  List<Finding> ofReferences(TableId child, TableId parent) throws SQLException {
    // Not the same name twice: nothing is needed to refer to the table itself.
    String none = quote(new TableId(child.database(), NO_TABLE + " either"));
    return areGranted(keyTries(none, noTable(parent.database())))
        ? List.of()
        : denied(parent, keyTries(quote(child), quote(parent)));
  }

  private static Map<String, String> keyTries(String child, String parent) {
    // Privileges are looked at before columns, and there is no such column.
    String sql = "CREATE TABLE %s (a INT, FOREIGN KEY (b) REFERENCES %s (b))";
    return Map.of("REFERENCES", sql.formatted(child, parent));
  }

  /** Whether the user may give a table that is not there foreign keys when it is. */
  List<Finding> ofNewKeys(TableId table) throws SQLException {
    return areGranted(alterTries(noTable(table.database())))
        ? List.of()
        : denied(table, alterTries(quote(table)));
  }

  private static Map<String, String> alterTries(String name) {
    return Map.of("ALTER", "ALTER TABLE %s DROP COLUMN %s".formatted(name, NO_COLUMN));
  }

  /** Whether the user may run the source's statements that change tables of a database. */
  List<Finding> ofSchemaChanges(String database) throws SQLException {
    String name = noTable(database);
    Map<String, String> tries = new LinkedHashMap<>();
    tries.put("CREATE", "CREATE TABLE %s LIKE %s".formatted(name, name));
    tries.putAll(alterTries(name));
    tries.put("INDEX", "CREATE INDEX %s ON %s (%s)".formatted(NO_COLUMN, name, NO_COLUMN));
    tries.put("DROP", "DROP TABLE " + name);
    return denied(database, "in database '" + database + "'", missing(tries));
  }

  /**
   * Why the server would not let the user make a view, routine, event or trigger, as far as can be
   * told; empty if it seems to. Whether it really does only shows when it is made.
   */
  Optional<String> doubt(SchemaObject object, ObjectText text, MySqlFacts server)
      throws SQLException {
    String privilege = privilege(object.kind());
    String place = privilege + " ON " + quote(object.database()) + ".*";
    Boolean may = tried.get(place);
    if (may == null) {
      may = mayMake(privilege, object.database());
      tried.put(place, may);
    }
    if (!may) {
      return Optional.of("the job's user lacks a privilege (GRANT %s)".formatted(place));
    }
    return isTrusted(object, text, server)
        ? Optional.empty()
        : Optional.of("the server does not trust it (SET GLOBAL %s = ON)".formatted(TRUST));
  }

  /** What writes to a log by statements could do something else at those who follow the log. */
  private boolean isTrusted(SchemaObject object, ObjectText text, MySqlFacts server)
      throws SQLException {
    boolean function = object.kind() == ObjectKind.FUNCTION;
    boolean asks = function || object.kind() == ObjectKind.TRIGGER;
    if (!asks || !server.isOn("log_bin") || server.isOn(TRUST)) {
      return true;
    }
    return TRUSTED.stream().anyMatch(grants()::mayHave) && (!function || text.isHarmless());
  }

  private Grants grants() throws SQLException {
    if (grants == null) {
      grants = Grants.read(connection);
    }
    return grants;
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
    String none = noTable(database);
    return switch (privilege) {
      case "CREATE VIEW" ->
          !DENIED.contains(tryOut("CREATE VIEW " + none + " AS SELECT 1 FROM " + none));
      case "EVENT" -> !DENIED.contains(tryOut("ALTER EVENT " + none + " DISABLE"));
      case "TRIGGER" ->
          !DENIED.contains(
              tryOut(
                  "CREATE TRIGGER %s BEFORE INSERT ON %s FOR EACH ROW SET @a = 1"
                      .formatted(none, none)));
      // There is no harmless way to try it.
      default -> grants().mayHave(privilege, database);
    };
  }

  private static String noTable(String database) {
    return quote(new TableId(database, NO_TABLE));
  }

  /**
   * Whether nothing is denied with a table that is not there. Nobody has privileges for that table
   * alone, so the user has them for all tables of its database, and need not try with each.
   */
  private boolean areGranted(Map<String, String> tries) throws SQLException {
    String all = tries.values().toString();
    Boolean granted = tried.get(all);
    if (granted == null) {
      granted = missing(tries).isEmpty();
      tried.put(all, granted);
    }
    return granted;
  }

  private List<Finding> denied(TableId table, Map<String, String> tries) throws SQLException {
    return denied(table.database(), "on table '" + table + "'", missing(tries)).stream()
        .map(f -> new Finding(f.code(), f.severity(), table.toString(), f.message(), f.fix()))
        .toList();
  }

  private List<String> missing(Map<String, String> tries) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, String> one : tries.entrySet()) {
      if (DENIED.contains(tryOut(one.getValue()))) {
        missing.add(one.getKey());
      }
    }
    return missing;
  }

  private static List<Finding> denied(String database, String where, List<String> missing) {
    if (missing.isEmpty()) {
      return List.of();
    }
    String privileges = String.join(", ", missing);
    return List.of(
        new Finding(
            "PRIVILEGE_MISSING",
            Severity.ERROR,
            database,
            "The user lacks the privileges %s %s.".formatted(privileges, where),
            "GRANT %s ON %s.* TO the user".formatted(privileges, quote(database))));
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
