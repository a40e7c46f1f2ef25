package dev.syncline.mysql;

import dev.syncline.ObjectKind;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.CreateDatabase;
import dev.syncline.mysql.DdlStatement.DropDatabase;
import dev.syncline.mysql.DdlStatement.DropTables;
import dev.syncline.mysql.DdlStatement.NotUnderstood;
import dev.syncline.mysql.DdlStatement.ObjectChange;
import dev.syncline.mysql.DdlStatement.RenameTable;
import dev.syncline.mysql.DdlStatement.RenameTable.Rename;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The selected tables, as the statements of the log move them. Used by one thread.
 *
 * <p>A statement that names other tables beside selected ones becomes one of the selected tables
 * alone, since the others are not ours to change at the target.
 */
final class MovingTables implements TableHistory {

  private static final Set<String> DEFINING = Set.of("ALTER", "CREATE", "DROP");

  private final FollowedObjects objects;
  private final TableSelection selection;
  private final MySqlFacts facts;
  private final NameFolding names;
  private final SchemaModel model;
  private final SqlVersion version;
  private final DdlParser parser;
  private final OnlineChanges online;
  private final FilterChanges filters;
  private String memory;

  /**
   * Tables at the place where reading begins.
   *
   * @param objects which other objects take part
   * @param memory what is known there beside them
   */
  MovingTables(
      FollowedObjects objects,
      ModelServer server,
      Collection<TableDefinition> tables,
      SourceMemory memory,
      OnlineTools tools) {
    this.objects = objects;
    this.selection = objects.selection();
    this.facts = server.facts();
    this.names = NameFolding.of(facts);
    this.model = new SchemaModel(server, this::isOurs);
    this.version = SqlVersion.of(facts);
    this.parser = new DdlParser(version);
    this.filters = new FilterChanges(selection);
    model.begin(tables, memory.collations());
    this.memory = memory.print();
    this.online = new OnlineChanges(tools, memory.shadows(), model, facts, selection::includes);
  }

  /** Whether a table is selected, and not one of a tool's that changes another one. */
  private boolean isOurs(TableId table) {
    return selection.includes(table) && !hides(table);
  }

  @Override
  public boolean hides(TableId table) {
    return online.hides(table);
  }

  @Override
  public @Nullable TableDefinition find(TableId table) {
    return model.table(table).filter(found -> isOurs(found.id())).orElse(null);
  }

  /** Says which selected tables are there and are yet to join the job. */
  void passOver(Collection<TableId> tables) {
    model.passOver(tables);
  }

  /** Tells which tables have no name for a moment, now and whenever that changes. */
  void tellAway(Consumer<Set<TableId>> listener) {
    online.tellAway(listener);
  }

  @Override
  public boolean isPassedOver(TableId table) {
    return model.passedOver().contains(table);
  }

  @Override
  public boolean passesOver() {
    return !model.passedOver().isEmpty();
  }

  @Override
  public boolean isMoving() {
    return true;
  }

  @Override
  public StatementEffect effect(QueryEvent query) {
    return query.effect(version);
  }

  @Override
  public List<TableId> names() {
    return model.tables().stream().filter(this::isOurs).toList();
  }

  @Override
  public Optional<SchemaChange> pass(QueryEvent query, String object) {
    if (!query.isExact()) {
      throw unknown(
          query, object, "it is in a character set that is not read, or has bytes that are none");
    }
    DdlParser.Parsed parsed = parser.parse(query.sql(), query.mode());
    DdlStatement statement = names.stored(parsed.statement());
    if (statement instanceof NotUnderstood not) {
      throw unknown(query, object, not.reason());
    }
    OnlineChanges.Outcome taken = online.take(statement, query);
    if (taken.handled()) {
      return taken.altered().map(this::replayed).or(this::moved);
    }
    if (statement instanceof ObjectChange change) {
      return ofObjects(change, query);
    }
    if (statement instanceof CreateDatabase create
        && create.condition() == Condition.OR_REPLACE
        && !selection.includesWhole(create.database())) {
      throw unknown(query, object, "it replaces a database of which not all is selected");
    }
    List<TableEffect> effects;
    Optional<String> own;
    try {
      effects = model.apply(statement, DdlSession.of(query, facts));
      online.follow(effects);
      own = own(statement, query, effects);
    } catch (UnknownEffectException e) {
      throw unknown(query, object, String.valueOf(e.getMessage()));
    }
    if (effects.isEmpty() && model.passedOver().wasMet()) {
      return moveMemory().map(SchemaChange::ofMemory);
    }
    if (statement instanceof DropDatabase drop
        && effects.isEmpty()
        && !selection.includesWhole(drop.database())) {
      return moveMemory().map(SchemaChange::ofMemory);
    }
    boolean renamesOthers = statement instanceof RenameTable && effects.isEmpty();
    if (renamesOthers && !objects.has(ObjectKind.VIEW)) {
      return Optional.empty();
    }
    checkFilters(effects, query, object);
    String text = own.orElseGet(() -> kept(parsed.names()));
    // Servers log as default database what is yet to be made, or is gone then.
    boolean named = statement instanceof CreateDatabase || statement instanceof DropDatabase;
    return Optional.of(change(text, named ? "" : query.database(), query, effects));
  }

  /** Which rows take part must be as it was, since others are not brought. */
  private void checkFilters(List<TableEffect> effects, QueryEvent query, String object) {
    Optional<String> filtered = filters.problem(effects);
    if (filtered.isPresent()) {
      throw new UnsupportedChangeException(
          "the rows that are at the target behind '%s' on '%s' need not be those that take part: %s"
                  .formatted(query.effect().verb(), object, filtered.get())
              + " Delete the job's checkpoint, and its tables at the target, and start it again"
              + " with a condition that fits. The statement: "
              + ShownSql.of(query.sql(), query.mode()));
    }
  }

  /** What a tool did step by step, as one statement; a value that does not fit must end it. */
  private SchemaChange replayed(OnlineChanges.Replayed replayed) {
    checkFilters(
        List.of(replayed.effect()), replayed.query(), replayed.effect().table().toString());
    Map<String, String> settings = settings(replayed.query());
    settings.merge(
        StatementSettings.SQL_MODE,
        "STRICT_ALL_TABLES",
        (modes, strict) -> modes.isEmpty() ? strict : modes + "," + strict);
    return new SchemaChange(
        Optional.of(
            new SchemaChange.Statement(
                MySqlCatalog.DIALECT, replayed.sql(), replayed.query().database(), settings)),
        List.of(replayed.effect()),
        moveMemory());
  }

  /** A change of nothing but what is remembered, if there is one. */
  private Optional<SchemaChange> moved() {
    return moveMemory().map(SchemaChange::ofMemory);
  }

  private SchemaChange change(
      String text, String database, QueryEvent query, List<TableEffect> effects) {
    return new SchemaChange(
        Optional.of(
            new SchemaChange.Statement(MySqlCatalog.DIALECT, text, database, settings(query))),
        effects,
        moveMemory());
  }

  private Map<String, String> settings(QueryEvent query) {
    Map<String, String> settings = new HashMap<>(query.settings(facts));
    settings.put(StatementSettings.SERVER, SqlVersion.of(facts).printed());
    settings.put(StatementSettings.LOWER_CASE, facts.variable(StatementSettings.LOWER_CASE));
    return settings;
  }

  /** Objects that are copied are followed; sequences and packages are no concern of the job. */
  private Optional<SchemaChange> ofObjects(ObjectChange change, QueryEvent query) {
    List<DdlName> ours = ours(change, query);
    if (ours.isEmpty()) {
      return Optional.empty();
    }
    String text =
        ours.size() == change.names().size()
            ? query.sql()
            : ours.stream()
                .map(name -> quoted(name, query))
                .collect(Collectors.joining(", ", "DROP " + change.type() + " IF EXISTS ", ""));
    return Optional.of(change(text, query.database(), query, List.of()));
  }

  /** Triggers of tools fill tables that the target has not. */
  private List<DdlName> ours(ObjectChange change, QueryEvent query) {
    List<DdlName> ours = objects.of(kept(change), query.database());
    boolean triggers = change.type() == DdlStatement.ObjectType.TRIGGER;
    return ours.stream().filter(name -> !(triggers && OnlineTools.isTrigger(name.name()))).toList();
  }

  /** The same with names as the source keeps them. */
  private ObjectChange kept(ObjectChange change) {
    return new ObjectChange(
        change.verb(),
        change.type(),
        change.condition(),
        change.names().stream().map(model::kept).toList(),
        change.newName(),
        change.table().map(model::kept));
  }

  @Override
  public Optional<String> object(QueryEvent query) {
    String verb = query.effect().verb();
    boolean defines = DEFINING.contains(verb.split(" ", 2)[0]);
    if (!defines || objects.kinds().isEmpty()) {
      return Optional.empty();
    }
    DdlStatement statement = parser.parse(query.sql(), query.mode()).statement();
    if (statement instanceof NotUnderstood) {
      return Optional.of(query.database()).filter(name -> objects.mayConcern(verb, name));
    }
    return statement instanceof ObjectChange change
        ? ours(change, query).stream().map(DdlName::toString).findFirst()
        : Optional.empty();
  }

  /** What is to be remembered from now on, if that is something else. */
  private Optional<String> moveMemory() {
    String now = new SourceMemory(model.databases(), online.state()).print();
    boolean same = now.equals(memory);
    memory = now;
    return same ? Optional.empty() : Optional.of(now);
  }

  @Override
  public Optional<SchemaChange> passOther(QueryEvent query) {
    if (query.readable()) {
      DdlStatement statement = parser.parse(query.sql(), query.mode()).statement();
      OnlineChanges.Outcome taken = online.take(statement, query);
      if (taken.handled()) {
        return taken.altered().map(this::replayed).or(this::moved);
      }
      try {
        model.apply(statement, DdlSession.of(query, facts));
        return moved();
      } catch (UnknownEffectException e) {
        // It is about other tables, of which nothing need be known.
      }
    }
    online.passUnknown(query);
    model.forgetOthers();
    return moved();
  }

  private static UnsupportedChangeException unknown(QueryEvent query, String object, String why) {
    return new UnsupportedChangeException(
        ("what the statement '%s' does to '%s', which is selected, is not known for sure: %s. Make"
                + " the tables at the target as they are behind it, and start the job anew. The"
                + " statement: %s")
            .formatted(query.effect().verb(), object, why, ShownSql.of(query.sql(), query.mode())));
  }

  /** The same where tables leave, arrive or are passed over. */
  private Optional<String> own(
      DdlStatement statement, QueryEvent query, List<TableEffect> effects) {
    boolean passes = model.passedOver().wasMet();
    boolean moves =
        passes
            || effects.stream()
                .anyMatch(
                    effect ->
                        effect instanceof TableEffect.Arrived
                            || (effect instanceof TableEffect.Renamed renamed
                                && !selection.includes(renamed.after().id())));
    if (!moves) {
      return ours(statement, query, effects);
    }
    if (statement instanceof RenameTable rename && !passes && renamesView(rename, query, effects)) {
      throw new UnknownEffectException(
          "it renames a view beside a table that comes into the selection or leaves it");
    }
    return new OwnPart(selection, effects, passes).of(statement, query.database());
  }

  /** Whether a renaming of something that may be a view has no part in what happens to tables. */
  private boolean renamesView(RenameTable rename, QueryEvent query, List<TableEffect> effects) {
    List<Rename> renames = rename.renames();
    boolean found = false;
    for (int i = 0; i < renames.size() && objects.has(ObjectKind.VIEW); i++) {
      TableId from = model.kept(renames.get(i).from().in(query.database()));
      TableId to = model.kept(renames.get(i).to().in(query.database()));
      TableId end = to;
      for (Rename later : renames.subList(i + 1, renames.size())) {
        boolean goesOn = model.kept(later.from().in(query.database())).equals(end);
        end = goesOn ? model.kept(later.to().in(query.database())) : end;
      }
      TableId last = end;
      boolean ofTable =
          effects.stream()
              .anyMatch(
                  effect ->
                      effect instanceof TableEffect.Renamed renamed
                          ? effect.table().equals(from) && renamed.after().id().equals(to)
                          : effect.table().equals(last));
      found |= !ofTable && (selection.includes(from) || selection.includes(to));
    }
    return found;
  }

  /** What of a statement is about selected tables, if that is not all of it. */
  private Optional<String> ours(
      DdlStatement statement, QueryEvent query, List<TableEffect> effects) {
    boolean whole =
        statement instanceof DropTables drop
            ? isDoneWhole(drop, query, effects)
            : statement instanceof DropDatabase drop
                ? selection.includesWhole(drop.database())
                : !(statement instanceof RenameTable rename)
                    || rename.renames().stream().allMatch(r -> isOurs(r, query, effects));
    if (whole) {
      return Optional.empty();
    }
    if (statement instanceof RenameTable rename) {
      return Optional.of(
          rename.renames().stream()
              .filter(r -> isOurs(r, query, effects))
              .map(r -> quoted(r.from(), query) + " TO " + quoted(r.to(), query))
              .collect(Collectors.joining(", ", "RENAME TABLE ", "")));
    }
    return Optional.of(
        effects.stream()
            .map(effect -> SqlNames.quote(effect.table()))
            .collect(Collectors.joining(", ", "DROP TABLE ", "")));
  }

  /** One that names a table that is not there drops the others, and then fails. */
  private boolean isDoneWhole(DropTables drop, QueryEvent query, List<TableEffect> effects) {
    boolean done =
        effects.isEmpty()
            || effects.size() == drop.tables().size()
            || drop.condition() == Condition.IF_EXISTS;
    return done && drop.tables().stream().allMatch(name -> isSelected(name, query));
  }

  /** What has no effect is the renaming of a view. */
  private boolean isOurs(Rename rename, QueryEvent query, List<TableEffect> effects) {
    TableId from = model.kept(rename.from().in(query.database()));
    boolean isTable = effects.stream().anyMatch(effect -> effect.table().equals(from));
    return (isTable || objects.has(ObjectKind.VIEW))
        && (selection.includes(from) || isSelected(rename.to(), query));
  }

  /** A whole statement with the names of tables as the source keeps them; others may not. */
  private String kept(NamePlaces names) {
    return names.rewritten(
        place ->
            switch (place.role()) {
              case DATABASE, TABLE, PARENT, QUALIFIER -> model.kept(place.name());
              case COLUMN, MAYBE_COLUMN, KEY, CONSTRAINT, OBJECT -> place.name();
            });
  }

  private boolean isSelected(DdlName name, QueryEvent query) {
    return isOurs(model.kept(name.in(query.database())));
  }

  private String quoted(DdlName name, QueryEvent query) {
    return SqlNames.quote(model.kept(name.in(query.database())));
  }
}
