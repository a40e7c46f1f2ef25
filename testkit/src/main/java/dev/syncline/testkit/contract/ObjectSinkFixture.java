package dev.syncline.testkit.contract;

import dev.syncline.SchemaObject;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;

/** What the contract of an object sink needs of a server besides. Thread-safe. */
public interface ObjectSinkFixture extends SinkFixture {

  /** The names of the foreign keys that a table has. */
  List<String> foreignKeys(TableDefinition table);

  /** A view of a table or view of the same database, as a source would describe it. */
  SchemaObject view(TableId of, String name);

  /** Whether the server has this view: one of its name, of the table that it is of. */
  boolean isThere(SchemaObject object);
}
