package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.CreateDatabase;
import dev.syncline.mysql.DdlStatement.CreateTableLike;
import dev.syncline.mysql.DdlStatement.DropDatabase;
import dev.syncline.mysql.DdlStatement.DropTables;
import dev.syncline.mysql.DdlStatement.NotUnderstood;
import dev.syncline.mysql.DdlStatement.RenameTable;
import dev.syncline.mysql.DdlStatement.RenameTable.Rename;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The selected tables, as the statements of the log move them. Used by one thread.
 *
 * <p>A statement that names other tables beside selected ones becomes one of the selected tables
 * alone, since the others are not ours to change at the target.
 */
final class MovingTables implements TableHistory {

  private final TableSelection selection;
  private final MySqlFacts facts;
  private final SchemaModel model;
  private final DdlParser parser;
  private final OnlineChanges online;
  private String memory;

  /**
   * Tables at the place where reading begins.
   *
   * @param memory what is known there beside them
   */
  MovingTables(
      TableSelection selection,
      ModelServer server,
      Collection<TableDefinition> tables,
      SourceMemory memory,
      OnlineTools tools) {
    this.selection = selection;
    this.facts = server.facts();
    this.model = new SchemaModel(server, this::isOurs);
    this.parser = new DdlParser(SqlVersion.of(facts));
    model.begin(tables, memory.collations());
    this.memory = memory.print();
    this.online =
        new OnlineChanges(tools, memory.shadows(), model, facts, selection::includes);
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

  @Override
  public boolean isMoving() {
    return true;
  }

  @Override
  public List<TableId> names() {
    return model.tables().stream().filter(this::isOurs).toList();
  }

  @Override
  public Optional<SchemaChange> pass(QueryEvent query, String object) {
    if (!query.readable()) {
      throw unknown(query, object, "it is written in a character set that is not read");
    }
    DdlStatement statement = parser.parse(query.sql(), query.mode()).statement();
    if (statement instanceof NotUnderstood not) {
      throw unknown(query, object, not.reason());
    }
    OnlineChanges.Outcome taken = online.take(statement, query);
    if (taken.handled()) {
      return taken.altered().map(this::replayed).or(this::moved);
    }
    if (statement instanceof CreateTableLike create && !isSelected(create.like(), query)) {
      // The target may have another one of that name.
      throw unknown(
          query, object, "it copies table '%s', which is not selected".formatted(create.like()));
    }
    List<TableEffect> effects;
    try {
      effects = model.apply(statement, DdlSession.of(query, facts));
      online.follow(effects);
    } catch (UnknownEffectException e) {
      throw unknown(query, object, String.valueOf(e.getMessage()));
    }
    String text = ours(statement, query, effects).orElse(query.sql());
    // Servers log as default database what is yet to be made, or is gone then.
    boolean named = statement instanceof CreateDatabase || statement instanceof DropDatabase;
    return Optional.of(
        new SchemaChange(
            Optional.of(
                new SchemaChange.Statement(
                    MySqlCatalog.DIALECT,
                    text,
                    named ? "" : query.database(),
                    query.settings(facts.mariaDb()))),
            effects,
            moveMemory()));
  }

  /** What a tool did step by step, as one statement; a value that does not fit must end it. */
  private SchemaChange replayed(OnlineChanges.Replayed replayed) {
    Map<String, String> settings = new TreeMap<>(replayed.query().settings(facts.mariaDb()));
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

  /** What of a statement is about selected tables, if that is not all of it. */
  private Optional<String> ours(
      DdlStatement statement, QueryEvent query, List<TableEffect> effects) {
    boolean whole =
        statement instanceof DropTables drop
            ? drop.tables().stream().allMatch(name -> isSelected(name, query))
            : statement instanceof DropDatabase drop
                ? selection.includesWhole(drop.database())
                : !(statement instanceof RenameTable rename)
                    || rename.renames().stream().allMatch(r -> isSelected(r, query));
    if (whole) {
      return Optional.empty();
    }
    if (statement instanceof RenameTable rename) {
      return Optional.of(
          rename.renames().stream()
              .filter(r -> isSelected(r, query))
              .map(r -> quoted(r.from(), query) + " TO " + quoted(r.to(), query))
              .collect(Collectors.joining(", ", "RENAME TABLE ", "")));
    }
    return Optional.of(
        effects.stream()
            .map(effect -> SqlNames.quote(effect.table()))
            .collect(Collectors.joining(", ", "DROP TABLE ", "")));
  }

  private boolean isSelected(Rename rename, QueryEvent query) {
    return isSelected(rename.from(), query) || isSelected(rename.to(), query);
  }

  private boolean isSelected(DdlName name, QueryEvent query) {
    return isOurs(name.in(query.database()));
  }

  private static String quoted(DdlName name, QueryEvent query) {
    return SqlNames.quote(name.in(query.database()));
  }
}
