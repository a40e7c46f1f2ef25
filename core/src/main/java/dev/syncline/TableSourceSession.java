package dev.syncline;

import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
   * What the source must remember of each stream beside the tables, to understand what it brings
   * behind this moment; without streams of which there is nothing to remember. Asked at the first
   * start only. Later {@link dev.syncline.change.SchemaChange#memory} says how it moves on.
   *
   * @throws TransientException if asking again may succeed
   * @throws UnsupportedChangeException if the job cannot begin at this moment
   */
  default Map<String, String> memory() {
    return Map.of();
  }

  /**
   * Says how the selected tables are defined at the position at which streams will be opened. The
   * engine calls it once, before it opens a reader of any kind.
   *
   * @param memory what the source remembers of each stream at this position; without streams of
   *     which it remembers nothing
   */
  void define(List<TableDefinition> tables, Map<String, String> memory);

  /**
   * Says which selected tables are at the source where streams will be opened, but are yet to join
   * the job: an {@link dev.syncline.change.TableEffect.Arrived} has told of each. Readers of
   * streams pass over their rows and what is done to them, until a statement gives the name to a
   * table that the stream brings whole. As long as there are such tables, readers hand on each
   * transaction, if need be without changes: the engine stops at one of them, behind which nothing
   * may be passed over. The engine calls it once, before {@link #define}.
   *
   * <p>By default nothing is done, which is right for a source that tells of no arrivals.
   */
  default void passOver(Set<TableId> tables) {}

  /**
   * Returns when everything that these positions include is visible to every read that begins
   * afterwards. So whoever reads then, and follows from these positions on, misses nothing.
   *
   * <p>The engine calls it for a job that copies no rows, before the job is {@link
   * JobState#SYNCHRONIZING}; copies are safe by their marks. By default nothing is done, which is
   * right where {@link #currentPositions} is never ahead of what is visible.
   *
   * @param positions what {@link #currentPositions} gave, at this session or an earlier one
   * @throws TransientException if trying again with a new session may succeed
   */
  default void awaitVisible(Map<String, Position> positions) {}

  /**
   * Opens a reader of existing rows with a connection of its own. The caller closes it.
   *
   * <p>Its chunks show everything that positions include which were taken before, since the stream
   * does not bring that. So it may wait until the source shows it.
   *
   * @throws TransientException if opening it again may succeed
   */
  SnapshotReader openSnapshotReader();

  @Override
  SourceReader<TableChange> openReader(String stream, Position from);
}
