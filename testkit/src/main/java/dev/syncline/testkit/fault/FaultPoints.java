package dev.syncline.testkit.fault;

import dev.syncline.CheckpointStore;
import dev.syncline.Sink;
import dev.syncline.Source;
import dev.syncline.TransientException;
import dev.syncline.change.Change;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The fault points of one job, each of which can be armed with something that happens there: throw
 * an exception, {@linkplain Hold wait}, or end the process. Thread-safe.
 *
 * <pre>{@code
 * FaultPoints points = new FaultPoints();
 * points.arm(FaultPoint.AFTER_LANE_COMMIT, 3, () -> Runtime.getRuntime().halt(1));
 * SyncJob.from(points.in(source)).to(points.in(sink)).checkpoints(points.in(store))
 * }</pre>
 */
public final class FaultPoints {

  private record Armed(long passing, Runnable fault) {}

  private final Map<FaultPoint, Long> passed = new EnumMap<>(FaultPoint.class);
  private final Map<FaultPoint, Armed> armed = new EnumMap<>(FaultPoint.class);
  private volatile boolean dead;

  /** Points of which none is armed. */
  public FaultPoints() {
    // Nothing to do but to say that anybody may make one.
  }

  /**
   * Lets something happen once at a point, in the thread that passes it.
   *
   * @param passing at which passing, counted from 1 and from the first passing of all
   */
  public synchronized void arm(FaultPoint point, long passing, Runnable fault) {
    armed.put(
        Objects.requireNonNull(point, "point"),
        new Armed(passing, Objects.requireNonNull(fault, "fault")));
  }

  /**
   * Lets something happen once at one of the next passings of a point.
   *
   * @param passes at which of them, counted from 1
   * @return at which passing that is, counted as for {@link #arm}
   */
  public synchronized long armNext(FaultPoint point, int passes, Runnable fault) {
    long passing = passed(point) + passes;
    arm(point, passing, fault);
    return passing;
  }

  /** Lets the next thread that passes a point wait there. */
  public Hold hold(FaultPoint point) {
    Hold hold = new Hold(point);
    armNext(point, 1, hold::await);
    return hold;
  }

  /**
   * As if the job's process had died: from now on its calls fail, as on a lost connection, and do
   * not reach its source, its sink and its store any more, but for those that close something.
   */
  public void die() {
    dead = true;
  }

  void checkAlive() {
    if (dead) {
      throw new TransientException("The process is dead.");
    }
  }

  /** How often a point was passed. */
  public synchronized long passed(FaultPoint point) {
    return passed.getOrDefault(point, 0L);
  }

  /** The source, with fault points in it. */
  public <C extends Change> Source<C> in(Source<C> source) {
    return pointed(source);
  }

  /** The sink, with fault points in it. */
  public <C extends Change> Sink<C> in(Sink<C> sink) {
    return pointed(sink);
  }

  /** The store, with fault points in it. */
  public CheckpointStore in(CheckpointStore store) {
    return pointed(store);
  }

  @SuppressWarnings("unchecked") // it implements every interface of the engine that the end has
  private <T> T pointed(T end) {
    return (T) PointedEnd.of(Objects.requireNonNull(end), this);
  }

  /** Passes the points at one end of a call. */
  void at(FaultPoint.Moment moment, String call) {
    for (FaultPoint point : FaultPoint.values()) {
      if (point.isAt(moment, call)) {
        pass(point).ifPresent(Runnable::run);
      }
    }
  }

  private synchronized Optional<Runnable> pass(FaultPoint point) {
    long number = passed.merge(point, 1L, Long::sum);
    Armed fault = armed.get(point);
    if (fault == null || fault.passing() != number) {
      return Optional.empty();
    }
    armed.remove(point);
    return Optional.of(fault.fault());
  }
}
