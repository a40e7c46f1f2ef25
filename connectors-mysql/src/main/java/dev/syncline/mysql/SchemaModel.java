package dev.syncline.mysql;

import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.TableEdit.Surroundings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * The tables of a server at one place of its log, which moves with the statements of the log.
 *
 * <p>Selected tables are known all the time, others from their making on as long as all statements
 * are understood. Statements have been carried out at the server, so that nothing is checked here
 * but whether their effect is certain. Not thread-safe.
 */
final class SchemaModel {

  /** The error of a {@code DROP TABLE} that has dropped those tables that were there. */
  private static final int UNKNOWN_TABLE = 1051;

  private final ModelServer server;
  private final Predicate<TableId> selected;
  private final NameFolding names;
  private Map<TableId, KnownTable> tables = new HashMap<>();
  private Map<String, String> databases = new HashMap<>();
  private PassedOver passedOver;

  /**
   * A model that knows no database yet.
   *
   * @param selected which tables take part, by their names at the server
   */
  SchemaModel(ModelServer server, Predicate<TableId> selected) {
    this.server = server;
    this.selected = selected;
    this.names = NameFolding.of(server.facts());
    this.passedOver = new PassedOver(names::key);
  }

  /**
   * Says which tables there are.
   *
   * @param definitions all selected tables
   * @param collations the default collation of each database
   */
  void begin(Collection<TableDefinition> definitions, Map<String, String> collations) {
    definitions.forEach(table -> put(table, TableModel.of(table)));
    collations.forEach((database, collation) -> databases.put(names.folded(database), collation));
  }

  /** Says which selected tables are there and are not known. */
  void passOver(Collection<TableId> unknown) {
    unknown.forEach(passedOver::add);
  }

  /** The selected tables that are there and of which nothing is known, nor need be. */
  PassedOver passedOver() {
    return passedOver;
  }

  /** The definition of a table; empty if there is none, or it is unknown. */
  Optional<TableDefinition> table(TableId id) {
    return Optional.ofNullable(tables.get(names.key(id))).map(KnownTable::definition);
  }

  /** A name as the server keeps it. */
  TableId kept(TableId name) {
    return names.stored(name);
  }

  /** The same for one that need not say its database. */
  DdlName kept(DdlName name) {
    return names.stored(name);
  }

  /** The names of the tables that are known. */
  List<TableId> tables() {
    return tables.values().stream().map(known -> known.definition().id()).sorted().toList();
  }

  /** The default collations of the databases that are known. */
  Map<String, String> databases() {
    return Map.copyOf(databases);
  }

  /** Lets a table be unknown that is not selected. */
  void forget(TableId id) {
    tables.remove(names.key(id));
  }

  /** Says that a statement was passed over which may have changed tables that are not selected. */
  void forgetOthers() {
    tables.values().removeIf(table -> !selected.test(table.definition().id()));
  }

  /**
   * Takes a statement.
   *
   * @return what it does to selected tables
   * @throws UnknownEffectException if that cannot be told; the model stays as it was then
   */
  List<TableEffect> apply(DdlStatement statement, DdlSession session) {
    Map<TableId, KnownTable> before = tables;
    Map<String, String> databasesBefore = databases;
    tables = new HashMap<>(before);
    databases = new HashMap<>(databasesBefore);
    PassedOver passedBefore = passedOver;
    passedOver = passedBefore.copy();
    try {
      List<TableEffect> effects = new ArrayList<>();
      new Application(session, effects).apply(statement);
      return effects;
    } catch (RuntimeException e) {
      tables = before;
      databases = databasesBefore;
      passedOver = passedBefore;
      throw e;
    }
  }

  private void put(TableDefinition definition, Optional<TableModel> model) {
    tables.put(names.key(definition.id()), new KnownTable(definition, model));
  }

  private TableDefinition put(TableModel model) {
    TableDefinition definition = model.definition(server.facts().logsCascades());
    put(definition, Optional.of(model));
    return definition;
  }

  /** One statement while it is taken. */
  private final class Application {
    private final DdlSession session;
    private final List<TableEffect> effects;
    private final DatabaseDefaults defaults;

    /** Tables of the job that have a name which is not selected, in the middle of the statement. */
    private final Set<TableId> carried = new HashSet<>();

    Application(DdlSession session, List<TableEffect> effects) {
      this.session = session;
      this.effects = effects;
      this.defaults = new DatabaseDefaults(server, session);
    }

    void apply(DdlStatement statement) {
      boolean isDrop = statement instanceof DdlStatement.DropTables;
      if (session.error() != 0 && !(isDrop && session.error() == UNKNOWN_TABLE)) {
        throw new UnknownEffectException(
            "it ended with error " + session.error() + " when a part was done");
      }
      if (statement instanceof DdlStatement.CreateTable create) {
        create(create);
      } else if (statement instanceof DdlStatement.CreateTableLike create) {
        createLike(create);
      } else if (statement instanceof DdlStatement.AlterTable alter) {
        alter(alter.table(), alter.condition(), alter.clauses());
      } else if (statement instanceof DdlStatement.CreateIndex index) {
        alter(index.table(), Condition.NONE, List.of(new AlterClause.AddKey(index.key())));
      } else if (statement instanceof DdlStatement.DropIndex index) {
        AlterClause clause = new AlterClause.DropKey(index.key(), index.condition());
        alter(index.table(), Condition.NONE, List.of(clause));
      } else if (statement instanceof DdlStatement.RenameTable rename) {
        rename.renames().forEach(r -> rename(id(r.from()), id(r.to())));
      } else if (statement instanceof DdlStatement.DropTables drop) {
        if (!drop.temporary()) {
          drop.tables().forEach(table -> drop(id(table)));
        }
      } else if (statement instanceof DdlStatement.TruncateTable truncate) {
        TableId id = id(truncate.table());
        if (!passedOver.meets(id)) {
          known(id).ifPresent(this::emptied);
        }
      } else {
        applyToDatabase(statement);
      }
    }

    private void applyToDatabase(DdlStatement statement) {
      if (statement instanceof DdlStatement.CreateDatabase create) {
        String name = names.folded(create.database());
        if (create.condition() == Condition.OR_REPLACE) {
          dropAll(name);
        }
        if (create.condition() != Condition.IF_NOT_EXISTS || !databases.containsKey(name)) {
          databases.put(name, defaults.of(create));
        }
      } else if (statement instanceof DdlStatement.AlterDatabase alter) {
        String name = alter.database().isEmpty() ? session.database() : alter.database();
        databases.compute(names.folded(name), (n, usual) -> defaults.of(alter, usual));
      } else if (statement instanceof DdlStatement.DropDatabase drop) {
        dropAll(names.folded(drop.database()));
      } else if (statement instanceof DdlStatement.NotUnderstood not) {
        throw new UnknownEffectException(not.reason());
      }
    }

    private TableId id(DdlName name) {
      if (name.database().isEmpty() && session.database().isEmpty()) {
        throw new UnknownEffectException("no database is named");
      }
      return kept(name.in(session.database()));
    }

    /** Whether what happens to a table is for the job. */
    private boolean isOurs(TableId id) {
      return carried.contains(names.key(id)) || (selected.test(id) && !passedOver.contains(id));
    }

    /** A selected table is there, and nothing is known of it. */
    private void arrive(TableId id) {
      known(id).ifPresent(old -> drop(id));
      passedOver.add(id);
      effects.add(new TableEffect.Arrived(id));
    }

    private boolean isThere(TableId id, Condition condition) {
      return condition == Condition.IF_NOT_EXISTS
          && (known(id).isPresent() || passedOver.meets(id));
    }

    private Optional<KnownTable> known(TableId id) {
      return Optional.ofNullable(tables.get(names.key(id)));
    }

    private Surroundings surroundings(TableId id) {
      if (!session.whole()) {
        throw new UnknownEffectException(
            "the log has settings of its session that are unknown, as with MariaDB's"
                + " binlog_alter_two_phase=ON");
      }
      return new Surroundings(
          server,
          session,
          Optional.ofNullable(databases.get(names.folded(id.database()))),
          other -> known(other).flatMap(KnownTable::model));
    }

    /** Makes a table of which nothing need be known unless it is selected. */
    private void make(TableId id, java.util.function.Supplier<TableModel> making) {
      if (known(id).isPresent()) {
        drop(id);
      }
      try {
        TableDefinition table = put(making.get());
        passedOver.remove(id);
        if (selected.test(id)) {
          effects.add(new TableEffect.Created(table));
        }
      } catch (UnknownEffectException e) {
        if (selected.test(id)) {
          throw e;
        }
      }
    }

    private void create(DdlStatement.CreateTable create) {
      TableId id = id(create.table());
      if (!create.temporary() && !isThere(id, create.condition())) {
        make(id, () -> made(id, create));
      }
    }

    private TableModel made(TableId id, DdlStatement.CreateTable create) {
      if (create.filled()) {
        throw new UnknownEffectException("its columns come from a query");
      }
      TableEdit edit = new TableEdit(id, surroundings(id));
      create.options().forEach(edit::take);
      create.elements().forEach(edit::take);
      edit.partitioned(create.partitioned());
      return edit.finish().table();
    }

    private void createLike(DdlStatement.CreateTableLike create) {
      TableId id = id(create.table());
      if (!create.temporary() && !isThere(id, create.condition())) {
        TableId like = id(create.like());
        // The target may have another one of that name, or none.
        if (selected.test(id) && (!selected.test(like) || passedOver.meets(like))) {
          arrive(id);
          return;
        }
        Optional<TableModel> model = known(like).flatMap(KnownTable::model);
        boolean sorts = server.facts().mariaDb();
        make(id, () -> model.orElseThrow(() -> unknownTable(like)).copied(id, sorts));
      }
    }

    private UnknownEffectException unknownTable(TableId id) {
      return new UnknownEffectException(
          "table '%s' is not known in all that later statements depend on".formatted(id));
    }

    private void alter(DdlName name, Condition condition, List<AlterClause> clauses) {
      TableId id = id(name);
      Optional<KnownTable> known = known(id);
      boolean missing = !passedOver.meets(id) && known.isEmpty() && selected.test(id);
      if (missing && condition == Condition.NONE) {
        throw unknownTable(id);
      }
      if (selected.test(id) && known.isPresent()) {
        alter(known.get(), clauses);
      } else if (known.isPresent()) {
        try {
          alter(known.get(), clauses);
        } catch (UnknownEffectException e) {
          tables.remove(names.key(id));
        }
      }
      for (AlterClause clause : clauses) {
        if (clause instanceof AlterClause.Partition partition) {
          move(id, partition);
        }
      }
      TableId to = id;
      for (AlterClause clause : clauses) {
        // The last one counts.
        to = clause instanceof AlterClause.RenameTo rename ? id(rename.to()) : to;
      }
      if (!to.equals(id)) {
        rename(id, to);
      }
    }

    /** Rows that go to another table, or come from one, are in no log. */
    private void move(TableId id, AlterClause.Partition partition) {
      switch (partition.rows()) {
        case KEPT -> {}
        case REMOVED -> known(id).ifPresent(this::emptied);
        case IN_FILES -> {
          if (isOurs(id)) {
            throw new UnknownEffectException(TableEdit.ROWS_OF_FILE);
          }
        }
        case MOVED -> {
          if (isOurs(id) || partition.other().map(this::id).filter(this::isOurs).isPresent()) {
            throw new UnknownEffectException("it moves rows between tables without logging them");
          }
        }
      }
    }

    private void alter(KnownTable known, List<AlterClause> clauses) {
      boolean renames = clauses.stream().anyMatch(c -> c instanceof AlterClause.RenameTo);
      boolean others = clauses.stream().anyMatch(c -> !(c instanceof AlterClause.RenameTo));
      if (!others) {
        return;
      }
      TableModel before = known.model().orElseThrow(() -> unknownTable(known.definition().id()));
      if (selected.test(before.id())) {
        AddedValues.check(before, clauses);
      }
      TableEdit edit = new TableEdit(before, surroundings(before.id()));
      clauses.forEach(edit::take);
      TableEdit.Result result = edit.finish();
      if (renames) {
        checkRenaming(before, result.table());
      }
      TableDefinition after = put(result.table());
      if (selected.test(before.id())) {
        effects.add(new TableEffect.Altered(known.definition(), after, result.origins()));
      }
      if (!result.renamed().isEmpty()) {
        changeChildren(
            before.id(),
            before.id(),
            key -> ForeignKeyList.renamed(key.parentColumns(), result.renamed()));
      }
    }

    /** What becomes of foreign keys when their table is changed and renamed at once. */
    private void checkRenaming(TableModel before, TableModel after) {
      boolean referred =
          tables.values().stream()
              .flatMap(known -> known.definition().foreignKeys().stream())
              .anyMatch(key -> names.isSame(key.parent(), before.id()));
      // Those that copy the table leave its children with the old name.
      boolean has = referred || !before.foreignKeys().isEmpty();
      boolean leaves = has && !server.facts().isMySqlFrom(8, 0, 0);
      if (leaves || after.foreignKeys().size() > before.foreignKeys().size()) {
        throw new UnknownEffectException("it renames a table and changes it, with foreign keys");
      }
    }

    /** Lets foreign keys of other tables follow their parent. */
    private void changeChildren(
        TableId parent, TableId to, Function<CatalogForeignKey, List<String>> columns) {
      List<KnownTable> all = new ArrayList<>(tables.values());
      all.sort(Comparator.comparing(known -> known.definition().id()));
      for (KnownTable child : all) {
        TableModel model = child.model().orElse(null);
        if (model == null
            || model.id().equals(to)
            || model.foreignKeys().stream().noneMatch(key -> names.isSame(key.parent(), parent))) {
          continue;
        }
        List<CatalogForeignKey> keys = new ArrayList<>();
        for (CatalogForeignKey key : model.foreignKeys()) {
          keys.add(
              names.isSame(key.parent(), parent)
                  ? new CatalogForeignKey(
                      key.child(),
                      key.name(),
                      key.columns(),
                      to,
                      columns.apply(key),
                      key.onDelete(),
                      key.onUpdate())
                  : key);
        }
        TableDefinition after = put(model.withForeignKeys(keys));
        if (selected.test(model.id())) {
          List<Integer> same = IntStream.range(0, after.columns().size()).boxed().toList();
          effects.add(new TableEffect.Altered(child.definition(), after, same));
        }
      }
    }

    private void rename(TableId from, TableId to) {
      Optional<KnownTable> known = known(from);
      boolean ours = known.isPresent() && isOurs(from);
      boolean unknown = known.isEmpty() && passedOver.meets(from);
      passedOver.remove(from);
      if (selected.test(to) && !ours && (unknown || !selected.test(from))) {
        tables.remove(names.key(from));
        arrive(to);
        changeChildren(from, to, CatalogForeignKey::parentColumns);
        return;
      }
      if (known.isEmpty()) {
        return;
      }
      TableDefinition before = known.get().definition();
      TableModel model = known.get().model().orElseThrow(() -> unknownTable(from));
      boolean generates =
          model.foreignKeys().stream()
              .anyMatch(key -> ForeignKeyNames.number(from.name(), key.name()) > 0);
      if (generates && server.facts().isMariaDbFrom(12, 0, 0)) {
        throw new UnknownEffectException("the server renames foreign keys with their table");
      }
      tables.remove(names.key(from));
      TableDefinition after = put(model.named(to));
      passedOver.remove(to);
      if (ours) {
        carried.remove(names.key(from));
        if (!selected.test(to)) {
          carried.add(names.key(to));
        }
        effects.add(new TableEffect.Renamed(before, after));
      }
      changeChildren(before.id(), to, CatalogForeignKey::parentColumns);
    }

    private void drop(TableId id) {
      passedOver.meets(id);
      passedOver.remove(id);
      KnownTable dropped = tables.remove(names.key(id));
      if (dropped != null && selected.test(dropped.definition().id())) {
        effects.add(new TableEffect.Dropped(dropped.definition()));
      }
    }

    private void dropAll(String database) {
      List<TableDefinition> all = new ArrayList<>();
      for (KnownTable known : tables.values()) {
        if (names.folded(known.definition().id().database()).equals(database)) {
          all.add(known.definition());
        }
      }
      ChildrenFirst.order(all).forEach(this::drop);
      passedOver.removeAll(id -> names.folded(id.database()).equals(database));
      databases.remove(database);
    }

    private void emptied(KnownTable known) {
      if (selected.test(known.definition().id())) {
        effects.add(new TableEffect.Emptied(known.definition()));
      }
    }
  }
}
