package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableId;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The statement that makes a view, routine, event or trigger, with changes to its beginning. Used
 * by one thread.
 */
final class ObjectText {

  /**
   * Who an object belongs to, and with whose privileges it may run.
   *
   * @param host empty for a role
   */
  record Account(String user, String host) {

    /** As it stands in statements. */
    String sql() {
      return host.isEmpty()
          ? SqlNames.quote(user)
          : SqlNames.quote(user) + "@" + SqlNames.quote(host);
    }

    /** For messages. */
    @Override
    public String toString() {
      return host.isEmpty() ? user : user + "@" + host;
    }
  }

  /** What may stand behind the name of a type. */
  private static final Set<String> TYPE_WORDS =
      Set.of("UNSIGNED", "ZEROFILL", "BINARY", "CHARSET", "CHARACTER", "SET", "COLLATE");

  private static final Set<String> NAMING = Set.of("CHARSET", "CHARACTER", "SET", "COLLATE");

  /** What stands between the type of a routine and what it does. */
  private static final Set<String> CHARACTERISTICS =
      Set.of(
          "COMMENT",
          "LANGUAGE",
          "SQL",
          "NOT",
          "DETERMINISTIC",
          "CONTAINS",
          "NO",
          "READS",
          "MODIFIES",
          "DATA",
          "SECURITY");

  private record Edit(int from, int to, String text) {}

  private final SchemaObject object;
  private final SqlTokens tokens;
  private final List<Edit> names = new ArrayList<>();
  private final List<Edit> edits = new ArrayList<>();
  private Optional<Account> definer = Optional.empty();
  private int definerFrom;
  private int definerTo;
  private int securityFrom = -1;
  private int securityTo;
  private int characteristics;
  private int kindFrom;
  private boolean harmless;

  /**
   * Reads the beginning of a statement.
   *
   * @throws IllegalArgumentException if it does not make such an object
   */
  ObjectText(SchemaObject object) {
    this.object = object;
    this.tokens = new SqlTokens(object.statement(), mode(object));
    if (!tokens.skip("CREATE")) {
      throw new IllegalArgumentException("it does not begin with CREATE");
    }
    while (!tokens.current().is(object.kind().name())) {
      if (tokens.current().isEnd() || tokens.current().isSymbol('(')) {
        throw new IllegalArgumentException("it does not make a " + object.kind());
      }
      if (tokens.current().is("DEFINER")) {
        readDefiner();
      } else if (tokens.current().is("OR")) {
        leaveOut("REPLACE");
      } else if (tokens.skip("SECURITY")) {
        securityFrom = tokens.start();
        securityTo = tokens.end();
        tokens.next();
      } else {
        tokens.next();
      }
    }
    kindFrom = tokens.start();
    tokens.next();
    if (tokens.current().is("IF")) {
      leaveOut("EXISTS");
    }
    qualify(object.name());
    if (object.kind() == ObjectKind.TRIGGER) {
      while (!tokens.skip("ON")) {
        if (tokens.current().isEnd()) {
          throw new IllegalArgumentException("it names no table");
        }
        tokens.next();
      }
      qualify();
    } else if (object.kind() == ObjectKind.EVENT) {
      switchOff();
    } else if (object.kind() != ObjectKind.VIEW) {
      findCharacteristics();
      readCharacteristics();
    }
  }

  /** Leaves out the words up to one: what is at the target stays as it is, by our own look. */
  private void leaveOut(String last) {
    int from = tokens.start();
    while (!tokens.current().is(last)) {
      if (tokens.current().isEnd()) {
        throw new IllegalArgumentException("it has no " + last);
      }
      tokens.next();
    }
    edits.add(new Edit(from, tokens.end(), ""));
    tokens.next();
  }

  private void readCharacteristics() {
    boolean not = false;
    while (CHARACTERISTICS.contains(tokens.current().keyword())) {
      String word = tokens.current().keyword();
      harmless |= word.equals("DETERMINISTIC") && !not;
      harmless |= word.equals("NO") || word.equals("READS");
      not = word.equals("NOT");
      tokens.next();
      if (word.equals("COMMENT")) {
        tokens.next();
      } else if (word.equals("SECURITY")) {
        securityFrom = tokens.start();
        securityTo = tokens.end();
        tokens.next();
      }
    }
  }

  /** Behind the parameters and, of a function, the type that it returns. */
  private void findCharacteristics() {
    skipParentheses();
    if (tokens.skip("RETURNS")) {
      characteristics = tokens.end();
      tokens.next();
      skipParentheses();
      while (TYPE_WORDS.contains(tokens.current().keyword())) {
        boolean named = NAMING.contains(tokens.current().keyword());
        characteristics = tokens.end();
        tokens.next();
        if (named && !tokens.current().is("SET")) {
          characteristics = tokens.end();
          tokens.next();
        }
      }
    }
  }

  private void skipParentheses() {
    if (!tokens.current().isSymbol('(')) {
      return;
    }
    int depth = 0;
    do {
      if (tokens.current().isEnd()) {
        throw new IllegalArgumentException("its parameters do not end");
      }
      depth += tokens.current().isSymbol('(') ? 1 : tokens.current().isSymbol(')') ? -1 : 0;
      characteristics = tokens.end();
      tokens.next();
    } while (depth > 0);
  }

  /** Servers print routines, events and triggers with the quotes of their own mode. */
  static SqlMode mode(SchemaObject object) {
    List<String> modes = List.of(object.session().getOrDefault("sql_mode", "").split(",", -1));
    return new SqlMode(modes.contains("ANSI_QUOTES"), !modes.contains("NO_BACKSLASH_ESCAPES"));
  }

  private void readDefiner() {
    definerFrom = tokens.start();
    tokens.next();
    tokens.skip('=');
    String user = tokens.current().text();
    definerTo = tokens.end();
    tokens.next();
    String host = "";
    if (tokens.skip('@')) {
      host = tokens.current().text();
      definerTo = tokens.end();
      tokens.next();
    }
    definer = Optional.of(new Account(user, host));
  }

  private void qualify(String name) {
    if (!qualify().equals(name)) {
      throw new IllegalArgumentException("it does not make '" + name + "'");
    }
  }

  /** Notes where a name stands that means one of the session's database, and returns it. */
  private String qualify() {
    int from = tokens.start();
    int to = tokens.end();
    String name = tokens.current().text();
    tokens.next();
    if (tokens.skip('.')) {
      name = tokens.current().text();
      to = tokens.end();
      tokens.next();
    }
    names.add(new Edit(from, to, SqlNames.quote(new TableId(object.database(), name))));
    return name;
  }

  private void switchOff() {
    while (!tokens.current().is("ENABLE") && !tokens.current().is("DISABLE")) {
      if (tokens.current().isEnd()) {
        throw new IllegalArgumentException("it does not say what it does");
      }
      if (tokens.current().is("COMMENT") || tokens.current().is("DO")) {
        edits.add(new Edit(tokens.start(), tokens.start(), "DISABLE "));
        return;
      }
      tokens.next();
    }
    int from = tokens.start();
    int to = tokens.end();
    tokens.next();
    if (tokens.skip("ON")) {
      to = tokens.end();
    }
    edits.add(new Edit(from, to, "DISABLE"));
  }

  /** Whether a function is declared to give the same again, or to change nothing. */
  boolean isHarmless() {
    return harmless;
  }

  /** Who it belongs to at the source; empty if the statement does not say so. */
  Optional<Account> definer() {
    return definer;
  }

  /**
   * The statement in a session whose database is the object's, which may keep it to the letter; an
   * event is switched off.
   *
   * @param asDefined whether it belongs to whom it does at the source; otherwise to the session's
   *     user, and runs with the privileges of whoever uses it, which events and triggers cannot
   */
  String sql(boolean asDefined) {
    return edited(asDefined ? edits : ofCurrentUser());
  }

  /** The same in any session. */
  String sqlAnywhere(boolean asDefined) {
    List<Edit> all = new ArrayList<>(asDefined ? edits : ofCurrentUser());
    all.addAll(names);
    return edited(all);
  }

  private List<Edit> ofCurrentUser() {
    List<Edit> all = new ArrayList<>(edits);
    if (definer.isPresent()) {
      all.add(new Edit(definerFrom, definerTo, "DEFINER=CURRENT_USER"));
    }
    if (securityFrom >= 0) {
      all.add(new Edit(securityFrom, securityTo, "INVOKER"));
    } else if (object.kind() == ObjectKind.VIEW) {
      all.add(new Edit(kindFrom, kindFrom, "SQL SECURITY INVOKER "));
    } else if (characteristics > 0) {
      all.add(new Edit(characteristics, characteristics, " SQL SECURITY INVOKER"));
    }
    return all;
  }

  private String edited(List<Edit> changes) {
    StringBuilder text = new StringBuilder(object.statement());
    changes.stream()
        .sorted(Comparator.comparingInt(Edit::from).reversed())
        .forEach(edit -> text.replace(edit.from(), edit.to(), edit.text()));
    return text.toString();
  }

  /** The functions that a view calls, which servers print with their databases. */
  static Set<TableId> calls(SchemaObject view) {
    Set<TableId> calls = new LinkedHashSet<>();
    SqlTokens all = new SqlTokens(view.statement(), SqlMode.DEFAULT);
    while (!all.current().isEnd()) {
      String database = all.current().text();
      boolean quoted = all.current().kind() == SqlToken.Kind.QUOTED;
      all.next();
      if (quoted && !database.isEmpty() && all.skip('.')) {
        String name = all.current().text();
        all.next();
        if (!name.isEmpty() && all.current().isSymbol('(')) {
          calls.add(new TableId(database, name));
        }
      }
    }
    // Behind its own name stand its columns.
    calls.remove(new TableId(view.database(), view.name()));
    return calls;
  }

  /** The tables and views that a view reads, among those that there are. */
  static List<TableId> needs(String view, Set<TableId> tables) {
    List<TableId> needs = new ArrayList<>();
    SqlTokens all = new SqlTokens(view, SqlMode.DEFAULT);
    while (!all.current().isEnd()) {
      String first = all.current().text();
      boolean quoted = all.current().kind() == SqlToken.Kind.QUOTED;
      all.next();
      if (quoted && !first.isEmpty() && all.skip('.')) {
        String second = all.current().text();
        if (!second.isEmpty() && tables.contains(new TableId(first, second))) {
          needs.add(new TableId(first, second));
        }
      }
    }
    return needs;
  }
}
