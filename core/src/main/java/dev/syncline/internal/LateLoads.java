package dev.syncline.internal;

import dev.syncline.TableChangedException;
import dev.syncline.TransientException;
import dev.syncline.change.Position;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Tables that are to be loaded as a whole, but were found otherwise at the source than they are
 * where the streams stand. The run follows the streams without their rows, which the load will
 * bring, until the change comes and ends the run; the next one loads them. Owned by the job's
 * thread.
 */
final class LateLoads {

  private final String job;
  private final AheadTables ahead;
  private final Set<TableId> tables = new HashSet<>();
  private Optional<TableChangedException> last = Optional.empty();
  private Map<String, Position> until = Map.of();

  LateLoads(String job) {
    this.job = job;
    this.ahead = new AheadTables(job);
  }

  /**
   * Adds tables that are loaded together.
   *
   * @param met how one of them was found
   * @param positions where the streams ended after that: the change is in front of it
   */
  void add(
      List<TableDefinition> together, TableChangedException met, Map<String, Position> positions) {
    ahead.meet(met);
    together.forEach(table -> tables.add(table.id()));
    last = Optional.of(met);
    until = Map.copyOf(positions);
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  Set<TableId> tables() {
    return Set.copyOf(tables);
  }

  /**
   * Notices that the streams have passed where the change should be.
   *
   * @throws TransientException to try again
   */
  void check(Map<String, Position> stands) {
    boolean passed =
        last.isPresent()
            && until.entrySet().stream()
                .allMatch(
                    stream -> {
                      Position stand = stands.get(stream.getKey());
                      return stand != null && stand.covers(stream.getValue());
                    });
    if (passed) {
      throw new TransientException(
          ("Job '%s' cannot load table '%s': %s The streams have brought no change of the table. If"
                  + " it was changed without being logged, change it back, or start the job anew.")
              .formatted(job, last.get().table(), last.get().getMessage()),
          last.get());
    }
  }
}
