package dev.syncline.transform;

import dev.syncline.TableTransform;
import dev.syncline.change.Column;
import dev.syncline.change.NamedRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Transforms for {@link dev.syncline.SyncJobBuilder#through}.
 *
 * <pre>{@code
 * job.through(Transforms.mask("shop.users", "phone", Mask.partial(3, 2)))
 *    .through(Transforms.drop("*.*", "password"))
 *    .through(Transforms.filter("shop.orders", row -> !"test".equals(row.value("kind"))))
 * }</pre>
 *
 * <p>Each is for tables of the source: one by its full name, {@code "shop.users"}, or several by a
 * pattern with {@code *} for any text and {@code ?} for one character, {@code "shop.*"} or {@code
 * "*.*"}. The database ends at the first dot. Names of tables tell upper from lower case. Names of
 * columns do so only if a table has two that differ in nothing else; they are those that the
 * transforms before have left.
 *
 * <p>A table that is named must have the columns: the job does not start, or stops, if it has not.
 * Of those that match a pattern the ones without the columns are left alone. <b>So name the tables
 * whose secrets you mask</b>: a column that gets another name at the source is not known by a
 * pattern any more.
 *
 * <p>They do the same to equal changes, to rows before and after a change alike, and to tables as
 * they are made, copied, followed and changed. Values that the source's log leaves out stay out.
 * What they cannot do to a table is found by the pre-check; a value with which it cannot be done
 * stops the job, or goes to {@link dev.syncline.SyncJobBuilder#deadLetters}.
 */
public final class Transforms {

  private Transforms() {}

  /**
   * Gives a column another name.
   *
   * @throws IllegalArgumentException if the tables are not named as they must be, or a name is
   *     empty
   */
  public static TableTransform rename(String tables, String column, String name) {
    return new ColumnTransform(tables, new Renaming(named(column, "column"), named(name, "name")));
  }

  /**
   * Leaves columns out, with all keys that they are in. Not for columns of the key that tells rows
   * apart.
   *
   * @throws IllegalArgumentException if the tables are not named as they must be, or a name is
   *     empty
   */
  public static TableTransform drop(String tables, String column, String... more) {
    List<String> columns = new ArrayList<>();
    columns.add(named(column, "column"));
    for (String other : more) {
      columns.add(named(other, "column"));
    }
    return new ColumnTransform(tables, new Dropping(List.copyOf(columns)));
  }

  /**
   * Adds a column behind the others.
   *
   * @param column its definition; its values are written
   * @param value gives a row its value in the form of {@link dev.syncline.change.ValueKind}; called
   *     from several threads. It must follow from the row alone. If it asks for a value that the
   *     source's log has left out of a row that is written, that is a failure
   * @throws IllegalArgumentException if the tables are not named as they must be, or the column is
   *     one that the database computes
   */
  public static TableTransform add(
      String tables, Column column, Function<NamedRow, @Nullable Object> value) {
    if (Objects.requireNonNull(column, "column").isGenerated()) {
      throw new IllegalArgumentException(
          "Column '%s' cannot be added: its values must be written, not computed by the database."
              .formatted(column.name()));
    }
    named(column.name(), "column");
    return new ColumnTransform(tables, new Adding(column, Objects.requireNonNull(value, "value")));
  }

  /**
   * Gives a column another type. For a column of a key only if keys that differ do so afterwards,
   * too.
   *
   * @throws IllegalArgumentException if the tables are not named as they must be, or the name of
   *     the column is empty
   */
  public static TableTransform convert(String tables, String column, Conversion conversion) {
    return new ColumnTransform(
        tables,
        new ValueStep(
            "convert",
            named(column, "column"),
            Objects.requireNonNull(conversion, "conversion").change()));
  }

  /**
   * Hides the values of a column with {@link Mask#full}.
   *
   * @throws IllegalArgumentException if the tables are not named as they must be, or the name of
   *     the column is empty
   */
  public static TableTransform mask(String tables, String column) {
    return mask(tables, column, Mask.full());
  }

  /**
   * Hides the values of a column.
   *
   * @throws IllegalArgumentException if the tables are not named as they must be, or the name of
   *     the column is empty
   */
  public static TableTransform mask(String tables, String column, Mask mask) {
    return new ColumnTransform(
        tables,
        new ValueStep(
            "mask", named(column, "column"), Objects.requireNonNull(mask, "mask").change()));
  }

  /**
   * Lets only some rows pass. An update that brings a row among them becomes an insert, one that
   * takes it from them a delete.
   *
   * @param keeps says of a row whether it passes; called from several threads. It must follow from
   *     the row alone. If it asks for a value that the source's log has left out, that is a failure
   * @throws IllegalArgumentException if the tables are not named as they must be
   */
  public static TableTransform filter(String tables, Predicate<NamedRow> keeps) {
    return new RowFilter(TablePattern.of(tables), Objects.requireNonNull(keeps, "keeps"));
  }

  private static String named(String name, String what) {
    if (Objects.requireNonNull(name, what).isEmpty()) {
      throw new IllegalArgumentException("The name of a column must not be empty.");
    }
    return name;
  }
}
