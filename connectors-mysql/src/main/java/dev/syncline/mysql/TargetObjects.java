package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableId;
import dev.syncline.mysql.ObjectText.Account;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Says how a server can have the objects of a source: as they are, as those of another account, or
 * not at all. Changes nothing. Used by one thread.
 */
final class TargetObjects {

  private static final int NOT_ALLOWED = 1227;
  private static final int NO_SUCH_EVENT = 1539;
  private static final int NO_SUCH_DATABASE = 1049;
  private static final int NO_SUCH_DEFINER = 1449;

  private final Connection connection;
  private final MySqlFacts server;
  private final Map<Account, Optional<String>> accounts = new HashMap<>();

  TargetObjects(Connection connection, MySqlFacts server) {
    this.connection = connection;
    this.server = server;
  }

  /**
   * How an object can be had.
   *
   * @param isThere whether there is one of its name
   * @param obstacle why it cannot be made, completing "it"; empty if it can
   * @param otherDefiner why it will belong to the job's user; empty if to whom it did
   * @param sql makes it
   */
  record Plan(
      SchemaObject object,
      boolean isThere,
      Optional<String> obstacle,
      Optional<String> otherDefiner,
      String sql) {

    boolean isToBeMade() {
      return !isThere && obstacle.isEmpty();
    }

    private Plan without(String why) {
      return new Plan(object, isThere, Optional.of(why), otherDefiner, sql);
    }
  }

  /**
   * How objects can be had, each after those that it needs.
   *
   * @param coming the tables that will be there by then
   */
  List<Plan> plan(List<SchemaObject> objects, Set<TableId> coming) throws SQLException {
    List<Plan> plans = new ArrayList<>();
    for (SchemaObject object : objects) {
      plans.add(plan(object));
    }
    return inOrder(plans, coming);
  }

  private Plan plan(SchemaObject object) throws SQLException {
    if (isThere(object)) {
      return new Plan(object, true, Optional.empty(), Optional.empty(), "");
    }
    try {
      ObjectText text = new ObjectText(object);
      Optional<String> other = Optional.empty();
      if (text.definer().isPresent()) {
        other = reasonAgainst(text.definer().get(), object.database());
      }
      boolean runsAsOwner =
          object.kind() == ObjectKind.EVENT || object.kind() == ObjectKind.TRIGGER;
      if (other.isPresent() && runsAsOwner) {
        String why = other.get() + ", and it would run with the privileges of another account";
        return impossible(object, why);
      }
      boolean asDefined = other.isEmpty();
      Optional<String> obstacle = obstacle(object, text.sqlAnywhere(asDefined));
      return new Plan(object, false, obstacle, other, text.sql(asDefined));
    } catch (IllegalArgumentException e) {
      return impossible(object, "its statement is not understood: " + e.getMessage());
    }
  }

  private static Plan impossible(SchemaObject object, String why) {
    return new Plan(object, false, Optional.of(why), Optional.empty(), "");
  }

  /** Views come after what they read; those that lack something cannot be made. */
  private List<Plan> inOrder(List<Plan> plans, Set<TableId> coming) throws SQLException {
    List<Plan> ordered = new ArrayList<>();
    List<Plan> waiting = new ArrayList<>(plans);
    Set<TableId> known = new HashSet<>(coming);
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Plan plan : List.copyOf(waiting)) {
        if (!plan.isToBeMade() || missing(plan, known).isEmpty()) {
          waiting.remove(plan);
          ordered.add(plan);
          moved = true;
          if (plan.isToBeMade() && plan.object().kind() == ObjectKind.VIEW) {
            known.add(new TableId(plan.object().database(), plan.object().name()));
          }
        }
      }
    }
    for (Plan plan : waiting) {
      ordered.add(plan.without("it needs " + missing(plan, known) + ", which the target has not"));
    }
    return ordered;
  }

  private List<TableId> missing(Plan plan, Set<TableId> known) throws SQLException {
    List<TableId> missing = new ArrayList<>();
    for (TableId need : plan.object().needs()) {
      if (!known.contains(need)) {
        if (isTable(need)) {
          known.add(need);
        } else {
          missing.add(need);
        }
      }
    }
    return missing;
  }

  private boolean isTable(TableId table) throws SQLException {
    return finds(
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
        table.database(),
        table.name());
  }

  private boolean isThere(SchemaObject object) throws SQLException {
    String sql =
        switch (object.kind()) {
          case FUNCTION, PROCEDURE ->
              "SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ?"
                  + " AND ROUTINE_NAME = ? AND ROUTINE_TYPE = '"
                  + object.kind()
                  + "'";
          // A table of the name is in the way too.
          case VIEW, FOREIGN_KEY ->
              "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?";
          case EVENT ->
              "SELECT 1 FROM information_schema.EVENTS WHERE EVENT_SCHEMA = ? AND EVENT_NAME = ?";
          case TRIGGER ->
              "SELECT 1 FROM information_schema.TRIGGERS"
                  + " WHERE TRIGGER_SCHEMA = ? AND TRIGGER_NAME = ?";
        };
    return finds(sql, object.database(), object.name());
  }

  private boolean finds(String sql, String first, String second) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, first);
      statement.setString(2, second);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Why the server cannot have an object; empty if it can, as far as can be told. */
  private Optional<String> obstacle(SchemaObject object, String sql) throws SQLException {
    Optional<String> database = obstacleOfDatabase(object);
    if (database.isPresent()) {
      return database;
    }
    try {
      ObjectSettings.apply(connection, object, server);
      return StructureFindings.obstacle(connection, sql);
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return Optional.of(MySqlErrors.describe(e));
    } finally {
      ObjectSettings.restore(connection);
    }
  }

  /** Texts in routines are of the database's collation unless they say otherwise. */
  private Optional<String> obstacleOfDatabase(SchemaObject object) throws SQLException {
    String wanted = object.session().get(ObjectSettings.DATABASE);
    if (wanted == null) {
      return Optional.empty();
    }
    String sql =
        "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, object.database());
      try (ResultSet row = statement.executeQuery()) {
        return !row.next() || row.getString(1).equals(wanted)
            ? Optional.empty()
            : Optional.of(
                "it was made in a database with collation '%s', but database '%s' has '%s' there"
                    .formatted(wanted, object.database(), row.getString(1)));
      }
    }
  }

  /** Why an object cannot belong to an account; empty if it can. */
  private Optional<String> reasonAgainst(Account account, String database) throws SQLException {
    Optional<String> known = accounts.get(account);
    if (known == null) {
      known = tryOut(account, database);
      accounts.put(account, known);
    }
    return known;
  }

  /** Servers look at the account before they look for the event, and warn if there is none. */
  private Optional<String> tryOut(Account account, String database) throws SQLException {
    String sql =
        "ALTER DEFINER = %s EVENT %s DISABLE"
            .formatted(
                account.sql(), SqlNames.quote(new TableId(database, "syncline no such event")));
    try (Statement statement = connection.createStatement()) {
      int error = error(statement, sql);
      if (error == NOT_ALLOWED) {
        return Optional.of("the job's user may not give objects to account '" + account + "'");
      }
      if (error != NO_SUCH_EVENT && error != NO_SUCH_DATABASE) {
        return Optional.of(
            "without the privilege EVENT on '%s' it cannot be told whether there is account '%s'"
                .formatted(database, account));
      }
      if (warnsOfDefiner(statement)) {
        return Optional.of("there is no account '" + account + "' at the target");
      }
      return Optional.empty();
    }
  }

  private static int error(Statement statement, String sql) throws SQLException {
    try {
      statement.execute(sql);
      return 0;
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return e.getErrorCode();
    }
  }

  private static boolean warnsOfDefiner(Statement statement) throws SQLException {
    boolean warns = false;
    try (ResultSet warnings = statement.executeQuery("SHOW WARNINGS")) {
      while (warnings.next()) {
        warns |= warnings.getInt("Code") == NO_SUCH_DEFINER;
      }
    }
    return warns;
  }
}
