package dev.syncline;

import dev.syncline.change.TableDefinition;

/** Makes tables at the target. Used by one thread (but for {@link #close}). */
public interface StructureWriter extends AutoCloseable {

  /** How a table stands at the target. */
  enum Presence {
    /** There is none of its name. */
    ABSENT,
    /** It is there without rows. */
    EMPTY,
    /** It has rows. */
    FILLED
  }

  /**
   * How a table of the source stands at the target.
   *
   * @throws TransientException if asking a new writer may succeed
   */
  Presence presence(TableDefinition table);

  /**
   * Makes a table, and its database, unless they are there. It gets the foreign keys of its
   * definition and no others, whatever its statement says.
   *
   * @throws TransientException if trying again with a new writer may succeed
   * @throws SyncException if the target cannot have such a table
   */
  void create(TableStructure table);

  /**
   * Deletes all rows of a table.
   *
   * @throws TransientException if trying again with a new writer may succeed
   */
  void clear(TableDefinition table);

  /** Ends the connection, from any thread, in bounded time. */
  @Override
  void close();
}
