package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.AlterTable;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.CreateTable;
import dev.syncline.mysql.DdlStatement.CreateTableLike;
import dev.syncline.mysql.DdlStatement.DropDatabase;
import dev.syncline.mysql.DdlStatement.DropTables;
import dev.syncline.mysql.DdlStatement.RenameTable.Rename;
import dev.syncline.mysql.MySqlSource.OnlineDdl;
import dev.syncline.mysql.ShadowTables.Shadow;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recognises the work of tools for online changes among the statements of a log, and says by which
 * statement the same comes about without them. Used by one thread.
 */
final class OnlineChanges {
  private static final Logger LOGGER = LoggerFactory.getLogger(OnlineChanges.class);

  private final OnlineTools tools;
  private final ShadowTables tables;
  private final SchemaModel model;
  private final DdlParser parser;
  private final MySqlFacts facts;
  private final Predicate<TableId> selected;
  private Consumer<Set<TableId>> away = tables -> {};

  /**
   * What a statement is.
   *
   * @param handled whether it is about tables of tools alone
   * @param altered what it comes to for a selected table
   */
  record Outcome(boolean handled, Optional<Replayed> altered) {
    static final Outcome OTHER = new Outcome(false, Optional.empty());
    static final Outcome HANDLED = new Outcome(true, Optional.empty());
  }

  /**
   * A statement under the name of the table.
   *
   * @param query the statement that altered the shadow
   */
  record Replayed(String sql, QueryEvent query, Altered effect) {}

  /**
   * Begins with what is remembered.
   *
   * @param selected which names the selection has
   */
  OnlineChanges(
      OnlineTools tools,
      ShadowTables.State state,
      SchemaModel model,
      MySqlFacts facts,
      Predicate<TableId> selected) {
    this.tools = tools;
    this.tables = new ShadowTables(!facts.variable("lower_case_table_names").equals("0"), state);
    this.model = model;
    this.parser = new DdlParser(SqlVersion.of(facts));
    this.facts = facts;
    this.selected = selected;
  }

  ShadowTables.State state() {
    return tables.state();
  }

  /** Whether a table is one of a tool's, of which rows are passed over. */
  boolean hides(TableId id) {
    return tables.hides(id);
  }

  /** Tells which tables wait for their shadow under another name, now and whenever it changes. */
  void tellAway(Consumer<Set<TableId>> listener) {
    away = listener;
    away.accept(Set.copyOf(tables.away().keySet()));
  }

  /** Takes a statement before anybody else does. */
  Outcome take(DdlStatement statement, QueryEvent query) {
    Outcome outcome = outcome(statement, query);
    away.accept(Set.copyOf(tables.away().keySet()));
    return outcome;
  }

  private Outcome outcome(DdlStatement statement, QueryEvent query) {
    String database = query.database();
    if (statement instanceof CreateTable create && !create.temporary()) {
      return create(create.table().in(database), create.condition(), statement, query);
    }
    if (statement instanceof CreateTableLike create && !create.temporary()) {
      return create(create.table().in(database), create.condition(), statement, query);
    }
    if (statement instanceof AlterTable alter) {
      return alter(alter, query);
    }
    if (statement instanceof DdlStatement.RenameTable rename) {
      return rename(rename.renames(), query);
    }
    if (statement instanceof DropTables drop && !drop.temporary()) {
      List<TableId> dropped = drop.tables().stream().map(name -> name.in(database)).toList();
      boolean all = dropped.stream().allMatch(tables::hides);
      dropped.forEach(tables::forget);
      return all ? Outcome.HANDLED : Outcome.OTHER;
    }
    if (statement instanceof DropDatabase drop) {
      tables.forgetDatabase(drop.database());
    }
    return index(statement, database);
  }

  private Outcome index(DdlStatement statement, String database) {
    Optional<DdlName> name = Optional.empty();
    if (statement instanceof DdlStatement.CreateIndex create) {
      name = Optional.of(create.table());
    } else if (statement instanceof DdlStatement.DropIndex drop) {
      name = Optional.of(drop.table());
    } else if (statement instanceof DdlStatement.TruncateTable truncate) {
      name = Optional.of(truncate.table());
    }
    Optional<TableId> id = name.map(table -> table.in(database)).filter(tables::hides);
    id.ifPresent(table -> breakShadow(table, "it was changed by another statement than ALTER"));
    return id.isPresent() ? Outcome.HANDLED : Outcome.OTHER;
  }

  /** Takes what other statements did to selected tables. */
  void follow(List<TableEffect> effects) {
    for (TableEffect effect : effects) {
      TableId id = effect.table();
      if (tables.away().containsKey(tables.key(id))) {
        throw new UnsupportedChangeException(
            ("table '%s' was renamed to '%s' to make room for its shadow, and something else is"
                    + " done under its name now. Start the job anew.")
                .formatted(id, tables.away().get(tables.key(id))));
      }
      tables.breakOf(id, "table '" + id + "' was changed or emptied while the shadow was filled");
    }
  }

  /** Takes note of a statement that is not understood. */
  void passUnknown(QueryEvent query) {
    for (TableId id : List.copyOf(tables.shadows().keySet())) {
      String name = id.name().toLowerCase(Locale.ROOT);
      if (query.sql().toLowerCase(Locale.ROOT).contains(name)) {
        breakShadow(id, "a statement on it is not understood");
      }
    }
  }

  private void breakShadow(TableId id, String why) {
    tables.shadows().computeIfPresent(tables.key(id), (key, shadow) -> shadow.broken(why));
  }

  private Outcome create(
      TableId id, Condition condition, DdlStatement statement, QueryEvent query) {
    if (tables.hides(id) && condition == Condition.IF_NOT_EXISTS) {
      return Outcome.HANDLED;
    }
    if (tools.way() == OnlineDdl.COPY_SHADOW) {
      // What was begun in another way ends in it; no table is a tool's from now on.
      tables.forget(id);
      return Outcome.OTHER;
    }
    boolean there = model.table(id).isPresent() && selected.test(id);
    Optional<TableId> base = base(tools.shadows(), id);
    boolean isShadow = base.isPresent();
    Optional<TableId> original = base.or(() -> base(tools.leftovers(), id));
    if (there || original.isEmpty()) {
      return Outcome.OTHER;
    }
    if (tools.way() == OnlineDdl.STOP) {
      throw new UnsupportedChangeException(
          ("the statement makes '%s', by which a tool changes the selected table '%s' online, and"
                  + " the job is to stop then (OnlineDdl.STOP). Let the tool end, and start the"
                  + " job anew.")
              .formatted(id, original.get()));
    }
    LOGGER.info("Passing over '{}', by which a tool changes '{}' online.", id, original.get());
    tables.forget(id);
    if (isShadow) {
      String broken = difference(id, original.get(), statement, query);
      tables
          .shadows()
          .put(tables.key(id), new Shadow(tables.key(original.get()), List.of(), broken));
    } else {
      tables.others().add(tables.key(id));
    }
    return Outcome.HANDLED;
  }

  private Optional<TableId> base(ShadowNames names, TableId id) {
    List<TableId> known = model.tables().stream().filter(this::isOurs).toList();
    return names.original(id, table -> model.table(table).isPresent() && isOurs(table), known);
  }

  private boolean isOurs(TableId id) {
    return selected.test(id) && !tables.hides(id);
  }

  /** Why a shadow does not begin as its table is; empty if it does. */
  private String difference(TableId id, TableId base, DdlStatement statement, QueryEvent query) {
    try {
      model.apply(statement, DdlSession.of(query, facts));
      Optional<TableDefinition> made = model.table(id);
      return made.isPresent() && isSame(made.get(), model.table(base).orElseThrow())
          ? ""
          : "it does not begin as table '" + base + "' is";
    } catch (UnknownEffectException e) {
      return String.valueOf(e.getMessage());
    } finally {
      model.forget(id);
    }
  }

  private static boolean isSame(TableDefinition one, TableDefinition other) {
    return one.columns().equals(other.columns())
        && one.uniqueKeys().equals(other.uniqueKeys())
        && one.foreignKeys().isEmpty()
        && other.foreignKeys().isEmpty()
        && one.notes().equals(other.notes());
  }

  private Outcome alter(AlterTable alter, QueryEvent query) {
    TableId id = alter.table().in(query.database());
    List<AlterClause> clauses = alter.clauses();
    if (clauses.size() == 1 && clauses.get(0) instanceof AlterClause.RenameTo to) {
      return rename(List.of(new Rename(alter.table(), to.to())), query);
    }
    Shadow shadow = tables.shadows().get(tables.key(id));
    if (shadow == null) {
      return tables.hides(id) ? Outcome.HANDLED : Outcome.OTHER;
    }
    if (!clauses.stream().allMatch(OnlineChanges::isCounter)) {
      tables.shadows().put(tables.key(id), shadow.with(query));
    }
    return Outcome.HANDLED;
  }

  private static boolean isCounter(AlterClause clause) {
    return clause instanceof AlterClause.SetOption set
        && set.option().name().equals("AUTO_INCREMENT");
  }

  private Outcome rename(List<Rename> renames, QueryEvent query) {
    int handled = 0;
    Optional<Replayed> altered = Optional.empty();
    for (Rename rename : renames) {
      TableId from = rename.from().in(query.database());
      TableId to = rename.to().in(query.database());
      Shadow shadow = tables.shadows().get(tables.key(from));
      if (shadow != null) {
        handled++;
        if (altered.isPresent()) {
          throw stopped(from, shadow, "several tables are replaced by one statement");
        }
        altered = swap(from, to, shadow);
      } else if (tables.hides(from)) {
        handled++;
        moveOther(from, to);
      } else if (isOurs(from) && tables.hasShadow(from) && isName(tools.leftovers(), to, from)) {
        handled++;
        tables.away().put(tables.key(from), tables.key(to));
        tables.others().add(tables.key(to));
      }
    }
    if (handled > 0 && handled < renames.size()) {
      throw new UnsupportedChangeException(
          "the statement renames tables of a tool for online changes and others together. Start the"
              + " job anew.");
    }
    return new Outcome(handled > 0, altered);
  }

  private boolean isName(ShadowNames names, TableId name, TableId table) {
    return names.original(name, table::equals, List.of(table)).isPresent();
  }

  private void moveOther(TableId from, TableId to) {
    tables.forget(from);
    TableId waits = tables.away().get(tables.key(to));
    if (waits != null && waits.equals(tables.key(from))) {
      // The tool has given up between its two statements.
      tables.away().remove(tables.key(to));
      return;
    }
    if (tables.away().containsValue(tables.key(from)) || model.table(to).isPresent()) {
      throw new UnsupportedChangeException(
          "table '%s' of a tool for online changes gets the name '%s'. Start the job anew."
              .formatted(from, to));
    }
    if (selected.test(to) && base(tools.leftovers(), to).isEmpty()) {
      throw new UnsupportedChangeException(
          ("table '%s' of a tool for online changes gets the name '%s', which is selected, and its"
                  + " rows were passed over. Start the job anew.")
              .formatted(from, to));
    }
    tables.others().add(tables.key(to));
  }

  private Optional<Replayed> swap(TableId from, TableId to, Shadow shadow) {
    tables.forget(from);
    boolean replaces = tables.away().containsKey(tables.key(to));
    if (!replaces || !shadow.base().equals(tables.key(to))) {
      if (!selected.test(to) || base(tools.leftovers(), to).isPresent()) {
        tables.others().add(tables.key(to));
        return Optional.empty();
      }
      throw stopped(from, shadow, "it gets the name '" + to + "' and replaces no table there");
    }
    if (!shadow.broken().isEmpty()) {
      throw stopped(from, shadow, shadow.broken());
    }
    tables.away().remove(tables.key(to));
    tables.breakOf(to, "table '" + to + "' was replaced by another one");
    return shadow.alters().isEmpty() ? Optional.empty() : Optional.of(replay(from, to, shadow));
  }

  private Replayed replay(TableId from, TableId to, Shadow shadow) {
    QueryEvent first = shadow.alters().get(0);
    try {
      DdlName name = new DdlName(to.database(), to.name());
      StringBuilder sql = new StringBuilder();
      for (QueryEvent alter : shadow.alters()) {
        boolean same =
            session(alter).equals(session(first))
                && alter.database().equals(first.database())
                && alter.variables().modeBits() == first.variables().modeBits();
        if (!same) {
          throw stopped(from, shadow, "its statements ran under different settings");
        }
        NamePlaces names = parser.parse(alter.sql(), alter.mode()).names();
        NamePlace table = names.all().get(0);
        if (names.all().stream().filter(p -> p.role() == NamePlace.Role.TABLE).count() != 1) {
          throw stopped(from, shadow, "a statement on it names other tables");
        }
        sql.append(
            sql.isEmpty()
                ? names.rewritten(place -> place.equals(table) ? name : place.name())
                : ", " + alter.sql().substring(table.end()));
      }
      return replayed(from, to, shadow, sql.toString());
    } catch (UnknownEffectException e) {
      throw stopped(from, shadow, String.valueOf(e.getMessage()));
    }
  }

  /** The settings of a statement, but for its time. */
  private Map<String, String> session(QueryEvent query) {
    Map<String, String> settings = new TreeMap<>(query.settings(facts));
    settings.remove(StatementSettings.TIMESTAMP);
    return settings;
  }

  private Replayed replayed(TableId from, TableId to, Shadow shadow, String sql) {
    QueryEvent first = shadow.alters().get(0);
    TableDefinition shape = shape(from, to, shadow);
    DdlStatement statement = parser.parse(sql, first.mode()).statement();
    if (!(statement instanceof AlterTable alter)) {
      throw stopped(from, shadow, "its statements together are not understood");
    }
    List<TableEffect> effects = model.apply(alter, DdlSession.of(first, facts));
    if (effects.size() != 1
        || !(effects.get(0) instanceof Altered altered)
        || !isSame(altered.after(), shape)) {
      throw stopped(from, shadow, "the same statements do not make the same of table '" + to + "'");
    }
    boolean referred =
        model.tables().stream()
            .flatMap(id -> model.table(id).orElseThrow().foreignKeys().stream())
            .anyMatch(key -> tables.key(key.parent()).equals(tables.key(to)));
    if (referred) {
      throw stopped(from, shadow, "foreign keys refer to table '" + to + "'");
    }
    ReplayRules.obstacle(altered, alter.clauses())
        .ifPresent(
            why -> {
              throw stopped(from, shadow, why);
            });
    return new Replayed(sql, first, altered);
  }

  /** What the shadow has become, statement by statement. */
  private TableDefinition shape(TableId from, TableId to, Shadow shadow) {
    DdlName name = new DdlName(from.database(), from.name());
    DdlName like = new DdlName(to.database(), to.name());
    try {
      QueryEvent first = shadow.alters().get(0);
      model.apply(
          new CreateTableLike(name, false, Condition.NONE, like), DdlSession.of(first, facts));
      for (QueryEvent alter : shadow.alters()) {
        model.apply(
            parser.parse(alter.sql(), alter.mode()).statement(), DdlSession.of(alter, facts));
      }
      return model
          .table(from)
          .orElseThrow(() -> new UnknownEffectException("its definition is not known"));
    } finally {
      model.forget(from);
    }
  }

  private static UnsupportedChangeException stopped(TableId from, Shadow shadow, String why) {
    return new UnsupportedChangeException(
        ("a tool for online changes replaces the selected table '%s' by '%s', and the same ALTER"
                + " TABLE at the target is not sure to give the same rows: %s. Load the table anew"
                + " with a new job, or choose OnlineDdl.COPY_SHADOW.")
            .formatted(shadow.base(), from, why));
  }
}
