package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.util.Locale;

/**
 * How a server takes names of databases and tables.
 *
 * @param stores whether it keeps them in lower case
 * @param ignores whether it compares them without upper and lower case
 */
record NameFolding(boolean stores, boolean ignores) {

  static NameFolding of(MySqlFacts facts) {
    String setting = facts.variable("lower_case_table_names");
    return new NameFolding(setting.equals("1"), !setting.equals("0"));
  }

  /** The form in which names of tables are compared. */
  TableId key(TableId id) {
    return ignores ? new TableId(lower(id.database()), lower(id.name())) : id;
  }

  /** The form in which names of databases are compared. */
  String folded(String name) {
    return ignores ? lower(name) : name;
  }

  /** A table's name as the server keeps it. */
  TableId stored(TableId id) {
    return stores ? key(id) : id;
  }

  /** The same for one that need not say its database. */
  DdlName stored(DdlName name) {
    return stores ? new DdlName(lower(name.database()), lower(name.name())) : name;
  }

  /** A statement that makes or drops a database, with its name as the server keeps it. */
  DdlStatement stored(DdlStatement statement) {
    if (stores && statement instanceof DdlStatement.DropDatabase drop) {
      return new DdlStatement.DropDatabase(lower(drop.database()), drop.condition());
    }
    if (stores && statement instanceof DdlStatement.CreateDatabase create) {
      return new DdlStatement.CreateDatabase(
          lower(create.database()), create.condition(), create.charset(), create.collation());
    }
    return statement;
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Whether two names are those of one table. */
  boolean isSame(TableId one, TableId other) {
    return key(one).equals(key(other));
  }
}
