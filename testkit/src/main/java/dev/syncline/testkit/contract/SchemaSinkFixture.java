package dev.syncline.testkit.contract;

import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect;

/** What the contract of a sink that changes schemas needs of a server. Thread-safe. */
public interface SchemaSinkFixture extends SinkFixture {

  /**
   * The statement of a source that gets on with the sink, for one effect on a table. Columns are
   * added at the end, or dropped; keys stay.
   */
  SchemaChange.Statement statement(TableEffect effect);
}
