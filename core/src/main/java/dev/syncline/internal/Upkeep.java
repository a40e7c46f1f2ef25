package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableId;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a run does from time to time beside its flow: it samples its speed, saves its checkpoint,
 * tells the source what is safe, and starts the other lanes. Owned by the job's thread.
 */
final class Upkeep<C extends Change> {

  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

  /** How often the checkpoint is saved at most while a source waits for that. */
  private static final Duration HURRIED_INTERVAL = Duration.ofMillis(50);

  private final JobSpec<C> spec;
  private final JobProgress<C> progress;
  private final Ticker ticker;
  private final CheckpointKeeper keeper;
  private final CheckpointSaver saver;
  private @Nullable Long followsSince;
  private long savedAt;
  private long hurriedAt;

  Upkeep(JobSpec<C> spec, JobProgress<C> progress, Ticker ticker, CheckpointKeeper keeper) {
    this.spec = spec;
    this.progress = progress;
    this.ticker = ticker;
    this.keeper = keeper;
    this.saver = new CheckpointSaver(keeper);
    this.savedAt = ticker.nanos();
    this.hurriedAt = savedAt - HURRIED_INTERVAL.toNanos();
  }

  CheckpointKeeper keeper() {
    return keeper;
  }

  /** Starts the thread that saves. */
  void start(Workers workers) {
    workers.start("saver", saver::run);
  }

  void step(Following<C> following, Lanes<C> lanes, Optional<Snapshot<C>> snapshot) {
    long now = ticker.nanos();
    progress.sample(now);
    if (followsSince == null && lanes.isOpen()) {
      followsSince = now;
    }
    // Lanes are recorded at the target, where a change of tables may be under way.
    if (following.barrier().isEmpty() && lanes.lacksOthers()) {
      lanes.startOthers();
    }
    lanes.housekeep();
    boolean hurried = following.isHurried();
    if (hurried && now - hurriedAt >= HURRIED_INTERVAL.toNanos()) {
      // Not each time: a lane would never come to what is asked for while positions keep coming.
      hurriedAt = now;
      lanes.commitSoon();
    }
    if (now - savedAt >= saver.pause(interval(hurried))) {
      saver.save(note(lanes, snapshot), now);
    }
    if (saver.isLate(now)) {
      LOG.warn(
          "The checkpoint store of job '{}' has not answered for a minute. The job goes on, but the"
              + " source must keep its log until the store answers: see what it waits for.",
          spec.name());
    }
    following.written(lanes.committed());
    following.durable(saver.durable());
  }

  private Duration interval(boolean hurried) {
    Duration usual = spec.limits().checkpointInterval();
    return hurried && usual.compareTo(HURRIED_INTERVAL) > 0 ? HURRIED_INTERVAL : usual;
  }

  /** Whether it has been connected to both ends for so long that this counts as success. */
  boolean hasLasted() {
    return followsSince != null
        && ticker.nanos() - followsSince >= Ticker.inNanos(spec.retry().longestWait());
  }

  /** Puts what has been committed into the checkpoint, and gives the positions. */
  Map<String, Position> note(Lanes<C> lanes, Optional<Snapshot<C>> snapshot) {
    // Completions come first: what lanes have committed later lies behind them. A sink that keeps
    // positions is asked for both, so there lane 0 may lie before what others have committed.
    Map<TableId, List<Completion>> completed = new HashMap<>();
    snapshot.ifPresent(s -> s.work().completed().forEach((id, c) -> completed.put(id, List.of(c))));
    Map<String, Position> committed = lanes.committed();
    Checkpoint now = keeper.current().withPositions(printed(committed)).withCompleted(completed);
    keeper.set(now.since().isEmpty() ? now.withSince(printed(lanes.stands())) : now);
    savedAt = ticker.nanos();
    return committed;
  }

  private static Map<String, String> printed(Map<String, Position> positions) {
    Map<String, String> printed = new HashMap<>();
    positions.forEach((stream, position) -> printed.put(stream, position.toString()));
    return printed;
  }
}
