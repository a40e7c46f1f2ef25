package dev.syncline.testkit.contract;

import dev.syncline.change.TableEffect;

/** What the contract of a source whose tables change needs of a server. Thread-safe. */
public interface SchemaSourceFixture extends SourceFixture {

  /**
   * Runs one statement that has an effect on a table. Columns are added at the end, or dropped;
   * keys stay. What is made is made as the surroundings say ({@link #changeSurroundings}).
   */
  void change(TableEffect effect);

  /**
   * Changes what later statements depend on beside tables, such as the character set that a
   * database gives to new tables; each time to something else. Nothing, if there is no such thing.
   */
  void changeSurroundings(String database);
}
