package dev.syncline.mysql;

import dev.syncline.change.ForeignKey;
import java.util.List;
import java.util.Optional;

/** A piece of the definition of a table. */
sealed interface TableElement {

  /**
   * A column.
   *
   * @param nullability as written; columns of a primary key, and some of the type TIMESTAMP, follow
   *     rules of their own
   * @param value what a row has that does not name the column; empty if nothing is written
   * @param onUpdate whether {@code ON UPDATE CURRENT_TIMESTAMP} is written
   * @param generated empty for a column that writers fill
   * @param keys what it says of keys, in the order of the text
   * @param comment empty if there is none
   */
  record Column(
      String name,
      ColumnType type,
      Nullability nullability,
      Optional<Default> value,
      boolean onUpdate,
      boolean autoIncrement,
      Optional<Generated> generated,
      List<InlineKey> keys,
      boolean invisible,
      String comment)
      implements TableElement {

    public Column {
      keys = List.copyOf(keys);
    }
  }

  /** Whether a column may be NULL. */
  enum Nullability {
    UNSAID,
    NULLABLE,
    NOT_NULL
  }

  /** A key over the one column in whose definition it stands. */
  enum InlineKey {
    /** {@code PRIMARY KEY}, and {@code KEY} alone. */
    PRIMARY,
    UNIQUE
  }

  /**
   * The type of a column.
   *
   * @param name in small letters and one spelling, as the catalog prints it: {@code int} also for
   *     {@code INTEGER}, {@code varchar} for {@code CHARACTER VARYING}, {@code tinyint} with
   *     argument 1 for {@code BOOL}; {@code real} is left, which depends on the session
   * @param arguments the numbers in parentheses, or the members of ENUM and SET as they are meant
   * @param zerofill implies {@code unsigned}
   * @param charset in small letters; empty if it is not named. {@code NATIONAL} names {@code
   *     utf8mb3}, {@code ASCII} {@code latin1}, {@code UNICODE} {@code ucs2}, {@code BYTE} {@code
   *     binary}
   * @param collation in small letters; empty if it is not named
   * @param binary whether {@code BINARY} stands behind the type: the binary collation of the
   *     charset
   */
  record ColumnType(
      String name,
      List<String> arguments,
      boolean unsigned,
      boolean zerofill,
      String charset,
      String collation,
      boolean binary) {

    public ColumnType {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * What a row has in a column that its writer does not name.
   *
   * @param text a string as it is meant; the digits of hex and bit literals; otherwise as written
   */
  record Default(Kind kind, String text) {

    /** What it is. */
    enum Kind {
      NULL,
      STRING,
      /** With its sign. {@code TRUE} is 1, {@code FALSE} is 0. */
      NUMBER,
      HEX,
      BITS,
      /** {@code CURRENT_TIMESTAMP} and what means the same; the text is that word, with digits. */
      NOW,
      /** Anything else. */
      EXPRESSION
    }
  }

  /** The expression of a column that the server computes, without the outer parentheses. */
  record Generated(String expression, boolean stored) {}

  /**
   * A key.
   *
   * @param symbol the name of the constraint, which is that of the key too if the key has none;
   *     empty if it is not written
   * @param name empty if it is not written; {@code PRIMARY} for a primary key
   * @param condition {@code IF_NOT_EXISTS} of MariaDB, {@code OR_REPLACE} of its {@code CREATE
   *     INDEX}, or none
   * @param withoutOverlaps whether the last part is a period of which rows may not share a time
   */
  record Key(
      KeyType type,
      String symbol,
      String name,
      DdlStatement.Condition condition,
      List<KeyPart> parts,
      boolean withoutOverlaps)
      implements TableElement {

    public Key {
      parts = List.copyOf(parts);
    }
  }

  /** What a key is for. */
  enum KeyType {
    PRIMARY,
    UNIQUE,
    PLAIN,
    FULLTEXT,
    SPATIAL,
    VECTOR
  }

  /**
   * A part of a key.
   *
   * @param column empty for an expression
   * @param prefix how many characters or bytes; 0 for all
   * @param expression without the outer parentheses; empty for a column
   */
  record KeyPart(String column, int prefix, boolean descending, String expression) {}

  /**
   * A foreign key. One that stands in the definition of a column of MySQL has no effect and is not
   * reported.
   *
   * @param symbol the name of the constraint; empty if it is not written
   * @param name the name of the index, which is the constraint's on MariaDB if it has no symbol
   * @param parentColumns empty if not written: the primary key of MariaDB's parent
   * @param onDelete {@code NO ACTION} is {@code RESTRICT}
   */
  record References(
      String symbol,
      String name,
      DdlStatement.Condition condition,
      List<String> columns,
      DdlName parent,
      List<String> parentColumns,
      ForeignKey.Rule onDelete,
      ForeignKey.Rule onUpdate)
      implements TableElement {

    public References {
      columns = List.copyOf(columns);
      parentColumns = List.copyOf(parentColumns);
    }
  }

  /**
   * A condition on rows.
   *
   * @param name empty if it is not written
   * @param column the column in whose definition it stands; empty if it stands alone
   */
  record Check(String name, String column) implements TableElement {}

  /** Where a column is put. */
  record Position(boolean first, String after) {
    /** At the end if the column is new, otherwise where it is. */
    static final Position UNSAID = new Position(false, "");

    static final Position FIRST = new Position(true, "");
  }
}
