package dev.syncline.mysql;

import dev.syncline.TargetNames;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The names in a statement of the source and what they are at the target. What cannot be told is an
 * {@link IllegalArgumentException} with a reason for messages. Used by one thread.
 */
final class TranslatedNames {

  private final TargetNames names;
  private final TargetServer server;
  private final String database;
  private final boolean folds;
  private Optional<DdlName> own = Optional.empty();
  private Optional<ColumnNames> columns = Optional.empty();
  private Map<String, String> parentColumns = Map.of();
  private final Map<DdlName, TableId> known = new HashMap<>();

  TranslatedNames(TargetNames names, SchemaChange.Statement statement, TargetServer server) {
    this.names = names;
    this.server = server;
    this.database = statement.database();
    this.folds = "1".equals(statement.settings().get(StatementSettings.LOWER_CASE));
  }

  /** Says which table the statement defines or changes. */
  void define(DdlName table, ColumnNames of) {
    own = Optional.of(table);
    columns = Optional.of(of);
    parentColumns = of.parentColumns();
    known.put(table, of.targetBefore().definition().id());
  }

  /** Says which table a name means. */
  void put(DdlName name, TableId target) {
    known.put(name, target);
  }

  /** The whole name at the source, as the source has it. */
  TableId source(DdlName name) {
    return folded(name.in(database));
  }

  private TableId folded(TableId id) {
    return folds
        ? new TableId(id.database().toLowerCase(Locale.ROOT), id.name().toLowerCase(Locale.ROOT))
        : id;
  }

  /** The whole name at the target. */
  TableId target(DdlName name) {
    TableId given = known.get(name);
    return given == null ? target(source(name)) : given;
  }

  /** What takes no part has its own name, if it is there at all. */
  TableId target(TableId source) {
    return names.table(source).orElse(source);
  }

  /** The default database at the source; empty if there was none. */
  String defaultDatabase() {
    return database;
  }

  /** The name of a database at the target. */
  String database(String source) {
    String folded = stored(source);
    return names.database(folded).orElse(folded);
  }

  /** The name of a database as the source keeps it. */
  String stored(String database) {
    return folds ? database.toLowerCase(Locale.ROOT) : database;
  }

  /** The server that is to run the statement. */
  TargetServer server() {
    return server;
  }

  /** Whether everything has the name that it has at the source. */
  boolean areSame() {
    return names.areSame();
  }

  /** A name of a table or view without its place, as the source keeps it. */
  DdlName kept(DdlName name) {
    return folds
        ? new DdlName(
            name.database().toLowerCase(Locale.ROOT), name.name().toLowerCase(Locale.ROOT))
        : name;
  }

  /** Whether the source keeps names of tables in lower case, and takes them in any. */
  boolean folds() {
    return folds;
  }

  /** What is to stand at a place. */
  DdlName at(NamePlace place) {
    DdlName name = place.name();
    return switch (place.role()) {
      case DATABASE -> new DdlName(database(name.database()), "");
      case TABLE -> whole(name, target(name), name.in(database));
      case PARENT -> parent(place);
      case QUALIFIER -> qualifier(name);
      case COLUMN -> new DdlName("", column(place));
      case MAYBE_COLUMN -> {
        checkWord(name.name());
        yield name;
      }
      case KEY -> name;
      case CONSTRAINT -> new DdlName("", constraint(name.name()));
      case OBJECT -> object(name);
    };
  }

  /** A name stays as it is written if it means the same. */
  private static DdlName whole(DdlName written, TableId target, TableId meant) {
    return target.equals(meant) ? written : new DdlName(target.database(), target.name());
  }

  private DdlName parent(NamePlace place) {
    DdlName name = place.name();
    String there = columns.map(c -> c.after().id().database()).orElse(database);
    TableId meant = name.in(there);
    TableId target = target(folded(meant));
    boolean moved =
        name.database().isEmpty()
            && !columns
                .map(c -> c.targetAfter().definition().id().database())
                .orElse(there)
                .equals(target.database());
    return moved ? new DdlName(target.database(), target.name()) : whole(name, target, meant);
  }

  private DdlName qualifier(DdlName name) {
    TableId target =
        columns.map(c -> c.targetBefore().definition().id()).orElseThrow(TranslatedNames::unowned);
    return new DdlName(name.database().isEmpty() ? "" : target.database(), target.name());
  }

  private String column(NamePlace place) {
    String name = place.name().name();
    ColumnNames of = columns.orElseThrow(TranslatedNames::unowned);
    if (place.table().equals(own.orElseThrow(TranslatedNames::unowned))) {
      return of.name(name).orElseThrow(() -> lacking(name));
    }
    TableDefinition after = of.after();
    TableId parent = folded(place.table().in(after.id().database()));
    String target = parentColumns.get(TableLook.nameKey(parent + "." + name));
    if (target != null) {
      return target;
    }
    throw new IllegalArgumentException(
        "column '%s' of table '%s', to which a key refers, is not known at the target"
            .formatted(name, parent));
  }

  /** The name of a foreign key or check of the table at the target. */
  String constraint(String name) {
    return columns
        .map(
            of ->
                ConstraintNames.at(
                    name, of.before().id().name(), of.targetBefore().definition().id().name()))
        .orElse(name);
  }

  private static IllegalArgumentException unowned() {
    return new IllegalArgumentException("a column is named without a table");
  }

  private static IllegalArgumentException lacking(String column) {
    return new IllegalArgumentException(
        "it needs column '%s', which is left out at the target or made of something else"
            .formatted(column));
  }

  /** A word that may be a column is not replaced, so it must not be one with another name. */
  private void checkWord(String word) {
    boolean other =
        columns.isPresent()
            && columns.get().has(word)
            && !columns.get().name(word).equals(Optional.of(word));
    if (other) {
      throw new IllegalArgumentException(
          ("the word '%s' in an expression may be a column that has another name at the target or"
                  + " is left out")
              .formatted(word));
    }
  }

  /** A view, routine, trigger or event that keeps its name. */
  TableId ofObject(TableId source) {
    return new TableId(database(source.database()), source.name());
  }

  private DdlName object(DdlName name) {
    if (names.areSame() && !folds) {
      return name;
    }
    String target = database(name.database().isEmpty() ? database : name.database());
    return name.database().isEmpty() && target.equals(database)
        ? name
        : new DdlName(target, name.name());
  }
}
