package dev.syncline.mysql;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession.Found;
import dev.syncline.SchemaObject;
import dev.syncline.TableSelection;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Asks a server what its views, routines, events and triggers are. Used by one thread, over a
 * session set by {@link MySqlCatalog#SETTINGS}.
 */
final class ObjectCatalog {

  /** How a server shows objects of a kind. */
  private enum Look {
    FUNCTION(
        ObjectKind.FUNCTION,
        "SELECT ROUTINE_NAME, ROUTINE_NAME FROM information_schema.ROUTINES"
            + " WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE = 'FUNCTION' ORDER BY ROUTINE_NAME",
        "Create Function",
        "SHOW_ROUTINE on *.* (MySQL 8.0.0 to 8.0.19: SELECT on *.*; before, and on MariaDB:"
            + " SELECT on mysql.proc)"),
    PROCEDURE(
        ObjectKind.PROCEDURE,
        "SELECT ROUTINE_NAME, ROUTINE_NAME FROM information_schema.ROUTINES"
            + " WHERE ROUTINE_SCHEMA = ? AND ROUTINE_TYPE = 'PROCEDURE' ORDER BY ROUTINE_NAME",
        "Create Procedure",
        FUNCTION.privilege),
    VIEW(
        ObjectKind.VIEW,
        "SELECT TABLE_NAME, TABLE_NAME FROM information_schema.VIEWS"
            + " WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME",
        "Create View",
        "SHOW VIEW and SELECT on '%s'"),
    EVENT(
        ObjectKind.EVENT,
        "SELECT EVENT_NAME, EVENT_NAME FROM information_schema.EVENTS"
            + " WHERE EVENT_SCHEMA = ? ORDER BY EVENT_NAME",
        "Create Event",
        "EVENT on '%s'"),
    TRIGGER(
        ObjectKind.TRIGGER,
        "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
            + " WHERE TRIGGER_SCHEMA = ?"
            + " ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING, ACTION_ORDER",
        "SQL Original Statement",
        "TRIGGER on '%s'");

    private final ObjectKind kind;
    private final String names;
    private final String statement;
    private final String privilege;

    Look(ObjectKind kind, String names, String statement, String privilege) {
      this.kind = kind;
      this.names = names;
      this.statement = statement;
      this.privilege = privilege;
    }

    private boolean ofTable() {
      return kind == ObjectKind.VIEW || kind == ObjectKind.TRIGGER;
    }

    /** Whether an object belongs to a selection, by the table that it has to do with. */
    boolean isSelected(TableSelection selection, TableId table) {
      return ofTable() ? selection.includes(table) : selection.includesWhole(table.database());
    }
  }

  /** The columns of {@code SHOW CREATE …} and the session variables that they are about. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "sql_mode", "sql_mode",
          "character_set_client", "character_set_client",
          "collation_connection", "collation_connection",
          "Database Collation", ObjectSettings.DATABASE,
          "time_zone", "time_zone");

  private static final int BROKEN_VIEW = 1356;

  private final Connection connection;

  ObjectCatalog(Connection connection) {
    this.connection = connection;
  }

  /** The objects that belong to a selection, by kind, those that come first first. */
  Found objects(TableSelection selection, Set<ObjectKind> kinds) throws SQLException {
    List<SchemaObject> objects = new ArrayList<>();
    List<LeftOut> unreadable = new ArrayList<>();
    for (Look look : Look.values()) {
      if (kinds.contains(look.kind)) {
        for (TableId name : names(look, selection)) {
          try {
            objects.add(object(look, name));
          } catch (HiddenException e) {
            // What has gone meanwhile is no object any more.
            if (names(look, selection).contains(name)) {
              unreadable.add(new LeftOut(look.kind, name.toString(), e.reason()));
            }
          }
        }
      }
    }
    return new Found(withNeeds(objects), unreadable);
  }

  /** The names of the objects of a kind that belong to a selection, with their databases. */
  List<String> names(TableSelection selection, ObjectKind kind) throws SQLException {
    List<String> names = new ArrayList<>();
    for (TableId name : names(Look.valueOf(kind.name()), selection)) {
      names.add(name.toString());
    }
    return names;
  }

  private List<TableId> names(Look look, TableSelection selection) throws SQLException {
    List<TableId> names = new ArrayList<>();
    for (String database : SelectedDatabases.find(connection, selection)) {
      for (Map.Entry<String, String> name : names(look, database).entrySet()) {
        if (look.isSelected(selection, new TableId(database, name.getValue()))) {
          names.add(new TableId(database, name.getKey()));
        }
      }
    }
    return names;
  }

  /** That the server does not say how an object is made. */
  private static final class HiddenException extends Exception {

    private static final long serialVersionUID = 1L;

    HiddenException(String reason, @Nullable SQLException cause) {
      super(reason, cause);
    }

    String reason() {
      return String.valueOf(getMessage());
    }
  }

  private Map<String, String> names(Look look, String database) throws SQLException {
    Map<String, String> names = new LinkedHashMap<>();
    try (PreparedStatement statement = connection.prepareStatement(look.names)) {
      statement.setString(1, database);
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.put(rows.getString(1), rows.getString(2));
        }
      }
    }
    return names;
  }

  private SchemaObject object(Look look, TableId id) throws SQLException, HiddenException {
    String sql = "SHOW CREATE " + look.kind + " " + SqlNames.quote(id);
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      if (!row.next() || row.getString(look.statement) == null) {
        throw hidden(look, id, "the server shows nothing", null);
      }
      Map<String, String> session = new TreeMap<>();
      for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
        String variable = SETTINGS.get(row.getMetaData().getColumnLabel(i));
        if (variable != null) {
          session.put(variable, row.getString(i));
        }
      }
      String create = row.getString(look.statement);
      if (look == Look.VIEW) {
        checkView(id);
      }
      return new SchemaObject(
          look.kind, id.database(), id.name(), MySqlCatalog.DIALECT, session, create, List.of());
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      throw hidden(look, id, MySqlErrors.describe(e), e);
    }
  }

  private static HiddenException hidden(
      Look look, TableId id, String why, @Nullable SQLException cause) {
    return new HiddenException(
        "the source does not say how it is made (%s); grant the user %s"
            .formatted(why, look.privilege.formatted(id.database())),
        cause);
  }

  /** A view that lacks what it reads is printed, but no other server would take it. */
  private void checkView(TableId id) throws SQLException, HiddenException {
    Optional<SQLException> refusal =
        StructureFindings.refusal(connection, "SELECT * FROM " + SqlNames.quote(id));
    if (refusal.isPresent() && refusal.get().getErrorCode() == BROKEN_VIEW) {
      throw new HiddenException(
          "it is broken at the source (%s)".formatted(MySqlErrors.describe(refusal.get())),
          refusal.get());
    }
  }

  /** A view prints the names of what it reads with their databases. */
  private List<SchemaObject> withNeeds(List<SchemaObject> objects) throws SQLException {
    if (objects.stream().noneMatch(object -> object.kind() == ObjectKind.VIEW)) {
      return objects;
    }
    Set<TableId> tables = new TreeSet<>(Comparator.naturalOrder());
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES")) {
      while (rows.next()) {
        tables.add(new TableId(rows.getString(1), rows.getString(2)));
      }
    }
    List<SchemaObject> all = new ArrayList<>();
    for (SchemaObject object : objects) {
      all.add(
          object.kind() == ObjectKind.VIEW
              ? object.needing(
                  ObjectText.needs(object.statement(), tables).stream()
                      .filter(t -> !t.equals(new TableId(object.database(), object.name())))
                      .distinct()
                      .toList())
              : object);
    }
    return all;
  }
}
