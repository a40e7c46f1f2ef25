package dev.syncline.change;

import java.util.List;
import java.util.Objects;

/**
 * A foreign key of a table, the child, to another table or to itself.
 *
 * @param name the key's name at the source
 * @param columns ordinals (from 0) of the child's columns in the key's order
 * @param parent the table that the columns refer to, which need not be selected
 * @param parentColumns the names of the parent's columns, one for each of the child's
 * @param onDelete what happens to the rows of the child when their row of the parent is deleted
 * @param onUpdate what happens to them when their row of the parent gets another key
 * @param logged whether the source's stream has what happens to them
 */
public record ForeignKey(
    String name,
    List<Integer> columns,
    TableId parent,
    List<String> parentColumns,
    Rule onDelete,
    Rule onUpdate,
    boolean logged) {

  /** What a change of a parent's row does to the rows of the child that refer to it. */
  public enum Rule {
    /** Nothing; the change is refused while there are such rows. */
    RESTRICT,
    /** They are deleted, or get the new key. */
    CASCADE,
    /** Their columns of the key become NULL. */
    SET_NULL,
    /** Their columns of the key get their defaults. */
    SET_DEFAULT;

    /** The rule in the words of SQL. */
    public String sql() {
      return name().replace('_', ' ');
    }
  }

  /**
   * Copies the lists.
   *
   * @throws IllegalArgumentException if the lists are not of one size
   */
  public ForeignKey {
    Objects.requireNonNull(name, "name");
    columns = List.copyOf(columns);
    Objects.requireNonNull(parent, "parent");
    parentColumns = List.copyOf(parentColumns);
    Objects.requireNonNull(onDelete, "onDelete");
    Objects.requireNonNull(onUpdate, "onUpdate");
    if (columns.size() != parentColumns.size()) {
      throw new IllegalArgumentException(
          "Foreign key '%s' has %d columns, but refers to %d."
              .formatted(name, columns.size(), parentColumns.size()));
    }
  }

  /** Whether a change of the parent may change rows of the child without the stream saying so. */
  public boolean cascades() {
    return !logged && (onDelete != Rule.RESTRICT || onUpdate != Rule.RESTRICT);
  }
}
