package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a server prints of the privileges of its session's user. Immutable. */
final class Grants {

  private static final Pattern GRANT =
      Pattern.compile("GRANT .+? ON (?:(\\*|`(?:[^`]|``)*`)\\.\\* )?.*");
  private static final String EVERYWHERE = "*";

  private final List<String> lines;

  /** Reads lines of {@code SHOW GRANTS}. */
  Grants(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  /** Asks a server. */
  static Grants read(Connection connection) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW GRANTS")) {
      while (rows.next()) {
        lines.add(rows.getString(1));
      }
    }
    return new Grants(lines);
  }

  /**
   * Whether the user may have a privilege on a whole database. A user with a role may have any:
   * what a role grants is not printed.
   */
  boolean mayHave(String privilege, String database) {
    return lines.stream().anyMatch(line -> isRole(line) || grants(line, privilege, database));
  }

  /** Whether the user may have a privilege on a table, by itself or with its database. */
  boolean mayHave(String privilege, TableId table) {
    String on = " ON " + SqlNames.quote(table) + " TO ";
    return mayHave(privilege, table.database())
        || lines.stream().anyMatch(line -> line.contains(on) && gives(line, privilege));
  }

  /** Whether the user may have a privilege everywhere. */
  boolean mayHave(String privilege) {
    return mayHave(privilege, EVERYWHERE);
  }

  private static boolean isRole(String line) {
    return !line.contains(" ON ");
  }

  private static boolean grants(String line, String privilege, String database) {
    Matcher grant = GRANT.matcher(line);
    if (!grant.matches() || grant.group(1) == null) {
      return false;
    }
    String on = grant.group(1);
    boolean here =
        on.equals(EVERYWHERE) || (!database.equals(EVERYWHERE) && pattern(on).matches(database));
    return here && gives(line, privilege);
  }

  private static boolean gives(String line, String privilege) {
    String privileges = line.substring("GRANT ".length(), line.indexOf(" ON "));
    List<String> given = List.of(privileges.split(", ?", -1));
    return given.contains(privilege) || given.contains("ALL PRIVILEGES");
  }

  private static DatabasePattern pattern(String quoted) {
    return new DatabasePattern(quoted.substring(1, quoted.length() - 1).replace("``", "`"));
  }

  /** A name in which {@code _} and {@code %} stand for others unless a backslash is before them. */
  private record DatabasePattern(String text) {

    boolean matches(String database) {
      StringBuilder regex = new StringBuilder();
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == '\\' && i + 1 < text.length()) {
          i++;
          regex.append(Pattern.quote(text.substring(i, i + 1)));
        } else if (c == '%') {
          regex.append(".*");
        } else if (c == '_') {
          regex.append('.');
        } else {
          regex.append(Pattern.quote(String.valueOf(c)));
        }
      }
      return Pattern.compile(regex.toString(), Pattern.DOTALL).matcher(database).matches();
    }
  }
}
