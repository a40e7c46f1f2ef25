package dev.syncline.mysql;

import dev.syncline.mysql.SqlTokens.SqlMode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** The collation that a database gives to what does not name one. */
final class DatabaseCollation {

  private DatabaseCollation() {}

  /** The collation of a database at a server; empty if there is no such database. */
  static Optional<String> at(Connection connection, String database) throws SQLException {
    String sql =
        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  /** The collation in a statement that makes a database; the empty text if it names none. */
  static String named(String createDatabase) {
    SqlTokens tokens = new SqlTokens(createDatabase, SqlMode.DEFAULT);
    while (!tokens.current().isEnd()) {
      if (tokens.skip("COLLATE")) {
        tokens.skip('=');
        return tokens.current().text();
      }
      tokens.next();
    }
    return "";
  }

  /** Whether two names mean one collation; newer servers have renamed those of {@code utf8}. */
  static boolean areSame(String one, String other) {
    return renamed(one).equals(renamed(other));
  }

  private static String renamed(String collation) {
    return collation.replaceFirst("^utf8_", "utf8mb3_");
  }
}
