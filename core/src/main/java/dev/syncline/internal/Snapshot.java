package dev.syncline.internal;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.TableChangedException;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Change;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.internal.SnapshotWork.Piece;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * The copying of existing rows beside the stream: readers that cut and read chunks, the merger, and
 * writers. {@link #step} moves chunks on; only the job's thread calls it.
 */
final class Snapshot<C extends Change> {

  private static final int CHUNKS_PER_READER = 3;
  private static final int MAX_KEYS_HELD = 200_000;

  /** By this share of what a chunk counts for it may grow. */
  private static final int GROWTH_SHARE = 4;

  /** What takes less than this share of the heap leaves room for something else of its size. */
  private static final int LARGE_SHARE = 64;

  /** A ripe chunk, and what the lanes must have committed before it is written. */
  private record Ripe(OpenChunk chunk, LaneMark after) {}

  /** A chunk that goes to a writer. */
  private record Job(OpenChunk chunk, Piece piece) {}

  private final JobSpec<C> spec;
  private final Signal signal;
  private final Counters counters;
  private final SnapshotWork work;
  private final ChunkMerger merger;
  private final Rows<C> rows;
  private final ChunkRoom room;
  private final AheadTables ahead;
  private final long mostMemory = Runtime.getRuntime().maxMemory();
  private final Map<OpenChunk, Piece> pieces = new HashMap<>();
  private final Deque<Ripe> ripe = new ArrayDeque<>();
  private final BlockingQueue<Optional<Job>> toWrite = new LinkedBlockingQueue<>();
  private final Queue<Job> written = new ConcurrentLinkedQueue<>();
  private int underWay;
  private Optional<LaneMark> behindLarge = Optional.empty();
  private boolean dismissed;

  Snapshot(JobSpec<C> spec, SnapshotWork work, Signal signal, Counters counters, Rows<C> rows) {
    this.spec = spec;
    this.signal = signal;
    this.counters = counters;
    this.work = work;
    this.merger =
        new ChunkMerger(
            work.unfinished(), MAX_KEYS_HELD, spec.limits().batchBytes() / GROWTH_SHARE);
    this.rows = rows;
    int chunks = spec.limits().snapshotReaders() * CHUNKS_PER_READER;
    this.ahead = new AheadTables(spec.name());
    this.room = new ChunkRoom(chunks, (long) chunks * spec.limits().batchBytes());
  }

  ChunkMerger merger() {
    return merger;
  }

  SnapshotWork work() {
    return work;
  }

  /** Starts readers and writers. */
  void start(Workers workers, TableSourceSession session, Target<C> target, JobRun run) {
    for (int i = 0; i < spec.limits().snapshotReaders(); i++) {
      workers.start("snapshot-reader-" + i, () -> read(workers.own(session.openSnapshotReader())));
    }
    for (int i = 0; i < spec.limits().snapshotWriters(); i++) {
      workers.start(
          "snapshot-writer-" + i, () -> write(workers.own(target.openSnapshotWriter(run))));
    }
  }

  private void read(SnapshotReader reader) throws InterruptedException {
    while (work.awaitUncut()) {
      long expected = work.expectedBytes();
      room.enter(expected);
      Piece piece = cut(reader);
      if (piece == null) {
        room.leave(expected);
      } else {
        read(reader, piece, expected);
      }
    }
    reader.close();
  }

  private @Nullable Piece cut(SnapshotReader reader) throws InterruptedException {
    try {
      return work.cut(reader);
    } catch (TableChangedException e) {
      ahead.meet(e);
      work.setAside(e.table());
      return null;
    }
  }

  private void read(SnapshotReader reader, Piece piece, long expected) throws InterruptedException {
    long found = piece.isAlone() ? Long.MAX_VALUE : reader.bytesOfRange();
    if (found > aloneFrom()) {
      // Reading and writing it takes several times its bytes.
      room.leave(expected);
      room.enter(room.all());
    }
    piece.expect(found > aloneFrom() ? room.all() : expected);
    TableDefinition table = piece.table();
    read(reader, piece, isLarge(found) ? merger.openLarge(table) : merger.open(table));
  }

  private long aloneFrom() {
    return 2L * spec.limits().batchBytes();
  }

  /** Whether the heap may have no room for two things of so many bytes, each in several copies. */
  boolean isLarge(long bytes) {
    return bytes > Math.max(aloneFrom(), mostMemory / LARGE_SHARE);
  }

  /** A method of its own, as {@link #writeNext} is, so that no chunk is held longer than needed. */
  private void read(SnapshotReader reader, Piece piece, OpenChunk chunk)
      throws InterruptedException {
    synchronized (pieces) {
      pieces.put(chunk, piece);
    }
    try {
      while (!merger.finish(chunk, readRange(reader, piece))) {
        merger.pause();
      }
      ahead.read(piece.table().id());
    } catch (TableChangedException e) {
      ahead.meet(e);
      work.setAside(e.table());
      merger.abandon(chunk);
      room.leave(pieceOf(chunk).bytes());
      work.putBack(piece);
    }
    signal.raise();
  }

  private SnapshotChunk readRange(SnapshotReader reader, Piece piece) {
    SnapshotChunk read = reader.readRange(piece.table(), piece.range());
    long before = piece.bytes();
    work.learn(piece, read.rows());
    room.fill(piece.bytes() - before);
    return read;
  }

  private void write(SnapshotWriter writer) throws InterruptedException {
    boolean more = true;
    while (more) {
      more = writeNext(writer);
    }
    writer.close();
  }

  private boolean writeNext(SnapshotWriter writer) throws InterruptedException {
    Optional<Job> next = toWrite.take();
    if (next.isEmpty()) {
      return false;
    }
    Job job = next.get();
    TableDefinition table = job.piece().table();
    ExistingRows existing = job.piece().existing();
    List<SnapshotRow> left = rows.transform(job.chunk().rows());
    Optional<Completion> completion = work.completionWith(job.piece());
    TableDefinition target = spec.ends().shapes().target(table);
    writer.write(new Portion(target, left, existing, completion));
    counters.copied(table.id(), left.size());
    Optional<Completion> rest = work.written(job.piece(), completion);
    if (rest.isPresent()) {
      writer.write(new Portion(target, List.of(), existing, rest));
      work.recorded(table, rest.get());
    }
    written.add(job);
    signal.raise();
    return true;
  }

  /** The tables that readers have met changed. */
  AheadTables ahead() {
    return ahead;
  }

  /** Notes that a part of a transaction was given to the lanes. */
  void sent(ChunkMerger.Part part, Lanes<C> lanes) {
    merger.record(part);
    if (part.large()) {
      behindLarge = Optional.of(lanes.mark());
    }
  }

  /**
   * Moves chunks on.
   *
   * @param positions where each stream stands, or empty in the middle of a transaction
   * @param lanes the lanes that everything before these positions was sent to
   * @return whether anything moved
   */
  boolean step(Collection<Position> positions, Lanes<C> lanes) {
    boolean moved = takeWritten();
    if (behindLarge.isPresent() && behindLarge.get().isCommitted()) {
      behindLarge = Optional.empty();
      merger.largeCommitted();
    }
    if (!positions.isEmpty()) {
      int free = spec.limits().snapshotWriters() - underWay;
      for (OpenChunk chunk : merger.ripen(positions, free)) {
        ripe.addLast(new Ripe(chunk, lanes.mark()));
        underWay++;
        moved = true;
      }
      for (OpenChunk chunk : merger.takeGivenUp(positions)) {
        Piece piece = pieceOf(chunk);
        room.leave(piece.bytes());
        work.takeBack(piece);
        moved = true;
      }
    }
    while (!ripe.isEmpty() && ripe.getFirst().after().isCommitted()) {
      OpenChunk chunk = ripe.removeFirst().chunk();
      toWrite.add(Optional.of(new Job(chunk, pieceOf(chunk))));
      moved = true;
    }
    return moved;
  }

  private Piece pieceOf(OpenChunk chunk) {
    synchronized (pieces) {
      return Objects.requireNonNull(pieces.remove(chunk), "piece");
    }
  }

  private boolean takeWritten() {
    boolean any = false;
    for (Job job = written.poll(); job != null; job = written.poll()) {
      merger.written(job.chunk());
      underWay--;
      room.leave(job.piece().bytes());
      any = true;
    }
    return any;
  }

  /** Whether nothing is written, nor about to be. */
  boolean isQuiet() {
    return underWay == 0;
  }

  /** Notes that a table is complete. */
  void complete(TableDefinition table) {
    merger.complete(table.id());
  }

  /** Lets the writers end once everything is copied. */
  boolean isDone() {
    // A chunk that was written but not taken off would hold back transactions for ever.
    boolean done = work.isDone() && merger.isIdle();
    if (done && !dismissed) {
      dismissed = true;
      for (int i = 0; i < spec.limits().snapshotWriters(); i++) {
        toWrite.add(Optional.empty());
      }
    }
    return done;
  }
}
