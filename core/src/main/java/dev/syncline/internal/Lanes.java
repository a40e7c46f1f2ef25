package dev.syncline.internal;

import dev.syncline.Consistency;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionPart;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Gives what is followed to lanes. Lane 0 writes whole transactions; it is the only one for {@link
 * Consistency#TRANSACTIONAL}. For {@link Consistency#PER_KEY} there are others beside it that share
 * transactions by keys. Either lane 0 writes or the others do: where order cannot be kept between
 * lanes, all of them commit, and lane 0 goes on with the whole transaction.
 *
 * <p>The position of lane 0 is one that all lanes have reached, so it alone says where the streams
 * begin after a restart; what other lanes have written beyond it is left out then, see {@link
 * Levelling}. While the others write, lane 0 records from time to time how far they all are.
 *
 * <p>Owned by the job's thread but for {@link #committed} and {@link #delay}.
 */
final class Lanes<C extends Change> {

  /** How many parts lane 0 takes before it hands over, unless it has nothing left to do. */
  private static final int WHOLE_AT_LEAST = 200;

  private static final long MARK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int MOST_MARKS = 1_000;
  private static final int LEAST_QUEUED = 1 << 20;
  private static final int QUEUES_REPEATED = 4;

  /** Positions that all lanes have reached once they have committed what was sent before. */
  private record Reached(LaneMark mark, Map<String, Position> positions) {}

  private final JobSpec<C> spec;
  private final Ticker ticker;
  private final Signal signal;
  private final Counters counters;
  private final Levelling<C> levelling;
  private final Lane<C> whole;
  private volatile boolean open;
  private @Nullable LaneStarter<C> starter;

  private volatile @Nullable Shares<C> shares;
  private boolean sharing;
  private boolean inTransaction;
  private boolean settling;
  private long sentWhole;
  private final Map<String, Position> stands = new TreeMap<>();
  private final Deque<Reached> marks = new ArrayDeque<>();
  private boolean moved;
  private long markedAt;
  private long sharedBytes;
  private @Nullable TransactionPart<C> examined;
  private @Nullable TransactionPart<C> left;

  /** Lanes that are not started. */
  Lanes(JobSpec<C> spec, Ticker ticker, Signal signal, Counters counters, Levelling<C> levelling) {
    this.spec = spec;
    this.ticker = ticker;
    this.signal = signal;
    this.counters = counters;
    this.levelling = levelling;
    this.markedAt = ticker.nanos();
    this.whole = newLane(spec.limits().queueBytes());
  }

  private Lane<C> newLane(int mostQueued) {
    return new Lane<>(spec, mostQueued, ticker, signal, counters);
  }

  /**
   * Starts lane 0.
   *
   * @param positions where the streams stand at the target
   */
  void start(LaneStarter<C> laneStarter, Map<String, Position> positions) {
    starter = laneStarter;
    whole.begin(positions);
    stands.putAll(positions);
    laneStarter.start(whole, 0, () -> open = true);
  }

  /** Whether lane 0 is connected. */
  boolean isOpen() {
    return open;
  }

  /** Whether all lanes of earlier runs stand at one position, or behind it. */
  boolean isLevel() {
    if (!levelling.isDoneAt(whole.committed())) {
      whole.commitSoon();
      return false;
    }
    return true;
  }

  /** Whether there are to be other lanes, and can be. */
  boolean lacksOthers() {
    return spec.consistency() == Consistency.PER_KEY && shares == null && isLevel();
  }

  /** Starts the other lanes. */
  void startOthers() {
    LaneStarter<C> begun = Objects.requireNonNull(starter, "lane 0 was started");
    int count = spec.limits().lanes();
    begun.target().beginLanes(begun.run(), count, levelling.routes().layout(count));
    int mostQueued = Math.max(LEAST_QUEUED, spec.limits().queueBytes() / count);
    List<Lane<C>> lanes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lanes.add(newLane(mostQueued));
    }
    for (int i = 0; i < count; i++) {
      Lane<C> lane = lanes.get(i);
      lane.wakes(lanes.stream().filter(other -> other != lane).toList());
      begun.start(lane, i + 1, () -> {});
    }
    Splitter<C> splitter = new Splitter<>(levelling.routes(), count, begun.target()::keysOf);
    shares = new Shares<>(splitter, lanes, mostQueued);
  }

  /** Takes a part of a transaction, or does not, for now. */
  boolean offer(String stream, TransactionPart<C> part) {
    Shares<C> others = shares;
    boolean sent;
    if (others == null || inTransaction) {
      sent = whole.offer(stream, left(stream, part));
    } else if (sharing) {
      sent = offerShares(others, stream, part);
    } else {
      sent = offerWhole(others, stream, part);
    }
    if (sent) {
      inTransaction = !part.isLast();
      settling = false;
      part.end().ifPresent(end -> stands.put(stream, end));
      moved = true;
    }
    return sent;
  }

  /** What earlier runs have left of a part, which may be offered several times. */
  @SuppressWarnings("ReferenceEquality") // the same object is offered again
  private TransactionPart<C> left(String stream, TransactionPart<C> part) {
    TransactionPart<C> known = left;
    if (known == null || examined != part) {
      known = levelling.withoutWritten(stream, part);
      left = known;
      examined = part;
    }
    return known;
  }

  private boolean offerShares(Shares<C> others, String stream, TransactionPart<C> part) {
    Optional<Splitter.Cut<C>> cut = others.cut(part);
    if (cut.isPresent()) {
      boolean sent = others.offer(stream, cut.get());
      sharedBytes += sent ? part.bytes() : 0;
      return sent;
    }
    if (!mark().isCommitted()) {
      return false;
    }
    sharing = false;
    sentWhole = 0;
    // What lane 0 records from now on must not lie before what it writes now.
    marks.clear();
    return offerWhole(others, stream, part);
  }

  /** Goes on with whole transactions until one comes that can be cut, and some more if in haste. */
  private boolean offerWhole(Shares<C> others, String stream, TransactionPart<C> part) {
    boolean idle = mark().isCommitted();
    boolean stays = sentWhole < WHOLE_AT_LEAST && !idle;
    if (stays || others.cut(part).isEmpty()) {
      boolean sent = whole.offer(stream, part);
      sentWhole += sent ? 1 : 0;
      return sent;
    }
    if (!idle) {
      return false;
    }
    sharing = true;
    return offerShares(others, stream, part);
  }

  /** Notes that a stream has moved on without changes. */
  void advance(String stream, Position position) {
    stands.put(stream, position);
    moved = true;
    settling = false;
    if (!sharing) {
      whole.advance(stream, position);
    }
  }

  /**
   * Lets lane 0 record where the streams stand, and nothing behind that.
   *
   * @return whether it has, and all lanes have committed what was sent
   */
  boolean settle() {
    if (!mark().isCommitted()) {
      return false;
    }
    if (!settling) {
      settling = true;
      // What was noted on the way must not be recorded behind this.
      marks.clear();
      stands.forEach(whole::advance);
    }
    whole.commitSoon();
    return whole.isIdle();
  }

  /** Goes on where somebody else has recorded that the streams stand, once all have settled. */
  void goOn(Map<String, Position> positions) {
    whole.begin(positions);
    stands.putAll(positions);
    settling = false;
  }

  /** Lets lane 0 know, from time to time, how far all other lanes are. */
  void housekeep() {
    if (!sharing || settling) {
      return;
    }
    long now = ticker.nanos();
    if (moved && now - markedAt >= MARK_NANOS && marks.size() < MOST_MARKS) {
      marks.addLast(new Reached(mark(), Map.copyOf(stands)));
      moved = false;
      markedAt = now;
    }
    Reached reached = null;
    while (!marks.isEmpty() && marks.getFirst().mark().isCommitted()) {
      reached = marks.removeFirst();
    }
    if (reached != null) {
      reached.positions().forEach(whole::advance);
      if (sharedBytes >= (long) QUEUES_REPEATED * spec.limits().queueBytes()) {
        whole.commitSoon();
        sharedBytes = 0;
      }
    }
  }

  /** Lets positions without changes be committed without a wait. */
  void commitSoon() {
    whole.commitSoon();
  }

  /** What has been sent up to now. */
  LaneMark mark() {
    return new LaneMark(all().map(lane -> new Lane.Wait(lane, lane.sequence())).toList());
  }

  private Stream<Lane<C>> all() {
    Shares<C> others = shares;
    return Stream.concat(Stream.of(whole), others == null ? Stream.of() : others.lanes().stream());
  }

  /** Where each stream stands: nothing behind that was sent. */
  Map<String, Position> stands() {
    return Map.copyOf(stands);
  }

  /** The position of each stream up to which everything is committed, as the target has it. */
  Map<String, Position> committed() {
    return whole.committed();
  }

  /** How long the last committed transaction took from its commit at the source. */
  Optional<Duration> delay() {
    return all()
        .map(lane -> lane.delay().orElse(null))
        .filter(Objects::nonNull)
        .max(Comparator.comparingLong(Lane.Delay::nanos))
        .map(Lane.Delay::length);
  }
}
