package dev.syncline;

import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.List;

/** One run's way into a source of tables. */
public interface TableSourceSession extends SourceSession<TableChange> {

  /**
   * The selected tables as they are at this moment, ordered by name.
   *
   * @throws TransientException if asking again may succeed
   * @throws UnsupportedChangeException if a selected table has a column that cannot be carried
   */
  List<TableStructure> tables();

  /**
   * Says how the selected tables are defined at the position at which streams will be opened. The
   * engine calls it once, before it opens a reader of any kind.
   */
  void define(List<TableDefinition> tables);

  /**
   * Opens a reader of existing rows with a connection of its own. The caller closes it.
   *
   * @throws TransientException if opening it again may succeed
   */
  SnapshotReader openSnapshotReader();

  @Override
  SourceReader<TableChange> openReader(String stream, Position from);
}
