package dev.syncline;

import dev.syncline.change.KeyRange;
import dev.syncline.change.TableDefinition;
import java.util.List;

/**
 * Reads existing rows. Owns its connection, is used by one thread (but for {@link #close}) and is
 * thrown away after any exception.
 */
public interface SnapshotReader extends AutoCloseable {

  /**
   * The next range of what is left to be cut of a table's key. Comparisons of keys are the source's
   * own.
   *
   * @param table a table with a key to cut it by, see {@link #canCut}
   * @param rest what is left: {@link KeyRange#ALL} at first, then what is behind the range before;
   *     or a range of before, to be cut into smaller ones
   * @param rows about how many rows the range should have, at least 1
   * @return the first part of {@code rest}: it begins where {@code rest} begins, and ends at a key
   *     in it; or all of it, with the same end, if it has not more rows
   * @throws TableChangedException if the table is not as it is defined here; the reader stays
   *     usable
   * @throws TransientException if asking again with a new reader may succeed
   */
  KeyRange nextRange(TableDefinition table, KeyRange rest, int rows);

  /**
   * About how many bytes the rows of the range take that {@link #nextRange} gave last; 0 if the
   * source does not know, and by default. The engine reads ranges one by one that are larger than
   * usual, so a source whose rows may be large ought to know.
   */
  default long bytesOfRange() {
    return 0;
  }

  /**
   * Reads the rows of a range as they stand together at one moment.
   *
   * @throws TableChangedException if the table is not as it is defined here; the reader stays
   *     usable
   * @throws TransientException if reading it again with a new reader may succeed
   */
  SnapshotChunk readRange(TableDefinition table, KeyRange range);

  /**
   * Begins to read tables as they stand together at one exact point of the stream: one that cannot
   * be cut, or those of a {@link dev.syncline.change.CascadeGroup}. The caller closes the read
   * before it uses this reader again.
   *
   * @param tables at least one
   * @throws TransientException if reading from the beginning with a new reader may succeed
   */
  ExactRead readExactly(List<TableDefinition> tables);

  /** Whether the table has a key by which it can be cut into ranges. */
  boolean canCut(TableDefinition table);

  /** Ends the connection, from any thread, in bounded time, also under a read. */
  @Override
  void close();
}
