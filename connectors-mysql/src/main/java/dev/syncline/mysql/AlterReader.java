package dev.syncline.mysql;

import dev.syncline.mysql.AlterClause.Partition.Rows;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.TableOption;
import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.TableElement.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the clauses of an ALTER TABLE. Used by one thread, once. */
final class AlterReader {
  private final DdlCursor cursor;
  private final SqlVersion server;
  private final DdlName table;
  private final List<AlterClause> clauses = new ArrayList<>();

  AlterReader(DdlCursor cursor, SqlVersion server, DdlName table) {
    this.cursor = cursor;
    this.server = server;
    this.table = table;
  }

  /** Reads from behind the name of the table on. */
  List<AlterClause> read() {
    if (!cursor.isEnd()) {
      do {
        int start = cursor.place();
        int before = clauses.size();
        readClause();
        cursor.notePart(start, clauses.subList(before, clauses.size()), List.of());
      } while (cursor.skip(','));
    }
    // These stand behind the last clause without a comma.
    int start = cursor.place();
    if (readPartitioning()) {
      cursor.notePart(start, clauses.subList(clauses.size() - 1, clauses.size()), List.of());
    }
    boolean alone = clauses.stream().anyMatch(c -> c instanceof AlterClause.Tablespace);
    if (alone && clauses.stream().anyMatch(c -> !isModifier(c))) {
      throw new IllegalArgumentException("a clause about the tablespace must stand alone");
    }
    return clauses;
  }

  private static boolean isModifier(AlterClause clause) {
    return clause instanceof AlterClause.Tablespace || clause instanceof AlterClause.Harmless;
  }

  private void readClause() {
    if (readPartitioning()) {
      return;
    }
    Optional<AlterClause> partition = new PartitionClauses(cursor, server, table).read();
    if (partition.isPresent()) {
      clauses.add(partition.get());
    } else if (cursor.skip("ADD")) {
      readAdd();
    } else if (cursor.skip("DROP")) {
      clauses.add(readDrop());
    } else if (cursor.skip("CHANGE")) {
      cursor.skip("COLUMN");
      Condition condition = ifExists();
      String from = cursor.column(table);
      readColumn(Optional.of(from), condition);
    } else if (cursor.skip("MODIFY")) {
      cursor.skip("COLUMN");
      readColumn(Optional.empty(), ifExists());
    } else if (cursor.skip("ALTER")) {
      clauses.add(readAlter());
    } else if (cursor.skip("RENAME")) {
      clauses.add(readRename());
    } else if (cursor.skip("CONVERT", "TO")) {
      clauses.add(readConvert());
    } else {
      readOther();
    }
  }

  private boolean readPartitioning() {
    if (cursor.is("PARTITION")) {
      if (!new TableReader(cursor, server, table).readPartitions()) {
        throw cursor.unexpected("'PARTITION BY'");
      }
      clauses.add(partitioning("PARTITION BY"));
    } else if (cursor.skip("REMOVE", "PARTITIONING")) {
      clauses.add(partitioning("REMOVE PARTITIONING"));
    } else if (cursor.skip("UPGRADE", "PARTITIONING")) {
      clauses.add(partitioning("UPGRADE PARTITIONING"));
    } else {
      return false;
    }
    return true;
  }

  private static AlterClause partitioning(String words) {
    return new AlterClause.Partition(words, List.of(), Rows.KEPT, Optional.empty());
  }

  private Condition ifExists() {
    boolean found = server.mariaDb() && cursor.skipUnknown("IF", "EXISTS");
    return found ? Condition.IF_EXISTS : Condition.NONE;
  }

  private Condition ifNotExists() {
    boolean found = server.mariaDb() && cursor.skipUnknown("IF", "NOT", "EXISTS");
    return found ? Condition.IF_NOT_EXISTS : Condition.NONE;
  }

  private void readAdd() {
    checkVersioning();
    TableReader definitions = new TableReader(cursor, server, table);
    if (server.mariaDb() && cursor.are("PERIOD", "FOR")) {
      definitions.readPeriod();
      clauses.add(new AlterClause.Harmless("ADD PERIOD"));
      return;
    }
    if (cursor.is("COLUMN") || cursor.is('(')) {
      cursor.skip("COLUMN");
      readAddedColumns(ifNotExists());
      return;
    }
    KeyReader keys = new KeyReader(cursor, server, table);
    Optional<TableElement> key = keys.read();
    if (key.isPresent()) {
      add(key.get(), keys.constraintCondition());
    } else {
      readAddedColumns(ifNotExists());
    }
  }

  private void readAddedColumns(Condition condition) {
    if (!cursor.is('(')) {
      ColumnReader reader = new ColumnReader(cursor, server, table);
      TableElement.Column column = reader.read();
      clauses.add(new AlterClause.AddColumn(column, condition, position()));
      reader.others().forEach(other -> add(other, Condition.NONE));
      return;
    }
    for (TableElement element : new TableReader(cursor, server, table).readElements()) {
      add(element, condition);
    }
  }

  private void add(TableElement element, Condition condition) {
    if (element instanceof TableElement.Column column) {
      clauses.add(new AlterClause.AddColumn(column, condition, Position.UNSAID));
    } else if (element instanceof TableElement.Key key) {
      clauses.add(new AlterClause.AddKey(key));
    } else if (element instanceof TableElement.References key) {
      clauses.add(new AlterClause.AddForeignKey(key));
    } else if (element instanceof TableElement.Check check) {
      clauses.add(new AlterClause.AddCheck(check, condition));
    }
  }

  private Position position() {
    if (cursor.skip("FIRST")) {
      return Position.FIRST;
    }
    return cursor.skip("AFTER")
        ? new Position(false, cursor.part(Role.COLUMN, table))
        : Position.UNSAID;
  }

  /** Reads a changed column from its new name on. */
  private void readColumn(Optional<String> from, Condition condition) {
    ColumnReader reader = new ColumnReader(cursor, server, table);
    TableElement.Column column = reader.read();
    String before = from.orElse(column.name());
    clauses.add(new AlterClause.ChangeColumn(before, column, condition, position()));
    reader.others().forEach(other -> add(other, Condition.NONE));
  }

  private void checkVersioning() {
    if (server.mariaDb()
        && (cursor.are("SYSTEM", "VERSIONING") || cursor.are("PERIOD", "FOR", "SYSTEM_TIME"))) {
      throw TableReader.versioned();
    }
  }

  private AlterClause readDrop() {
    checkVersioning();
    if (cursor.skip("PRIMARY", "KEY")) {
      return new AlterClause.DropKey("PRIMARY", Condition.NONE);
    }
    if (cursor.skip("FOREIGN", "KEY")) {
      Condition condition = ifExists();
      return new AlterClause.DropForeignKey(cursor.part(Role.CONSTRAINT, table), condition);
    }
    if (cursor.skipAny("INDEX", "KEY")) {
      Condition condition = ifExists();
      return new AlterClause.DropKey(cursor.part(Role.KEY, table), condition);
    }
    if (cursor.skip("CONSTRAINT") || (!server.mariaDb() && cursor.skip("CHECK"))) {
      Condition condition = ifExists();
      return new AlterClause.DropConstraint(cursor.part(Role.CONSTRAINT, table), condition);
    }
    if (server.mariaDb() && cursor.skip("PERIOD", "FOR")) {
      ifExists();
      cursor.word();
      return new AlterClause.Harmless("DROP PERIOD");
    }
    cursor.skip("COLUMN");
    Condition condition = ifExists();
    String column = cursor.column(table);
    cursor.skipAny("RESTRICT", "CASCADE");
    return new AlterClause.DropColumn(column, condition);
  }

  private AlterClause readAlter() {
    if (cursor.skipAny("INDEX", "KEY")) {
      ifExists();
      cursor.part(Role.KEY, table);
      if (server.mariaDb()) {
        cursor.skip("NOT");
        cursor.expect("IGNORED");
      } else if (!cursor.skipAny("VISIBLE", "INVISIBLE")) {
        throw cursor.unexpected("'VISIBLE'");
      }
      return new AlterClause.Harmless("ALTER INDEX");
    }
    if (!server.mariaDb() && cursor.skipAny("CHECK", "CONSTRAINT")) {
      cursor.part(Role.CONSTRAINT, table);
      cursor.skip("NOT");
      cursor.expect("ENFORCED");
      return new AlterClause.Harmless("ALTER CONSTRAINT");
    }
    cursor.skip("COLUMN");
    Condition condition = ifExists();
    String column = cursor.column(table);
    if (cursor.skip("DROP", "DEFAULT")) {
      return new AlterClause.SetDefault(column, Optional.empty(), condition);
    }
    cursor.expect("SET");
    if (cursor.skip("DEFAULT")) {
      TableElement.Default value = new ExpressionReader(cursor, server).value(table);
      return new AlterClause.SetDefault(column, Optional.of(value), condition);
    }
    boolean visible = cursor.is("VISIBLE");
    if (server.mariaDb() || !cursor.skipAny("VISIBLE", "INVISIBLE")) {
      throw cursor.unexpected("'DEFAULT'");
    }
    return new AlterClause.SetVisibility(column, visible);
  }

  private AlterClause readRename() {
    if (cursor.skip("COLUMN")) {
      Condition condition = ifExists();
      String from = cursor.part(Role.COLUMN, table);
      cursor.expect("TO");
      return new AlterClause.RenameColumn(from, cursor.part(Role.COLUMN, table), condition);
    }
    if (cursor.skipAny("INDEX", "KEY")) {
      Condition condition = ifExists();
      String from = cursor.part(Role.KEY, table);
      cursor.expect("TO");
      return new AlterClause.RenameKey(from, cursor.part(Role.KEY, table), condition);
    }
    if (cursor.is('=')) {
      cursor.nextAs("TO");
    } else {
      cursor.skipAny("TO", "AS");
    }
    return new AlterClause.RenameTo(cursor.table());
  }

  private AlterClause readConvert() {
    if (!cursor.skip("CHARSET") && !cursor.skip("CHARACTER", "SET")) {
      cursor.expect("CHAR", "SET");
    }
    String charset = cursor.charset();
    String collation = "";
    if (cursor.skip("COLLATE")) {
      cursor.skip('=');
      collation = cursor.wordOrString().toLowerCase(Locale.ROOT);
    }
    return new AlterClause.ConvertTo(charset, collation);
  }

  private void readOther() {
    if (cursor.skip("FORCE")) {
      clauses.add(new AlterClause.Harmless("FORCE"));
    } else if (cursor.skip("ENABLE", "KEYS") || cursor.skip("DISABLE", "KEYS")) {
      clauses.add(new AlterClause.Harmless(cursor.ahead(-2).keyword() + " KEYS"));
    } else if (cursor.skipAny("ALGORITHM", "LOCK")) {
      String words = cursor.ahead(-1).keyword();
      cursor.skip('=');
      cursor.wordOrString();
      clauses.add(new AlterClause.Harmless(words));
    } else if (cursor.skip("WITH", "VALIDATION") || cursor.skip("WITHOUT", "VALIDATION")) {
      clauses.add(new AlterClause.Harmless("VALIDATION"));
    } else if (!server.mariaDb() && cursor.skipAny("SECONDARY_LOAD", "SECONDARY_UNLOAD")) {
      clauses.add(new AlterClause.Harmless(cursor.ahead(-1).keyword()));
    } else if (cursor.skip("DISCARD", "TABLESPACE") || cursor.skip("IMPORT", "TABLESPACE")) {
      clauses.add(new AlterClause.Tablespace(cursor.ahead(-2).is("IMPORT")));
    } else if (cursor.skip("ORDER", "BY")) {
      readOrder();
    } else {
      readOptions();
    }
  }

  private void readOrder() {
    do {
      cursor.column(table);
      cursor.skipAny("ASC", "DESC");
      // A comma may also end the clause.
    } while (cursor.is(',') && isColumnAhead() && cursor.skip(','));
    clauses.add(new AlterClause.Harmless("ORDER BY"));
  }

  private boolean isColumnAhead() {
    SqlToken behind = cursor.ahead(2);
    return behind.isEnd()
        || behind.isSymbol(',')
        || behind.isSymbol('.')
        || behind.is("ASC")
        || behind.is("DESC");
  }

  private void readOptions() {
    TableReader reader = new TableReader(cursor, server, table);
    Optional<TableOption> option = reader.readOption();
    if (option.isEmpty()) {
      throw cursor.unexpected("a clause");
    }
    while (option.isPresent()) {
      clauses.add(new AlterClause.SetOption(option.get()));
      option = reader.readOption();
    }
  }
}
