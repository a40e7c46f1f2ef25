package dev.syncline.internal;

import dev.syncline.TableChangedException;
import dev.syncline.change.TableId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of tables that readers of existing rows have met changed, while the stream has yet to bring
 * the change. That is nothing to worry about unless the stream never brings it. Thread-safe.
 */
final class AheadTables {

  private static final Logger LOG = LoggerFactory.getLogger(AheadTables.class);
  private static final long LATE_NANOS = TimeUnit.MINUTES.toNanos(5);

  private final String job;
  private final Map<TableId, Long> told = new HashMap<>();

  AheadTables(String job) {
    this.job = job;
  }

  /** Tells of a table once, and again each time that it has not got on for long. */
  synchronized void meet(TableChangedException met) {
    long now = System.nanoTime();
    Long before = told.putIfAbsent(met.table(), now);
    if (before == null) {
      LOG.info(
          "Job '{}' reads no rows of table '{}' until its stream brings what changed the table: {}",
          job,
          met.table(),
          met.getMessage());
    } else if (now - before >= LATE_NANOS) {
      told.put(met.table(), now);
      LOG.warn(
          "Job '{}' still waits for a change of table '{}' to come with the stream: {} If the"
              + " stream is far behind, it will come. If the table was changed without being"
              + " logged, it never will: change it back, or start the job anew.",
          job,
          met.table(),
          met.getMessage());
    }
  }
}
