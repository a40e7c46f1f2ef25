package dev.syncline.internal;

import dev.syncline.JobLimits;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.TransactionPart;
import dev.syncline.internal.Target.LaneOutput;
import dev.syncline.internal.Target.Prepared;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A queue of changes and the two threads that empty it: one prepares, one writes. Whatever waits
 * when the writer becomes free is written at one time, up to a limit; as soon as so much waits that
 * the limit is reached, it is prepared while the writer is busy. Commits are at ends of source
 * transactions only.
 */
final class Lane<C extends Change> {

  private static final long IDLE_COMMIT_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long WAIT_MILLIS = 500;
  private static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(WAIT_MILLIS);

  /** What another lane must have committed first. */
  record Wait(Lane<?> lane, long sequence) {

    boolean isOver() {
      return lane.hasCommitted(sequence);
    }
  }

  /**
   * A part of a transaction, or with {@code part} null only a position without changes.
   *
   * @param numbers how many parts and positions there were with it
   */
  private record Item<C extends Change>(
      @Nullable TransactionPart<C> part,
      String stream,
      @Nullable Position end,
      Numbers numbers,
      List<Wait> waits) {

    boolean isFree() {
      for (int i = 0; i < waits.size(); i++) {
        if (!waits.get(i).isOver()) {
          return false;
        }
      }
      return true;
    }

    long bytes() {
      return part == null ? 0 : part.bytes();
    }
  }

  /** How many parts of transactions there were, and how many positions without changes. */
  private record Numbers(long parts, long positions) {}

  /** Items that are ready to be written. */
  private record Portion<C extends Change>(List<Item<C>> items, Optional<Prepared> prepared) {

    long bytes() {
      return items.stream().mapToLong(Item::bytes).sum();
    }
  }

  /**
   * What is written at one time.
   *
   * @param complete up to the last end of a transaction
   * @param rest the beginning of a transaction
   */
  private record Batch<C extends Change>(Portion<C> complete, Portion<C> rest) {

    long bytes() {
      return complete.bytes() + rest.bytes();
    }
  }

  private final JobLimits limits;
  private final int mostQueued;
  private final Clock clock;
  private final Ticker ticker;
  private final Signal signal;
  private final Counters counters;

  private final Deque<Item<C>> queue = new ArrayDeque<>();
  private long queuedBytes;
  private long queuedRows;

  /** Of what was taken from the queue and is not yet written. */
  private long takenBytes;

  private @Nullable Batch<C> ready;
  private boolean writing;
  private long sequence;
  private long advances;
  private volatile long committedSequence;
  private long committedAdvances;
  private final Map<String, Position> committed = new HashMap<>();
  private @Nullable Delay delay;
  private volatile List<Lane<C>> others = List.of();

  /** The position without changes, by its number, up to which a commit is wanted at once. */
  private long soon;

  // The rest belongs to the thread that writes.
  private final Map<String, Position> pending = new HashMap<>();
  private final Counters.Tally uncommitted = new Counters.Tally();
  private @Nullable Instant oldest;
  private boolean open;
  private Numbers pendingNumbers = new Numbers(0, 0);
  private long lastCommit;

  /** How long a transaction took, and when that was seen. */
  record Delay(Duration length, long nanos) {}

  /**
   * A lane.
   *
   * @param mostQueued how many bytes of changes may wait in it
   */
  Lane(JobSpec<C> spec, int mostQueued, Ticker ticker, Signal signal, Counters counters) {
    this.limits = spec.limits();
    this.mostQueued = mostQueued;
    this.clock = spec.surroundings().clock();
    this.ticker = ticker;
    this.signal = signal;
    this.counters = counters;
    this.lastCommit = ticker.nanos();
  }

  /** Names the lanes that may wait for commits of this one. */
  void wakes(List<Lane<C>> lanes) {
    others = List.copyOf(lanes);
  }

  /**
   * Whether there is room for a part of a transaction. What is prepared and written counts like
   * what waits, so that only a part that is larger than all limits is here alone.
   */
  synchronized boolean hasRoom(long bytes) {
    long held = queuedBytes + takenBytes;
    boolean isFull = queuedBytes > 0 && queuedBytes + bytes > mostQueued;
    return !isFull && (held == 0 || held + bytes <= mostQueued + 2L * limits.batchBytes());
  }

  /** Takes a part of a transaction unless the queue is full. */
  boolean offer(String stream, TransactionPart<C> part) {
    if (!hasRoom(part.bytes())) {
      return false;
    }
    add(stream, part, List.of());
    return true;
  }

  /** Takes a part of a transaction that must not be written before other lanes have committed. */
  synchronized void add(String stream, TransactionPart<C> part, List<Wait> waits) {
    sequence++;
    queue.addLast(new Item<>(part, stream, part.end().orElse(null), numbers(), waits));
    queuedBytes += part.bytes();
    queuedRows += part.changes().size();
    notifyAll();
  }

  /** Notes that a stream has moved on without changes. */
  synchronized void advance(String stream, Position position) {
    Iterator<Item<C>> fromEnd = queue.descendingIterator();
    while (fromEnd.hasNext()) {
      Item<C> item = fromEnd.next();
      if (item.part() != null) {
        break;
      }
      if (item.stream().equals(stream)) {
        fromEnd.remove();
      }
    }
    advances++;
    queue.addLast(new Item<>(null, stream, position, numbers(), List.of()));
    notifyAll();
  }

  private Numbers numbers() {
    return new Numbers(sequence, advances);
  }

  /** Whether everything that was offered is committed, positions without changes as well. */
  synchronized boolean isIdle() {
    return committedSequence == sequence && committedAdvances == advances;
  }

  /** Lets the positions without changes that were noted by now be committed without a wait. */
  synchronized void commitSoon() {
    soon = advances;
    notifyAll();
  }

  /** The number of the last part that was offered. */
  synchronized long sequence() {
    return sequence;
  }

  /** Whether everything up to a number is committed. Does not wait for anything. */
  boolean hasCommitted(long number) {
    return committedSequence >= number;
  }

  /** Says where the streams stand at the target when the run begins. */
  synchronized void begin(Map<String, Position> positions) {
    committed.putAll(positions);
  }

  /** The position of each stream up to which everything is committed. */
  synchronized Map<String, Position> committed() {
    return new HashMap<>(committed);
  }

  /** How long the last committed transaction took from its commit at the source. */
  synchronized Optional<Delay> delay() {
    return Optional.ofNullable(delay);
  }

  /** Prepares what is to be written until the thread is interrupted. */
  void prepare(LaneOutput<C> output) throws InterruptedException {
    while (true) {
      prepareNext(output);
    }
  }

  /** A method of its own, so that no batch is held while the next one is awaited. */
  private void prepareNext(LaneOutput<C> output) throws InterruptedException {
    List<Item<C>> items = take();
    int complete = 0;
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).end() != null) {
        complete = i + 1;
      }
    }
    Portion<C> first = portion(output, items.subList(0, complete));
    hand(new Batch<>(first, portion(output, items.subList(complete, items.size()))));
  }

  private Portion<C> portion(LaneOutput<C> output, List<Item<C>> items) {
    List<TransactionPart<C>> parts = new ArrayList<>();
    for (Item<C> item : items) {
      if (item.part() != null) {
        parts.add(item.part());
      }
    }
    return new Portion<>(
        items, parts.isEmpty() ? Optional.empty() : Optional.of(prepare(output, parts)));
  }

  /** What cannot be prepared fails when its turn to be written comes, behind all before it. */
  @SuppressWarnings("CatchingUnchecked") // none is swallowed
  private Prepared prepare(LaneOutput<C> output, List<TransactionPart<C>> parts) {
    try {
      return output.prepare(parts);
    } catch (RuntimeException e) {
      return () -> {
        throw e;
      };
    }
  }

  /** Waits until something waits and the writer is free, or a whole batch waits. */
  private synchronized List<Item<C>> take() throws InterruptedException {
    while (queue.isEmpty()
        || ready != null
        || (writing && !isBatch())
        || !queue.getFirst().isFree()) {
      wait();
    }
    List<Item<C>> taken = new ArrayList<>();
    long bytes = 0;
    long rows = 0;
    while (!queue.isEmpty()
        && rows < limits.batchRows()
        && bytes < limits.batchBytes()
        && queue.getFirst().isFree()) {
      Item<C> item = queue.removeFirst();
      taken.add(item);
      if (item.part() != null) {
        bytes += item.bytes();
        rows += item.part().changes().size();
      }
    }
    queuedBytes -= bytes;
    queuedRows -= rows;
    takenBytes += bytes;
    if (bytes > 0) {
      signal.raise();
    }
    return taken;
  }

  /** Looks again whether what waits for other lanes may go. */
  private synchronized void wake() {
    notifyAll();
  }

  private boolean isBatch() {
    return queuedRows >= limits.batchRows() || queuedBytes >= limits.batchBytes();
  }

  private synchronized void hand(Batch<C> batch) {
    ready = batch;
    notifyAll();
  }

  /** Writes what is prepared until the thread is interrupted. */
  void write(LaneOutput<C> output) throws InterruptedException {
    while (true) {
      writeNext(output);
    }
  }

  /** A method of its own, so that no batch is held while the next one is awaited. */
  private void writeNext(LaneOutput<C> output) throws InterruptedException {
    Optional<Batch<C>> batch = next();
    if (batch.isPresent()) {
      write(batch.get().complete());
    }
    commitIfDue(output);
    if (batch.isPresent()) {
      write(batch.get().rest());
      release(batch.get().bytes());
    }
  }

  private synchronized void release(long bytes) {
    takenBytes -= bytes;
    if (bytes > 0) {
      signal.raise();
    }
  }

  /** Whether all that is to be committed at once can be. Asked by the thread that writes. */
  private synchronized boolean isDueSoon() {
    return oldest == null && committedAdvances < soon && soon <= pendingNumbers.positions();
  }

  /** The next batch; none if a commit is due first, or after some time. */
  private synchronized Optional<Batch<C>> next() throws InterruptedException {
    writing = false;
    notifyAll();
    long deadline = System.nanoTime() + WAIT_NANOS;
    while (ready == null && !isDueSoon() && System.nanoTime() < deadline) {
      wait(WAIT_MILLIS);
    }
    Optional<Batch<C>> next = Optional.ofNullable(ready);
    ready = null;
    writing = next.isPresent();
    notifyAll();
    return next;
  }

  private void write(Portion<C> portion) throws InterruptedException {
    List<TransactionPart<C>> parts = new ArrayList<>();
    Numbers last = pendingNumbers;
    for (Item<C> item : portion.items()) {
      if (item.part() != null) {
        parts.add(item.part());
      }
      if (item.end() != null) {
        pending.put(item.stream(), item.end());
        last = item.numbers();
      }
    }
    if (portion.prepared().isPresent()) {
      portion.prepared().get().write();
      if (oldest == null) {
        oldest = parts.get(0).committedAt();
      }
      parts.forEach(part -> uncommitted.add(part.changes()));
      open = !parts.get(parts.size() - 1).isLast();
    }
    pendingNumbers = last;
  }

  private void commitIfDue(LaneOutput<C> output) throws InterruptedException {
    boolean complete = oldest != null && !open;
    boolean idle =
        oldest == null
            && !pending.isEmpty()
            && (isDueSoon() || ticker.nanos() - lastCommit >= IDLE_COMMIT_NANOS);
    if (!complete && !idle) {
      return;
    }
    Map<String, String> positions = new HashMap<>();
    pending.forEach((stream, position) -> positions.put(stream, position.toString()));
    output.commit(positions);
    lastCommit = ticker.nanos();
    counters.followed(uncommitted);
    synchronized (this) {
      committed.putAll(pending);
      committedSequence = Math.max(committedSequence, pendingNumbers.parts());
      committedAdvances = pendingNumbers.positions();
      if (oldest != null) {
        delay = new Delay(Duration.between(oldest, clock.instant()), ticker.nanos());
      }
    }
    others.forEach(Lane::wake);
    pending.clear();
    uncommitted.clear();
    oldest = null;
    signal.raise();
  }
}
