package dev.syncline;

import dev.syncline.change.TableDefinition;
import java.util.List;

/**
 * Makes what is no table at the target. Another writer may be about the same at the same time: a
 * run that was cut off, or another instance of the job that takes over. Used by one thread (but for
 * {@link #close}).
 */
public interface ObjectWriter extends AutoCloseable {

  /**
   * Makes each foreign key of a table's definition, unless the table has one of its name, without a
   * look at the rows that are there. It may be repeated after it was cut off at any point, also
   * while the target is still about it, and while others write to the tables.
   *
   * @return the keys that the target refuses for good
   * @throws TransientException if trying again with a new writer may succeed
   */
  List<LeftOut> addForeignKeys(TableDefinition table);

  /**
   * Makes objects, each after those that it needs. What is there under the name is left as it is,
   * also if it comes only when the object is to be made.
   *
   * @return what {@link CheckedSink#check} would call impossible, and what the target refuses for
   *     good
   * @throws TransientException if trying again with a new writer may succeed
   */
  List<LeftOut> create(List<SchemaObject> objects);

  /** Ends the connection, from any thread, in bounded time. */
  @Override
  void close();
}
