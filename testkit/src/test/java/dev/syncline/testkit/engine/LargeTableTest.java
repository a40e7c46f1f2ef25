package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PlainSink;
import dev.syncline.SinkWriter;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.ChangeBatch;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.GeneratedSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/** What a copy holds and records does not grow with the table. */
class LargeTableTest {

  private static final long ROWS = 2_000_000;
  private static final int BATCH_ROWS = 1_000;

  @Test
  void recordsOfProgressStaySmall() throws Exception {
    Counted counted = new Counted();
    SmallStore store = new SmallStore();
    try (SyncJob<TableChange> job =
        SyncJob.from(new GeneratedSource(ROWS))
            .to(counted)
            .named("large-table")
            .select(TableSelection.builder().database("generated").build())
            .initialize(Initialization.DATA)
            .checkpoints(store)
            .limits(
                JobLimits.builder()
                    .batchRows(BATCH_ROWS)
                    .checkpointInterval(Duration.ofMillis(20))
                    .build())
            .build()) {
      job.start();
      job.awaitSynchronizing(Duration.ofHours(1));
    }

    assertThat(counted.rows.sum()).isEqualTo(ROWS);
    assertThat(counted.ids.sum()).isEqualTo(ROWS * (ROWS + 1) / 2);
    assertThat(counted.largest.get()).isLessThanOrEqualTo(BATCH_ROWS);
    assertThat(store.saves.get()).isGreaterThan(5);
    assertThat(store.largest.get()).as("characters of a checkpoint").isLessThan(2_000);
  }

  /** Counts rows and forgets them. */
  private static final class Counted implements PlainSink<TableChange>, SinkWriter<TableChange> {

    final LongAdder rows = new LongAdder();
    final LongAdder ids = new LongAdder();
    final AtomicInteger largest = new AtomicInteger();

    @Override
    public SinkWriter<TableChange> openWriter() {
      return this;
    }

    @Override
    public void write(ChangeBatch<TableChange> batch) {
      for (var part : batch.parts()) {
        largest.accumulateAndGet(part.changes().size(), Math::max);
        for (TableChange change : part.changes()) {
          rows.increment();
          ids.add((Long) ((SnapshotRow) change).row().value(0));
        }
      }
    }

    @Override
    public void close() {
      // Holds nothing.
    }

    @Override
    public String toString() {
      return "counting sink";
    }
  }

  /** Notes how long checkpoints are. */
  private static final class SmallStore implements CheckpointStore {

    final AtomicInteger saves = new AtomicInteger();
    final AtomicInteger largest = new AtomicInteger();
    private final CheckpointStore store = new MemoryCheckpointStore();

    @Override
    public Optional<StoredCheckpoint> load(String job) {
      return store.load(job);
    }

    @Override
    public long save(String job, StoredCheckpoint checkpoint) {
      saves.incrementAndGet();
      largest.accumulateAndGet(checkpoint.content().length(), Math::max);
      return store.save(job, checkpoint);
    }

    @Override
    public void delete(String job, long version) {
      store.delete(job, version);
    }
  }
}
