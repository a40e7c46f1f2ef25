package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Sets a session as the log says that of a statement was set, so that the statement means the same.
 * What another server does not know is left out if it cannot change that; otherwise the statement
 * is refused. Used once for each session.
 */
final class StatementSettings {

  /** The modes, with commas between. */
  static final String SQL_MODE = "sql_mode";

  /** Whose words the statement is in: {@link SqlVersion#printed}. */
  static final String SERVER = "server";

  /** What the source says of upper and lower case in names of tables. */
  static final String LOWER_CASE = "lower_case_table_names";

  /** The number of a collation of the set in which the client spoke. */
  static final String CLIENT = "character_set_client";

  /** The number of the collation that literals have. */
  static final String COLLATION = "collation_connection";

  /** The number of the collation that new databases have. */
  static final String SERVER_COLLATION = "collation_server";

  /** The number of the collation of the default database, where it is logged. Not needed here. */
  static final String DATABASE_COLLATION = "collation_database";

  /** The number of the collation that utf8mb4 stands for alone. */
  static final String UTF8MB4_COLLATION = "default_collation_for_utf8mb4";

  /** The zone, by name or offset, if the statement used it. */
  static final String TIME_ZONE = "time_zone";

  /** What the time was, in seconds with six digits behind the point. */
  static final String TIMESTAMP = "timestamp";

  static final String INCREMENT = "auto_increment_increment";
  static final String INCREMENT_OFFSET = "auto_increment_offset";

  /** 1 or 0, like the following ones. */
  static final String FOREIGN_KEY_CHECKS = "foreign_key_checks";

  static final String UNIQUE_CHECKS = "unique_checks";

  /** Whether a TIMESTAMP column is what it says, and not what older servers made of it. */
  static final String EXPLICIT_DEFAULTS = "explicit_defaults_for_timestamp";

  /** What another server may refuse without meaning anything by it. */
  private static final List<String> PLAIN =
      List.of(FOREIGN_KEY_CHECKS, UNIQUE_CHECKS, INCREMENT, INCREMENT_OFFSET);

  private static final String GENERATED_KEY = "sql_generate_invisible_primary_key";
  private static final String UTF8MB4 = "utf8mb4_general_ci";

  /** From here on all collations of MySQL and MariaDB are of sets of all characters. */
  private static final int FIRST_UNICODE = 255;

  private static final String UTF8MB4_GENERAL = "45";

  private final Statement session;
  private final Map<String, String> settings;
  private final String sql;
  private final SchemaStatement statement;
  private final SqlVersion server;

  private StatementSettings(
      Statement session,
      Map<String, String> settings,
      SchemaStatement statement,
      SqlVersion server) {
    this.session = session;
    this.settings = settings;
    this.statement = statement;
    this.server = server;
    this.sql = statement.whole().sql();
  }

  /**
   * Sets a session whose letters are the usual ones.
   *
   * @param server whose session it is
   * @throws UnsupportedChangeException if the server lacks what the statement needs
   */
  static void apply(
      Connection connection,
      Map<String, String> settings,
      SchemaStatement statement,
      SqlVersion server)
      throws SQLException {
    try (Statement session = connection.createStatement()) {
      session.setEscapeProcessing(false);
      new StatementSettings(session, settings, statement, server).apply();
    }
  }

  /** How the text of a statement is to be read. */
  static SqlTokens.SqlMode mode(Map<String, String> settings) {
    Set<String> modes = Set.of(settings.getOrDefault(SQL_MODE, "").split(",", -1));
    return new SqlTokens.SqlMode(
        modes.contains("ANSI_QUOTES"), !modes.contains("NO_BACKSLASH_ESCAPES"));
  }

  private void apply() throws SQLException {
    for (String name : PLAIN) {
      if (settings.containsKey(name)) {
        session.execute("SET SESSION " + name + " = " + number(name));
      }
    }
    setTime();
    setTimeZone();
    setExplicitDefaults();
    setUtf8mb4();
    setGeneratedKey();
    if (isAbout(SqlObject.Kind.DATABASE::equals) && settings.containsKey(SERVER_COLLATION)) {
      String collation = number(SERVER_COLLATION);
      if (!accepts("SET SESSION collation_server = " + collation) && !has("COLLATE")) {
        throw lacks("the collation with the number " + collation, "Say which collation it has");
      }
    }
    setMode();
    setLetters();
  }

  private void setTime() throws SQLException {
    if (!settings.containsKey(TIMESTAMP)) {
      return;
    }
    String time = number(TIMESTAMP);
    if (!accepts("SET SESSION timestamp = " + time)) {
      // MySQL before 5.6 has whole seconds only, in its columns too.
      session.execute("SET SESSION timestamp = " + time.split("\\.", 2)[0]);
    }
  }

  private void setTimeZone() throws SQLException {
    String zone = settings.get(TIME_ZONE);
    if (zone != null && !accepts("SET SESSION time_zone = '" + word(zone) + "'")) {
      throw lacks("the time zone '" + zone + "'", "Load the tables of time zones there");
    }
  }

  private void setExplicitDefaults() throws SQLException {
    String value = settings.get(EXPLICIT_DEFAULTS);
    String found = current(EXPLICIT_DEFAULTS);
    // Servers that do not know it are those for which it is off.
    if (value == null || value.equals(found.isEmpty() ? "0" : found)) {
      return;
    }
    if (!accepts("SET SESSION " + EXPLICIT_DEFAULTS + " = " + number(EXPLICIT_DEFAULTS))
        && has("TIMESTAMP")) {
      throw lacks(
          "%s = %s in a session".formatted(EXPLICIT_DEFAULTS, value),
          "Set it so for the server, or grant SESSION_VARIABLES_ADMIN");
    }
  }

  /** Servers since 8.0 say by it what older ones did by themselves. */
  private void setUtf8mb4() throws SQLException {
    String wanted = settings.getOrDefault(UTF8MB4_COLLATION, UTF8MB4_GENERAL);
    String found = defaultUtf8mb4();
    if (wanted.equals(found) || !namesUtf8mb4Alone()) {
      return;
    }
    if (!accepts("SET SESSION " + UTF8MB4_COLLATION + " = " + wanted)) {
      throw lacks(
          "the collation with the number %s as the one of utf8mb4 (found number %s)"
              .formatted(wanted, found),
          "Grant SESSION_VARIABLES_ADMIN, or say which collation it has");
    }
  }

  private String defaultUtf8mb4() throws SQLException {
    try (ResultSet row =
        session.executeQuery(
            "SELECT ID FROM information_schema.COLLATIONS WHERE CHARACTER_SET_NAME = 'utf8mb4'"
                + " AND IS_DEFAULT = 'Yes'")) {
      return row.next() ? row.getString(1) : "0";
    }
  }

  private boolean namesUtf8mb4Alone() {
    SqlTokens tokens = tokens();
    while (!tokens.current().isEnd()) {
      if (tokens.current().is("UTF8MB4")) {
        tokens.next();
        if (!tokens.current().is("COLLATE")) {
          return true;
        }
      }
      tokens.next();
    }
    return false;
  }

  /** The source has logged the column that it made up. */
  private void setGeneratedKey() throws SQLException {
    boolean makes = statement.verb().equals("CREATE TABLE");
    boolean on = makes && !"0".equals(current(GENERATED_KEY)) && !current(GENERATED_KEY).isEmpty();
    if (on && !accepts("SET SESSION " + GENERATED_KEY + " = 0") && !has("PRIMARY")) {
      throw lacks(GENERATED_KEY + " = 0 in a session", "Set it so for the server");
    }
  }

  private void setMode() throws SQLException {
    String logged = settings.get(SQL_MODE);
    if (logged == null) {
      return;
    }
    List<String> modes = new ArrayList<>();
    for (String mode : logged.isEmpty() ? new String[0] : logged.split(",", -1)) {
      if (accepts("SET SESSION sql_mode = '" + word(mode) + "'")) {
        modes.add(mode);
      } else if (!SqlModes.isHarmless(mode)) {
        throw lacks("the mode " + mode, "Set sql_mode without it at the source");
      }
    }
    session.execute("SET SESSION sql_mode = '" + String.join(",", modes) + "'");
  }

  /** Last, since what follows is read in these letters. The driver goes on to send UTF-8. */
  private void setLetters() throws SQLException {
    boolean keepsLetters =
        !isAbout(Set.of(SqlObject.Kind.TABLE, SqlObject.Kind.DATABASE)::contains);
    if (settings.containsKey(COLLATION)) {
      String number = number(COLLATION);
      if (!accepts("SET SESSION collation_connection = " + number)) {
        if (keepsLetters || Integer.parseInt(number) < FIRST_UNICODE) {
          throw lacks("the collation with the number " + number, "Run it in another session");
        }
        // Values of columns get the collation of their column.
        session.execute("SET SESSION collation_connection = " + UTF8MB4);
      }
    }
    boolean ascii = StandardCharsets.US_ASCII.newEncoder().canEncode(sql);
    if (keepsLetters && ascii && settings.containsKey(CLIENT)) {
      boolean unused = accepts("SET SESSION character_set_client = " + number(CLIENT));
    }
  }

  private boolean isAbout(Predicate<SqlObject.Kind> kind) {
    return statement.whole().objects().stream().map(SqlObject::kind).anyMatch(kind);
  }

  private boolean has(String keyword) {
    SqlTokens tokens = tokens();
    while (!tokens.current().isEnd() && !tokens.current().is(keyword)) {
      tokens.next();
    }
    return !tokens.current().isEnd();
  }

  private SqlTokens tokens() {
    return new SqlTokens(sql, mode(settings), server);
  }

  /** A variable of the session; empty if the server does not know it. */
  private String current(String variable) throws SQLException {
    try (ResultSet row = session.executeQuery("SHOW SESSION VARIABLES LIKE '" + variable + "'")) {
      if (!row.next()) {
        return "";
      }
      return switch (row.getString(2)) {
        case "ON" -> "1";
        case "OFF" -> "0";
        default -> row.getString(2);
      };
    }
  }

  /** Whether the server takes a setting; what is lost is thrown. */
  private boolean accepts(String set) throws SQLException {
    try {
      session.execute(set);
      return true;
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return false;
    }
  }

  private UnsupportedChangeException lacks(String what, String fix) {
    return new UnsupportedChangeException(
        ("Cannot run a statement of the source at the target as it was run: the target does not"
                + " take %s, and the statement may mean something else without. %s, or run the"
                + " statement at the target by hand and let the job ignore schema changes until it"
                + " has passed. The statement: %s")
            .formatted(what, fix, ShownSql.of(sql, mode(settings))));
  }

  private String number(String name) {
    String value = settings.getOrDefault(name, "");
    if (!value.matches("[0-9]{1,18}(\\.[0-9]{1,6})?")) {
      throw new UnsupportedChangeException(
          "Setting '%s' of a statement of the source must be a number, but is '%s'."
              .formatted(name, value));
    }
    return value;
  }

  private static String word(String value) {
    if (!value.matches("[A-Za-z0-9_+:/. -]*")) {
      throw new UnsupportedChangeException(
          "A setting of a statement of the source is not understood: '%s'.".formatted(value));
    }
    return value;
  }
}
