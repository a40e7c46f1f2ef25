package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.change.CopyBegin;
import dev.syncline.change.CopyEnd;
import dev.syncline.change.KeyScope;
import dev.syncline.redis.RedisSink.ExistingKeys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The copies that are under way over a writer. Used by one thread, but for {@link #close}. */
final class TargetCopies implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(TargetCopies.class);

  private final ExistingKeys existing;
  private final KeyHash hash;
  private final CopyLimits limits;
  private final Map<String, Copy> copies = new HashMap<>();

  private record Copy(CopyBegin begin, CopyMarks marks) {}

  TargetCopies(ExistingKeys existing, KeyHash hash, CopyLimits limits) {
    this.existing = existing;
    this.hash = hash;
    this.limits = limits;
  }

  /**
   * Begins a copy.
   *
   * @param scans look through the target, one for each of its servers
   * @param ours whether what there is at the target may be of an earlier copy of the stream
   */
  void begin(CopyBegin begin, List<ScopeScan> scans, boolean ours) {
    if (existing == ExistingKeys.REFUSE && !ours && findsAny(scans, begin.scope())) {
      throw new SyncException(
          ("The target '%s' already has keys among those that are to be copied (%s). Delete them,"
                  + " or let the sink's existingKeys REPLACE or KEEP them.")
              .formatted(addresses(scans), begin.scope()));
    }
    Copy before = copies.put(begin.stream(), new Copy(begin, new CopyMarks(limits)));
    if (before != null) {
      before.marks().close();
    }
  }

  /** Notes keys that came. */
  void mark(long[] hashes) {
    for (Copy copy : copies.values()) {
      for (long hashed : hashes) {
        copy.marks().add(hashed);
      }
    }
  }

  private static boolean findsAny(List<ScopeScan> scans, KeyScope scope) {
    return scans.stream().anyMatch(scan -> scan.findsAny(scope));
  }

  private static String addresses(List<ScopeScan> scans) {
    return scans.stream()
        .map(scan -> scan.connection().address().toString())
        .collect(Collectors.joining(", "));
  }

  /**
   * Ends a copy, all values of which must be there: deletes what it has not brought.
   *
   * @param delete the command that deletes
   */
  void end(CopyEnd end, List<ScopeScan> scans, String delete) {
    Copy copy = copies.remove(end.stream());
    if (copy == null) {
      throw new SyncException(
          "A copy of stream '%s' ends at '%s' that has not begun over this connection."
              .formatted(end.stream(), addresses(scans)));
    }
    try (CopyMarks marks = copy.marks()) {
      boolean keeps = existing == ExistingKeys.KEEP;
      if (!keeps) {
        checkNotEmpty(copy.begin(), end, scans);
      }
      long deleted = 0;
      for (ScopeScan scan : scans) {
        Sweep sweep = new Sweep(scan, delete, limits, key -> !keeps || BuildNames.isOne(key));
        deleted += sweep.run(end.scope(), marks, hash);
      }
      LOG.info(
          "Copy {} of stream '{}' to '{}' is complete: {} keys came, {} others were deleted.",
          copy.begin().attempt(),
          end.stream(),
          addresses(scans),
          end.keys(),
          deleted);
    }
  }

  /** A source that was started without its data looks as if all keys had been deleted. */
  private static void checkNotEmpty(CopyBegin begin, CopyEnd end, List<ScopeScan> scans) {
    if (end.keys() == 0 && begin.attempt() > 1 && findsAny(scans, end.scope())) {
      throw new SyncException(
          ("The source of stream '%s' has come back without any key, but target '%s' has some. If"
                  + " the source has lost its data, bring it back. If it is empty for good, delete"
                  + " the keys at the target (%s), and start the job again.")
              .formatted(end.stream(), addresses(scans), end.scope()));
    }
  }

  @Override
  public void close() {
    copies.values().forEach(copy -> copy.marks().close());
  }
}
