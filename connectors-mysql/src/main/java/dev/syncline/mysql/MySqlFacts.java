package dev.syncline.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server is and how it is set, as far as a source or a sink must know. Immutable; read once
 * for each session.
 *
 * @param mariaDb whether the server is a MariaDB
 * @param version the version as the server prints it, for messages
 * @param versionNumber major × 1,000,000 + minor × 1,000 + patch
 * @param variables the global variables by lower-case name
 */
record MySqlFacts(
    boolean mariaDb, String version, int versionNumber, Map<String, String> variables) {
  private static final Pattern VERSION = Pattern.compile("(?:5\\.5\\.5-)?(\\d+)\\.(\\d+)\\.(\\d+)");

  MySqlFacts {
    variables = Map.copyOf(variables);
  }

  static MySqlFacts read(Connection connection) throws SQLException {
    Map<String, String> variables = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GLOBAL VARIABLES")) {
      while (rows.next()) {
        variables.put(
            rows.getString(1).toLowerCase(Locale.ROOT),
            Objects.requireNonNullElse(rows.getString(2), ""));
      }
    }
    String version;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT VERSION()")) {
      row.next();
      version = row.getString(1);
    }
    return of(version, variables);
  }

  static MySqlFacts of(String version, Map<String, String> variables) {
    Matcher numbers = VERSION.matcher(version);
    if (!numbers.lookingAt()) {
      throw new IllegalArgumentException("The version '" + version + "' is not understood.");
    }
    int number =
        Integer.parseInt(numbers.group(1)) * 1_000_000
            + Integer.parseInt(numbers.group(2)) * 1_000
            + Integer.parseInt(numbers.group(3));
    boolean mariaDb = version.toLowerCase(Locale.ROOT).contains("mariadb");
    return new MySqlFacts(mariaDb, version, number, variables);
  }

  /** Whether this is a MySQL (no MariaDB) of at least this version. */
  boolean isMySqlFrom(int major, int minor, int patch) {
    return !mariaDb && versionNumber >= major * 1_000_000 + minor * 1_000 + patch;
  }

  /** Whether this is a MariaDB of at least this version. */
  boolean isMariaDbFrom(int major, int minor, int patch) {
    return mariaDb && versionNumber >= major * 1_000_000 + minor * 1_000 + patch;
  }

  /** A global variable; empty text if the server does not know it. */
  String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** Whether a global variable is on, by any of the server's words for it. */
  boolean isOn(String name) {
    String value = variable(name);
    return value.equalsIgnoreCase("ON") || value.equals("1");
  }

  /**
   * Whether each transaction of a MySQL has a GTID that can tell whether a read has seen it. True
   * from 5.7 on only: before, the server publishes GTIDs ahead of the rows.
   */
  boolean hasGtids() {
    return isMySqlFrom(5, 7, 5) && variable("gtid_mode").equalsIgnoreCase("ON");
  }

  /**
   * Whether the binary log has what foreign keys do to child tables: since MySQL 9.6, unless the
   * engine is told to look after foreign keys itself.
   */
  boolean logsCascades() {
    return isMySqlFrom(9, 6, 0) && !isOn("innodb_native_foreign_keys");
  }

  /** What tells this server from others: its UUID, or its id where it has no UUID. */
  String serverIdentity() {
    String uuid = variable("server_uuid");
    return uuid.isEmpty() ? "id-" + variable("server_id") : uuid;
  }

  /** The statement that prints file and position at the end of the binary log. */
  String binlogStatusStatement() {
    return isMySqlFrom(8, 2, 0) ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
  }

  /** The product and version, for messages. */
  @Override
  public String toString() {
    return (mariaDb ? "MariaDB " : "MySQL ") + version;
  }
}
