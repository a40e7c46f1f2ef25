package dev.syncline;

import dev.syncline.change.Column;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What databases, tables and columns of the source are at the target of a job: by its selection, by
 * its policy for upper and lower case, and by its transforms. Thread-safe.
 */
public interface TargetNames {

  /** Whether everything is at the target as it is at the source. */
  boolean areSame();

  /** The name of a database at the target; empty if none of its tables takes part. */
  Optional<String> database(String source);

  /** The name of a table at the target; empty if it takes no part. */
  Optional<TableId> table(TableId source);

  /**
   * A table of the source as the target has it.
   *
   * @throws SyncException if it cannot be at the target as it was selected
   */
  Table table(TableDefinition source);

  /**
   * Whether a view, routine, trigger or event means the same at the target: it stays in its
   * database, and all tables there, and in the databases that it names, are as at the source.
   *
   * @param object its name at the source
   * @param databases the databases at the source that it is known to name
   */
  default boolean keepsObject(TableId object, Collection<String> databases) {
    return areSame();
  }

  /**
   * What a change does to the tables of the target, as far as definitions tell it. What it only
   * does at the source is not among it.
   *
   * @throws SyncException if a table cannot be at the target as it was selected
   */
  default List<TableEffect> effects(SchemaChange change) {
    return areSame()
        ? change.effects()
        : change.effects().stream()
            .flatMap(effect -> TargetEffects.of(effect, this).stream())
            .toList();
  }

  /**
   * A table as the target has it.
   *
   * @param definition the table at the target; of one into which several are merged with the
   *     columns that only others of them have
   * @param columns for each column of the source that is at the target as it is its name there, by
   *     its name at the source; what is not here is left out, or made of something else
   * @param merged whether the rows of other tables of the source may be in it too
   */
  record Table(TableDefinition definition, Map<String, String> columns, boolean merged) {

    /** Copies the map. */
    public Table {
      Objects.requireNonNull(definition, "definition");
      columns = Map.copyOf(columns);
    }

    /** A table that is at the target as it is at the source. */
    public static Table same(TableDefinition source) {
      Map<String, String> columns = new HashMap<>();
      source.columns().stream().map(Column::name).forEach(name -> columns.put(name, name));
      return new Table(source, columns, false);
    }
  }

  /** The names of a target at which everything is as at the source. */
  static TargetNames asAtSource() {
    return new TargetNames() {
      @Override
      public boolean areSame() {
        return true;
      }

      @Override
      public Optional<String> database(String source) {
        return Optional.of(source);
      }

      @Override
      public Optional<TableId> table(TableId source) {
        return Optional.of(source);
      }

      @Override
      public Table table(TableDefinition source) {
        return Table.same(source);
      }
    };
  }
}
