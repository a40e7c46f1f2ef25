package dev.syncline.internal;

import dev.syncline.TableChangedException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Position;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tables that readers of existing rows have met changed, while the stream has yet to bring the
 * change, which ends the run. A position that is taken after such a look lies behind the change; a
 * run whose streams come there has met no change that explains what was seen. Thread-safe.
 */
final class AheadTables {

  private static final Logger LOG = LoggerFactory.getLogger(AheadTables.class);

  /** A read that fails since a table is rebuilt sees a change that is none, but not again. */
  private static final int UNEXPLAINED_LOOKS = 2;

  private final String job;
  private final Map<TableId, Look> looks = new HashMap<>();

  /** What was seen of a table, and where the streams are to explain it. */
  private static final class Look {
    private String seen = "";
    private boolean open;
    private Map<String, Position> behind = Map.of();
    private int unexplained;
  }

  AheadTables(String job) {
    this.job = job;
  }

  /** Notes that a reader has met a table changed. */
  synchronized void meet(TableChangedException met) {
    Look look = looks.get(met.table());
    if (look == null) {
      LOG.info(
          "Job '{}' reads no rows of table '{}' until its stream brings what changed the table: {}",
          job,
          met.table(),
          met.getMessage());
      look = new Look();
      looks.put(met.table(), look);
    }
    look.seen = String.valueOf(met.getMessage());
    look.open = true;
  }

  /** Notes that rows of a table were read, as it is defined where the streams stand. */
  synchronized void read(TableId table) {
    looks.remove(table);
  }

  /**
   * Compares where the streams stand with what was seen.
   *
   * @param current gives the positions of this moment, behind all that was seen
   * @throws UnsupportedChangeException if the streams do not bring the change of a table
   */
  synchronized void step(Map<String, Position> stands, Supplier<Map<String, Position>> current) {
    looks.forEach(
        (table, look) -> {
          if (look.open && look.behind.isEmpty()) {
            look.behind = current.get();
          }
          if (look.open && Run.reaches(stands, look.behind)) {
            look.open = false;
            look.behind = Map.of();
            look.unexplained++;
            if (look.unexplained == UNEXPLAINED_LOOKS) {
              throw unexplained(table, look, stands);
            }
          }
        });
  }

  private UnsupportedChangeException unexplained(
      TableId table, Look look, Map<String, Position> stands) {
    return new UnsupportedChangeException(
        ("Job '%s' cannot copy table '%s': the table is not as the job knows it, and the stream has"
                + " passed the moment at which that was seen without bringing a change of it; it"
                + " stands at %s. So the table was changed without being logged. What was seen: %s"
                + " Change the table back, or delete the job's checkpoint and its tables at the"
                + " target, and start the job again.")
            .formatted(job, table, stands, look.seen));
  }
}
