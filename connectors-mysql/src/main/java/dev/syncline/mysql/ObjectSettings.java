package dev.syncline.mysql;

import dev.syncline.SchemaObject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Sets a session as it was when an object was made at the source: servers keep these settings with
 * the object, and it means something else under others.
 */
final class ObjectSettings {

  /** The default collation of the database; no setting of a session. */
  static final String DATABASE = "collation_database";

  private static final String CLIENT = "character_set_client";

  private static final String COLLATION = "collation_connection";

  /** Those that say in which letters the session speaks. */
  private static final List<String> LETTERS = List.of(CLIENT, COLLATION);

  /** The others, which are set while the session's letters are the usual ones. */
  private static final List<String> OTHERS = List.of("sql_mode", "time_zone");

  /** Modes that MySQL 8.0 has no more; what they did is done always, or only concerned SHOW. */
  private static final Set<String> FORGOTTEN =
      Set.of("NO_AUTO_CREATE_USER", "NO_FIELD_OPTIONS", "NO_KEY_OPTIONS", "NO_TABLE_OPTIONS");

  private static final Map<String, String> USUAL =
      Map.of(
          "sql_mode",
          SinkSession.STRUCTURE_MODE,
          CLIENT,
          "utf8mb4",
          COLLATION,
          "utf8mb4_general_ci",
          "time_zone",
          "+00:00");

  private ObjectSettings() {}

  /** Sets a session for an object; {@link #restore} sets it back. */
  static void apply(Connection connection, SchemaObject object, MySqlFacts server)
      throws SQLException {
    for (List<String> variables : List.of(OTHERS, LETTERS)) {
      for (String variable : variables) {
        String value = object.session().get(variable);
        if (value != null) {
          set(connection, variable, fitted(variable, value, object, server));
        }
      }
    }
  }

  /**
   * Lets a session prepare a statement of any text: statements in variables are read in the set of
   * the connection's collation, which may lack letters or not even have ASCII's.
   */
  static void readAnyText(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String variable : LETTERS) {
        // As a name, since a literal would be in letters that are no ASCII.
        statement.execute("SET SESSION " + variable + " = " + USUAL.get(variable));
      }
    }
  }

  private static String fitted(
      String variable, String value, SchemaObject object, MySqlFacts server) {
    if (variable.equals("sql_mode") && server.isMySqlFrom(8, 0, 0)) {
      return Arrays.stream(value.split(",", -1))
          .filter(mode -> !FORGOTTEN.contains(mode))
          .collect(Collectors.joining(","));
    }
    // The driver goes on to send UTF-8. Literals take their set from the collation.
    boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(object.statement());
    return variable.equals(CLIENT) && !ascii ? "utf8mb4" : value;
  }

  /** Sets a session as it was before any object. */
  static void restore(Connection connection) throws SQLException {
    readAnyText(connection);
    for (String variable : OTHERS) {
      set(connection, variable, String.valueOf(USUAL.get(variable)));
    }
  }

  private static void set(Connection connection, String variable, String value)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SET SESSION " + variable + " = ?")) {
      statement.setString(1, value);
      statement.execute();
    }
  }
}
