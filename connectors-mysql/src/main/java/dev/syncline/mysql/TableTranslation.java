package dev.syncline.mysql;

import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.CreateTable;
import dev.syncline.mysql.NamePlaces.Edit;
import dev.syncline.mysql.TableElement.KeyType;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Puts a {@code CREATE TABLE} into the names of the target. Columns and keys that are not as at the
 * source are made from the definition there, as at the first start. Used once.
 */
final class TableTranslation {

  private final DdlParser.Parsed parsed;
  private final StatementParts text;
  private final TranslatedNames names;
  private final ColumnNames columns;
  private final KeyTranslation keys;
  private final List<Edit> edits = new ArrayList<>();
  private final List<String> additions = new ArrayList<>();
  private final Set<String> covered = new HashSet<>();
  private final Set<String> namedKeys = new HashSet<>();
  private final Set<String> foreignKeys = new HashSet<>();

  /** Whether keys have a column more than at the source. */
  private final boolean widensKeys;

  TableTranslation(
      DdlParser.Parsed parsed, StatementParts text, TranslatedNames names, ColumnNames columns) {
    this.parsed = parsed;
    this.text = text;
    this.names = names;
    this.columns = columns;
    this.keys = new KeyTranslation(parsed, names, columns);
    TableDefinition target = columns.targetAfter().definition();
    this.widensKeys =
        target.uniqueKeys().stream()
            .flatMap(key -> key.columns().stream())
            .map(ordinal -> target.columns().get(ordinal).name())
            .anyMatch(name -> columns.made().stream().anyMatch(c -> c.name().equals(name)));
  }

  /** A column that is a unique key by itself as the key. */
  static TableElement.Key keyOf(TableElement.Column column) {
    return new TableElement.Key(
        KeyType.UNIQUE,
        "",
        "",
        Condition.NONE,
        List.of(new TableElement.KeyPart(column.name(), 0, false, "")),
        false);
  }

  String sql(CreateTable create) {
    List<TextPart> parts = parsed.parts();
    if (create.filled() && !columns.areSame()) {
      throw new IllegalArgumentException("its columns come from a query");
    }
    parts.forEach(part -> part.elements().forEach(this::noteName));
    List<TextPart> kept = new ArrayList<>();
    for (TextPart part : parts) {
      if (part.elements().isEmpty() || isKept(part.elements().get(0), part)) {
        kept.add(part);
      }
    }
    addMissing();
    StatementParts.kept(parts, kept, additions).ifPresent(edits::addAll);
    addCollation(create, parts);
    return parsed.names().rewrittenForAnyServer(this::at, edits);
  }

  private DdlName at(NamePlace place) {
    boolean goes =
        edits.stream().anyMatch(e -> e.start() <= place.start() && place.end() <= e.end());
    return goes ? place.name() : names.at(place);
  }

  private void noteName(TableElement element) {
    if (element instanceof TableElement.Key key && !name(key).isEmpty()) {
      namedKeys.add(name(key));
    }
  }

  private static String name(TableElement.Key key) {
    return key.name().isEmpty() ? key.symbol() : key.name();
  }

  private List<NamePlace> places(TextPart part) {
    return parsed.names().all().stream().filter(place -> part.holds(place.start())).toList();
  }

  private boolean isKept(TableElement element, TextPart part) {
    if (element instanceof TableElement.Column column) {
      boolean there = columns.after(column.name()).isPresent();
      if (there) {
        column(column, part);
      }
      return there;
    }
    if (element instanceof TableElement.Key key) {
      boolean unique = key.type() == KeyType.UNIQUE || key.type() == KeyType.PRIMARY;
      boolean there = keys.isWhole(key, places(part)) && !(unique && widensKeys);
      if (there) {
        key(key, part);
      }
      return there;
    }
    if (element instanceof TableElement.References key) {
      Optional<ForeignKey> known = columns.foreignKey(key, true, foreignKeys);
      known.map(ForeignKey::name).ifPresent(foreignKeys::add);
      boolean there =
          known
              .map(ForeignKey::name)
              .map(columns::keepsForeignKey)
              .orElseThrow(
                  () -> new IllegalArgumentException("its engine keeps no foreign keys of it"));
      if (there && key.symbol().isEmpty() && !columns.hasAllForeignKeys()) {
        edits.add(text.namedForeignKey(part, names.constraint(known.orElseThrow().name())));
      }
      return there;
    }
    return keys.areThere(places(part));
  }

  private void column(TableElement.Column column, TextPart part) {
    for (TableElement other : part.elements()) {
      if (other instanceof TableElement.References key) {
        Optional<ForeignKey> known = columns.foreignKey(key, true, Set.of());
        if (known.map(ForeignKey::name).filter(columns::keepsForeignKey).isEmpty()) {
          throw new IllegalArgumentException(
              "the foreign key in the definition of column '%s' cannot be at the target"
                  .formatted(column.name()));
        }
      }
    }
    if (column.keys().isEmpty() || columns.areSame()) {
      covered.addAll(inlineKeys(column));
      return;
    }
    boolean unique = column.keys().contains(TableElement.InlineKey.UNIQUE);
    List<Edit> without = text.withoutKeys(part, widensKeys);
    if (without.isEmpty() && (unique || widensKeys)) {
      edits.add(text.withoutSerial(part).orElseThrow(() -> serial(column.name())));
    }
    edits.addAll(without);
    if (!widensKeys && column.keys().contains(TableElement.InlineKey.PRIMARY)) {
      covered.add(UniqueKey.PRIMARY);
    }
  }

  static IllegalArgumentException serial(String column) {
    return new IllegalArgumentException(
        "column '%s' is a key by the word SERIAL, which is not all that it says".formatted(column));
  }

  private Set<String> inlineKeys(TableElement.Column column) {
    Set<String> found = new HashSet<>();
    if (column.keys().contains(TableElement.InlineKey.PRIMARY)) {
      found.add(UniqueKey.PRIMARY);
    }
    if (column.keys().contains(TableElement.InlineKey.UNIQUE)) {
      columns.nameOf(keyOf(column), namedKeys).ifPresent(found::add);
    }
    return found;
  }

  private void key(TableElement.Key key, TextPart part) {
    String name = name(key);
    if (key.type() == KeyType.PRIMARY) {
      name = UniqueKey.PRIMARY;
    } else if (name.isEmpty()) {
      Optional<String> found = columns.nameOf(key, namedKeys);
      if (!columns.areSame()) {
        int at = text.placeOfKeyName(part);
        edits.add(new Edit(at, at, SqlNames.quote(found.orElseThrow(this::unnamed)) + " "));
      }
      name = found.orElse("");
      namedKeys.add(name);
    }
    covered.add(name);
  }

  private IllegalArgumentException unnamed() {
    return new IllegalArgumentException(
        "the name that the source has given to a key is not known; name it");
  }

  /** What the target has that is not in the statement. */
  private void addMissing() {
    if (columns.areSame()) {
      return;
    }
    TableDefinition target = columns.targetAfter().definition();
    columns.made().forEach(column -> additions.add(TargetStructure.clause(column)));
    for (UniqueKey key : target.uniqueKeys()) {
      if (covered.stream().noneMatch(key.name()::equalsIgnoreCase)) {
        additions.add(TargetStructure.clause(target, key));
      }
    }
  }

  /** The database at the target may have another default, which the source does not mean. */
  private void addCollation(CreateTable create, List<TextPart> parts) {
    boolean named =
        create.options().stream()
            .anyMatch(o -> o.name().equals("CHARSET") || o.name().equals("COLLATE"));
    Optional<String> collation =
        TableNotes.parse(columns.after())
            .map(table -> table.options().collation())
            .filter(found -> !found.isEmpty());
    if (!named && collation.isPresent() && !parts.isEmpty() && !names.areSame()) {
      int end = text.token(parts.get(parts.size() - 1).end(), ")").end();
      edits.add(new Edit(end, end, " COLLATE=" + collation.get()));
    }
  }
}
