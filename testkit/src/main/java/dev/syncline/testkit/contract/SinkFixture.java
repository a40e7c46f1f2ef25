package dev.syncline.testkit.contract;

import dev.syncline.Sink;
import dev.syncline.TableStructure;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.List;

/** What the contract of a sink needs of a server. Thread-safe. */
public interface SinkFixture {

  /** The sink; its abilities are those that its type declares. */
  Sink<TableChange> sink();

  /** Makes an empty database and gives its name. */
  String createDatabase();

  /**
   * Makes a table with these names, keys and nullability: 64-bit integers, and texts of up to 200
   * characters whose comparison tells all characters apart.
   */
  void createTable(TableDefinition table);

  /** The committed rows of a table, in any order. */
  List<Row> rows(TableDefinition table);

  /** A table as a source that gets on with the sink would describe it; it is not made. */
  TableStructure structure(TableDefinition table);
}
