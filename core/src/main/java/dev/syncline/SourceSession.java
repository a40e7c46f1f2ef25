package dev.syncline;

import dev.syncline.change.Change;
import dev.syncline.change.Position;
import java.util.Map;

/**
 * One run's way into a source. Thread-safe, except that {@link #close} comes last. Thrown away
 * after any failure; it does not reconnect by itself.
 */
public interface SourceSession<C extends Change> extends AutoCloseable {

  /**
   * The streams of the source by name, and where each ends at this moment. A reader opened at such
   * a position gives everything that is not visible yet, but for what {@link
   * TableSourceSession#awaitVisible} waits for. Changes of tables that are visible lie before it.
   *
   * @throws TransientException if asking again may succeed
   */
  Map<String, Position> currentPositions();

  /**
   * Opens a stream behind a position. The caller closes the reader.
   *
   * @param stream a name out of {@link #currentPositions}
   * @param from the first transaction to be read is the first one that this position does not
   *     include
   * @throws PositionLostException if the source no longer has the log behind the position
   * @throws TransientException if opening it again may succeed
   */
  SourceReader<C> openReader(String stream, Position from);

  /** Frees what the session holds. Readers must be closed first. May be called twice. */
  @Override
  void close();
}
