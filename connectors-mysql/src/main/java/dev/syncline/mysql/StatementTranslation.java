package dev.syncline.mysql;

import static dev.syncline.mysql.SqlNames.quote;

import dev.syncline.LeftOut;
import dev.syncline.TargetNames;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.NamePlaces.Edit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts a statement of the source into the names of the target: names are replaced, clauses about
 * what the target does not have are left out, and everything else stays as it is written, but for
 * conditional comments, whose words become words of the statement if the source took them so. What
 * cannot be put is an {@link IllegalArgumentException} with a reason for messages. Used once.
 */
final class StatementTranslation {

  private final SchemaChange change;
  private final SchemaChange.Statement statement;
  private final TargetNames names;
  private final TranslatedNames translated;
  private final DdlParser.Parsed parsed;
  private final StatementParts parts;
  private final List<LeftOut> leftOut = new ArrayList<>();

  /**
   * A translation.
   *
   * @param source the server that has logged the statement
   * @param target the one that is to run it
   */
  StatementTranslation(
      SchemaChange change, TargetNames names, SqlVersion source, TargetServer target) {
    this.change = change;
    this.names = names;
    statement = change.statement().orElseThrow();
    SqlTokens.SqlMode mode = StatementSettings.mode(statement.settings());
    this.translated = new TranslatedNames(names, statement, target);
    this.parsed = new DdlParser(source).parse(statement.text(), mode);
    this.parts = new StatementParts(statement.text(), mode, source);
  }

  /** The views, routines, triggers and events that the target does not get; known behind sql. */
  List<LeftOut> leftOut() {
    return List.copyOf(leftOut);
  }

  /** The statement at the target; empty if there is nothing to run. */
  Optional<String> sql() {
    return sql(true);
  }

  /** The same of a renaming of tables that have their new names already; views need not. */
  Optional<String> sqlOfViews() {
    return parsed.statement() instanceof DdlStatement.RenameTable ? sql(false) : Optional.empty();
  }

  private Optional<String> sql(boolean ofTables) {
    DdlStatement read = parsed.statement();
    if (read instanceof DdlStatement.NotUnderstood not) {
      throw new IllegalArgumentException(not.reason());
    }
    if (read instanceof DdlStatement.CreateDatabase create) {
      return Optional.of(createDatabase(create));
    }
    if (read instanceof DdlStatement.AlterDatabase alter) {
      return Optional.of(alterDatabase(alter));
    }
    if (read instanceof DdlStatement.ObjectChange object) {
      return object(object);
    }
    if (read instanceof DdlStatement.WithoutEffect) {
      return Optional.of(statement.text());
    }
    if (read instanceof DdlStatement.RenameTable rename) {
      return new RenameTranslation(change, names, translated, ofTables).sql(rename, leftOut);
    }
    // What does nothing to a table of the source must do nothing to one of the target.
    return change.effects().isEmpty() ? Optional.empty() : table(read);
  }

  private Optional<String> table(DdlStatement read) {
    if (read instanceof DdlStatement.CreateTable create) {
      return Optional.of(createTable(create));
    }
    if (read instanceof DdlStatement.CreateTableLike create) {
      return Optional.of(createLike(create));
    }
    if (read instanceof DdlStatement.AlterTable alter) {
      return alterTable(alter);
    }
    if (read instanceof DdlStatement.CreateIndex create) {
      define(create.table());
      return new KeyTranslation(parsed, translated, columns(create.table())).create(create);
    }
    if (read instanceof DdlStatement.DropIndex drop) {
      define(drop.table());
      return new KeyTranslation(parsed, translated, columns(drop.table())).drop(drop);
    }
    if (read instanceof DdlStatement.DropTables drop) {
      return dropTables(drop.condition() == Condition.IF_EXISTS);
    }
    if (read instanceof DdlStatement.DropDatabase) {
      return translated.areSame() ? Optional.of(statement.text()) : dropTables(true);
    }
    if (read instanceof DdlStatement.TruncateTable) {
      return Optional.of("TRUNCATE TABLE " + quote(targets(Emptied.class).get(0)));
    }
    throw new IllegalArgumentException("it is not one of those that are translated");
  }

  private String createDatabase(DdlStatement.CreateDatabase create) {
    String target = translated.database(create.database());
    if (target.equals(create.database())) {
      return statement.text();
    }
    // Several databases of the source may be one.
    boolean plain = create.condition() == Condition.NONE;
    NamePlace place = parsed.names().all().get(0);
    List<Edit> edits =
        plain ? List.of(new Edit(place.start(), place.start(), "IF NOT EXISTS ")) : List.<Edit>of();
    return parsed.names().rewrittenForAnyServer(translated::at, edits);
  }

  private String alterDatabase(DdlStatement.AlterDatabase alter) {
    boolean named = !alter.database().isEmpty();
    String target = translated.database(named ? alter.database() : statement.database());
    if (named || target.equals(statement.database())) {
      return parsed.names().rewrittenForAnyServer(translated::at);
    }
    int behind = parts.token(0, "DATABASE", "SCHEMA").end();
    return parsed
        .names()
        .rewrittenForAnyServer(
            translated::at, List.of(new Edit(behind, behind, " " + quote(target))));
  }

  private Optional<String> object(DdlStatement.ObjectChange object) {
    List<DdlName> kept = new KeptObjects(names, translated, parts).of(object, leftOut);
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    if (kept.size() < object.names().size()) {
      return Optional.of(
          kept.stream()
              .map(name -> quote(translated.ofObject(translated.source(name))))
              .collect(Collectors.joining(", ", "DROP " + object.type() + " IF EXISTS ", "")));
    }
    if (object.type() != DdlStatement.ObjectType.VIEW || !translated.folds()) {
      return Optional.of(parsed.names().rewrittenForAnyServer(translated::at));
    }
    boolean defines = object.verb() != DdlStatement.Verb.DROP;
    return Optional.of(
        parsed
            .names()
            .rewrittenForAnyServer(
                place -> translated.kept(translated.at(place)),
                defines
                    ? QueryNames.inLowerCase(parts.from(parts.token(0, "AS").end()))
                    : List.of()));
  }

  private <T extends TableEffect> List<TableId> targets(Class<T> type) {
    List<TableId> targets = new ArrayList<>();
    for (TableEffect effect : names.effects(change)) {
      if (type.isInstance(effect) && !targets.contains(effect.table())) {
        targets.add(effect.table());
      }
    }
    if (targets.isEmpty()) {
      throw new IllegalArgumentException("it is not known which tables it is about");
    }
    return targets;
  }

  private Optional<String> dropTables(boolean conditional) {
    return Optional.of(
        targets(Dropped.class).stream()
            .map(SqlNames::quote)
            .collect(
                Collectors.joining(", ", "DROP TABLE " + (conditional ? "IF EXISTS " : ""), "")));
  }

  private TableDefinition created() {
    for (TableEffect effect : change.effects()) {
      if (effect instanceof Created created) {
        return created.after();
      }
    }
    throw new IllegalArgumentException("it is not known which table it makes");
  }

  private String createTable(DdlStatement.CreateTable create) {
    TableDefinition table = created();
    ColumnNames columns = ColumnNames.of(table, table, names);
    translated.define(create.table(), columns);
    checkRead();
    return new TableTranslation(parsed, parts, translated, columns).sql(create);
  }

  /** Both tables must be the same at the target too. */
  private String createLike(DdlStatement.CreateTableLike create) {
    TableDefinition table = created();
    TableId like = translated.source(create.like());
    TableDefinition model =
        new TableDefinition(like, like, table.columns(), table.uniqueKeys(), List.of(), "");
    TargetNames.Table made = names.table(table);
    if (names.table(like).isPresent()) {
      TargetNames.Table there = names.table(model);
      boolean same =
          there.definition().columns().equals(made.definition().columns())
              && there.definition().uniqueKeys().equals(made.definition().uniqueKeys())
              && there.columns().equals(made.columns());
      if (!same) {
        throw new IllegalArgumentException(
            "table '%s' has other columns at the target than '%s' is to have there"
                .formatted(like, table.source()));
      }
    } else if (!made.definition().columns().equals(table.columns())) {
      throw new IllegalArgumentException(
          "table '%s' does not take part, and the new one has other columns at the target"
              .formatted(like));
    }
    translated.put(create.table(), made.definition().id());
    return parsed.names().rewrittenForAnyServer(translated::at);
  }

  private Optional<String> alterTable(DdlStatement.AlterTable alter) {
    define(alter.table());
    checkRead();
    ColumnNames columns = columns(alter.table());
    Optional<Renamed> renamed = effect(Renamed.class, translated.source(alter.table()));
    boolean moves = false;
    if (renamed.isPresent()) {
      TableId to = names.table(renamed.get().after()).definition().id();
      moves = !to.equals(columns.targetBefore().definition().id());
      for (AlterClause clause : alter.clauses()) {
        if (clause instanceof AlterClause.RenameTo rename) {
          translated.put(rename.to(), to);
        }
      }
    }
    return new AlterTranslation(parsed, parts, translated, columns).sql(moves);
  }

  private void define(DdlName table) {
    translated.define(table, columns(table));
  }

  private ColumnNames columns(DdlName table) {
    TableId id = translated.source(table);
    Optional<Altered> altered = effect(Altered.class, id);
    if (altered.isPresent()) {
      return ColumnNames.of(altered.get().before(), altered.get().after(), names);
    }
    TableDefinition stays =
        effect(Renamed.class, id)
            .map(Renamed::before)
            .or(() -> effect(Emptied.class, id).map(Emptied::before))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "what it does to table '%s' is not known".formatted(id)));
    return ColumnNames.of(stays, stays, names);
  }

  private <T extends TableEffect> Optional<T> effect(Class<T> type, TableId table) {
    return change.effects().stream()
        .filter(effect -> type.isInstance(effect) && effect.table().equals(table))
        .map((Function<TableEffect, T>) type::cast)
        .findFirst();
  }

  /** Names that were not looked at must be those of the target. */
  private void checkRead() {
    Optional<String> unread = parsed.names().unread();
    if (unread.isPresent() && !translated.areSame()) {
      throw new IllegalArgumentException(
          unread.get() + " may name something that has another name at the target");
    }
    boolean sequence =
        parsed.names().all().stream().anyMatch(p -> p.role() == NamePlace.Role.OBJECT);
    if (sequence && !translated.areSame()) {
      throw new IllegalArgumentException("it takes values from a sequence");
    }
  }
}
