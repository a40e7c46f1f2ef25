package dev.syncline.internal;

import dev.syncline.ProgressLostException;
import dev.syncline.TargetProgress;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What an earlier run has written in lanes beyond the position that all lanes have reached. This
 * run leaves it out, and writes everything else in lane 0 until that lane has passed it all. Owned
 * by the job's thread.
 */
final class Levelling<C extends Change> {

  /** A lane that is ahead, by its number from 0 among those that share the changes. */
  private record Ahead(int lane, Map<String, Position> positions) {}

  private final int lanes;
  private final List<Ahead> ahead;
  private final Routes routes;

  private Levelling(Routes routes, int lanes, List<Ahead> ahead) {
    this.routes = routes;
    this.lanes = lanes;
    this.ahead = ahead;
  }

  /**
   * What there is to level.
   *
   * @throws ProgressLostException if the lanes were cut in a way that this version does not know
   */
  static <C extends Change> Levelling<C> of(
      String job, TargetProgress found, Routes routes, Function<String, Position> parser) {
    Map<String, Position> all = parse(found.lanes().get(0), parser);
    int lanes = found.lanes().size() - 1;
    List<Ahead> ahead = new ArrayList<>();
    for (int lane = 0; lane < lanes; lane++) {
      Map<String, Position> positions = parse(found.lanes().get(lane + 1), parser);
      positions.entrySet().removeIf(p -> isPassed(p, all));
      if (!positions.isEmpty()) {
        ahead.add(new Ahead(lane, positions));
      }
    }
    if (!ahead.isEmpty() && !found.layout().equals(routes.layout(lanes))) {
      throw new ProgressLostException(
          ("The %d lanes of job '%s' do not stand at one position, and were written by other rules"
               + " than those of this run (layout '%s', here '%s'): by another version of Syncline,"
               + " or into a sink that does not do the same for foreign keys. Start the job as it"
               + " was, with consistency TRANSACTIONAL, until it is synchronizing; then as it is"
               + " now.")
              .formatted(lanes, job, found.layout(), routes.layout(lanes)));
    }
    return new Levelling<>(routes, lanes, ahead);
  }

  /** Where changes belong. */
  Routes routes() {
    return routes;
  }

  private static Map<String, Position> parse(
      Map<String, String> positions, Function<String, Position> parser) {
    Map<String, Position> parsed = new TreeMap<>();
    positions.forEach((stream, text) -> parsed.put(stream, parser.apply(text)));
    return parsed;
  }

  private static boolean isPassed(Map.Entry<String, Position> lane, Map<String, Position> all) {
    Position position = all.get(lane.getKey());
    return position != null && position.covers(lane.getValue());
  }

  /** How far the furthest lane is in each stream in which one is ahead. */
  Map<String, Position> furthest() {
    Map<String, Position> furthest = new TreeMap<>();
    for (Ahead lane : ahead) {
      lane.positions()
          .forEach(
              (stream, position) ->
                  furthest.merge(stream, position, (a, b) -> a.compareTo(b) >= 0 ? a : b));
    }
    return furthest;
  }

  /** Whether lane 0, once it stands at these positions, has passed every lane. */
  boolean isDoneAt(Map<String, Position> positions) {
    ahead.removeIf(
        lane -> {
          lane.positions().entrySet().removeIf(p -> isPassed(p, positions));
          return lane.positions().isEmpty();
        });
    return ahead.isEmpty();
  }

  /** Leaves out what the lanes have written. */
  TransactionPart<C> withoutWritten(String stream, TransactionPart<C> part) {
    if (ahead.isEmpty()) {
      return part;
    }
    boolean[] written = new boolean[lanes];
    boolean any = false;
    for (Ahead lane : ahead) {
      Position position = lane.positions().get(stream);
      written[lane.lane()] = position != null && position.includes(part.transaction());
      any |= written[lane.lane()];
    }
    if (!any) {
      return part;
    }
    List<C> left = part.changes().stream().filter(c -> !written[lane(c)]).toList();
    return part.withChanges(left);
  }

  private int lane(C change) {
    if (!(change instanceof TableChange row)) {
      throw new IllegalStateException("Only changes of tables are shared by lanes.");
    }
    return TableRoute.lane(routes.of(row.table()).home(TableRoute.anyRow(row)), lanes);
  }
}
