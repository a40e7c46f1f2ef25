package dev.syncline.mysql;

import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.ObjectType;
import dev.syncline.mysql.DdlStatement.RenameTable.Rename;
import dev.syncline.mysql.DdlStatement.Verb;
import dev.syncline.mysql.TableElement.KeyType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a statement to its end, word by word. What it does not expect is an {@link
 * IllegalArgumentException}. Used by one thread, once.
 */
final class DdlReader {
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "ANALYZE",
          "CACHE",
          "CHECK",
          "CHECKSUM",
          "FLUSH",
          "GRANT",
          "INSTALL",
          "KILL",
          "OPTIMIZE",
          "PURGE",
          "REPAIR",
          "RESET",
          "REVOKE",
          "UNINSTALL");

  /** What belongs to the server and not to a database. */
  private static final Set<String> OF_SERVER =
      Set.of(
          "INSTANCE",
          "LOGFILE",
          "RESOURCE",
          "ROLE",
          "SERVER",
          "SPATIAL",
          "TABLESPACE",
          "UNDO",
          "USER");

  private final DdlCursor cursor;
  private final SqlVersion server;
  private boolean temporary;
  private boolean replace;

  DdlReader(DdlCursor cursor, SqlVersion server) {
    this.cursor = cursor;
    this.server = server;
  }

  /** Reads the statement. */
  DdlStatement read() {
    String verb = cursor.current().keyword();
    if (WITHOUT_EFFECT.contains(verb)) {
      cursor.skipAll();
      return new DdlStatement.WithoutEffect(verb);
    }
    if (!Set.of("ALTER", "CREATE", "DROP", "RENAME", "TRUNCATE").contains(verb)) {
      throw cursor.unexpected("a statement that defines something");
    }
    cursor.next();
    DdlStatement statement =
        switch (verb) {
          case "CREATE" -> readCreate();
          case "ALTER" -> readAlter();
          case "DROP" -> readDrop();
          case "RENAME" -> readRename();
          default -> readTruncate();
        };
    cursor.expectEnd();
    return statement;
  }

  private DdlStatement ofServer(String verb) {
    String words = verb + " " + cursor.current().keyword();
    cursor.skipAll();
    return new DdlStatement.WithoutEffect(words);
  }

  /** Whether it stands on an object of the server; a spatial index is none. */
  private boolean isOfServer() {
    return OF_SERVER.contains(cursor.current().keyword())
        && (!cursor.is("SPATIAL") || cursor.ahead(1).is("REFERENCE"));
  }

  private Condition condition() {
    if (cursor.skip("IF", "NOT", "EXISTS")) {
      return Condition.IF_NOT_EXISTS;
    }
    if (cursor.skip("IF", "EXISTS")) {
      return Condition.IF_EXISTS;
    }
    return replace ? Condition.OR_REPLACE : Condition.NONE;
  }

  private DdlStatement readCreate() {
    int mark = cursor.mark();
    replace = cursor.skip("OR", "REPLACE");
    if (replace && !server.mariaDb() && cursor.isAny("DATABASE", "SCHEMA", "TABLE", "INDEX")) {
      throw cursor.unexpected("what MySQL replaces");
    }
    if (isOfServer()) {
      return ofServer("CREATE");
    }
    if (cursor.isAny("DATABASE", "SCHEMA")) {
      cursor.leaveOut(mark);
      cursor.next();
      Condition condition = condition();
      String name = cursor.database();
      DatabaseOptions options = databaseOptions();
      return new DdlStatement.CreateDatabase(
          name, condition, options.charset(), options.collation());
    }
    Optional<KeyType> key = keyType();
    if (key.isPresent()) {
      return new KeyReader(cursor, server, new DdlName("", ""))
          .readCreateIndex(key.get(), condition());
    }
    skipPreamble();
    temporary = cursor.skip("TEMPORARY");
    if (cursor.skip("TABLE")) {
      Condition condition = condition();
      DdlName table = cursor.table();
      return new TableReader(cursor, server, table).readCreate(temporary, condition);
    }
    cursor.skip("AGGREGATE");
    return readObject(Verb.CREATE);
  }

  private Optional<KeyType> keyType() {
    if (cursor.isAny("ONLINE", "OFFLINE")) {
      cursor.next();
    }
    if (cursor.skip("INDEX")) {
      return Optional.of(KeyType.PLAIN);
    }
    if (cursor.isAny("UNIQUE", "FULLTEXT", "SPATIAL", "VECTOR") && cursor.ahead(1).is("INDEX")) {
      KeyType type = KeyType.valueOf(cursor.current().keyword());
      cursor.next();
      cursor.next();
      return Optional.of(type);
    }
    return Optional.empty();
  }

  /** Who an object belongs to, and how a view is made. */
  private void skipPreamble() {
    boolean more = true;
    while (more) {
      if (cursor.skip("ALGORITHM")) {
        cursor.expect('=');
        cursor.wordOrString();
      } else if (cursor.skip("DEFINER")) {
        cursor.expect('=');
        skipAccount();
      } else if (cursor.skip("SQL", "SECURITY")) {
        cursor.wordOrString();
      } else {
        more = false;
      }
    }
  }

  private void skipAccount() {
    if (cursor.skip("CURRENT_USER") || cursor.skip("CURRENT_ROLE")) {
      if (cursor.skip('(')) {
        cursor.expect(')');
      }
      return;
    }
    cursor.wordOrString();
    if (cursor.skip('@')) {
      cursor.next();
      // A host without quotes may have points.
      while (cursor.is('.') || cursor.current().kind() == SqlToken.Kind.NUMBER) {
        cursor.next();
        if (cursor.ahead(-1).isSymbol('.')) {
          cursor.next();
        }
      }
    }
  }

  private DdlStatement readObject(Verb verb) {
    Optional<ObjectType> type = ObjectReader.type(cursor);
    if (type.isEmpty()) {
      throw cursor.unexpected("'TABLE' or another kind of object");
    }
    boolean ofMariaDb = type.get() == ObjectType.SEQUENCE || type.get() == ObjectType.PACKAGE;
    if (!server.mariaDb() && (ofMariaDb || (replace && type.get() != ObjectType.VIEW))) {
      throw cursor.unexpected("an object of MySQL");
    }
    cursor.next();
    return new ObjectReader(cursor).read(verb, type.get(), replace);
  }

  private DdlStatement readAlter() {
    if (isOfServer()) {
      return ofServer("ALTER");
    }
    int mark = cursor.mark();
    if (cursor.skipAny("DATABASE", "SCHEMA")) {
      return readAlterDatabase(mark);
    }
    cursor.skipAny("ONLINE", "OFFLINE");
    boolean ignores = cursor.skip("IGNORE");
    if (cursor.skip("TABLE")) {
      Condition condition = condition();
      DdlName table = cursor.table();
      if (server.mariaDb()) {
        TableReader.skipWait(cursor);
      }
      List<AlterClause> clauses = new AlterReader(cursor, server, table).read();
      if (ignores && clauses.stream().anyMatch(DdlReader::addsUniqueKey)) {
        throw new IllegalArgumentException(
            "with IGNORE a unique key removes rows, and the log does not say which");
      }
      return new DdlStatement.AlterTable(table, condition, clauses);
    }
    skipPreamble();
    return readObject(Verb.ALTER);
  }

  private static boolean addsUniqueKey(AlterClause clause) {
    if (clause instanceof AlterClause.AddKey added) {
      TableElement.KeyType type = added.key().type();
      return type == TableElement.KeyType.PRIMARY || type == TableElement.KeyType.UNIQUE;
    }
    return clause instanceof AlterClause.AddColumn added && !added.column().keys().isEmpty();
  }

  private DdlStatement readAlterDatabase(int mark) {
    boolean named =
        cursor.ahead(1).isName()
            && !(cursor.is("CHARSET") && !isDatabaseOption(1))
            && !cursor.isAny("COLLATE", "CHARACTER", "DEFAULT")
            && !cursor.are("READ", "ONLY");
    String name = named ? cursor.database() : "";
    if (!named) {
      cursor.replace(mark, "DATABASE `x`");
    }
    if (cursor.skip("UPGRADE", "DATA", "DIRECTORY", "NAME")) {
      return new DdlStatement.WithoutEffect("ALTER DATABASE");
    }
    DatabaseOptions options = databaseOptions();
    return new DdlStatement.AlterDatabase(name, options.charset(), options.collation());
  }

  private boolean isDatabaseOption(int ahead) {
    SqlToken token = cursor.ahead(ahead);
    return token.is("CHARSET") || token.is("CHARACTER") || token.is("DEFAULT");
  }

  private record DatabaseOptions(String charset, String collation) {}

  private DatabaseOptions databaseOptions() {
    String charset = "";
    String collation = "";
    while (!cursor.isEnd()) {
      cursor.skip("DEFAULT");
      if (cursor.skip("CHARSET") || cursor.skip("CHARACTER", "SET") || cursor.skip("CHAR", "SET")) {
        cursor.skip('=');
        charset = cursor.charset();
        boolean keeps =
            collation.isEmpty()
                || server
                    .keepsCollation()
                    .orElseThrow(() -> cursor.unexpected("a character set before its collation"));
        collation = keeps ? collation : "";
      } else if (cursor.skip("COLLATE")) {
        collation = databaseValue();
      } else if (cursor.skip("ENCRYPTION")) {
        databaseValue();
      } else if (server.mariaDb() && cursor.is("COMMENT")) {
        int mark = cursor.mark();
        cursor.next();
        databaseValue();
        cursor.leaveOut(mark);
      } else if (!server.mariaDb() && cursor.skip("READ", "ONLY")) {
        cursor.skip('=');
        cursor.next();
      } else {
        throw cursor.unexpected("an option of a database");
      }
    }
    checkDefaults(charset, collation);
    return new DatabaseOptions(charset, collation);
  }

  /** Servers differ in what DEFAULT is: that of the server, of the set or of the database. */
  private void checkDefaults(String charset, String collation) {
    boolean byServer = charset.isEmpty() && server.keepsCollation().equals(Optional.of(false));
    if ((charset.equals("default") && !collation.isEmpty())
        || (collation.equals("default") && !byServer)) {
      throw cursor.unexpected("a name in place of DEFAULT");
    }
  }

  private String databaseValue() {
    cursor.skip('=');
    return cursor.wordOrString().toLowerCase(Locale.ROOT);
  }

  private DdlStatement readDrop() {
    if (isOfServer()) {
      return ofServer("DROP");
    }
    if (cursor.skipAny("DATABASE", "SCHEMA")) {
      Condition condition = condition();
      return new DdlStatement.DropDatabase(cursor.database(), condition);
    }
    cursor.skipAny("ONLINE", "OFFLINE");
    if (cursor.skip("INDEX")) {
      return readDropIndex();
    }
    temporary = cursor.skip("TEMPORARY");
    if (!cursor.skipAny("TABLE", "TABLES")) {
      return readObject(Verb.DROP);
    }
    Condition condition = condition();
    List<DdlName> tables = new ArrayList<>();
    do {
      tables.add(cursor.table());
    } while (cursor.skip(','));
    if (server.mariaDb()) {
      TableReader.skipWait(cursor);
    }
    cursor.skipAny("RESTRICT", "CASCADE");
    return new DdlStatement.DropTables(tables, temporary, condition);
  }

  private DdlStatement readDropIndex() {
    Condition condition = condition();
    int mark = cursor.mark();
    cursor.word();
    cursor.expect("ON");
    DdlName table = cursor.table();
    String name = cursor.noteAt(mark, NamePlace.Role.KEY, table);
    if (server.mariaDb()) {
      TableReader.skipWait(cursor);
    }
    while (!server.mariaDb() && cursor.skipAny("ALGORITHM", "LOCK")) {
      cursor.skip('=');
      cursor.wordOrString();
    }
    return new DdlStatement.DropIndex(table, name, condition);
  }

  private DdlStatement readRename() {
    if (cursor.is("USER")) {
      return ofServer("RENAME");
    }
    if (!cursor.skipAny("TABLE", "TABLES")) {
      throw cursor.unexpected("'TABLE'");
    }
    Condition condition = condition();
    List<Rename> renames = new ArrayList<>();
    do {
      DdlName from = cursor.table();
      if (server.mariaDb()) {
        TableReader.skipWait(cursor);
      }
      cursor.expect("TO");
      renames.add(new Rename(from, cursor.table()));
    } while (cursor.skip(','));
    return new DdlStatement.RenameTable(condition, renames);
  }

  private DdlStatement readTruncate() {
    cursor.skip("TABLE");
    DdlName table = cursor.table();
    if (server.mariaDb()) {
      TableReader.skipWait(cursor);
    }
    return new DdlStatement.TruncateTable(table);
  }
}
