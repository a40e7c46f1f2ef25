package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.TableStructure;
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
import java.util.Locale;
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

  private static final String FUNCTIONS =
      "SELECT 1 FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = ? AND ROUTINE_NAME = ?"
          + " AND ROUTINE_TYPE = 'FUNCTION'";

  private final Connection connection;
  private final MySqlFacts server;
  private final NameFolding names;
  private final Map<Owner, Optional<String>> owners = new HashMap<>();

  TargetObjects(Connection connection, MySqlFacts server) {
    this.connection = connection;
    this.server = server;
    this.names = NameFolding.of(server);
  }

  /** What is asked about an account depends on what the job's user may do in a database. */
  private record Owner(Account account, String database) {}

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

    /** The same left out. */
    Plan without(String why) {
      return new Plan(object, isThere, Optional.of(why), otherDefiner, sql);
    }
  }

  /**
   * What will be there when objects are made.
   *
   * @param tables the tables that the job brings
   * @param collations the collations of their databases, if these are not there, by name
   */
  record Coming(Set<TableId> tables, Map<String, String> collations) {

    /** Nothing but what is there. */
    static final Coming NOTHING = new Coming(Set.of(), Map.of());

    /** What the job makes. */
    static Coming of(List<TableStructure> tables) {
      Set<TableId> ids = new HashSet<>();
      Map<String, String> collations = new HashMap<>();
      for (TableStructure table : tables) {
        ids.add(table.definition().id());
        collations.put(
            table.definition().id().database(),
            DatabaseCollation.named(table.statements().database()));
      }
      return new Coming(ids, collations);
    }

    private Optional<String> collation(String database, NameFolding names) {
      return collations.entrySet().stream()
          .filter(entry -> names.folded(entry.getKey()).equals(names.folded(database)))
          .map(Map.Entry::getValue)
          .findFirst();
    }
  }

  /** How objects can be had if they have what they need. */
  List<Plan> plans(List<SchemaObject> objects, Coming coming) throws SQLException {
    List<Plan> plans = new ArrayList<>();
    for (SchemaObject object : objects) {
      plans.add(plan(object, coming));
    }
    return plans;
  }

  private Plan plan(SchemaObject object, Coming coming) throws SQLException {
    if (isThere(object)) {
      return new Plan(object, true, Optional.empty(), Optional.empty(), "");
    }
    try {
      ObjectText text = new ObjectText(object);
      Optional<String> other =
          text.definer().isPresent()
              ? reasonAgainst(text.definer().get(), object.database())
              : Optional.of("its statement does not say to which account it belongs");
      boolean runsAsOwner =
          object.kind() == ObjectKind.EVENT || object.kind() == ObjectKind.TRIGGER;
      if (other.isPresent() && runsAsOwner) {
        String why = other.get() + ", and it would run with the privileges of another account";
        return impossible(object, why);
      }
      boolean asDefined = other.isEmpty();
      Optional<String> obstacle = obstacleOfDatabase(object, coming);
      if (obstacle.isEmpty()) {
        obstacle = obstacle(object, text.sqlAnywhere(asDefined));
      }
      return new Plan(object, false, obstacle, other, text.sql(asDefined));
    } catch (IllegalArgumentException e) {
      return impossible(object, "its statement is not understood: " + e.getMessage());
    }
  }

  private static Plan impossible(SchemaObject object, String why) {
    return new Plan(object, false, Optional.of(why), Optional.empty(), "");
  }

  /** Views come after what they read; those that lack something cannot be made. */
  List<Plan> inOrder(List<Plan> plans, Coming coming) throws SQLException {
    List<Plan> ordered = new ArrayList<>();
    List<Plan> waiting = new ArrayList<>(plans);
    Set<TableId> tables = new HashSet<>();
    coming.tables().forEach(table -> tables.add(names.key(table)));
    Needs known = new Needs(names, tables, new HashSet<>());
    boolean moved = true;
    while (moved) {
      moved = false;
      for (Plan plan : List.copyOf(waiting)) {
        if (!plan.isToBeMade() || missing(plan, known).isEmpty()) {
          waiting.remove(plan);
          ordered.add(plan);
          moved = true;
          if (plan.isToBeMade()) {
            known.add(plan.object());
          }
        }
      }
    }
    for (Plan plan : waiting) {
      String missing = String.join(", ", missing(plan, known));
      ordered.add(plan.without("it needs " + missing + ", which the target has not"));
    }
    return ordered;
  }

  /** The tables, views and functions that are there, or will be. */
  private record Needs(NameFolding names, Set<TableId> tables, Set<TableId> functions) {

    void add(SchemaObject made) {
      TableId id = new TableId(made.database(), made.name());
      if (made.kind() == ObjectKind.VIEW) {
        tables.add(names.key(id));
      } else if (made.kind() == ObjectKind.FUNCTION) {
        functions.add(ofFunction(id));
      }
    }

    /** Names of routines do not tell upper from lower case. */
    static TableId ofFunction(TableId id) {
      return new TableId(id.database(), id.name().toLowerCase(Locale.ROOT));
    }
  }

  private List<String> missing(Plan plan, Needs known) throws SQLException {
    List<String> missing = new ArrayList<>();
    for (TableId need : plan.object().needs()) {
      if (known.tables().contains(names.key(need)) || isTable(need)) {
        known.tables().add(names.key(need));
      } else {
        missing.add("table '" + need + "'");
      }
    }
    if (plan.object().kind() == ObjectKind.VIEW) {
      for (TableId call : ObjectText.calls(plan.object())) {
        TableId function = Needs.ofFunction(call);
        if (known.functions().contains(function) || isFunction(call)) {
          known.functions().add(function);
        } else {
          missing.add("function '" + call + "'");
        }
      }
    }
    return missing;
  }

  private boolean isFunction(TableId function) throws SQLException {
    return finds(FUNCTIONS, function.database(), function.name());
  }

  private boolean isTable(TableId table) throws SQLException {
    return finds(
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
        table.database(),
        table.name());
  }

  /** Whether there is something under the name of an object. */
  boolean isThere(SchemaObject object) throws SQLException {
    String sql =
        switch (object.kind()) {
          case FUNCTION -> FUNCTIONS;
          case PROCEDURE -> FUNCTIONS.replace("'FUNCTION'", "'PROCEDURE'");
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
    try {
      ObjectSettings.apply(connection, object, server);
      ObjectSettings.readAnyText(connection);
      return StructureFindings.refusal(connection, sql)
          .filter(e -> !StructureFindings.isUnderstood(e))
          .map(failure -> StructureFindings.words(failure, ObjectText.mode(object)));
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
  private Optional<String> obstacleOfDatabase(SchemaObject object, Coming coming)
      throws SQLException {
    String database = object.database();
    Optional<String> found =
        DatabaseCollation.at(connection, database).or(() -> coming.collation(database, names));
    if (found.isEmpty()) {
      return Optional.of(
          "there is no database '%s' at the target, and the job makes none without a table in it"
              .formatted(database));
    }
    String wanted = object.session().get(ObjectSettings.DATABASE);
    return wanted == null || DatabaseCollation.areSame(wanted, found.get())
        ? Optional.empty()
        : Optional.of(
            ("it was made in a database with collation '%s', but at the target database '%s' has"
                    + " '%s'")
                .formatted(wanted, database, found.get()));
  }

  /** Why an object cannot belong to an account; empty if it can. */
  Optional<String> reasonAgainst(Account account, String database) throws SQLException {
    Owner owner = new Owner(account, database);
    Optional<String> known = owners.get(owner);
    if (known == null) {
      known = tryOut(account, database);
      owners.put(owner, known);
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
