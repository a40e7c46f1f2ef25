package dev.syncline.internal;

import dev.syncline.Guarantee;
import dev.syncline.JobRun;
import dev.syncline.SnapshotWriter;
import dev.syncline.TargetKeys;
import dev.syncline.TargetProgress;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionPart;
import dev.syncline.change.UniqueKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A target that notes what each lane does, and can keep a lane from writing. */
final class RecordingTarget implements Target<TableChange> {

  private final Map<Integer, BlockingQueue<String>> calls = new ConcurrentHashMap<>();
  private final Map<Integer, CountDownLatch> held = new ConcurrentHashMap<>();
  private final BlockingQueue<String> begun = new LinkedBlockingQueue<>();

  private BlockingQueue<String> calls(int lane) {
    return calls.computeIfAbsent(lane, l -> new LinkedBlockingQueue<>());
  }

  /** What a lane does next. */
  String next(int lane) throws InterruptedException {
    return calls(lane).poll(10, TimeUnit.SECONDS);
  }

  /** What a lane does within a moment; null for nothing. */
  String soon(int lane) throws InterruptedException {
    return calls(lane).poll(200, TimeUnit.MILLISECONDS);
  }

  /** Keeps a lane from writing. */
  void hold(int lane) {
    held.put(lane, new CountDownLatch(1));
  }

  /** Lets a lane write. */
  void release(int lane) {
    held.get(lane).countDown();
  }

  /** Lets all lanes write. */
  void release() {
    held.values().forEach(CountDownLatch::countDown);
  }

  List<String> begun() {
    return List.copyOf(begun);
  }

  @Override
  public LaneOutput<TableChange> openLane(JobRun run, int lane, List<CascadeGroup> groups) {
    return new LaneOutput<>() {
      @Override
      public Prepared prepare(List<TransactionPart<TableChange>> parts) {
        List<String> names = parts.stream().map(p -> p.transaction().toString()).toList();
        int changes = parts.stream().mapToInt(p -> p.changes().size()).sum();
        return () -> {
          CountDownLatch latch = held.get(lane);
          if (latch != null) {
            latch.await();
          }
          calls(lane).add("write " + names + " " + changes);
        };
      }

      @Override
      public void commit(Map<String, String> positions) {
        calls(lane).add("commit " + positions);
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public void beginLanes(JobRun run, int lanes, String layout) {
    begun.add("begin " + lanes);
  }

  @Override
  public TargetKeys keysOf(TableDefinition table) {
    return keys(table);
  }

  static TargetKeys keys(TableDefinition table) {
    return new TargetKeys() {
      @Override
      public List<UniqueKey> others() {
        return table.uniqueKeys().subList(1, table.uniqueKeys().size());
      }

      @Override
      public boolean isComparable(int column, Object value) {
        return !"?".equals(value);
      }
    };
  }

  @Override
  public Guarantee guarantee() {
    throw new UnsupportedOperationException();
  }

  @Override
  public TargetProgress takeOver(
      JobRun run, Map<String, String> firstPositions, Checkpoint checkpoint) {
    throw new UnsupportedOperationException();
  }

  @Override
  public SnapshotWriter openSnapshotWriter(JobRun run) {
    throw new UnsupportedOperationException();
  }
}
