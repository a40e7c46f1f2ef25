package dev.syncline.mysql;

import dev.syncline.mysql.StatementEffect.Kind;
import dev.syncline.mysql.StatementEffect.ObjectName;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Finds out from the beginning of a statement what it may do to which tables. No grammar, but
 * enough of one that what is not understood comes out as {@link Kind#UNKNOWN}.
 *
 * <p>Triggers and stored functions that a statement sets off are not seen.
 */
final class StatementReader {
  private static final Set<String> HARMLESS =
      Set.of(
          "CACHE",
          "CHECK",
          "CHECKSUM",
          "FLUSH",
          "GRANT",
          "INSTALL",
          "KILL",
          "OPTIMIZE",
          "PURGE",
          "RELEASE",
          "REPAIR",
          "RESET",
          "REVOKE",
          "SAVEPOINT",
          "UNINSTALL");

  /** Objects that hold no rows. */
  private static final Set<String> ROWLESS =
      Set.of(
          "EVENT",
          "FUNCTION",
          "INSTANCE",
          "LIBRARY",
          "LOGFILE",
          "PACKAGE",
          "PROCEDURE",
          "REFERENCE",
          "RESOURCE",
          "ROLE",
          "SERVER",
          "TABLESPACE",
          "TRIGGER",
          "UNDO",
          "USER",
          "VIEW");

  /** What may stand between the verb and the kind of object. */
  private static final Set<String> MODIFIERS =
      Set.of(
          "AGGREGATE",
          "ALGORITHM",
          "DEFINER",
          "FULLTEXT",
          "IGNORE",
          "INVOKER",
          "MERGE",
          "NONE",
          "OFFLINE",
          "ONLINE",
          "OR",
          "REPLACE",
          "SECURITY",
          "SPATIAL",
          "SQL",
          "TEMPORARY",
          "TEMPTABLE",
          "UNDEFINED",
          "UNIQUE",
          "VECTOR");

  /** Words of table lists in UPDATE and DELETE that are no tables. */
  private static final Set<String> LIST_WORDS =
      Set.of(
          "AND",
          "AS",
          "CROSS",
          "DELETE",
          "FROM",
          "IGNORE",
          "INNER",
          "JOIN",
          "LEFT",
          "LOW_PRIORITY",
          "NATURAL",
          "ON",
          "OR",
          "OUTER",
          "QUICK",
          "RIGHT",
          "STRAIGHT_JOIN",
          "UPDATE",
          "USING");

  /** Words that begin the options of a database, where its name may be left out. */
  private static final Set<String> DATABASE_OPTIONS =
      Set.of("CHARACTER", "CHARSET", "COLLATE", "COMMENT", "DEFAULT", "ENCRYPTION", "READ");

  /** Their statements name what they change. */
  private static final Set<String> DEFINING =
      Set.of("ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE");

  private static final int LONGEST_NAME = 64;

  private static final Set<String> INSERT_WORDS =
      Set.of("DELAYED", "HIGH_PRIORITY", "IGNORE", "INTO", "LOW_PRIORITY");

  private final String sql;
  private final SqlTokens.SqlMode mode;
  private final SqlTokens tokens;
  private final String verb;

  private StatementReader(String sql, SqlTokens.SqlMode mode, SqlTokens tokens) {
    this.sql = sql;
    this.mode = mode;
    this.tokens = tokens;
    this.verb = tokens.current().keyword();
  }

  /** What a statement does that may be of any server: with the words of all comments. */
  static StatementEffect read(String sql, SqlTokens.SqlMode mode) {
    return read(sql, mode, () -> new SqlTokens(sql, mode));
  }

  /** What a statement does that a server has logged: with the words that it did not pass over. */
  static StatementEffect read(String sql, SqlTokens.SqlMode mode, SqlVersion server) {
    return read(sql, mode, () -> new SqlTokens(sql, mode, server));
  }

  private static StatementEffect read(
      String sql, SqlTokens.SqlMode mode, Supplier<SqlTokens> tokens) {
    String verb = "";
    try {
      StatementReader reader = new StatementReader(sql, mode, tokens.get());
      verb = reader.verb;
      StatementEffect effect = reader.read();
      if (effect.kind() != Kind.UNKNOWN) {
        return effect;
      }
      return DEFINING.contains(verb)
          ? definition(sql, effect.verb())
          : unknown(sql, mode, effect.verb());
    } catch (IllegalArgumentException e) {
      String problem = String.valueOf(e.getMessage());
      return DEFINING.contains(verb)
          ? definition(sql, problem)
          : new StatementEffect(Kind.UNKNOWN, problem, List.of(new ObjectName("", "")));
    }
  }

  /** Takes every word for a name, and what stands between quotes of any kind. */
  private static StatementEffect definition(String sql, String verb) {
    Set<String> names = new LinkedHashSet<>();
    names.addAll(List.of(sql.split("[\\x00-#%-/:-@\\[-^`{-\\x7F]+", -1)));
    names.addAll(List.of(sql.split("`+", -1)));
    names.addAll(List.of(sql.split("[\"']+", -1)));
    return new StatementEffect(
        Kind.DEFINES_SOMETHING,
        verb,
        names.stream()
            .filter(name -> !name.isEmpty() && name.length() <= LONGEST_NAME)
            .map(name -> new ObjectName(name, ""))
            .toList());
  }

  private static StatementEffect unknown(String sql, SqlTokens.SqlMode mode, String verb) {
    List<ObjectName> names = new ArrayList<>();
    SqlTokens all = new SqlTokens(sql, mode);
    while (!all.current().isEnd()) {
      if (all.current().isName()) {
        names.add(new ObjectName(all.current().text(), ""));
      }
      all.next();
    }
    return new StatementEffect(Kind.UNKNOWN, verb, names);
  }

  private StatementEffect read() {
    if (tokens.current().isEnd() || HARMLESS.contains(verb)) {
      return StatementEffect.none(verb);
    }
    tokens.next();
    return switch (verb) {
      case "CREATE", "ALTER", "DROP" -> readDefinition();
      case "TRUNCATE" -> {
        tokens.skip("TABLE");
        yield tables(Kind.CHANGES, verb + " TABLE", List.of(name()));
      }
      case "RENAME" -> readRename();
      case "SET" ->
          tokens.current().is("STATEMENT") ? readForStatement() : StatementEffect.none(verb);
      case "ANALYZE" -> {
        boolean unlogged = tokens.skip("NO_WRITE_TO_BINLOG") || tokens.skip("LOCAL");
        yield unlogged || tokens.current().is("TABLE") || tokens.current().is("TABLES")
            ? StatementEffect.none(verb)
            : tables(Kind.UNKNOWN, verb, List.of());
      }
      case "INSERT", "REPLACE" -> {
        skipAll(INSERT_WORDS);
        yield tables(Kind.WRITES, verb, List.of(name()));
      }
      case "UPDATE" -> tables(Kind.WRITES, verb, namesUntil(Set.of("SET")));
      case "DELETE" ->
          tables(Kind.WRITES, verb, namesUntil(Set.of("WHERE", "ORDER", "LIMIT", "RETURNING")));
      case "LOAD" -> {
        skipTo("INTO");
        skipTo("TABLE");
        yield tables(Kind.WRITES, verb, List.of(name()));
      }
      default -> tables(Kind.UNKNOWN, verb, List.of());
    };
  }

  /** MariaDB's statement with settings of its own: what is behind them does what it does. */
  private StatementEffect readForStatement() {
    skipTo("FOR");
    return tokens.current().isEnd()
        ? tables(Kind.UNKNOWN, verb + " STATEMENT", List.of())
        : read(sql.substring(tokens.start()), mode, () -> tokens);
  }

  private StatementEffect readDefinition() {
    boolean temporary = false;
    boolean replace = false;
    while (MODIFIERS.contains(tokens.current().keyword()) || tokens.current().isSymbol('=')) {
      temporary |= tokens.current().is("TEMPORARY");
      replace |= tokens.current().is("REPLACE");
      boolean definer = tokens.current().is("DEFINER");
      tokens.next();
      if (definer && tokens.skip('=')) {
        skipAccount();
      }
    }
    String object = tokens.current().keyword();
    String what = verb + " " + object;
    tokens.next();
    if (ROWLESS.contains(object) || temporary) {
      return StatementEffect.none(what);
    }
    return switch (object) {
      case "TABLE", "TABLES", "SEQUENCE" -> readTable(what, replace);
      case "INDEX" -> {
        skipTo("ON");
        yield tables(Kind.CHANGES, what, List.of(name()));
      }
      case "DATABASE", "SCHEMA" -> {
        skipCondition();
        boolean unnamed =
            verb.equals("ALTER") && DATABASE_OPTIONS.contains(tokens.current().keyword());
        yield tables(
            verb.equals("DROP") || replace ? Kind.DROPS_DATABASES : Kind.CHANGES_DATABASES,
            what,
            List.of(new ObjectName(unnamed ? "" : tokens.current().text(), "")));
      }
      default -> tables(Kind.UNKNOWN, what, List.of());
    };
  }

  private StatementEffect readTable(String what, boolean replace) {
    boolean conditional = skipCondition();
    if (verb.equals("DROP")) {
      return tables(Kind.DROPS, what, nameList());
    }
    List<ObjectName> names = new ArrayList<>();
    names.add(name());
    if (verb.equals("CREATE")) {
      boolean absentOnly = conditional && !replace && !fillsTable();
      return tables(absentOnly ? Kind.CREATES_ABSENT : Kind.CHANGES, what, names);
    }
    while (!tokens.current().isEnd()) {
      boolean rename = tokens.current().is("RENAME");
      boolean table = tokens.current().is("TABLE");
      tokens.next();
      if (rename && (tokens.skip("TO") || tokens.skip("AS") || tokens.skip('='))) {
        names.add(name());
      } else if ((rename && !isPartOfTable()) || (table && tokens.current().isName())) {
        names.add(name());
      }
    }
    return tables(Kind.CHANGES, what, names);
  }

  private boolean isPartOfTable() {
    return tokens.current().is("COLUMN")
        || tokens.current().is("INDEX")
        || tokens.current().is("KEY");
  }

  /** Whether rows may come with the definition of the table. */
  private boolean fillsTable() {
    while (!tokens.current().isEnd()) {
      SqlToken token = tokens.current();
      if (token.is("SELECT") || token.is("VALUES") || token.is("TABLE") || token.is("WITH")) {
        return true;
      }
      tokens.next();
    }
    return false;
  }

  private StatementEffect readRename() {
    if (!tokens.current().is("TABLE") && !tokens.current().is("TABLES")) {
      return tokens.current().is("USER")
          ? StatementEffect.none("RENAME USER")
          : tables(Kind.UNKNOWN, verb, List.of());
    }
    tokens.next();
    List<ObjectName> names = new ArrayList<>();
    do {
      skipCondition();
      names.add(name());
      skipTo("TO");
      names.add(name());
    } while (tokens.skip(','));
    return tables(Kind.CHANGES, "RENAME TABLE", names);
  }

  private StatementEffect tables(Kind kind, String what, List<ObjectName> names) {
    return new StatementEffect(kind, what, names);
  }

  private List<ObjectName> nameList() {
    List<ObjectName> names = new ArrayList<>();
    do {
      names.add(name());
    } while (tokens.skip(','));
    return names;
  }

  private List<ObjectName> namesUntil(Set<String> ends) {
    List<ObjectName> names = new ArrayList<>();
    while (!tokens.current().isEnd() && !ends.contains(tokens.current().keyword())) {
      if (tokens.current().isName() && !LIST_WORDS.contains(tokens.current().keyword())) {
        names.add(name());
      } else {
        tokens.next();
      }
    }
    return names;
  }

  /** The name on which the tokens stand. */
  private ObjectName name() {
    tokens.skip('.');
    String first = part();
    return tokens.skip('.') ? new ObjectName(first, part()) : new ObjectName("", first);
  }

  private String part() {
    SqlToken token = tokens.current();
    if (!token.isName()) {
      throw new IllegalArgumentException("a name is not where it was expected");
    }
    tokens.next();
    return token.text();
  }

  /** Passes over IF EXISTS and IF NOT EXISTS. */
  private boolean skipCondition() {
    boolean found = tokens.skip("IF");
    if (found) {
      tokens.skip("NOT");
      tokens.skip("EXISTS");
    }
    return found;
  }

  /** Passes over {@code user@host} and {@code CURRENT_USER()}. */
  private void skipAccount() {
    tokens.next();
    if (tokens.skip('@')) {
      tokens.next();
    }
    if (tokens.skip('(')) {
      tokens.skip(')');
    }
  }

  private void skipAll(Set<String> words) {
    while (words.contains(tokens.current().keyword())) {
      tokens.next();
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
