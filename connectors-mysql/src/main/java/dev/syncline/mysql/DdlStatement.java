package dev.syncline.mysql;

import java.util.List;
import java.util.Optional;

/**
 * A statement that defines something, in the words that a model of tables needs. What comments the
 * server that logged it takes for words is part of it. Names are as they are written; nothing is
 * looked up.
 */
sealed interface DdlStatement {

  /** Whether a statement does nothing, or fails, when its object is there, or is not. */
  enum Condition {
    /** It fails. */
    NONE,
    /** {@code IF EXISTS}. */
    IF_EXISTS,
    /** {@code IF NOT EXISTS}. */
    IF_NOT_EXISTS,
    /** {@code OR REPLACE}: what is there is dropped before. */
    OR_REPLACE
  }

  /** What a statement does to an object that holds no rows. */
  enum Verb {
    CREATE,
    ALTER,
    DROP
  }

  /** An object that holds no rows of its own, and belongs to a database. */
  enum ObjectType {
    VIEW,
    FUNCTION,
    PROCEDURE,
    TRIGGER,
    EVENT,
    /** A package of Oracle's mode of MariaDB, or its body. */
    PACKAGE,
    /** A sequence of MariaDB, whose one row is in the log like a table's. */
    SEQUENCE,
    /** A library of MySQL 9. */
    LIBRARY
  }

  /**
   * {@code CREATE TABLE} with definitions, a query, or both.
   *
   * @param elements columns, keys and constraints in the order of the text
   * @param options in the order of the text
   * @param partitioned whether it has partitions
   * @param filled whether columns and rows come from a query too ({@code SELECT}, {@code VALUES},
   *     {@code TABLE}); {@code START TRANSACTION}, behind which rows are logged, is none
   */
  record CreateTable(
      DdlName table,
      boolean temporary,
      Condition condition,
      List<TableElement> elements,
      List<TableOption> options,
      boolean partitioned,
      boolean filled)
      implements DdlStatement {

    public CreateTable {
      elements = List.copyOf(elements);
      options = List.copyOf(options);
    }
  }

  /** {@code CREATE TABLE … LIKE}, which copies columns, keys, checks, options and partitions. */
  record CreateTableLike(DdlName table, boolean temporary, Condition condition, DdlName like)
      implements DdlStatement {}

  /**
   * {@code ALTER TABLE}.
   *
   * @param condition {@code IF_EXISTS} or none
   * @param clauses in the order of the text; several columns in parentheses are several clauses
   */
  record AlterTable(DdlName table, Condition condition, List<AlterClause> clauses)
      implements DdlStatement {

    public AlterTable {
      clauses = List.copyOf(clauses);
    }
  }

  /**
   * {@code RENAME TABLE}, also of views. The renames happen one after the other.
   *
   * @param condition {@code IF_EXISTS} or none
   */
  record RenameTable(Condition condition, List<Rename> renames) implements DdlStatement {

    /** One of them. */
    record Rename(DdlName from, DdlName to) {}

    public RenameTable {
      renames = List.copyOf(renames);
    }
  }

  /** {@code DROP TABLE}. */
  record DropTables(List<DdlName> tables, boolean temporary, Condition condition)
      implements DdlStatement {

    public DropTables {
      tables = List.copyOf(tables);
    }
  }

  /** {@code TRUNCATE TABLE}. */
  record TruncateTable(DdlName table) implements DdlStatement {}

  /** {@code CREATE INDEX}; the key has a name. */
  record CreateIndex(DdlName table, TableElement.Key key) implements DdlStatement {}

  /** {@code DROP INDEX}, also of the primary key, which is named {@code PRIMARY}. */
  record DropIndex(DdlName table, String key, Condition condition) implements DdlStatement {}

  /**
   * {@code CREATE DATABASE}.
   *
   * @param charset empty if it is not named; {@code default} is the server's
   * @param collation the same
   */
  record CreateDatabase(String database, Condition condition, String charset, String collation)
      implements DdlStatement {}

  /**
   * {@code ALTER DATABASE}.
   *
   * @param database empty for the session's default database
   * @param charset empty if it is not named; {@code default} is the server's
   * @param collation the same
   */
  record AlterDatabase(String database, String charset, String collation) implements DdlStatement {}

  /** {@code DROP DATABASE}. */
  record DropDatabase(String database, Condition condition) implements DdlStatement {}

  /**
   * A statement on views, routines, triggers, events and the like.
   *
   * @param names of the objects; several for {@code DROP VIEW} and {@code DROP SEQUENCE} alone
   * @param newName for {@code ALTER EVENT … RENAME TO}
   * @param table the table of a trigger that is created
   */
  record ObjectChange(
      Verb verb,
      ObjectType type,
      Condition condition,
      List<DdlName> names,
      Optional<DdlName> newName,
      Optional<DdlName> table)
      implements DdlStatement {

    public ObjectChange {
      names = List.copyOf(names);
    }
  }

  /**
   * A statement that changes neither tables nor other objects of a database, for example {@code
   * GRANT} or {@code ANALYZE TABLE}.
   *
   * @param words its first words, for messages
   */
  record WithoutEffect(String words) implements DdlStatement {}

  /**
   * A statement whose effect is not known.
   *
   * @param reason what was not understood, and where; a piece of a sentence, for messages
   */
  record NotUnderstood(String reason) implements DdlStatement {}

  /**
   * An option of a table.
   *
   * @param name in capital letters and one spelling: {@code CHARSET} also for {@code DEFAULT
   *     CHARACTER SET}, {@code COLLATE}, {@code ENGINE}, {@code COMMENT}, {@code AUTO_INCREMENT}, …
   * @param value a string as it is meant, a list in parentheses with them, other words as written
   */
  record TableOption(String name, String value) {}
}
