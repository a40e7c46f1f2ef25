package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.NamePlaces.Edit;
import dev.syncline.mysql.TableElement.Nullability;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Puts the clauses of an {@code ALTER TABLE} into the names of the target. Used once. */
final class AlterTranslation {

  private final DdlParser.Parsed parsed;
  private final StatementParts text;
  private final TranslatedNames names;
  private final ColumnNames columns;
  private final KeyTranslation keys;
  private final List<Edit> edits = new ArrayList<>();
  private final Set<String> namedKeys = new HashSet<>();
  private final Set<String> foreignKeys = new HashSet<>();

  /** Where columns stand that are meant as they are in front of the statement. */
  private final Set<Integer> earlier = new HashSet<>();

  private boolean moves;

  AlterTranslation(
      DdlParser.Parsed parsed, StatementParts text, TranslatedNames names, ColumnNames columns) {
    this.parsed = parsed;
    this.text = text;
    this.names = names;
    this.columns = columns;
    this.keys = new KeyTranslation(parsed, names, columns);
  }

  /**
   * The statement at the target; empty if it has nothing of what the clauses are about.
   *
   * @param renames whether the table gets another name there, if the statement says so
   */
  Optional<String> sql(boolean renames) {
    moves = renames;
    if (columns.changesMade()) {
      throw new IllegalArgumentException(
          "columns %s are left out of what is as at the source, or made by transforms, and would"
                  .formatted(columns.made().stream().map(Column::name).toList())
              + " be others behind it");
    }
    List<TextPart> clauses = parsed.parts().stream().filter(p -> p.elements().isEmpty()).toList();
    namedKeys.addAll(columns.keysBefore());
    clauses.forEach(part -> part.clauses().forEach(this::noteName));
    List<TextPart> kept = new ArrayList<>();
    List<String> additions = new ArrayList<>();
    for (TextPart part : clauses) {
      if (isKept(part, additions)) {
        kept.add(part);
      }
    }
    addShrunken(clauses, additions);
    boolean all = kept.size() == clauses.size();
    if (!all
        && additions.isEmpty()
        && kept.stream().flatMap(p -> p.clauses().stream()).allMatch(this::doesNothing)) {
      return Optional.empty();
    }
    StatementParts.kept(clauses, kept, additions).ifPresent(edits::addAll);
    return Optional.of(parsed.names().rewrittenForAnyServer(this::at, edits));
  }

  /** A unique key that loses the column which has kept it away from the target comes there. */
  private void addShrunken(List<TextPart> clauses, List<String> additions) {
    for (UniqueKey key : columns.shrunkenKeys()) {
      boolean named =
          clauses.stream()
              .flatMap(part -> places(part).stream())
              .filter(place -> place.role() == NamePlace.Role.KEY)
              .anyMatch(place -> place.name().name().equalsIgnoreCase(key.name()));
      if (!named) {
        if (columns.targetAfter().merged()) {
          throw KeyTranslation.merged(columns);
        }
        additions.add("ADD " + TargetStructure.clause(columns.targetAfter().definition(), key));
      }
    }
  }

  private boolean doesNothing(AlterClause clause) {
    return clause instanceof AlterClause.Harmless harmless && !harmless.changesTable();
  }

  /** What stands in a piece that goes is not looked up. */
  private DdlName at(NamePlace place) {
    boolean goes =
        edits.stream().anyMatch(e -> e.start() <= place.start() && place.end() <= e.end());
    if (!goes && earlier.contains(place.start())) {
      return columns
          .before(place.name().name())
          .map(name -> new DdlName("", name))
          .orElseGet(() -> names.at(place));
    }
    return goes ? place.name() : names.at(place);
  }

  private void noteName(AlterClause clause) {
    if (clause instanceof AlterClause.DropKey drop) {
      // Another key may get its name.
      namedKeys.removeIf(drop.key()::equalsIgnoreCase);
    } else if (clause instanceof AlterClause.AddKey add && !add.key().name().isEmpty()) {
      namedKeys.add(add.key().name());
    } else if (clause instanceof AlterClause.RenameKey rename) {
      namedKeys.add(rename.to());
    }
  }

  private List<NamePlace> places(TextPart part) {
    return parsed.names().all().stream().filter(place -> part.holds(place.start())).toList();
  }

  /** The definitions in parentheses behind ADD. */
  private List<TextPart> inner(TextPart part) {
    return parsed.parts().stream()
        .filter(p -> p.clauses().isEmpty() && p.start() > part.start() && p.end() <= part.end())
        .toList();
  }

  private boolean isKept(TextPart part, List<String> additions) {
    List<TextPart> inner = inner(part);
    if (inner.isEmpty()) {
      AlterClause clause = part.clauses().isEmpty() ? null : part.clauses().get(0);
      return clause == null || isKept(clause, part, additions);
    }
    List<TextPart> kept = new ArrayList<>();
    int at = 0;
    for (TextPart element : inner) {
      // Each definition is a clause of its own, in the same order.
      AlterClause clause = part.clauses().get(at);
      at += element.elements().size();
      if (isKept(clause, element, additions)) {
        kept.add(element);
      }
    }
    if (kept.size() < inner.size()) {
      StatementParts.kept(inner, kept, List.of()).ifPresent(edits::addAll);
    }
    return !kept.isEmpty();
  }

  private boolean isKept(AlterClause clause, TextPart part, List<String> additions) {
    noteEarlier(clause, part);
    boolean kept = isThere(clause, part);
    if (kept && columns.targetAfter().merged()) {
      checkMerged(clause);
    }
    if (kept) {
      edit(clause, part, additions);
    }
    return kept;
  }

  /** Another column may be there behind the statement whose name differs in small letters only. */
  private void noteEarlier(AlterClause clause, TextPart part) {
    boolean about =
        clause instanceof AlterClause.DropColumn
            || clause instanceof AlterClause.ChangeColumn
            || clause instanceof AlterClause.RenameColumn
            || clause instanceof AlterClause.SetDefault
            || clause instanceof AlterClause.SetVisibility;
    if (about) {
      places(part).stream()
          .filter(place -> place.role() == NamePlace.Role.COLUMN)
          .findFirst()
          .ifPresent(place -> earlier.add(place.start()));
    }
  }

  /** Whether the target has what a clause is about. */
  private boolean isThere(AlterClause clause, TextPart part) {
    if (clause instanceof AlterClause.AddColumn add) {
      Optional<String> name = columns.after(add.column().name());
      if (columns.targetAfter().merged() && columns.bringsMade(add.column().name())) {
        throw new IllegalArgumentException(
            "column '%s' is made by a transform of tables that are merged, and cannot be added"
                    .formatted(add.column().name())
                + " to them here");
      }
      return name.isPresent() && !isOfOthers(name.get());
    }
    if (clause instanceof AlterClause.DropColumn drop) {
      return columns.before(drop.column()).isPresent();
    }
    if (clause instanceof AlterClause.ChangeColumn change) {
      checkKeepsName(change);
      if (columns.mayMakeOthers(change.from(), change.column().name())) {
        throw new IllegalArgumentException(
            "column '%s' is converted on its way, and its values may be others behind it"
                .formatted(change.from()));
      }
      return isThere(change.from(), change.column().name());
    }
    if (clause instanceof AlterClause.RenameColumn rename) {
      return isThere(rename.from(), rename.to());
    }
    if (clause instanceof AlterClause.SetDefault set) {
      return columns.before(set.column()).isPresent();
    }
    if (clause instanceof AlterClause.SetVisibility set) {
      return columns.before(set.column()).isPresent();
    }
    if (clause instanceof AlterClause.ConvertTo) {
      checkTexts();
      return true;
    }
    if (clause instanceof AlterClause.RenameTo) {
      return moves;
    }
    if (clause instanceof AlterClause.Harmless) {
      return keys.areThere(places(part)) && places(part).stream().allMatch(this::mayBeThere);
    }
    if (clause instanceof AlterClause.Partition partition && partition.other().isPresent()) {
      checkSame();
    }
    return isKeyThere(clause, part);
  }

  private boolean mayBeThere(NamePlace place) {
    String name = place.name().name();
    return switch (place.role()) {
      case KEY -> keys.hasKey(name);
      case CONSTRAINT -> keys.hasCheck(name);
      default -> true;
    };
  }

  private boolean isKeyThere(AlterClause clause, TextPart part) {
    if (clause instanceof AlterClause.AddKey add) {
      return leftOut(add.key().name(), keys.isWhole(add.key(), places(part)));
    }
    if (clause instanceof AlterClause.DropKey drop) {
      return keys.hasKey(drop.key()) || (!isAdded(drop.key()) && leftOut(drop.key(), false));
    }
    if (clause instanceof AlterClause.RenameKey rename) {
      return leftOut(rename.from(), keys.hasKey(rename.from()));
    }
    if (clause instanceof AlterClause.AddForeignKey add) {
      return columns
          .foreignKey(add.key(), false, Set.of())
          .map(ForeignKey::name)
          .map(columns::keepsForeignKey)
          .orElseThrow(() -> new IllegalArgumentException("a foreign key is not known"));
    }
    if (clause instanceof AlterClause.DropForeignKey drop) {
      return columns.hasForeignKey(drop.key());
    }
    if (clause instanceof AlterClause.DropConstraint drop) {
      if (columns.isForeignKey(drop.name())) {
        return columns.hasForeignKey(drop.name());
      }
      return columns.isUniqueKey(drop.name())
          ? leftOut(drop.name(), keys.hasKey(drop.name()))
          : keys.hasCheck(drop.name());
    }
    return !(clause instanceof AlterClause.AddCheck) || keys.areThere(places(part));
  }

  /** Whether the statement makes a key of that name, too. */
  private boolean isAdded(String key) {
    return parsed.parts().stream()
        .flatMap(part -> part.clauses().stream())
        .anyMatch(
            clause ->
                clause instanceof AlterClause.AddKey add
                    && (add.key().name().equalsIgnoreCase(key)
                        || add.key().symbol().equalsIgnoreCase(key)));
  }

  private boolean leftOut(String key, boolean there) {
    if (!there) {
      keys.checkLeftOut(key);
    }
    return there;
  }

  private boolean isThere(String from, String to) {
    boolean before = columns.before(from).isPresent();
    if (before != columns.after(to).isPresent()) {
      throw new IllegalArgumentException(
          "column '%s' becomes '%s', of which only one is at the target as it is at the source"
              .formatted(from, to));
    }
    return before;
  }

  /** {@code MODIFY} has one name for the column in front of it and behind it. */
  private void checkKeepsName(AlterClause.ChangeColumn change) {
    String name = change.column().name();
    if (change.from().equals(name) && !columns.before(name).equals(columns.after(name))) {
      throw new IllegalArgumentException(
          "column '%s' gets it in other small or capital letters, and another name at the target"
              .formatted(name));
    }
  }

  /** Another table that is merged may have brought the column; it was found to be the same. */
  private boolean isOfOthers(String column) {
    return columns.targetAfter().merged()
        && columns.targetBefore().definition().columns().stream()
            .anyMatch(c -> c.name().equalsIgnoreCase(column));
  }

  private void checkTexts() {
    boolean texts = columns.made().stream().anyMatch(c -> !c.type().charset().isEmpty());
    if (texts) {
      throw new IllegalArgumentException(
          "it changes all columns of text, also those that are not as at the source: "
              + columns.made().stream().map(Column::name).toList());
    }
  }

  private void checkSame() {
    if (!columns.areSame()) {
      throw new IllegalArgumentException(
          "rows of two tables change places, which must have the same columns at the target");
    }
  }

  /** Rows of tables that do not have the column yet must find a value for it. */
  private void checkMerged(AlterClause clause) {
    if (clause instanceof AlterClause.Harmless) {
      return;
    }
    if (!(clause instanceof AlterClause.AddColumn add)) {
      throw KeyTranslation.merged(columns);
    }
    TableElement.Column column = add.column();
    boolean constant =
        columns.after().columns().stream()
            .filter(c -> c.name().equalsIgnoreCase(column.name()))
            .anyMatch(c -> c.constant().isPresent());
    boolean optional = column.nullability() != Nullability.NOT_NULL || column.value().isPresent();
    if (!constant
        || !optional
        || column.onUpdate()
        || column.autoIncrement()
        || !column.keys().isEmpty()) {
      throw new IllegalArgumentException(
          ("column '%s' is added to a table into which others are merged that do not have it"
                  + " yet, so that it must be NULL or have a constant as default, and be in no key")
              .formatted(column.name()));
    }
  }

  /** What changes in a clause beside names. */
  private void edit(AlterClause clause, TextPart part, List<String> additions) {
    if (clause instanceof AlterClause.AddColumn add) {
      place(add.position(), part);
      uniqueColumn(add.column(), part, additions);
    } else if (clause instanceof AlterClause.ChangeColumn change) {
      place(change.position(), part);
      uniqueColumn(change.column(), part, additions);
    } else if (clause instanceof AlterClause.AddKey add) {
      TableElement.Key key = add.key();
      if (key.name().isEmpty() && key.symbol().isEmpty() && !columns.areSame()) {
        int at = text.placeOfKeyName(part);
        edits.add(new Edit(at, at, SqlNames.quote(nameOf(key)) + " "));
      }
    } else if (clause instanceof AlterClause.AddForeignKey add
        && add.key().symbol().isEmpty()
        && !columns.hasAllForeignKeys()) {
      columns
          .foreignKey(add.key(), false, foreignKeys)
          .map(ForeignKey::name)
          .filter(foreignKeys::add)
          .ifPresent(name -> edits.add(text.namedForeignKey(part, names.constraint(name))));
    }
  }

  private void place(TableElement.Position position, TextPart part) {
    if (!position.after().isEmpty() && columns.name(position.after()).isEmpty()) {
      text.withoutPlace(part).ifPresent(edits::add);
    }
  }

  /** A key that a column is by itself has the name of the column. */
  private void uniqueColumn(TableElement.Column column, TextPart part, List<String> additions) {
    boolean unique = column.keys().contains(TableElement.InlineKey.UNIQUE);
    if (!unique || columns.areSame()) {
      return;
    }
    List<Edit> without = text.withoutKeys(part, false);
    if (without.isEmpty()) {
      edits.add(text.withoutSerial(part).orElseThrow(() -> TableTranslation.serial(column.name())));
    }
    TableElement.Key key = TableTranslation.keyOf(column);
    edits.addAll(without);
    additions.add(
        "ADD UNIQUE KEY %s (%s)"
            .formatted(
                SqlNames.quote(nameOf(key)),
                SqlNames.quote(columns.after(column.name()).orElseThrow())));
  }

  private String nameOf(TableElement.Key key) {
    if (key.type() == TableElement.KeyType.PRIMARY) {
      return UniqueKey.PRIMARY;
    }
    String name =
        columns
            .nameOf(key, namedKeys)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the name that the source has given to a key is not known; name it"));
    namedKeys.add(name);
    return name;
  }
}
