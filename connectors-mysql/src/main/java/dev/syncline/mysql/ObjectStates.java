package dev.syncline.mysql;

import dev.syncline.mysql.SqlObject.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How some objects of a server look at one moment, so that it can be told later whether they have
 * changed. Immutable; equal if nothing has.
 *
 * @param server the version, since another one may describe the same object otherwise
 * @param states one for each object: of tables engine and digest of the definition, of others
 *     whether they are there
 */
record ObjectStates(String server, List<String> states) {

  /** The state of an object that is not there. */
  static final String ABSENT = "absent";

  private static final String PRESENT = "present";

  /** A counter changes with rows, and servers that start anew set it back. */
  private static final Pattern COUNTER = Pattern.compile(" AUTO_INCREMENT=\\d+");

  private static final Pattern ENGINE = Pattern.compile("\\) ENGINE=(\\w+)");

  /** Copies the list. */
  ObjectStates {
    states = List.copyOf(states);
  }

  /** Looks. Holds no locks once the open transaction ends. */
  static ObjectStates look(Connection connection, List<SqlObject> objects) throws SQLException {
    List<String> states = new ArrayList<>();
    for (SqlObject object : objects) {
      states.add(
          object.kind() == Kind.TABLE ? table(connection, object) : other(connection, object));
    }
    return new ObjectStates(server(connection), states);
  }

  /** As it was printed by {@link #toString}. */
  static ObjectStates parse(String text) {
    List<String> lines = text.lines().toList();
    return new ObjectStates(lines.get(0), lines.subList(1, lines.size()));
  }

  boolean isThere(int index) {
    return !states.get(index).equals(ABSENT);
  }

  /** Whether all tables that are there survive a crash of the server whole. */
  boolean isInnoDb() {
    return states.stream().allMatch(s -> s.equals(ABSENT) || s.startsWith("innodb "));
  }

  /** One line for the server and one for each object. */
  @Override
  public String toString() {
    return server + "\n" + String.join("\n", states);
  }

  private static String server(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT VERSION()")) {
      row.next();
      return row.getString(1);
    }
  }

  private static String table(Connection connection, SqlObject table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW CREATE TABLE " + SqlNames.quote(table.id()))) {
      row.next();
      String text = COUNTER.matcher(row.getString(2)).replaceAll("");
      Matcher engine = ENGINE.matcher(text);
      String last = "none";
      while (engine.find()) {
        last = engine.group(1).toLowerCase(Locale.ROOT);
      }
      // Without its name, so that it can be known again under another one.
      return last + " " + Sha256.of(text.substring(Math.max(0, text.indexOf('('))));
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        return ABSENT;
      }
      throw e;
    }
  }

  private static String other(Connection connection, SqlObject object) throws SQLException {
    if (object.kind() == Kind.DATABASE) {
      return MySqlStructureWriter.hasDatabase(connection, object.database()) ? PRESENT : ABSENT;
    }
    try (PreparedStatement statement = connection.prepareStatement(query(object.kind()))) {
      statement.setString(1, object.database());
      statement.setString(2, object.name());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? PRESENT : ABSENT;
      }
    }
  }

  private static String query(Kind kind) {
    String head = "SELECT 1 FROM information_schema.";
    return switch (kind) {
      case TABLE, VIEW -> head + "TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
      case PROCEDURE, FUNCTION ->
          head
              + "ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ? AND ROUTINE_TYPE = '"
              + kind
              + "'";
      case EVENT -> head + "EVENTS WHERE EVENT_SCHEMA = ? AND EVENT_NAME = ?";
      case TRIGGER -> head + "TRIGGERS WHERE TRIGGER_SCHEMA = ? AND TRIGGER_NAME = ?";
      case DATABASE -> head + "SCHEMATA WHERE SCHEMA_NAME = ? AND SCHEMA_NAME = ?";
    };
  }
}
