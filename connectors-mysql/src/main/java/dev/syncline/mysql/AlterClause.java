package dev.syncline.mysql;

import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.TableOption;
import dev.syncline.mysql.TableElement.Position;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A clause of {@code ALTER TABLE}. Conditions are {@code IF_EXISTS} and {@code IF_NOT_EXISTS} of
 * MariaDB, or none.
 */
sealed interface AlterClause {

  /** {@code ADD COLUMN}; keys in its definition are added too. */
  record AddColumn(TableElement.Column column, Condition condition, Position position)
      implements AlterClause {}

  /** {@code ADD KEY}, with all its relatives. */
  record AddKey(TableElement.Key key) implements AlterClause {}

  /** {@code ADD FOREIGN KEY}. */
  record AddForeignKey(TableElement.References key) implements AlterClause {}

  /** {@code ADD CHECK}. */
  record AddCheck(TableElement.Check check, Condition condition) implements AlterClause {}

  /** {@code DROP COLUMN}. */
  record DropColumn(String column, Condition condition) implements AlterClause {}

  /** {@code DROP KEY}, also of the primary key, which is named {@code PRIMARY}. */
  record DropKey(String key, Condition condition) implements AlterClause {}

  /** {@code DROP FOREIGN KEY}. */
  record DropForeignKey(String key, Condition condition) implements AlterClause {}

  /** {@code DROP CONSTRAINT}: a key, foreign key or check of that name; and {@code DROP CHECK}. */
  record DropConstraint(String name, Condition condition) implements AlterClause {}

  /** {@code CHANGE COLUMN}, and {@code MODIFY COLUMN}, which leaves the name. */
  record ChangeColumn(
      String from, TableElement.Column column, Condition condition, Position position)
      implements AlterClause {}

  /** {@code ALTER COLUMN … SET DEFAULT}, and {@code DROP DEFAULT} if there is no value. */
  record SetDefault(String column, Optional<TableElement.Default> value, Condition condition)
      implements AlterClause {}

  /** {@code ALTER COLUMN … SET INVISIBLE}, and {@code VISIBLE}. */
  record SetVisibility(String column, boolean visible) implements AlterClause {}

  /** {@code RENAME COLUMN}. */
  record RenameColumn(String from, String to, Condition condition) implements AlterClause {}

  /** {@code RENAME KEY}. */
  record RenameKey(String from, String to, Condition condition) implements AlterClause {}

  /** {@code RENAME TO}. */
  record RenameTo(DdlName to) implements AlterClause {}

  /**
   * {@code CONVERT TO CHARACTER SET}, which changes all columns of characters.
   *
   * @param charset in small letters; {@code default} is the database's
   * @param collation in small letters; empty if it is not named
   */
  record ConvertTo(String charset, String collation) implements AlterClause {}

  /** Options of the table. */
  record SetOption(TableOption option) implements AlterClause {}

  /**
   * A clause about partitions.
   *
   * @param words its first words in capital letters, for example {@code DROP PARTITION}
   * @param partitions their names; empty for all, or if they are only counted
   * @param rows what becomes of rows
   * @param other the table of {@code EXCHANGE PARTITION}, and of MariaDB's {@code CONVERT}
   */
  record Partition(String words, List<String> partitions, Rows rows, Optional<DdlName> other)
      implements AlterClause {

    /** What becomes of rows. */
    enum Rows {
      /** They stay. */
      KEPT,
      /** Those of the partitions are removed without a trace in the log. */
      REMOVED,
      /** Those of the partitions go away with a file, or come with one. */
      IN_FILES,
      /** Those of a partition and of another table change places, or one goes to the other. */
      MOVED
    }

    public Partition {
      partitions = List.copyOf(partitions);
    }
  }

  /** {@code DISCARD TABLESPACE} and {@code IMPORT TABLESPACE}: rows go or come without a trace. */
  record Tablespace(boolean imported) implements AlterClause {}

  /**
   * What leaves the columns, keys and rows as they are: {@code FORCE}, {@code ALGORITHM}, {@code
   * ORDER BY}, {@code ENABLE KEYS} and the like.
   *
   * @param words its first words in capital letters
   */
  record Harmless(String words) implements AlterClause {

    /** Whether it changes the table all the same, in what columns and keys do not show. */
    boolean changesTable() {
      return Set.of("ADD PERIOD", "DROP PERIOD", "ALTER INDEX", "ALTER CONSTRAINT").contains(words);
    }
  }
}
