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
import java.util.function.Supplier;

/** Finds out how tables of the live source are defined at a place of its streams. */
final class Looks {

  private static final int LOOKS = 5;

  private Looks() {}

  /** The selected tables as they are at these positions, and what the source remembers there. */
  record Look(
      Map<String, String> positions, List<TableStructure> tables, Map<String, String> memory) {}

  /**
   * Looks at all tables before and after the positions are taken, until both looks agree: the
   * streams bring every change of a table behind these positions, and none that is in the look.
   *
   * @throws TransientException if they are changed all the time
   */
  static Look first(String job, SourceSession<?> session) {
    return session instanceof TableSourceSession source
        ? look(job, source, table -> true, source::memory)
        : new Look(positions(session), List.of(), Map.of());
  }

  /**
   * Looks in the same way at tables that come later; what the source remembers is known then.
   *
   * @param wanted which of the selected tables are looked at
   * @throws TransientException if they are changed all the time
   */
  static Look later(String job, SourceSession<?> session, Predicate<TableId> wanted) {
    return session instanceof TableSourceSession source
        ? look(job, source, wanted, Map::of)
        : new Look(positions(session), List.of(), Map.of());
  }

  private static Look look(
      String job,
      TableSourceSession session,
      Predicate<TableId> wanted,
      Supplier<Map<String, String>> memories) {
    List<TableStructure> before = tables(session, wanted);
    Map<String, String> remembered = memories.get();
    for (int look = 1; look <= LOOKS; look++) {
      Map<String, String> positions = positions(session);
      List<TableStructure> now = tables(session, wanted);
      Map<String, String> memory = memories.get();
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
