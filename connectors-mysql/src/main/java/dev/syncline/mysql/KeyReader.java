package dev.syncline.mysql;

import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.UniqueKey;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.TableElement.Check;
import dev.syncline.mysql.TableElement.KeyPart;
import dev.syncline.mysql.TableElement.KeyType;
import dev.syncline.mysql.TableElement.References;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads keys, foreign keys and checks of a table. Used by one thread. */
final class KeyReader {
  private final DdlCursor cursor;
  private final SqlVersion server;
  private final DdlName table;
  private final ExpressionReader expressions;
  private boolean withoutOverlaps;
  private Condition constraintCondition = Condition.NONE;

  KeyReader(DdlCursor cursor, SqlVersion server, DdlName table) {
    this.cursor = cursor;
    this.server = server;
    this.table = table;
    this.expressions = new ExpressionReader(cursor, server);
  }

  /** Reads a key, foreign key or check that stands alone; empty if something else stands here. */
  Optional<TableElement> read() {
    String symbol = "";
    boolean constraint = cursor.skip("CONSTRAINT");
    constraintCondition = constraint ? ifNotExists() : Condition.NONE;
    if (constraint && !cursor.isAny("PRIMARY", "UNIQUE", "FOREIGN", "CHECK")) {
      symbol = cursor.part(Role.CONSTRAINT, table);
    }
    if (cursor.skip("PRIMARY", "KEY")) {
      return Optional.of(readKey(KeyType.PRIMARY, symbol));
    }
    if (cursor.skip("UNIQUE")) {
      cursor.skipAny("INDEX", "KEY");
      return Optional.of(readKey(KeyType.UNIQUE, symbol));
    }
    if (cursor.skip("FOREIGN", "KEY")) {
      return Optional.of(readForeignKey(symbol));
    }
    if (cursor.is("CHECK")) {
      return Optional.of(readCheck(symbol, ""));
    }
    if (constraint) {
      throw cursor.unexpected("a constraint");
    }
    if (cursor.skipAny("INDEX", "KEY")) {
      return Optional.of(readKey(KeyType.PLAIN, ""));
    }
    return readSpecial();
  }

  private Optional<TableElement> readSpecial() {
    boolean vector = cursor.are("VECTOR", "INDEX") || cursor.are("VECTOR", "KEY");
    if (!vector && !cursor.isAny("FULLTEXT", "SPATIAL")) {
      return Optional.empty();
    }
    KeyType type = KeyType.valueOf(cursor.current().keyword());
    cursor.next();
    cursor.skipAny("INDEX", "KEY");
    return Optional.of(readKey(type, ""));
  }

  /** Reads what stands behind the kind of a key. */
  private TableElement.Key readKey(KeyType type, String symbol) {
    Condition condition = ifNotExists();
    String name = "";
    if (!cursor.is('(') && !isUsing()) {
      name = type == KeyType.PRIMARY ? cursor.word() : cursor.part(Role.KEY, table);
    }
    using();
    List<KeyPart> parts = parts();
    options();
    String known = type == KeyType.PRIMARY ? UniqueKey.PRIMARY : name;
    return new TableElement.Key(type, symbol, known, condition, parts, withoutOverlaps);
  }

  /** Reads a statement from the name of the key on. */
  DdlStatement.CreateIndex readCreateIndex(KeyType type, Condition condition) {
    int nameToken = cursor.mark();
    cursor.word();
    using();
    cursor.expect("ON");
    DdlName of = cursor.table();
    KeyReader reader = new KeyReader(cursor, server, of);
    String name = cursor.noteAt(nameToken, Role.KEY, of);
    List<KeyPart> parts = reader.parts();
    if (server.mariaDb()) {
      TableReader.skipWait(cursor);
    }
    reader.options();
    while (cursor.skipAny("ALGORITHM", "LOCK")) {
      cursor.skip('=');
      cursor.wordOrString();
    }
    TableElement.Key key =
        new TableElement.Key(type, "", name, condition, parts, reader.withoutOverlaps);
    return new DdlStatement.CreateIndex(of, key);
  }

  /** Whether the constraint that was read is only made if there is none of its name. */
  Condition constraintCondition() {
    return constraintCondition;
  }

  private Condition ifNotExists() {
    boolean found = server.mariaDb() && cursor.skipUnknown("IF", "NOT", "EXISTS");
    return found ? Condition.IF_NOT_EXISTS : constraintCondition;
  }

  /** A key may be named {@code type} or {@code using}, if what is used does not follow. */
  private boolean isUsing() {
    return cursor.is("USING")
        || (cursor.is("TYPE") && cursor.ahead(1).isName() && !cursor.ahead(1).is("USING"));
  }

  private void using() {
    if (isUsing()) {
      cursor.next();
      cursor.word();
    }
  }

  private List<KeyPart> parts() {
    withoutOverlaps = false;
    List<KeyPart> parts = new ArrayList<>();
    cursor.expect('(');
    do {
      if (cursor.is('(') && !server.mariaDb()) {
        String expression = expressions.parenthesized(table);
        parts.add(new KeyPart("", 0, descending(), expression));
      } else if (cursor.ahead(1).is("WITHOUT") && cursor.ahead(2).is("OVERLAPS")) {
        cursor.word();
        cursor.expect("WITHOUT", "OVERLAPS");
        withoutOverlaps = true;
      } else {
        String column = cursor.part(Role.COLUMN, table);
        int prefix = 0;
        if (cursor.skip('(')) {
          prefix = Integer.parseInt(cursor.number());
          cursor.expect(')');
        }
        parts.add(new KeyPart(column, prefix, descending(), ""));
      }
    } while (cursor.skip(','));
    cursor.expect(')');
    return parts;
  }

  private boolean descending() {
    boolean descending = cursor.is("DESC");
    cursor.skipAny("ASC", "DESC");
    return descending;
  }

  private void options() {
    boolean more = true;
    while (more) {
      if (cursor.skipAny("KEY_BLOCK_SIZE", "ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE")) {
        cursor.skip('=');
        cursor.next();
      } else if (cursor.skip("COMMENT")) {
        cursor.string();
      } else if (cursor.skip("WITH", "PARSER")) {
        cursor.word();
      } else if (isUsing()) {
        using();
      } else if (server.mariaDb() && cursor.ahead(1).isSymbol('=') && !isAlterOption()) {
        // Engines of MariaDB have options of their own.
        cursor.next();
        cursor.next();
        cursor.next();
      } else {
        more =
            cursor.skip("VISIBLE")
                || (!server.mariaDb() && cursor.skip("INVISIBLE"))
                || (server.mariaDb() && (cursor.skip("IGNORED") || cursor.skip("NOT", "IGNORED")));
      }
    }
  }

  private boolean isAlterOption() {
    return cursor.isAny("ALGORITHM", "LOCK");
  }

  private References readForeignKey(String symbol) {
    Condition condition = ifNotExists();
    String name = cursor.is('(') ? "" : cursor.part(Role.KEY, table);
    List<String> columns = columns(table);
    return readReferences(new Head(symbol, name, condition, columns));
  }

  /** What stands before REFERENCES. */
  private record Head(String symbol, String name, Condition condition, List<String> columns) {}

  /** Reads a foreign key in the definition of a column, from REFERENCES on. */
  References readInlineReferences(String column) {
    return readReferences(new Head("", "", Condition.NONE, List.of(column)));
  }

  private References readReferences(Head head) {
    cursor.expect("REFERENCES");
    DdlName parent = cursor.qualified(Role.PARENT);
    List<String> parentColumns = cursor.is('(') ? columns(parent) : List.of();
    boolean match = cursor.skip("MATCH");
    if (match && !cursor.skipAny("FULL", "PARTIAL", "SIMPLE")) {
      throw cursor.unexpected("'FULL'");
    }
    if (match && cursor.is("ON") && server.readsBehindMatch().isEmpty()) {
      throw cursor.unexpected("no ON behind MATCH, which not every version reads,");
    }
    boolean heeded = !match || server.readsBehindMatch().orElse(false);
    Rule onDelete = Rule.RESTRICT;
    Rule onUpdate = Rule.RESTRICT;
    while (cursor.is("ON")) {
      cursor.next();
      if (cursor.skip("DELETE")) {
        onDelete = rule();
      } else {
        cursor.expect("UPDATE");
        onUpdate = rule();
      }
    }
    return new References(
        head.symbol(),
        head.name(),
        head.condition(),
        head.columns(),
        parent,
        parentColumns,
        heeded ? onDelete : Rule.RESTRICT,
        heeded ? onUpdate : Rule.RESTRICT);
  }

  private Rule rule() {
    if (cursor.skip("RESTRICT") || cursor.skip("NO", "ACTION")) {
      return Rule.RESTRICT;
    }
    if (cursor.skip("CASCADE")) {
      return Rule.CASCADE;
    }
    if (cursor.skip("SET", "NULL")) {
      return Rule.SET_NULL;
    }
    cursor.expect("SET", "DEFAULT");
    return Rule.SET_DEFAULT;
  }

  private List<String> columns(DdlName of) {
    List<String> columns = new ArrayList<>();
    cursor.expect('(');
    do {
      columns.add(cursor.part(Role.COLUMN, of));
      if (cursor.is('(')) {
        cursor.skipParentheses();
      }
      descending();
    } while (cursor.skip(','));
    cursor.expect(')');
    return columns;
  }

  /** Reads a condition on rows, from CHECK on. */
  Check readCheck(String name, String column) {
    cursor.expect("CHECK");
    expressions.parenthesized(table);
    if (!server.mariaDb() && !cursor.skip("NOT", "ENFORCED")) {
      cursor.skip("ENFORCED");
    }
    return new Check(name, column);
  }
}
