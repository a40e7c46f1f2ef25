package dev.syncline.internal;

import dev.syncline.SourceSession;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Finds out how tables of the live source are defined at a place of its streams. */
final class Looks {

  private static final int LOOKS = 5;

  private Looks() {}

  /** The selected tables as they are at these positions, and what the source remembers there. */
  record Look(
      Map<String, String> positions, List<TableStructure> tables, Map<String, String> memory) {}

  /**
   * Looks at the tables before and after the positions are taken, until both looks agree: the
   * streams bring every change of a table behind these positions, and none that is in the look.
   *
   * @param wanted which of the selected tables are looked at
   * @throws TransientException if they are changed all the time
   */
  static Look look(String job, SourceSession<?> session, Predicate<TableId> wanted) {
    if (!(session instanceof TableSourceSession source)) {
      return new Look(positions(session), List.of(), Map.of());
    }
    List<TableStructure> before = tables(source, wanted);
    Map<String, String> remembered = source.memory();
    for (int look = 1; look <= LOOKS; look++) {
      Map<String, String> positions = positions(session);
      List<TableStructure> now = tables(source, wanted);
      Map<String, String> memory = source.memory();
      if (definitions(now).equals(definitions(before)) && memory.equals(remembered)) {
        return new Look(positions, now, memory);
      }
      before = now;
      remembered = memory;
    }
    throw new TransientException(
        ("Job '%s' cannot begin: its tables were changed each of the %d times that it looked at"
                + " them. It begins when nobody alters, makes or drops selected tables.")
            .formatted(job, LOOKS + 1));
  }

  private static List<TableStructure> tables(TableSourceSession source, Predicate<TableId> wanted) {
    return source.tables().stream().filter(t -> wanted.test(t.definition().id())).toList();
  }

  private static Map<String, String> positions(SourceSession<?> session) {
    Map<String, String> positions = new TreeMap<>();
    session.currentPositions().forEach((name, place) -> positions.put(name, place.toString()));
    return positions;
  }

  private static List<TableDefinition> definitions(List<TableStructure> tables) {
    return tables.stream().map(TableStructure::definition).toList();
  }
}
