package dev.syncline.mysql.endtoend;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** The tables of a database as they are at a moment, which is over when it is known. */
record StormTables(List<Table> tables) {

  /** A column, with as much of it as random statements need. */
  record Column(String name, String type, long length, boolean nullable, boolean inKey) {}

  /** A table. */
  record Table(String name, List<Column> columns) {

    Column any(Random random) {
      return columns.get(random.nextInt(columns.size()));
    }

    boolean hasKey() {
      return columns.stream().anyMatch(Column::inKey);
    }

    /** The names of one or two of its columns that hold no NULL and can be in a key. */
    List<String> someForKey(Random random) {
      List<String> fit = new ArrayList<>();
      for (Column column : columns) {
        if (!column.nullable() && column.length() <= StormStatements.MOST_IN_KEY) {
          fit.add(column.name());
        }
      }
      Collections.shuffle(fit, random);
      return fit.subList(0, Math.min(fit.size(), 1 + random.nextInt(2)));
    }
  }

  static StormTables look(Connection connection, String database) throws SQLException {
    Map<String, List<Column>> found = new TreeMap<>();
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_MAXIMUM_LENGTH, IS_NULLABLE,"
                + " COLUMN_KEY FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ?"
                + " ORDER BY TABLE_NAME, ORDINAL_POSITION")) {
      query.setString(1, database);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          if (row.getString(1).equals(Storm.TICKS)) {
            continue;
          }
          found
              .computeIfAbsent(row.getString(1), name -> new ArrayList<>())
              .add(
                  new Column(
                      row.getString(2),
                      row.getString(3),
                      row.getLong(4),
                      row.getString(5).equals("YES"),
                      row.getString(6).equals("PRI")));
        }
      }
    }
    List<Table> tables = new ArrayList<>();
    found.forEach((name, columns) -> tables.add(new Table(name, columns)));
    return new StormTables(tables);
  }

  Table any(Random random) {
    return tables.get(random.nextInt(tables.size()));
  }

  boolean has(String name) {
    return tables.stream().anyMatch(table -> table.name().equals(name));
  }
}
