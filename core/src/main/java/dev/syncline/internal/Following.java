package dev.syncline.internal;

import dev.syncline.change.Change;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.Position;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionId;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way of changes from the streams to the lanes, merged with a snapshot while there is one.
 * Owned by the job's thread.
 *
 * <p>Transactions are sent whole: once a part of one is sent, no other stream's part passes before
 * its end.
 */
final class Following<C extends Change> {

  /** One stream and the part of it that is to be sent next. */
  private final class Stream {
    final String name;
    final StreamPump<C> pump;
    @Nullable Barrier next;
    Position stands;
    boolean open;

    /** Whether it has come to the place at which tables join. It goes on in the next run. */
    boolean held;

    Iterator<TransactionPart<C>> parts = List.<TransactionPart<C>>of().iterator();
    Optional<Position> afterBatch = Optional.empty();
    @Nullable TransactionPart<C> part;
    TouchedKeys touched = TouchedKeys.NONE;

    /** The part as the merger knows it. */
    ChunkMerger.Part forMerger(TransactionPart<C> next) {
      boolean large = snapshot.isPresent() && snapshot.get().isLarge(next.bytes());
      return new ChunkMerger.Part(next.transaction(), touched, !open, next.isLast(), large);
    }

    Stream(String name, StreamPump<C> pump, Position stands) {
      this.name = name;
      this.pump = pump;
      this.stands = stands;
    }
  }

  /**
   * A change of tables or other objects that nothing passes before it is dealt with.
   *
   * @param stream the stream that brings it
   * @param end the position right behind it
   */
  record Barrier(String stream, TransactionId transaction, SchemaChange change, Position end) {}

  /** A stream that always has news must not keep the job's thread from its other work. */
  private static final int MOVES_AT_ONCE = 1_000;

  private final List<Stream> streams = new ArrayList<>();
  private final Lanes<C> lanes;
  private final Rows<C> rows;
  private final Columnwise<C> columnwise;
  private final LoadedTables loaded;
  private final Optional<Snapshot<C>> snapshot;
  private @Nullable Stream inTransaction;
  private @Nullable Barrier barrier;
  private @Nullable String firstBarrier;
  private Map<String, Position> holdAt = Map.of();
  private Set<TableId> late = Set.of();

  /**
   * Sends nothing before streams are added.
   *
   * @param loaded the tables that were loaded at an exact point; changes up to there are in the
   *     load already
   */
  Following(
      Lanes<C> lanes,
      Rows<C> rows,
      Columnwise<C> columnwise,
      LoadedTables loaded,
      Optional<Snapshot<C>> snapshot) {
    this.lanes = lanes;
    this.rows = rows;
    this.columnwise = columnwise;
    this.loaded = loaded;
    this.snapshot = snapshot;
  }

  void add(String stream, StreamPump<C> pump, Position from) {
    streams.add(new Stream(stream, pump, from));
  }

  /**
   * Lets no other stream come to a barrier before this one: an earlier run has begun what is to be
   * done there.
   */
  void firstBarrier(String stream) {
    firstBarrier = stream;
  }

  /**
   * Lets each stream come as far as to a position, and to nothing behind it, since tables join
   * there.
   */
  void holdAt(Map<String, Position> positions) {
    holdAt = Map.copyOf(positions);
  }

  /** Leaves out all rows of tables that are loaded later, behind all that comes in this run. */
  void leaveOut(Set<TableId> tables) {
    late = Set.copyOf(tables);
  }

  /** Whether all streams have come to where they are to be held. */
  boolean isHeld() {
    return !holdAt.isEmpty() && barrier == null && streams.stream().allMatch(s -> s.held);
  }

  /** Sends what can be sent now; says whether anything moved. */
  boolean step() {
    boolean moved = false;
    for (Stream stream : streams) {
      for (int i = 0; i < MOVES_AT_ONCE && send(stream); i++) {
        moved = true;
      }
    }
    return moved;
  }

  /** Where each stream stands; empty in the middle of a transaction, and at a barrier. */
  Collection<Position> positions() {
    return inTransaction != null || barrier != null
        ? List.of()
        : streams.stream().map(s -> s.stands).toList();
  }

  /** Where each stream stands, by name; behind the last transaction that was sent as a whole. */
  Map<String, Position> stands() {
    Map<String, Position> positions = new HashMap<>();
    streams.forEach(stream -> positions.put(stream.name, stream.stands));
    return positions;
  }

  /** The change of tables or other objects that all streams wait at. */
  Optional<Barrier> barrier() {
    return Optional.ofNullable(barrier);
  }

  /** Goes on behind the barrier. */
  void passBarrier() {
    Barrier passed = Objects.requireNonNull(barrier, "barrier");
    for (Stream stream : streams) {
      if (stream.name.equals(passed.stream())) {
        stream.stands = passed.end();
      }
    }
    barrier = null;
  }

  LoadedTables loaded() {
    return loaded;
  }

  private boolean send(Stream stream) {
    if (barrier != null || (inTransaction != null && inTransaction != stream)) {
      return false;
    }
    if (stream.next != null) {
      return comeTo(stream, stream.next);
    }
    TransactionPart<C> part = stream.part;
    if (part == null) {
      return prepareNext(stream);
    }
    ChunkMerger.Part forMerger = stream.forMerger(part);
    if (snapshot.isPresent() && !snapshot.get().merger().admits(forMerger)) {
      return false;
    }
    if (forMerger.isWhole() && part.changes().isEmpty()) {
      lanes.advance(stream.name, part.end().orElseThrow());
    } else if (!lanes.offer(stream.name, part)) {
      return false;
    }
    snapshot.ifPresent(s -> s.sent(forMerger, lanes));
    stream.open = !part.isLast();
    inTransaction = stream.open ? stream : null;
    part.end().ifPresent(end -> stream.stands = end);
    stream.part = null;
    return true;
  }

  private boolean comeTo(Stream stream, Barrier next) {
    if (firstBarrier != null && !firstBarrier.equals(stream.name)) {
      return false;
    }
    firstBarrier = null;
    barrier = next;
    stream.next = null;
    return true;
  }

  /** Takes the next part from the batch at hand or the next batch; says whether anything moved. */
  private boolean prepareNext(Stream stream) {
    Position end = holdAt.get(stream.name);
    if (end != null && !stream.open && !stream.held) {
      stream.held = stream.stands.covers(end);
    }
    if (stream.held) {
      return false;
    }
    if (stream.parts.hasNext()) {
      TransactionPart<C> next = stream.parts.next();
      if (end != null && !stream.open && !end.includes(next.transaction())) {
        stream.held = true;
        return true;
      }
      if (next.schemaChange().isPresent()) {
        SchemaChange change = next.schemaChange().get();
        Position behind = next.end().orElseThrow();
        stream.next = new Barrier(stream.name, next.transaction(), change, behind);
        return true;
      }
      TransactionPart<C> part = rows.followed(withoutLoaded(next));
      stream.touched =
          snapshot.map(s -> s.merger().touched(part.changes())).orElse(TouchedKeys.NONE);
      stream.part =
          columnwise.fit(rows.transform(part, stream.name, stream.stands), this::isCopying);
      return true;
    }
    if (stream.afterBatch.isPresent()) {
      Position after = stream.afterBatch.get();
      stream.afterBatch = Optional.empty();
      if (after.compareTo(stream.stands) != 0) {
        stream.stands = after;
        lanes.advance(stream.name, after);
      }
      return true;
    }
    // Nothing of the last batch is to be held.
    stream.parts = List.<TransactionPart<C>>of().iterator();
    ChangeBatch<C> batch = stream.pump.next();
    if (batch == null) {
      return false;
    }
    stream.parts = batch.parts().iterator();
    stream.afterBatch = batch.position();
    return true;
  }

  private boolean isCopying(TableId table) {
    return snapshot.isPresent() && snapshot.get().merger().isCopying(table);
  }

  /** Leaves out changes that the exact load of their table has brought. */
  private TransactionPart<C> withoutLoaded(TransactionPart<C> part) {
    if ((loaded.isEmpty() && late.isEmpty())
        || part.changes().stream().noneMatch(c -> isLoaded(part, c))) {
      return part;
    }
    List<C> left = part.changes().stream().filter(c -> !isLoaded(part, c)).toList();
    return part.withChanges(left);
  }

  private boolean isLoaded(TransactionPart<C> part, C change) {
    if (change instanceof TableChange row) {
      TableId table = row.table().id();
      return loaded.include(table, part.transaction()) || late.contains(table);
    }
    return false;
  }

  /** Whether what was sent is to be made safe at once. */
  boolean isHurried() {
    return streams.stream().anyMatch(stream -> stream.pump.isHurried());
  }

  /** Tells the readers up to where everything is at the target. */
  void written(Map<String, Position> positions) {
    for (Stream stream : streams) {
      Position written = positions.get(stream.name);
      if (written != null) {
        stream.pump.written(written);
      }
    }
  }

  /** Tells the readers up to where everything is safe. */
  void durable(Map<String, Position> positions) {
    for (Stream stream : streams) {
      Position safe = positions.get(stream.name);
      if (safe != null) {
        stream.pump.durable(safe);
      }
    }
  }
}
