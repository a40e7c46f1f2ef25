package dev.syncline.change;

import java.util.Objects;

/**
 * The type of a column: the form of its values and the words of its database for it.
 *
 * @param kind the normal form of the column's values
 * @param nativeType the type as the source declares it, for example {@code decimal(10,2) unsigned}
 * @param charset the source's name of the character set of a text column; empty for other columns
 * @param collation the source's name of the collation of a text column; empty for other columns
 */
public record ColumnType(ValueKind kind, String nativeType, String charset, String collation) {

  /** Checks that nothing is missing. */
  public ColumnType {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(nativeType, "nativeType");
    Objects.requireNonNull(charset, "charset");
    Objects.requireNonNull(collation, "collation");
  }

  /** A type without character set. */
  public static ColumnType of(ValueKind kind, String nativeType) {
    return new ColumnType(kind, nativeType, "", "");
  }
}
