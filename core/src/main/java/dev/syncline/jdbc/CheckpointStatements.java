package dev.syncline.jdbc;

import dev.syncline.SyncException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The statements of a {@link JdbcCheckpointStore} in the words of its database. A checkpoint takes
 * one row per piece, because servers limit the length of a statement; the first carries the
 * version.
 *
 * @param probe fails if the table is not there
 */
record CheckpointStatements(
    String create,
    String probe,
    String select,
    String insert,
    String update,
    String deleteRest,
    String deleteAll) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}");

  /**
   * Checks a table's name: one or two simple names with a dot between them.
   *
   * @throws IllegalArgumentException if it is not like that
   */
  static String checkTable(String table) {
    String[] parts = Objects.requireNonNull(table, "table").split("\\.", -1);
    if (parts.length > 2 || !Arrays.stream(parts).allMatch(p -> NAME.matcher(p).matches())) {
      throw new IllegalArgumentException(
          "'%s' cannot be the table of checkpoints; use letters, digits and '_', and at most one"
                  .formatted(table)
              + " '.' behind the schema.");
    }
    return table;
  }

  static CheckpointStatements in(Connection connection, String table) throws SQLException {
    DatabaseMetaData database = connection.getMetaData();
    String product = database.getDatabaseProductName().toLowerCase(Locale.ROOT);
    String text;
    String options;
    if (product.contains("mysql") || product.contains("mariadb")) {
      text = "LONGTEXT";
      options = " CHARACTER SET utf8mb4";
    } else if (product.contains("postgresql")) {
      text = "TEXT";
      options = "";
    } else {
      throw new SyncException(
          "Checkpoints cannot be kept in a '%s' database; use MySQL, MariaDB or PostgreSQL."
              .formatted(database.getDatabaseProductName()));
    }
    String quote = database.getIdentifierQuoteString();
    String quoted =
        Arrays.stream(table.split("\\.", -1))
            .map(part -> quote + part + quote)
            .collect(Collectors.joining("."));
    return of(quoted, text, options);
  }

  private static CheckpointStatements of(String table, String text, String options) {
    String piece = " WHERE job_key = ? AND piece ";
    return new CheckpointStatements(
        "CREATE TABLE IF NOT EXISTS "
            + table
            + " (job_key CHAR(64) NOT NULL, piece INTEGER NOT NULL, version BIGINT NOT NULL,"
            + " checksum BIGINT NOT NULL, job "
            + text
            + " NOT NULL, content "
            + text
            + " NOT NULL,"
            + " PRIMARY KEY (job_key, piece))"
            + options,
        "SELECT version FROM " + table + " WHERE 1 = 0",
        "SELECT piece, version, checksum, content FROM "
            + table
            + " WHERE job_key = ? ORDER BY piece",
        "INSERT INTO "
            + table
            + " (job_key, piece, version, checksum, job, content) VALUES (?, ?, ?, ?, ?, ?)",
        "UPDATE "
            + table
            + " SET version = ?, checksum = ?, content = ?"
            + piece
            + "= 0"
            + " AND version = ?",
        "DELETE FROM " + table + piece + "> 0",
        "DELETE FROM " + table + piece + "= 0 AND version = ?");
  }
}
