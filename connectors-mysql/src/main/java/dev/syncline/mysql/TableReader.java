package dev.syncline.mysql;

import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.CreateTable;
import dev.syncline.mysql.DdlStatement.CreateTableLike;
import dev.syncline.mysql.DdlStatement.TableOption;
import dev.syncline.mysql.NamePlace.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Reads the definition of a table: columns, keys, options, partitions. Used by one thread. */
final class TableReader {

  /** Options of one word, whose value may follow an equals sign or stand right behind. */
  private static final Set<String> OPTIONS =
      Set.of(
          "AUTOEXTEND_SIZE",
          "AUTO_INCREMENT",
          "AVG_ROW_LENGTH",
          "CHECKSUM",
          "COMPRESSION",
          "DELAY_KEY_WRITE",
          "ENCRYPTION",
          "ENGINE",
          "ENGINE_ATTRIBUTE",
          "INSERT_METHOD",
          "KEY_BLOCK_SIZE",
          "MAX_ROWS",
          "MIN_ROWS",
          "PACK_KEYS",
          "PAGE_CHECKSUM",
          "ROW_FORMAT",
          "SECONDARY_ENGINE",
          "SECONDARY_ENGINE_ATTRIBUTE",
          "SEQUENCE",
          "STATS_AUTO_RECALC",
          "STATS_PERSISTENT",
          "STATS_SAMPLE_PAGES",
          "STORAGE",
          "TABLE_CHECKSUM",
          "TABLESPACE",
          "TRANSACTIONAL",
          "TYPE");

  private final DdlCursor cursor;
  private final SqlVersion server;
  private final DdlName table;

  TableReader(DdlCursor cursor, SqlVersion server, DdlName table) {
    this.cursor = cursor;
    this.server = server;
    this.table = table;
  }

  /** Passes over how long a statement of MariaDB waits for others. */
  static void skipWait(DdlCursor cursor) {
    if (cursor.skip("WAIT")) {
      cursor.number();
    } else {
      cursor.skip("NOWAIT");
    }
  }

  /** Reads a CREATE TABLE from behind the name on. */
  DdlStatement readCreate(boolean temporary, Condition condition) {
    boolean parenthesis = cursor.is('(') && cursor.ahead(1).is("LIKE");
    if (parenthesis || cursor.is("LIKE")) {
      cursor.skip('(');
      cursor.expect("LIKE");
      DdlName like = cursor.table();
      if (parenthesis) {
        cursor.expect(')');
      }
      return new CreateTableLike(table, temporary, condition, like);
    }
    List<TableElement> elements = new ArrayList<>();
    if (cursor.is('(') && !isQuery(1)) {
      elements.addAll(readElements());
    }
    List<TableOption> options = readOptions();
    boolean partitioned = readPartitions();
    cursor.skipAny("IGNORE", "REPLACE");
    boolean filled = cursor.skip("AS") || isQuery(0);
    if (filled) {
      if (!isQuery(0)) {
        throw cursor.unexpected("'SELECT'");
      }
      cursor.leaveUnread("the query that fills the table");
      cursor.skipAll();
    }
    if (elements.isEmpty() && !filled) {
      throw cursor.unexpected("'('");
    }
    return new CreateTable(table, temporary, condition, elements, options, partitioned, filled);
  }

  /** MySQL writes it to the log among the options, where the rows of a query follow. */
  private void skipStart() {
    int mark = cursor.mark();
    if (!server.mariaDb() && cursor.skip("START", "TRANSACTION")) {
      cursor.leaveOut(mark);
    }
  }

  private boolean isQuery(int ahead) {
    SqlToken token = cursor.ahead(ahead);
    return token.is("SELECT")
        || token.is("WITH")
        || token.is("VALUES")
        || token.is("TABLE")
        || token.isSymbol('(');
  }

  /** Reads columns, keys and constraints in parentheses. */
  List<TableElement> readElements() {
    List<TableElement> elements = new ArrayList<>();
    cursor.expect('(');
    do {
      Optional<TableElement> key = new KeyReader(cursor, server, table).read();
      if (key.isPresent()) {
        elements.add(key.get());
      } else if (!readPeriod()) {
        ColumnReader column = new ColumnReader(cursor, server, table);
        elements.add(column.read());
        elements.addAll(column.others());
      }
    } while (cursor.skip(','));
    cursor.expect(')');
    return elements;
  }

  /** Reads a period of MariaDB between two columns, if one stands here. */
  boolean readPeriod() {
    if (!server.mariaDb() || !cursor.skip("PERIOD", "FOR")) {
      return false;
    }
    cursor.skip("IF", "NOT", "EXISTS");
    if (cursor.is("SYSTEM_TIME")) {
      throw versioned();
    }
    cursor.word();
    cursor.expect('(');
    cursor.part(Role.COLUMN, table);
    cursor.expect(',');
    cursor.part(Role.COLUMN, table);
    cursor.expect(')');
    return true;
  }

  static IllegalArgumentException versioned() {
    return new IllegalArgumentException("tables with system versioning are not supported");
  }

  private List<TableOption> readOptions() {
    List<TableOption> options = new ArrayList<>();
    skipStart();
    Optional<TableOption> option = readOption();
    while (option.isPresent()) {
      options.add(option.get());
      boolean comma = cursor.skip(',');
      skipStart();
      option = readOption();
      if (comma && option.isEmpty()) {
        throw cursor.unexpected("an option");
      }
    }
    return options;
  }

  /** Reads an option of a table; empty if none stands here. */
  Optional<TableOption> readOption() {
    if (cursor.are("WITH", "SYSTEM", "VERSIONING")) {
      throw versioned();
    }
    int ahead = cursor.is("DEFAULT") ? 1 : 0;
    boolean charset =
        cursor.ahead(ahead).is("CHARSET")
            || ((cursor.ahead(ahead).is("CHARACTER") || cursor.ahead(ahead).is("CHAR"))
                && cursor.ahead(ahead + 1).is("SET"));
    if (charset || cursor.ahead(ahead).is("COLLATE")) {
      return Optional.of(readDefault(charset));
    }
    if (cursor.skip("DATA", "DIRECTORY") || cursor.skip("INDEX", "DIRECTORY")) {
      String name = cursor.ahead(-2).keyword() + " DIRECTORY";
      cursor.skip('=');
      return Optional.of(new TableOption(name, cursor.string()));
    }
    if (cursor.skip("UNION")) {
      return Optional.of(new TableOption("UNION", readUnion()));
    }
    if (cursor.isAny("COMMENT", "CONNECTION", "PASSWORD")) {
      String name = cursor.current().keyword();
      cursor.next();
      cursor.skip('=');
      return Optional.of(new TableOption(name, cursor.string()));
    }
    boolean foreign = server.mariaDb() && cursor.current().isName() && isAssigned();
    String name = cursor.current().text().toUpperCase(Locale.ROOT);
    if (!OPTIONS.contains(name) && !foreign) {
      return Optional.empty();
    }
    cursor.next();
    cursor.skip('=');
    return Optional.of(new TableOption(name, readValue()));
  }

  /** Engines of MariaDB have options of their own, which need the equals sign. */
  private boolean isAssigned() {
    return cursor.ahead(1).isSymbol('=') && !cursor.isAny("ALGORITHM", "LOCK", "RENAME");
  }

  private TableOption readDefault(boolean charset) {
    cursor.skip("DEFAULT");
    if (!cursor.skip("CHARSET") && !cursor.skip("COLLATE")) {
      cursor.next();
      cursor.next();
    }
    cursor.skip('=');
    return new TableOption(charset ? "CHARSET" : "COLLATE", cursor.charset());
  }

  private String readUnion() {
    cursor.skip('=');
    cursor.expect('(');
    List<String> tables = new ArrayList<>();
    while (!cursor.skip(')')) {
      tables.add(cursor.table().toString());
      cursor.skip(',');
    }
    return String.join(",", tables);
  }

  private String readValue() {
    SqlToken token = cursor.current();
    boolean value =
        token.isName()
            || token.kind() == SqlToken.Kind.STRING
            || token.kind() == SqlToken.Kind.NUMBER
            || token.kind() == SqlToken.Kind.HEX;
    if (!value) {
      throw cursor.unexpected("a value");
    }
    cursor.next();
    return token.text();
  }

  /** Reads how rows are spread over partitions, if it stands here. */
  boolean readPartitions() {
    if (!cursor.skip("PARTITION", "BY")) {
      return false;
    }
    readMethod();
    if (cursor.skip("PARTITIONS")) {
      cursor.number();
    }
    if (cursor.skip("SUBPARTITION", "BY")) {
      readMethod();
      if (cursor.skip("SUBPARTITIONS")) {
        cursor.number();
      }
    }
    if (cursor.is('(')) {
      cursor.skipParentheses();
    }
    return true;
  }

  private void readMethod() {
    if (cursor.is("SYSTEM_TIME")) {
      throw versioned();
    }
    cursor.skip("LINEAR");
    if (cursor.skip("KEY")) {
      if (cursor.skip("ALGORITHM")) {
        cursor.expect('=');
        cursor.number();
      }
      readColumns();
    } else if (cursor.skip("RANGE", "COLUMNS") || cursor.skip("LIST", "COLUMNS")) {
      readColumns();
    } else if (cursor.skipAny("HASH", "RANGE", "LIST")) {
      new ExpressionReader(cursor, server).parenthesized(table);
    } else {
      throw cursor.unexpected("'HASH'");
    }
  }

  private void readColumns() {
    cursor.expect('(');
    while (!cursor.skip(')')) {
      cursor.part(Role.COLUMN, table);
      cursor.skip(',');
    }
  }
}
