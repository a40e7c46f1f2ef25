package dev.syncline.mysql;

import dev.syncline.change.TableId;
import dev.syncline.mysql.NamePlace.Role;
import java.util.List;
import java.util.Optional;

/** Puts keys of a table, and statements on them alone, into the names of the target. */
final class KeyTranslation {

  private static final String MERGED =
      "rows of other tables are in '%s' too, and of the changes of one of them only columns that"
          + " are added reach it";

  private final DdlParser.Parsed parsed;
  private final TranslatedNames names;
  private final ColumnNames columns;

  KeyTranslation(DdlParser.Parsed parsed, TranslatedNames names, ColumnNames columns) {
    this.parsed = parsed;
    this.names = names;
    this.columns = columns;
  }

  /** A table into which others are merged is not ours alone to change. */
  static IllegalArgumentException merged(ColumnNames columns) {
    return new IllegalArgumentException(MERGED.formatted(columns.targetAfter().definition().id()));
  }

  Optional<String> create(DdlStatement.CreateIndex create) {
    List<NamePlace> places = parsed.names().all();
    return statement(create.key().name(), isWhole(create.key(), places));
  }

  Optional<String> drop(DdlStatement.DropIndex drop) {
    return statement(drop.key(), hasKey(drop.key()));
  }

  private Optional<String> statement(String key, boolean there) {
    if (!there) {
      checkLeftOut(key);
      return Optional.empty();
    }
    if (columns.targetAfter().merged()) {
      throw merged(columns);
    }
    return Optional.of(parsed.names().rewrittenForAnyServer(names::at));
  }

  /**
   * Whether the target has a key in front of the statement, as far as can be told. It need not have
   * one that has lost a column which is left out, or that is over an expression.
   */
  boolean hasKey(String key) {
    return columns.hasKey(key)
        && (!columns.isPlainKey(key) || names.server().mayHaveKey(table(), key));
  }

  /** Whether the target has a check in front of the statement, as far as can be told. */
  boolean hasCheck(String check) {
    return columns.areSame() || names.server().mayHaveCheck(table(), names.constraint(check));
  }

  private TableId table() {
    return columns.targetBefore().definition().id();
  }

  /** A key that is left out must not be one that the target has for other reasons. */
  void checkLeftOut(String key) {
    if (columns.movesKey(key)) {
      throw new IllegalArgumentException(
          "unique key '%s' is made of other columns at the target".formatted(key));
    }
  }

  /**
   * Whether the target has all columns of a new key as they are.
   *
   * @param places the names in its text
   */
  boolean isWhole(TableElement.Key key, List<NamePlace> places) {
    return key.parts().stream()
            .allMatch(part -> part.column().isEmpty() || columns.after(part.column()).isPresent())
        && areThere(places);
  }

  /** Whether the target has all columns that are named. */
  boolean areThere(List<NamePlace> places) {
    return places.stream()
        .filter(place -> place.role() == Role.COLUMN)
        .allMatch(place -> columns.name(place.name().name()).isPresent());
  }
}
