package dev.syncline.mysql;

import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.SqlTokens.SqlMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * What {@code SHOW CREATE TABLE} prints, with changes to single clauses. Everything else stays as
 * the server has put it. Immutable.
 */
final class CreateTableText {

  private final String sql;
  private final List<Definition> definitions = new ArrayList<>();
  private final int afterDefinitions;

  /**
   * A column, key or constraint.
   *
   * @param from where it begins, with the comma before it
   * @param to where it ends, without the comma behind it
   * @param tokens its words outside of further parentheses
   * @param inner its words inside of them
   */
  record Definition(int from, int to, List<Piece> tokens, List<Piece> inner) {

    boolean isColumn() {
      return tokens.get(0).kind() == SqlToken.Kind.QUOTED;
    }

    /** The name of a column. */
    String name() {
      return tokens.get(0).text();
    }

    boolean isUnique() {
      return is(0, "PRIMARY") || is(0, "UNIQUE");
    }

    /** The columns that it speaks of, and what else is quoted inside parentheses. */
    Set<String> identifiers() {
      Set<String> names = new TreeSet<>();
      columnPieces().forEach(piece -> names.add(piece.text()));
      return names;
    }

    /** The words inside of parentheses. MariaDB before 10.2 prints expressions as they came. */
    Set<String> words() {
      return inner.stream()
          .filter(piece -> piece.kind() == SqlToken.Kind.WORD)
          .map(Piece::text)
          .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Names of columns are quoted wherever servers print them, but for {@link #words}. */
    private List<Piece> columnPieces() {
      List<Piece> pieces =
          new ArrayList<>(inner.stream().filter(p -> p.kind() == SqlToken.Kind.QUOTED).toList());
      if (isColumn()) {
        pieces.add(tokens.get(0));
      }
      return pieces;
    }

    /** Its first words. */
    String beginning() {
      return tokens.stream()
          .limit(3)
          .map(p -> p.kind() == SqlToken.Kind.QUOTED ? SqlNames.quote(p.text()) : p.text())
          .collect(Collectors.joining(" "));
    }

    /** The name of a foreign key; empty for all else. */
    Optional<String> foreignKey() {
      int first = is(0, "CONSTRAINT") ? 2 : 0;
      return is(first, "FOREIGN")
          ? Optional.of(first == 0 ? "" : tokens.get(1).text())
          : Optional.empty();
    }

    /** The name of a check that stands for itself; empty for all else, and if it has none. */
    Optional<Piece> check() {
      return is(0, "CONSTRAINT") && is(2, "CHECK") ? Optional.of(tokens.get(1)) : Optional.empty();
    }

    /** The name of a key; empty for all else. */
    Optional<String> key() {
      if (is(0, "PRIMARY")) {
        return Optional.of(UniqueKey.PRIMARY);
      }
      boolean key = !isColumn() && foreignKey().isEmpty();
      return key
          ? tokens.stream().filter(t -> t.is("KEY")).findFirst().map(t -> nameBehind(t))
          : Optional.empty();
    }

    private String nameBehind(Piece word) {
      int next = tokens.indexOf(word) + 1;
      return next < tokens.size() ? tokens.get(next).text() : "";
    }

    private boolean is(int index, String word) {
      return index < tokens.size() && tokens.get(index).is(word);
    }
  }

  /** A token with its place. */
  record Piece(SqlToken.Kind kind, String text, int start, int end) {

    boolean is(String word) {
      return kind == SqlToken.Kind.WORD && text.equalsIgnoreCase(word);
    }
  }

  /** A replacement of a part of the text. */
  private record Edit(int from, int to, String text) {}

  /**
   * Reads a statement.
   *
   * @throws IllegalArgumentException if it makes no table, or is not understood
   */
  CreateTableText(String sql) {
    this.sql = sql;
    SqlTokens tokens = new SqlTokens(sql, SqlMode.DEFAULT);
    if (!tokens.skip("CREATE") || !tokens.skip("TABLE")) {
      throw new IllegalArgumentException("it does not begin with 'CREATE TABLE'");
    }
    while (!tokens.current().isSymbol('(')) {
      if (tokens.current().isEnd()) {
        throw new IllegalArgumentException("it has no columns");
      }
      tokens.next();
    }
    tokens.next();
    int from = tokens.start();
    boolean more = true;
    while (more) {
      Definition definition = readDefinition(tokens, from);
      definitions.add(definition);
      more = tokens.current().isSymbol(',');
      from = tokens.start();
      tokens.next();
    }
    afterDefinitions = from + 1;
  }

  /** Goes on to the comma or parenthesis behind a definition. */
  private static Definition readDefinition(SqlTokens tokens, int from) {
    List<Piece> outer = new ArrayList<>();
    List<Piece> inner = new ArrayList<>();
    int depth = 0;
    int to = tokens.start();
    while (depth > 0 || !(tokens.current().isSymbol(',') || tokens.current().isSymbol(')'))) {
      SqlToken token = tokens.current();
      if (token.isEnd()) {
        throw new IllegalArgumentException("its columns do not end");
      }
      depth += token.isSymbol('(') ? 1 : token.isSymbol(')') ? -1 : 0;
      (depth == 0 ? outer : inner)
          .add(new Piece(token.kind(), token.text(), tokens.start(), tokens.end()));
      to = tokens.end();
      tokens.next();
    }
    if (outer.isEmpty()) {
      throw new IllegalArgumentException("it has an empty definition");
    }
    return new Definition(from, to, outer, inner);
  }

  /** The columns, keys and constraints in order. */
  List<Definition> definitions() {
    return List.copyOf(definitions);
  }

  /** The names of the columns in order. */
  List<String> columns() {
    return definitions.stream().filter(Definition::isColumn).map(Definition::name).toList();
  }

  /** Whether what stands behind the columns speaks of something of this name. */
  boolean optionsName(String column) {
    return options().stream()
        .anyMatch(
            piece ->
                (piece.kind() == SqlToken.Kind.QUOTED || piece.kind() == SqlToken.Kind.WORD)
                    && piece.text().equalsIgnoreCase(column));
  }

  /** Whether a foreign key, if the statement has it, refers to what the definition says. */
  boolean refers(TableDefinition table, ForeignKey key) {
    TableId parent = key.parent();
    boolean here = parent.database().equals(table.id().database());
    String reference =
        "REFERENCES %s (%s)"
            .formatted(
                here ? SqlNames.quote(parent.name()) : SqlNames.quote(parent),
                key.parentColumns().stream()
                    .map(SqlNames::quote)
                    .collect(Collectors.joining(", ")));
    return definitions.stream()
        .filter(definition -> definition.foreignKey().equals(Optional.of(key.name())))
        .allMatch(definition -> sql.substring(definition.from, definition.to).contains(reference));
  }

  /** Begins to change definitions. */
  Editor editor() {
    return new Editor();
  }

  /** Puts the statement together anew from changed definitions. Not thread-safe. */
  final class Editor {

    private final List<List<Edit>> edits = new ArrayList<>();
    private final Set<Integer> removed = new HashSet<>();
    private final List<String> added = new ArrayList<>();

    private Editor() {
      definitions.forEach(definition -> edits.add(new ArrayList<>()));
    }

    void remove(Definition definition) {
      removed.add(definitions.indexOf(definition));
    }

    /** Adds a definition behind the others. */
    void add(String definition) {
      added.add("\n  " + definition);
    }

    /** Renames the columns of which a definition speaks. */
    void rename(Definition definition, UnaryOperator<String> names) {
      for (Piece piece : definition.columnPieces()) {
        String name = names.apply(piece.text());
        if (!name.equals(piece.text())) {
          edits
              .get(definitions.indexOf(definition))
              .add(new Edit(piece.start(), piece.end(), SqlNames.quote(name)));
        }
      }
    }

    /** Renames a check that has a name. */
    void renameCheck(Definition definition, UnaryOperator<String> names) {
      definition
          .check()
          .ifPresent(
              piece ->
                  edits
                      .get(definitions.indexOf(definition))
                      .add(
                          new Edit(
                              piece.start(),
                              piece.end(),
                              SqlNames.quote(names.apply(piece.text())))));
    }

    /** Adds a text behind the columns of a key. */
    void addToKey(Definition key, String text) {
      int end =
          key.tokens().stream()
              .filter(piece -> piece.text().equals(")"))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("a key of it has no columns"))
              .start();
      edits.get(definitions.indexOf(key)).add(insertion(end, text));
    }

    String sql() {
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < definitions.size(); i++) {
        Definition definition = definitions.get(i);
        if (!removed.contains(i)) {
          int from = definition.from() + (i == 0 ? 0 : 1);
          StringBuilder text = new StringBuilder(sql.substring(from, definition.to()));
          edits.get(i).stream()
              .sorted(Comparator.comparingInt(Edit::from).reversed())
              .forEach(edit -> text.replace(edit.from() - from, edit.to() - from, edit.text()));
          texts.add(text.toString());
        }
      }
      texts.addAll(added);
      if (removed.contains(0) && !texts.isEmpty()) {
        texts.set(0, texts.get(0).stripLeading());
      }
      return sql.substring(0, definitions.get(0).from())
          + String.join(",", texts)
          + sql.substring(definitions.get(definitions.size() - 1).to());
    }
  }

  /** The statement. */
  String sql() {
    return sql;
  }

  /**
   * The same with the collation beside each character set that is named without one. What a server
   * takes for the usual collation of a set depends on its version and settings.
   *
   * @param ofTable the table's collation; empty if unknown
   * @param ofColumns the collations of columns by name
   */
  CreateTableText withCollations(String ofTable, Map<String, String> ofColumns) {
    List<Edit> edits = new ArrayList<>();
    for (Definition definition : definitions) {
      if (definition.isColumn()) {
        List<Piece> words = definition.tokens();
        String collation = ofColumns.getOrDefault(words.get(0).text(), "");
        for (int i = 0; i + 2 < words.size(); i++) {
          if (words.get(i).is("CHARACTER")
              && words.get(i + 1).is("SET")
              && !definition.is(i + 3, "COLLATE")
              && !collation.isEmpty()) {
            edits.add(insertion(words.get(i + 2).end(), " COLLATE " + collation));
            break;
          }
        }
      }
    }
    List<Piece> options = options();
    for (int i = 0; i + 2 < options.size(); i++) {
      boolean named = options.get(i).is("CHARSET") || options.get(i).is("SET");
      boolean collated = i + 3 < options.size() && options.get(i + 3).is("COLLATE");
      if (named && !collated && !ofTable.isEmpty()) {
        edits.add(insertion(options.get(i + 2).end(), " COLLATE=" + ofTable));
        break;
      }
    }
    return edited(edits);
  }

  /** The same with those foreign keys only, by name; one without a name is left out. */
  CreateTableText withForeignKeys(Set<String> names) {
    List<Edit> edits = new ArrayList<>();
    for (Definition definition : definitions) {
      Optional<String> key = definition.foreignKey();
      if (key.isPresent() && !names.contains(key.get())) {
        edits.add(new Edit(definition.from(), definition.to(), ""));
      }
    }
    return edited(edits);
  }

  /** The words that say where the rows are kept, which the target may decide for itself. */
  List<String> places() {
    return placeEdits().stream().map(edit -> sql.substring(edit.from(), edit.to())).toList();
  }

  /** The same without the words that say where the rows are kept. */
  CreateTableText withoutPlaces() {
    return edited(placeEdits());
  }

  private List<Edit> placeEdits() {
    List<Edit> edits = new ArrayList<>();
    List<Piece> options = options();
    for (int i = 0; i < options.size(); i++) {
      boolean directory =
          (options.get(i).is("DATA") || options.get(i).is("INDEX"))
              && i + 1 < options.size()
              && options.get(i + 1).is("DIRECTORY");
      if (directory || options.get(i).is("TABLESPACE")) {
        int value = i + (directory ? 2 : 1);
        if (value < options.size() && options.get(value).text().equals("=")) {
          value++;
        }
        if (value < options.size()) {
          edits.add(new Edit(options.get(i).start(), options.get(value).end(), ""));
          i = value;
        }
      }
    }
    return edits;
  }

  /** What stands behind the columns, inside parentheses too. */
  private List<Piece> options() {
    List<Piece> pieces = new ArrayList<>();
    SqlTokens tokens = new SqlTokens(sql, SqlMode.DEFAULT);
    while (!tokens.current().isEnd()) {
      if (tokens.start() >= afterDefinitions) {
        SqlToken token = tokens.current();
        pieces.add(new Piece(token.kind(), token.text(), tokens.start(), tokens.end()));
      }
      tokens.next();
    }
    return pieces;
  }

  /** The collations that are named. */
  Set<String> collations() {
    Set<String> collations = new TreeSet<>();
    SqlTokens tokens = new SqlTokens(sql, SqlMode.DEFAULT);
    while (!tokens.current().isEnd()) {
      if (tokens.skip("COLLATE")) {
        tokens.skip('=');
        collations.add(tokens.current().text());
      }
      tokens.next();
    }
    return collations;
  }

  /** Whether rows are checked by an expression. */
  boolean hasChecks() {
    return definitions.stream().anyMatch(d -> d.tokens().stream().anyMatch(t -> t.is("CHECK")));
  }

  /** Whether a key is sorted downwards by one of its columns. */
  boolean hasDescendingKeys() {
    return definitions.stream()
        .anyMatch(d -> d.key().isPresent() && d.inner().stream().anyMatch(t -> t.is("DESC")));
  }

  /** The names of the keys in the server's order. */
  List<String> keys() {
    return definitions.stream().flatMap(definition -> definition.key().stream()).toList();
  }

  /** The keys whose rows must not overlap in a period, which equal values do not tell. */
  Set<String> keysWithoutOverlaps() {
    Set<String> keys = new TreeSet<>();
    for (Definition definition : definitions) {
      if (definition.inner().stream().anyMatch(t -> t.is("OVERLAPS"))) {
        definition.key().ifPresent(keys::add);
      }
    }
    return keys;
  }

  private static Edit insertion(int at, String text) {
    return new Edit(at, at, text);
  }

  private CreateTableText edited(List<Edit> edits) {
    if (edits.isEmpty()) {
      return this;
    }
    StringBuilder text = new StringBuilder(sql);
    edits.stream()
        .sorted(Comparator.comparingInt(Edit::from).reversed())
        .forEach(edit -> text.replace(edit.from(), edit.to(), edit.text()));
    return new CreateTableText(text.toString());
  }
}
