package dev.syncline.mysql;

import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A table of the source as the target has it: what is written to it and what makes its rows unique.
 * All ordinals are those of the source's columns. Immutable.
 *
 * @param definition the table at the source
 * @param id the table's name at the target
 * @param written the columns that are written, in order; generated ones are not
 * @param identity the columns whose values tell rows apart; empty for a keyless table
 * @param equality for each column of the source how the target compares its values
 * @param storesJson the columns that the target keeps as JSON documents, not as text
 * @param otherKeys the target's unique keys besides the identity
 * @param hasOwnColumns whether the target has columns that the source has not, whose values are
 *     lost when a row is deleted and written anew
 */
record TargetTable(
    TableDefinition definition,
    TableId id,
    List<Integer> written,
    List<Integer> identity,
    List<ValueEquality> equality,
    Set<Integer> storesJson,
    List<OtherKey> otherKeys,
    boolean hasOwnColumns) {

  TargetTable {
    written = List.copyOf(written);
    identity = List.copyOf(identity);
    equality = List.copyOf(equality);
    storesJson = Set.copyOf(storesJson);
    otherKeys = List.copyOf(otherKeys);
  }

  /**
   * A unique key besides the identity.
   *
   * @param name the key's name at the target
   * @param scope what is known of it
   * @param columns the columns of which its values are made
   */
  record OtherKey(String name, Scope scope, List<Integer> columns) {

    /** What is known of a unique key. */
    enum Scope {
      /** The values of the columns are unique. */
      VALUES,
      /** Something made of the columns is unique: it is unchanged as long as they are. */
      MADE_OF_COLUMNS,
      /** Something is unique that may change with any change of the row. */
      MADE_OF_ANYTHING
    }

    OtherKey {
      columns = List.copyOf(columns);
    }
  }

  boolean isKeyless() {
    return identity.isEmpty();
  }

  Column column(int ordinal) {
    return definition.columns().get(ordinal);
  }

  /** Whether a row has all that is written, so that it can be written where there is none. */
  boolean isWritable(Row row) {
    return row.hasAll(written);
  }

  /** The canonical values of a row's identity; empty if one cannot be told. */
  Optional<Row> key(Row row) {
    return Optional.ofNullable(canonical(row, identity));
  }

  /** The canonical values of some columns, none of which may hold NULL; null if one has none. */
  @Nullable Row canonical(Row row, List<Integer> columns) {
    @Nullable Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      int ordinal = columns.get(i);
      Object value = row.value(ordinal);
      values[i] = value == null ? null : equality.get(ordinal).canonical(value);
      if (values[i] == null) {
        return null;
      }
    }
    return Row.wrap(values);
  }
}
