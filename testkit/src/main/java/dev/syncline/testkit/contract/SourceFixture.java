package dev.syncline.testkit.contract;

import dev.syncline.TableSource;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.RowEditor;
import java.util.function.Consumer;

/**
 * What the contract of a source needs of a server. All tables of a test belong to one stream, the
 * only one of the source. Thread-safe.
 */
public interface SourceFixture {

  /** The source, the same one for the whole test. */
  TableSource source();

  /** Makes an empty database and gives its name. */
  String createDatabase();

  /**
   * Makes a table with these names, keys and nullability: 64-bit integers, and texts of up to 200
   * characters whose comparison tells all characters apart.
   */
  void createTable(TableDefinition table);

  /**
   * Commits one transaction; if {@code changes} throws, rolls back what it has done and throws the
   * same. Threads that call it at once touch different rows; if the server rolls one back for a
   * deadlock all the same, it is done again.
   */
  void commit(Consumer<RowEditor> changes);

  /** Changes a table so that the stream cannot carry it: by a log without rows for example. */
  void changeBeyondRows(TableId table);

  /** Throws away the log that was written up to now. */
  void purgeLog();
}
