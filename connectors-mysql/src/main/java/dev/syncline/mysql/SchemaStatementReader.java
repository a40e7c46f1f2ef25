package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.mysql.SchemaStatement.Again;
import dev.syncline.mysql.SchemaStatement.End;
import dev.syncline.mysql.SchemaStatement.Step;
import dev.syncline.mysql.SchemaStatement.Target;
import dev.syncline.mysql.SqlObject.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds out what a statement does to the objects of the target, as far as must be known to tell
 * later whether it has run. Used once.
 */
final class SchemaStatementReader {

  /** What may stand between the verb and the kind of object, and has no value. */
  private static final Set<String> MODIFIERS =
      Set.of(
          "AGGREGATE",
          "FULLTEXT",
          "IGNORE",
          "OFFLINE",
          "ONLINE",
          "OR",
          "SPATIAL",
          "UNIQUE",
          "VECTOR");

  /** Words that begin the options of a database, where its name may be left out. */
  private static final Set<String> DATABASE_OPTIONS =
      Set.of("CHARACTER", "CHARSET", "COLLATE", "COMMENT", "DEFAULT", "ENCRYPTION", "READ");

  private final String sql;
  private final String database;
  private final SqlTokens tokens;
  private boolean replace;
  private boolean conditional;

  private SchemaStatementReader(StatementText text, String database) {
    this.sql = text.sql();
    this.database = database;
    this.tokens = text.tokens();
  }

  /**
   * What a statement does.
   *
   * @param text as the server reads it that runs it
   * @param database the default database; empty if there is none
   * @throws UnsupportedChangeException if it is not understood
   */
  static SchemaStatement read(StatementText text, String database) {
    try {
      return new SchemaStatementReader(text, database).read();
    } catch (IllegalArgumentException e) {
      throw new UnsupportedChangeException(
          ("Cannot run a statement of the source at the target: what it changes is not understood"
                  + " (%s). The statement: %s. Run at the target by hand what belongs there, and"
                  + " let the job ignore schema changes until it has passed.")
              .formatted(e.getMessage(), ShownSql.of(text.sql(), text.mode())),
          e);
    }
  }

  private SchemaStatement read() {
    String verb = tokens.current().keyword();
    tokens.next();
    return switch (verb) {
      case "CREATE" -> create();
      case "ALTER" -> alter();
      case "DROP" -> drop();
      case "RENAME" -> rename();
      case "TRUNCATE" -> truncate();
      default -> throw unknown(verb);
    };
  }

  private static IllegalArgumentException unknown(String what) {
    return new IllegalArgumentException("'" + what + "' is not one of those that are run");
  }

  /** Passes over what stands before the kind of object, and gives that. */
  private String kind() {
    while (!tokens.current().isEnd()) {
      if (tokens.skip("REPLACE")) {
        replace = true;
      } else if (tokens.skip("ALGORITHM")) {
        tokens.skip('=');
        tokens.next();
      } else if (tokens.skip("DEFINER")) {
        tokens.skip('=');
        skipAccount();
      } else if (tokens.skip("SQL")) {
        tokens.skip("SECURITY");
        tokens.next();
      } else if (MODIFIERS.contains(tokens.current().keyword())) {
        tokens.next();
      } else {
        break;
      }
    }
    String kind = tokens.current().keyword();
    tokens.next();
    return kind;
  }

  private SchemaStatement create() {
    String kind = kind();
    if (kind.equals("INDEX")) {
      skipTo("ON");
      return changed("CREATE INDEX", sql);
    }
    int name = tokens.start();
    conditional = skipCondition();
    SqlObject object = named(kind, "CREATE");
    boolean table = object.kind() == Kind.TABLE;
    boolean database = object.kind() == Kind.DATABASE;
    // A table that is there already may be any; the other objects have no rows to lose.
    boolean again = replace || database || (conditional && !table);
    boolean absentOnly = database && !replace && !conditional;
    String text = absentOnly ? withCondition(name, "IF NOT EXISTS ") : sql;
    Step step =
        new Step(
            table ? createdTable() : text,
            List.of(new Target(object, End.THERE)),
            again ? Again.ALWAYS : Again.IF_UNCHANGED);
    return SchemaStatement.of("CREATE " + kind, step);
  }

  /** The text with a condition in front of the object's name. */
  private String withCondition(int name, String condition) {
    return sql.substring(0, name) + condition + sql.substring(name);
  }

  /** The text without its rows: those follow in the stream. */
  private String createdTable() {
    String text = sql;
    while (!tokens.current().isEnd()) {
      if (tokens.current().is("SELECT")) {
        throw new IllegalArgumentException("it would copy rows, which the stream brings");
      }
      boolean begins = tokens.current().is("START");
      int at = tokens.start();
      tokens.next();
      if (begins && tokens.current().is("TRANSACTION")) {
        text = sql.substring(0, at).stripTrailing() + sql.substring(tokens.end());
      }
    }
    return text;
  }

  private SchemaStatement alter() {
    String kind = kind();
    if (kind.equals("TABLE") || kind.equals("SEQUENCE")) {
      skipCondition();
      return alterTable(kind);
    }
    boolean database = kind.equals("DATABASE") || kind.equals("SCHEMA");
    boolean unnamed = database && DATABASE_OPTIONS.contains(tokens.current().keyword());
    skipCondition();
    SqlObject object = unnamed ? SqlObject.database(defaultDatabase()) : named(kind, "ALTER");
    if (object.kind() == Kind.EVENT) {
      return alterEvent(object);
    }
    if (object.kind() == Kind.TRIGGER) {
      throw unknown("ALTER TRIGGER");
    }
    return SchemaStatement.of(
        "ALTER " + kind, new Step(sql, List.of(new Target(object, End.SAME)), Again.ALWAYS));
  }

  private SchemaStatement alterEvent(SqlObject event) {
    while (!tokens.current().isEnd() && !tokens.current().is("DO")) {
      if (tokens.skip("RENAME") && tokens.skip("TO")) {
        return SchemaStatement.of(
            "ALTER EVENT",
            new Step(
                sql,
                List.of(new Target(event, End.GONE), new Target(object(Kind.EVENT), End.THERE)),
                Again.IF_UNCHANGED));
      }
      tokens.next();
    }
    return SchemaStatement.of(
        "ALTER EVENT", new Step(sql, List.of(new Target(event, End.SAME)), Again.ALWAYS));
  }

  private SchemaStatement alterTable(String kind) {
    SqlObject table = object(Kind.TABLE);
    if (!tokens.skip("NOWAIT") && tokens.skip("WAIT")) {
      tokens.next();
    }
    List<Target> targets = new ArrayList<>(List.of(new Target(table, End.CHANGED)));
    Again again = Again.IF_UNCHANGED;
    boolean begins = true;
    int depth = 0;
    while (!tokens.current().isEnd()) {
      SqlToken token = tokens.current();
      depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
      tokens.next();
      if (!begins || depth > 0) {
        begins = depth == 0 && token.isSymbol(',');
        continue;
      }
      begins = token.isSymbol(',');
      if (token.is("RENAME") && !isPartOfTable()) {
        boolean to = tokens.skip("TO") || tokens.skip("AS") || tokens.skip('=');
        targets.set(0, new Target(table, to || tokens.current().isName() ? End.GONE : End.CHANGED));
        targets.add(new Target(object(Kind.TABLE), End.THERE));
      } else if (token.is("EXCHANGE") && tokens.current().is("PARTITION")) {
        skipTo("TABLE");
        targets.add(new Target(object(Kind.TABLE), End.SAME));
        again = Again.NEVER;
      } else if (movesFiles(token)) {
        throw unknown("ALTER TABLE ... " + token.keyword());
      }
    }
    return SchemaStatement.of("ALTER " + kind, new Step(sql, targets, again));
  }

  private boolean isPartOfTable() {
    return tokens.current().is("COLUMN")
        || tokens.current().is("INDEX")
        || tokens.current().is("KEY");
  }

  private boolean movesFiles(SqlToken token) {
    boolean file = token.is("IMPORT") || token.is("DISCARD");
    return file
        || (token.is("CONVERT")
            && (tokens.current().is("PARTITION") || tokens.current().is("TABLE")));
  }

  private SchemaStatement drop() {
    String kind = kind();
    if (kind.equals("INDEX")) {
      skipTo("ON");
      return changed("DROP INDEX", sql);
    }
    int name = tokens.start();
    conditional = skipCondition();
    boolean database = kind.equals("DATABASE") || kind.equals("SCHEMA");
    Again again = conditional || database ? Again.ALWAYS : Again.IF_UNCHANGED;
    String text = database && !conditional ? withCondition(name, "IF EXISTS ") : sql;
    List<Target> targets = new ArrayList<>();
    List<Step> parts = new ArrayList<>();
    do {
      Target target = new Target(named(kind, "DROP"), End.GONE);
      targets.add(target);
      String head = "DROP " + target.object().kind() + (conditional ? " IF EXISTS " : " ");
      if (!database) {
        parts.add(new Step(head + quote(target.object().id()), List.of(target), again));
      }
    } while (tokens.skip(','));
    return new SchemaStatement("DROP " + kind, new Step(text, targets, again), parts);
  }

  private SchemaStatement rename() {
    if (!tokens.skip("TABLE") && !tokens.skip("TABLES")) {
      throw unknown("RENAME " + tokens.current().keyword());
    }
    Renamings renamings = new Renamings();
    List<Step> parts = new ArrayList<>();
    do {
      skipCondition();
      SqlObject from = object(Kind.TABLE);
      skipTo("TO");
      SqlObject to = object(Kind.TABLE);
      renamings.add(from, to);
      parts.add(
          new Step(
              "RENAME TABLE " + quote(from.id()) + " TO " + quote(to.id()),
              List.of(new Target(from, End.GONE), new Target(to, End.THERE)),
              Again.IF_UNCHANGED));
    } while (tokens.skip(','));
    return new SchemaStatement(
        "RENAME TABLE", new Step(sql, renamings.targets(), Again.IF_UNCHANGED), parts);
  }

  private SchemaStatement truncate() {
    tokens.skip("TABLE");
    Target table = new Target(object(Kind.TABLE), End.SAME);
    return SchemaStatement.of("TRUNCATE TABLE", new Step(sql, List.of(table), Again.ALWAYS));
  }

  private SchemaStatement changed(String verb, String text) {
    Target table = new Target(object(Kind.TABLE), End.CHANGED);
    return SchemaStatement.of(verb, new Step(text, List.of(table), Again.IF_UNCHANGED));
  }

  private SqlObject named(String kind, String verb) {
    return switch (kind) {
      case "TABLE", "TABLES", "SEQUENCE" -> object(Kind.TABLE);
      case "VIEW" -> object(Kind.VIEW);
      case "PROCEDURE" -> object(Kind.PROCEDURE);
      case "FUNCTION" -> object(Kind.FUNCTION);
      case "EVENT" -> object(Kind.EVENT);
      case "TRIGGER" -> object(Kind.TRIGGER);
      case "DATABASE", "SCHEMA" -> SqlObject.database(part());
      default -> throw unknown(verb + " " + kind);
    };
  }

  /** The object on whose name the tokens stand. */
  private SqlObject object(Kind kind) {
    if (tokens.skip('.')) {
      return new SqlObject(kind, defaultDatabase(), part());
    }
    String first = part();
    return tokens.skip('.')
        ? new SqlObject(kind, first, part())
        : new SqlObject(kind, defaultDatabase(), first);
  }

  private String defaultDatabase() {
    if (database.isEmpty()) {
      throw new IllegalArgumentException("a name is without database, and there is no default");
    }
    return database;
  }

  private String part() {
    SqlToken token = tokens.current();
    if (!token.isName() || token.text().isEmpty()) {
      throw new IllegalArgumentException("a name is not where it was expected");
    }
    tokens.next();
    return token.text();
  }

  private boolean skipCondition() {
    boolean found = tokens.skip("IF");
    if (found) {
      tokens.skip("NOT");
      tokens.skip("EXISTS");
    }
    return found;
  }

  /** Passes over {@code user@host}, also in quotes, and {@code CURRENT_USER()}. */
  private void skipAccount() {
    tokens.next();
    if (tokens.skip('@')) {
      tokens.next();
    }
    if (tokens.skip('(')) {
      tokens.skip(')');
    }
  }

  private void skipTo(String keyword) {
    while (!tokens.skip(keyword)) {
      if (tokens.current().isEnd()) {
        throw new IllegalArgumentException("'" + keyword + "' is missing");
      }
      tokens.next();
    }
  }
}
