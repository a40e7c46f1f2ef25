package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.SchemaChange;
import dev.syncline.mysql.ObjectText.Account;
import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import dev.syncline.mysql.SqlObject.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fits statements on views, routines, triggers and events to a target, by the rules by which such
 * objects are copied at first: {@link TargetObjects} says to whom they may belong, and events are
 * switched off.
 *
 * <p>What is copied at first may be ahead of the log. So each statement brings the object to the
 * state that is meant, whatever there is: one that is made takes the place of one that is there,
 * and what is not there need not be dropped or changed. All of them may run again.
 */
final class ObjectStatements {

  private static final Logger LOGGER = LoggerFactory.getLogger(ObjectStatements.class);

  private static final String NOT_THERE =
      "the target does not have it under the name that it had before; if it is a view, make it"
          + " there by hand";

  private final Connection connection;
  private final SchemaStatement statement;
  private final SchemaChange.Statement source;
  private final StatementText text;
  private final String sql;
  private final SqlObject object;
  private final SqlTokens tokens;

  private ObjectStatements(
      Connection connection,
      SchemaStatement statement,
      SchemaChange.Statement source,
      StatementText text,
      SqlObject object) {
    this.connection = connection;
    this.statement = statement;
    this.source = source;
    this.text = text;
    this.sql = text.sql();
    this.object = object;
    this.tokens = text.tokens();
  }

  /**
   * A statement as it is run.
   *
   * @param object what it is about; empty unless that may be left out
   * @param leftOut why the target does not get it; empty if it does, as far as is known
   */
  record Fitted(SchemaStatement statement, Optional<SqlObject> object, Optional<LeftOut> leftOut) {

    static Fitted of(SchemaStatement statement) {
      return new Fitted(statement, Optional.empty(), Optional.empty());
    }
  }

  /**
   * What is run of a statement; the same if it is not on such an object.
   *
   * @param connection a session that is set as the statement needs it
   * @param text its text in the words of the target
   */
  static Fitted fitted(
      Connection connection, SchemaStatement statement, SchemaChange change, StatementText text)
      throws SQLException {
    SqlObject object = statement.whole().targets().get(0).object();
    ObjectStatements fitting =
        new ObjectStatements(connection, statement, change.statement().orElseThrow(), text, object);
    return switch (object.kind()) {
      case DATABASE -> Fitted.of(statement);
      case TABLE -> change.effects().isEmpty() ? fitting.renamed() : Fitted.of(statement);
      case VIEW, PROCEDURE, FUNCTION, EVENT, TRIGGER -> fitting.fit();
    };
  }

  /** How an object is dropped that may not be there. */
  static String drop(SqlObject object) {
    return "DROP " + object.kind() + " IF EXISTS " + quote(object.id());
  }

  /**
   * The renaming of views: those that have their new names need none. A table of such a name is
   * none of the source's. A view that is there under neither name was left out before.
   */
  private Fitted renamed() throws SQLException {
    Fitted whole = Fitted.of(statement);
    if (!statement.verb().equals("RENAME TABLE")) {
      return whole;
    }
    Optional<LeftOut> absent = Optional.empty();
    for (Target target : statement.whole().targets()) {
      boolean there = isView(target.object());
      if (target.end() != End.THERE && there) {
        return whole;
      }
      if (target.end() == End.THERE && !there) {
        String name = target.object().id().toString();
        absent = Optional.of(new LeftOut(ObjectKind.VIEW, name, NOT_THERE));
      }
    }
    return new Fitted(nothing(), Optional.empty(), absent);
  }

  private SchemaStatement nothing() {
    Target same = new Target(object, End.SAME);
    return SchemaStatement.of(statement.verb(), new Step("DO 0", List.of(same), Again.ALWAYS));
  }

  private SchemaStatement always(String text) {
    return SchemaStatement.of(
        statement.verb(), new Step(text, statement.whole().targets(), Again.ALWAYS));
  }

  private boolean isView(SqlObject one) throws SQLException {
    String query =
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?"
            + " AND TABLE_TYPE LIKE '%VIEW'";
    try (PreparedStatement question = connection.prepareStatement(query)) {
      question.setString(1, one.database());
      question.setString(2, one.name());
      try (ResultSet row = question.executeQuery()) {
        return row.next();
      }
    }
  }

  private boolean isThere(SqlObject one) throws SQLException {
    return ObjectStates.look(connection, List.of(one)).isThere(0);
  }

  private Fitted fit() throws SQLException {
    String verb = tokens.current().keyword();
    int behind = tokens.end();
    tokens.next();
    if (verb.equals("CREATE")) {
      return isAbsentOnly() && isThere(object) ? taken(nothing()) : created(sql);
    }
    if (verb.equals("DROP")) {
      return taken(dropped());
    }
    if (object.kind() == Kind.VIEW) {
      return created("CREATE" + sql.substring(behind));
    }
    if (!isThere(object)) {
      return taken(nothing());
    }
    return object.kind() == Kind.EVENT
        ? alteredEvent(behind)
        : taken(always(withoutOurPrivileges()));
  }

  private Fitted taken(SchemaStatement run) {
    return new Fitted(run, Optional.of(object), Optional.empty());
  }

  private Fitted without(String why) {
    LeftOut leftOut =
        new LeftOut(ObjectKind.valueOf(object.kind().name()), object.id().toString(), why);
    return new Fitted(always(drop(object)), Optional.of(object), Optional.of(leftOut));
  }

  private boolean isAbsentOnly() {
    SqlTokens all = text.tokens();
    while (!all.current().is(object.kind().name())) {
      if (all.current().isEnd()) {
        return false;
      }
      all.next();
    }
    all.next();
    return all.current().is("IF");
  }

  private SchemaStatement dropped() {
    StringBuilder text = new StringBuilder("DROP " + object.kind() + " IF EXISTS ");
    for (Target target : statement.whole().targets()) {
      text.append(text.toString().endsWith(" ") ? "" : ", ").append(quote(target.object().id()));
    }
    return always(text.toString());
  }

  private Fitted created(String create) throws SQLException {
    ObjectKind kind = ObjectKind.valueOf(object.kind().name());
    Map<String, String> mode =
        Map.of("sql_mode", source.settings().getOrDefault(StatementSettings.SQL_MODE, ""));
    ObjectText read;
    try {
      read =
          new ObjectText(
              new SchemaObject(
                  kind,
                  object.database(),
                  object.name(),
                  MySqlCatalog.DIALECT,
                  mode,
                  create,
                  List.of()));
    } catch (IllegalArgumentException e) {
      return without("its statement is not understood: " + e.getMessage());
    }
    Optional<String> other = reasonAgainst(read.definer());
    if (other.isPresent() && (kind == ObjectKind.EVENT || kind == ObjectKind.TRIGGER)) {
      return without(other.get() + ", and it would run with the privileges of another account");
    }
    String made = read.sql(other.isEmpty());
    if (kind == ObjectKind.VIEW) {
      return taken(always("CREATE OR REPLACE" + made.substring("CREATE".length())));
    }
    List<Target> targets = List.of(new Target(object, End.THERE));
    return taken(
        SchemaStatement.inSteps(
            statement.verb(),
            List.of(
                new Step(drop(object), targets, Again.ALWAYS),
                new Step(made, targets, Again.ALWAYS))));
  }

  private Optional<String> reasonAgainst(Optional<Account> definer) throws SQLException {
    if (definer.isEmpty()) {
      return Optional.of("its statement does not say to which account it belongs");
    }
    TargetObjects target = new TargetObjects(connection, MySqlFacts.read(connection));
    return target.reasonAgainst(definer.get(), object.database());
  }

  /** An event belongs to whoever changes it last; at the target that is the job's user. */
  private Fitted alteredEvent(int behindVerb) throws SQLException {
    String definer = "";
    if (tokens.current().is("DEFINER")) {
      int from = tokens.start();
      while (!tokens.current().is("EVENT")) {
        tokens.next();
      }
      Optional<String> other = reasonAgainst(Optional.of(account(sql.substring(from))));
      if (other.isPresent()) {
        return without(other.get() + ", and it would run with the privileges of another account");
      }
    } else {
      definer = " DEFINER=" + owner("EVENTS", "EVENT_SCHEMA", "EVENT_NAME", "DEFINER").sql();
    }
    String rest = sql;
    while (!tokens.current().isEnd() && !tokens.current().is("DO")) {
      if (tokens.current().is("ENABLE") || tokens.current().is("DISABLE")) {
        int from = tokens.start();
        int to = tokens.end();
        tokens.next();
        if (tokens.skip("ON")) {
          to = tokens.end();
        }
        rest = sql.substring(0, from) + "DISABLE" + sql.substring(to);
        break;
      }
      tokens.next();
    }
    return taken(always(sql.substring(0, behindVerb) + definer + rest.substring(behindVerb)));
  }

  /** The account in {@code DEFINER = account …}. */
  private Account account(String clause) {
    SqlTokens all = new SqlTokens(clause, text.mode(), text.server());
    all.next();
    all.skip('=');
    String user = all.current().text();
    all.next();
    return new Account(user, all.skip('@') ? all.current().text() : "");
  }

  /** The statement; what belongs to the job's user goes on to run as whoever uses it. */
  private String withoutOurPrivileges() throws SQLException {
    while (!tokens.current().isEnd()) {
      if (tokens.skip("SECURITY") && tokens.current().is("DEFINER")) {
        Account owner = owner("ROUTINES", "ROUTINE_SCHEMA", "ROUTINE_NAME", "DEFINER");
        if (owner.equals(currentUser())) {
          LOGGER.warn(
              "The {} goes on to run with the privileges of whoever uses it: at the target it"
                  + " belongs to the job's user.",
              object);
          return sql.substring(0, tokens.start()) + "INVOKER" + sql.substring(tokens.end());
        }
        return sql;
      }
      tokens.next();
    }
    return sql;
  }

  private Account owner(String table, String database, String name, String definer)
      throws SQLException {
    String query =
        "SELECT %s FROM information_schema.%s WHERE %s = ? AND %s = ?"
            .formatted(definer, table, database, name);
    String type = table.equals("ROUTINES") ? " AND ROUTINE_TYPE = '" + object.kind() + "'" : "";
    try (PreparedStatement question = connection.prepareStatement(query + type)) {
      question.setString(1, object.database());
      question.setString(2, object.name());
      try (ResultSet row = question.executeQuery()) {
        return row.next() ? parse(row.getString(1)) : currentUser();
      }
    }
  }

  private Account currentUser() throws SQLException {
    try (Statement question = connection.createStatement();
        ResultSet row = question.executeQuery("SELECT CURRENT_USER()")) {
      row.next();
      return parse(row.getString(1));
    }
  }

  private static Account parse(String account) {
    int at = account.lastIndexOf('@');
    return at < 0
        ? new Account(account, "")
        : new Account(account.substring(0, at), account.substring(at + 1));
  }
}
