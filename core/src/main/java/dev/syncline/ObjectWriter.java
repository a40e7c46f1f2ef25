package dev.syncline;

import dev.syncline.change.TableDefinition;
import java.util.List;

/** Makes what is no table at the target. Used by one thread (but for {@link #close}). */
public interface ObjectWriter extends AutoCloseable {

  /**
   * Makes each foreign key of a table's definition, unless the table has one of its name, without a
   * look at the rows that are there. It may be repeated after it was cut off at any point, also
   * while the target is still about it, and while others write to the tables.
   *
   * @throws TransientException if trying again with a new writer may succeed
   * @throws SyncException if the target cannot have such a key
   */
  void addForeignKeys(TableDefinition table);

  /**
   * Makes objects, each after those that it needs. What is there under the name is left as it is.
   * What {@link CheckedSink#check} would call impossible is left out.
   *
   * @throws TransientException if trying again with a new writer may succeed
   * @throws SyncException if the target refuses an object for another reason
   */
  void create(List<SchemaObject> objects);

  /** Ends the connection, from any thread, in bounded time. */
  @Override
  void close();
}
