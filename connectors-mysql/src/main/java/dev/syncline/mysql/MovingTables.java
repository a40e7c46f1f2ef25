package dev.syncline.mysql;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.CreateDatabase;
import dev.syncline.mysql.DdlStatement.DropDatabase;
import dev.syncline.mysql.DdlStatement.NotUnderstood;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
  private SourceMemory memory;

  /**
   * Tables at the place where reading begins.
   *
   * @param memory what is known there beside them
   */
  MovingTables(
      TableSelection selection,
      ModelServer server,
      Collection<TableDefinition> tables,
      SourceMemory memory) {
    this.selection = selection;
    this.facts = server.facts();
    this.model = new SchemaModel(server, selection::includes);
    this.parser = new DdlParser(SqlVersion.of(facts));
    model.begin(tables, memory.collations());
    this.memory = memory;
  }

  @Override
  public @Nullable TableDefinition find(TableId table) {
    return model.table(table).filter(found -> selection.includes(found.id())).orElse(null);
  }

  /** Says which selected tables are there and are yet to join the job. */
  void passOver(Collection<TableId> tables) {
    model.passOver(tables);
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
  public List<TableId> names() {
    return model.tables().stream().filter(selection::includes).toList();
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
    List<TableEffect> effects;
    String text;
    try {
      effects = model.apply(statement, DdlSession.of(query, facts));
      OwnPart own = new OwnPart(selection, effects, model.passedOver().wasMet());
      text = own.of(statement, query.database()).orElse(query.sql());
    } catch (UnknownEffectException e) {
      throw unknown(query, object, String.valueOf(e.getMessage()));
    }
    Optional<String> remember = moveMemory();
    if (effects.isEmpty() && model.passedOver().wasMet()) {
      return remember.map(SchemaChange::ofMemory);
    }
    // Servers log as default database what is yet to be made, or is gone then.
    boolean named = statement instanceof CreateDatabase || statement instanceof DropDatabase;
    SchemaChange.Statement logged =
        new SchemaChange.Statement(
            MySqlCatalog.DIALECT,
            text,
            named ? "" : query.database(),
            query.settings(facts.mariaDb()));
    return Optional.of(new SchemaChange(Optional.of(logged), effects, remember));
  }

  /** What is to be remembered from now on, if that is something else. */
  private Optional<String> moveMemory() {
    SourceMemory now = new SourceMemory(model.databases());
    boolean same = now.equals(memory);
    memory = now;
    return same ? Optional.empty() : Optional.of(now.print());
  }

  @Override
  public void passOther(QueryEvent query) {
    if (query.readable()) {
      DdlStatement statement = parser.parse(query.sql(), query.mode()).statement();
      try {
        model.apply(statement, DdlSession.of(query, facts));
        return;
      } catch (UnknownEffectException e) {
        // It is about other tables, of which nothing need be known.
      }
    }
    model.forgetOthers();
  }

  private static UnsupportedChangeException unknown(QueryEvent query, String object, String why) {
    return new UnsupportedChangeException(
        ("what the statement '%s' does to '%s', which is selected, is not known for sure: %s. Make"
                + " the tables at the target as they are behind it, and start the job anew. The"
                + " statement: %s")
            .formatted(query.effect().verb(), object, why, ShownSql.of(query.sql(), query.mode())));
  }
}
