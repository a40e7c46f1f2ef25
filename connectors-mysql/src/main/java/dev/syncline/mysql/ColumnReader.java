package dev.syncline.mysql;

import dev.syncline.mysql.NamePlace.Role;
import dev.syncline.mysql.TableElement.Column;
import dev.syncline.mysql.TableElement.ColumnType;
import dev.syncline.mysql.TableElement.Default;
import dev.syncline.mysql.TableElement.Generated;
import dev.syncline.mysql.TableElement.InlineKey;
import dev.syncline.mysql.TableElement.Nullability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Reads the definition of one column. Used by one thread, once. */
final class ColumnReader {
  /** From these on a foreign key in the definition of a column is one. */
  private static final int MYSQL_INLINE_FOREIGN_KEYS = 90_000;

  private static final int MARIADB_INLINE_FOREIGN_KEYS = 100_500;

  private final DdlCursor cursor;
  private final SqlVersion server;
  private final DdlName table;
  private final ExpressionReader expressions;

  private String name = "";
  private Nullability nullability = Nullability.UNSAID;
  private Optional<Default> value = Optional.empty();
  private boolean onUpdate;
  private boolean autoIncrement;
  private Optional<Generated> generated = Optional.empty();
  private final List<InlineKey> keys = new ArrayList<>();
  private boolean invisible;
  private String collation = "";
  private String comment = "";
  private final List<TableElement> others = new ArrayList<>();

  ColumnReader(DdlCursor cursor, SqlVersion server, DdlName table) {
    this.cursor = cursor;
    this.server = server;
    this.table = table;
    this.expressions = new ExpressionReader(cursor, server);
  }

  /** The foreign keys and checks in the definition that was read. */
  List<TableElement> others() {
    return others;
  }

  /** Reads a name and a definition. */
  Column read() {
    name = cursor.column(table);
    boolean serial = TypeReader.isSerial(cursor);
    ColumnType type = new TypeReader(cursor).read();
    if (serial) {
      makeSerial();
    }
    boolean more = true;
    while (more) {
      more = readAttribute();
    }
    if (server.mariaDb() && keys.contains(InlineKey.PRIMARY)) {
      // It makes no unique key over the same column then.
      keys.removeIf(key -> key == InlineKey.UNIQUE);
    }
    ColumnType whole =
        new ColumnType(
            type.name(),
            type.arguments(),
            type.unsigned(),
            type.zerofill(),
            type.charset(),
            collation,
            type.binary());
    return new Column(
        name,
        whole,
        nullability,
        value,
        onUpdate,
        autoIncrement,
        generated,
        keys,
        invisible,
        comment);
  }

  private void makeSerial() {
    nullability = Nullability.NOT_NULL;
    autoIncrement = true;
    keys.add(InlineKey.UNIQUE);
  }

  private boolean readAttribute() {
    if (cursor.skip("NOT", "NULL")) {
      nullability = Nullability.NOT_NULL;
    } else if (cursor.skip("NULL")) {
      nullability = Nullability.NULLABLE;
    } else if (cursor.skip("DEFAULT")) {
      value = Optional.of(expressions.value(table));
    } else if (cursor.skip("ON", "UPDATE")) {
      expressions.now();
      onUpdate = true;
    } else if (cursor.skip("AUTO_INCREMENT")) {
      autoIncrement = true;
    } else if (cursor.skip("SERIAL", "DEFAULT", "VALUE")) {
      makeSerial();
    } else if (cursor.skip("COMMENT")) {
      comment = cursor.string();
    } else if (cursor.skip("COLLATE")) {
      collation = cursor.wordOrString().toLowerCase(Locale.ROOT);
    } else if (cursor.skip("INVISIBLE")) {
      invisible = true;
    } else if (!server.mariaDb() && cursor.skip("VISIBLE")) {
      invisible = false;
    } else {
      return readKey() || readGenerated() || readConstraint() || readStorage();
    }
    return true;
  }

  private boolean readKey() {
    if (cursor.skip("PRIMARY")) {
      cursor.skip("KEY");
      keys.add(InlineKey.PRIMARY);
    } else if (cursor.skip("UNIQUE")) {
      cursor.skip("KEY");
      keys.add(InlineKey.UNIQUE);
    } else if (cursor.skip("KEY")) {
      keys.add(InlineKey.PRIMARY);
    } else {
      return false;
    }
    return true;
  }

  private boolean readGenerated() {
    boolean always = cursor.skip("GENERATED", "ALWAYS");
    if (!always && !cursor.is("AS")) {
      return false;
    }
    cursor.expect("AS");
    if (cursor.is("ROW")) {
      throw new IllegalArgumentException("tables with system versioning are not supported");
    }
    String expression = expressions.parenthesized(table);
    boolean stored = cursor.isAny("STORED", "PERSISTENT");
    cursor.skipAny("STORED", "PERSISTENT", "VIRTUAL");
    generated = Optional.of(new Generated(expression, stored));
    return true;
  }

  private boolean readConstraint() {
    if (cursor.is("REFERENCES")) {
      TableElement.References key = new KeyReader(cursor, server, table).readInlineReferences(name);
      int from = server.mariaDb() ? MARIADB_INLINE_FOREIGN_KEYS : MYSQL_INLINE_FOREIGN_KEYS;
      if (server.number() >= from) {
        others.add(key);
      }
      return true;
    }
    String constraint = "";
    boolean named = cursor.skip("CONSTRAINT");
    if (named && !cursor.is("CHECK")) {
      constraint = cursor.part(Role.CONSTRAINT, table);
    }
    if (!cursor.is("CHECK")) {
      if (named) {
        throw cursor.unexpected("'CHECK'");
      }
      return false;
    }
    others.add(new KeyReader(cursor, server, table).readCheck(constraint, name));
    return true;
  }

  /** What does not matter to rows. */
  private boolean readStorage() {
    if (cursor.skip("COLUMN_FORMAT") || cursor.skip("STORAGE")) {
      cursor.wordOrString();
    } else if (cursor.skip("SRID")) {
      cursor.number();
    } else if (cursor.skip("REF_SYSTEM_ID")) {
      cursor.expect('=');
      cursor.number();
    } else if (cursor.skipAny("ENGINE_ATTRIBUTE", "SECONDARY_ENGINE_ATTRIBUTE")) {
      cursor.skip('=');
      cursor.string();
    } else if (cursor.skip("NOT", "SECONDARY")) {
      return true;
    } else if (cursor.is("COMPRESSED") && server.mariaDb()) {
      cursor.next();
      if (cursor.skip('=')) {
        cursor.wordOrString();
      }
    } else if (cursor.are("WITH", "SYSTEM") || cursor.are("WITHOUT", "SYSTEM")) {
      throw new IllegalArgumentException("tables with system versioning are not supported");
    } else if (server.mariaDb() && cursor.current().isName() && cursor.ahead(1).isSymbol('=')) {
      cursor.next();
      cursor.next();
      cursor.next();
    } else {
      return false;
    }
    return true;
  }
}
