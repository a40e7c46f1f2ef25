package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a server shows of the tables that a job writes to. Where these are many, it is asked about a
 * database at once and not about each table. Used by one thread.
 */
final class TargetTables {

  /** Of fewer tables each is asked about by itself, since the database may have many others. */
  static final int MANY = 20;

  private final Connection connection;
  private final Map<String, Set<String>> wanted = new HashMap<>();
  private final Map<String, Optional<Shown>> databases = new HashMap<>();

  /**
   * What the catalog shows of a database.
   *
   * @param names the {@link TableLook#nameKey} of everything in it that has the name of a table
   * @param engines of those wanted tables that are plain ones, by name
   * @param looks at these
   * @param triggers of all tables that have some
   */
  private record Shown(
      Set<String> names,
      Map<String, String> engines,
      Map<String, TableLook> looks,
      Map<String, List<String>> triggers) {}

  /**
   * Asks over a session that does not commit by itself. Its transaction is ended now and then.
   *
   * @param tables those of the job
   */
  TargetTables(Connection connection, Collection<TableId> tables) {
    this.connection = connection;
    for (TableId table : tables) {
      wanted.computeIfAbsent(table.database(), d -> new HashSet<>()).add(table.name());
    }
  }

  /**
   * Looks at a table; empty if there is none, or none that the user may look at: then its
   * privileges are to be checked.
   */
  Optional<TableLook> look(TableId table) throws SQLException {
    Optional<Shown> shown = shown(table.database());
    if (shown.isEmpty()) {
      return lookAtOne(table);
    }
    TableLook look = shown.get().looks().get(table.name());
    if (look != null) {
      return Optional.of(look);
    }
    // It may be a view, or have its name in other letters.
    return shown.get().names().contains(TableLook.nameKey(table.name()))
        ? lookAtOne(table)
        : Optional.empty();
  }

  private Optional<TableLook> lookAtOne(TableId table) throws SQLException {
    try {
      Optional<TableLook> look = TableLook.at(connection, table);
      // MySQL 8.0 keeps others from changing the table's structure until then.
      connection.rollback();
      return look;
    } catch (SQLException e) {
      if (TargetPrivileges.isDenial(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /** Whether it is known of a table that it is there and is no view. */
  boolean isPlain(TableId table) throws SQLException {
    return engine(table).isPresent();
  }

  /** Whether the engine of a table that is there has transactions. */
  boolean isTransactional(TableId table) throws SQLException {
    Optional<String> engine = engine(table);
    return engine.isPresent()
        ? CatalogTable.isTransactional(engine.get())
        : MySqlCatalog.isTransactional(connection, table);
  }

  private Optional<String> engine(TableId table) throws SQLException {
    return shown(table.database()).map(shown -> shown.engines().get(table.name()));
  }

  /** The names of the triggers of a table that is there. */
  List<String> triggers(TableId table) throws SQLException {
    if (isPlain(table)) {
      return shown(table.database()).orElseThrow().triggers().getOrDefault(table.name(), List.of());
    }
    String sql =
        "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
            + " WHERE EVENT_OBJECT_SCHEMA = ? AND EVENT_OBJECT_TABLE = ?";
    List<String> names = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table.database());
      statement.setString(2, table.name());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          names.add(rows.getString(1));
        }
      }
    }
    return names;
  }

  /** What the catalog shows of a database; empty if each table is to be asked about. */
  private Optional<Shown> shown(String database) throws SQLException {
    Optional<Shown> shown = databases.get(database);
    if (shown == null) {
      shown =
          wanted.getOrDefault(database, Set.of()).size() < MANY ? Optional.empty() : ask(database);
      databases.put(database, shown);
    }
    return shown;
  }

  private Optional<Shown> ask(String database) throws SQLException {
    Set<String> alike = databasesLike(database);
    if (alike.isEmpty()) {
      return Optional.of(new Shown(Set.of(), Map.of(), Map.of(), Map.of()));
    }
    if (!alike.contains(database)) {
      // The catalog does not show it by this name, though statements may use it.
      return Optional.empty();
    }
    Set<String> names = new HashSet<>();
    Map<String, String> engines = new HashMap<>();
    TableLook.ask(
        connection,
        "SELECT TABLE_NAME, TABLE_TYPE, ENGINE FROM information_schema.TABLES"
            + " WHERE TABLE_SCHEMA = ?",
        database,
        row -> {
          String name = row.getString(1);
          names.add(TableLook.nameKey(name));
          boolean plain = row.getString(2).equals("BASE TABLE") && row.getString(3) != null;
          if (plain && wanted.getOrDefault(database, Set.of()).contains(name)) {
            engines.put(name, row.getString(3));
          }
        });
    Map<String, List<String>> triggers = new HashMap<>();
    TableLook.ask(
        connection,
        "SELECT EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS"
            + " WHERE EVENT_OBJECT_SCHEMA = ?",
        database,
        row ->
            triggers
                .computeIfAbsent(row.getString(1), t -> new ArrayList<>())
                .add(row.getString(2)));
    return Optional.of(
        new Shown(
            names,
            engines,
            TableLook.inDatabase(connection, database, engines.keySet()),
            triggers));
  }

  private Set<String> databasesLike(String database) throws SQLException {
    Set<String> alike = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA")) {
      while (rows.next()) {
        if (rows.getString(1).equalsIgnoreCase(database)) {
          alike.add(rows.getString(1));
        }
      }
    }
    return alike;
  }
}
