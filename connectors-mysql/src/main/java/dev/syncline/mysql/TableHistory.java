package dev.syncline.mysql;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The selected tables as they are defined at the place of the log to which a reader has come. */
interface TableHistory {

  /** A table; null if there is none of that name. */
  @Nullable TableDefinition find(TableId table);

  /**
   * Whether a selected table is there of which nothing is known, nor need be: it is yet to join the
   * job, and what the log has of it is passed over.
   */
  boolean isPassedOver(TableId table);

  /** Whether there are such tables. */
  boolean passesOver();

  /** Whether statements move it; otherwise databases may be made and get other defaults. */
  boolean isMoving();

  /** The names of all tables. */
  Collection<TableId> names();

  /** What a statement of the log may do to tables, as far as its beginning tells. */
  default StatementEffect effect(QueryEvent statement) {
    return statement.effect();
  }

  /**
   * Moves on behind a statement of the log.
   *
   * @param object what it concerns, for messages
   * @return what it changes; empty if nothing that takes part
   * @throws UnsupportedChangeException if that is not known for sure; without the place
   */
  Optional<SchemaChange> pass(QueryEvent statement, String object);

  /**
   * The view, routine, trigger or event that a statement concerns, if that takes part.
   *
   * @return the name for messages
   */
  Optional<String> object(QueryEvent statement);

  /**
   * Moves on behind a statement of the log that concerns no selected table. It may have made or
   * changed others, of which later ones may be made.
   *
   * @return what it changes nevertheless, in what is to be remembered
   * @throws UnsupportedChangeException if the job is to stop in front of it; without the place
   */
  Optional<SchemaChange> passOther(QueryEvent statement);

  /** Whether rows of a table are passed over, although its name is selected. */
  boolean hides(TableId table);

  /** Tables that no statement may change. */
  static TableHistory fixed(Map<TableId, TableDefinition> tables) {
    return new Fixed(Map.copyOf(tables));
  }

  /** Tables at one place. */
  record Fixed(Map<TableId, TableDefinition> tables) implements TableHistory {

    @Override
    public @Nullable TableDefinition find(TableId table) {
      return tables.get(table);
    }

    @Override
    public Set<TableId> names() {
      return tables.keySet();
    }

    @Override
    public boolean isPassedOver(TableId table) {
      return false;
    }

    @Override
    public boolean passesOver() {
      return false;
    }

    @Override
    public boolean isMoving() {
      return false;
    }

    @Override
    public boolean hides(TableId table) {
      return false;
    }

    @Override
    public Optional<SchemaChange> passOther(QueryEvent statement) {
      return Optional.empty();
    }

    @Override
    public Optional<String> object(QueryEvent statement) {
      return Optional.empty();
    }

    @Override
    public Optional<SchemaChange> pass(QueryEvent statement, String object) {
      throw new UnsupportedChangeException(
          "the statement '%s' concerns '%s', which is selected. Changes of table definitions"
                  .formatted(statement.effect().verb(), object)
              + " are not followed: make the same change at the target and start the job anew.");
    }
  }
}
