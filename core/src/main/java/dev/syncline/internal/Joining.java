package dev.syncline.internal;

import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableId;
import dev.syncline.internal.Arrival.Seen;
import dev.syncline.internal.Checkpoint.PlannedTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Lets tables join the job at the place of the streams at which they were looked at. What the
 * streams have of them before is passed over; what is behind comes as for any other table, and
 * their rows are copied beside it. Owned by the job's thread.
 *
 * <ol>
 *   <li>The streams are held at the place, and all that is before is committed.
 *   <li>The tables are made at the target.
 *   <li>They are in the checkpoint, and the run ends: the next one copies them.
 * </ol>
 *
 * <p>A run that ends in between finds the streams at the place again, and does the same.
 */
final class Joining<C extends Change> {

  /** How far it is. */
  private enum Stage {
    /** What is before the place is not committed. */
    OPEN,
    /** Tables are being made. */
    UNDER_WAY,
    /** They are made. */
    DONE
  }

  /** Makes tables at the target. */
  @FunctionalInterface
  interface Making {

    /** Gives those that are not made: the source has them otherwise by now, or no more. */
    Set<TableId> make(List<PlannedTable> tables) throws InterruptedException;
  }

  private final JobSpec<C> spec;
  private final JobProgress<C> progress;
  private final Workers workers;
  private final Upkeep<C> upkeep;
  private final Making making;
  private final CheckpointKeeper keeper;
  private final Optional<Seen> first;
  private volatile Stage stage = Stage.OPEN;
  private volatile Set<TableId> changed = Set.of();

  Joining(
      JobSpec<C> spec, JobProgress<C> progress, Workers workers, Upkeep<C> upkeep, Making making) {
    this.spec = spec;
    this.progress = progress;
    this.workers = workers;
    this.upkeep = upkeep;
    this.making = making;
    this.keeper = upkeep.keeper();
    this.first = keeper.current().arrivals().stream().flatMap(a -> a.seen().stream()).findFirst();
  }

  /** Where the streams are to be held; empty if no table joins. */
  Map<String, Position> positions() {
    Map<String, Position> positions = new TreeMap<>();
    first.ifPresent(
        seen ->
            seen.positions()
                .forEach(
                    (stream, text) ->
                        positions.put(stream, spec.ends().source().parsePosition(text))));
    return positions;
  }

  /**
   * Moves on if the streams are held.
   *
   * @throws BeginAnew if tables have joined
   */
  void step(Following<C> following, Lanes<C> lanes, Optional<Snapshot<C>> snapshot)
      throws BeginAnew {
    if (!following.isHeld()) {
      return;
    }
    if (stage == Stage.OPEN && lanes.settle()) {
      upkeep.note(lanes, snapshot);
      stage = Stage.UNDER_WAY;
      workers.start(
          "joining",
          () -> {
            changed = making.make(found());
            stage = Stage.DONE;
          });
    }
    if (stage == Stage.DONE) {
      end(following.stands());
    }
  }

  /** The tables that join here. */
  private List<PlannedTable> found() {
    return here().stream().flatMap(seen -> seen.found().stream()).toList();
  }

  private List<Seen> here() {
    return keeper.current().arrivals().stream()
        .flatMap(arrival -> arrival.seen().stream())
        .filter(this::isHere)
        .toList();
  }

  private boolean isHere(Seen seen) {
    return first.isPresent() && seen.positions().equals(first.get().positions());
  }

  private void end(Map<String, Position> stands) throws BeginAnew {
    List<Arrival> left = new ArrayList<>();
    List<PlannedTable> joined = new ArrayList<>();
    for (Arrival arrival : keeper.current().arrivals()) {
      Optional<Seen> seen = arrival.seen().filter(this::isHere);
      if (seen.isEmpty()) {
        left.add(arrival);
      } else if (changed.contains(arrival.table())) {
        left.add(new Arrival(arrival.table()));
      } else {
        seen.get().found().ifPresent(joined::add);
      }
    }
    Map<String, String> printed = new TreeMap<>();
    stands.forEach((stream, position) -> printed.put(stream, position.toString()));
    keeper.save(
        keeper.current().withPositions(printed).withTables(joined, Set.of()).withArrivals(left));
    joined.forEach(table -> progress.tableJoined(table.definition().id()));
    throw new BeginAnew("Tables have joined job '" + spec.name() + "'.");
  }
}
