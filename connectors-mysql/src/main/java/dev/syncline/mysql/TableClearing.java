package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** Deletes the rows of a table bit by bit. Used once. */
final class TableClearing {

  private static final int ROWS = 10_000;

  private final TableId table;
  private boolean done;

  TableClearing(TableId table) {
    this.table = table;
  }

  /** Whether the table was found empty. */
  boolean isDone() {
    return done;
  }

  /** Deletes some rows. */
  void step(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      int deleted =
          statement.executeUpdate("DELETE FROM " + SqlNames.quote(table) + " LIMIT " + ROWS);
      done = deleted < ROWS;
    }
  }
}
