package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SnapshotChunk;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TransactionId;
import dev.syncline.internal.ChunkMerger.Part;
import dev.syncline.internal.MergerSource.Place;
import dev.syncline.internal.OpenChunk.Stage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ChunkMergerTest {

  private static final int MAX_KEYS = 10;

  /** More than one number takes, and less than two. */
  private static final int MAX_GROWTH = 40;

  private static final TableDefinition TABLE = Tables.keyed("t");
  private static final TableDefinition WIDE = Tables.withTwoValues("wide");

  private static final int ALL = Integer.MAX_VALUE;

  private final ChunkMerger merger = new ChunkMerger(List.of(TABLE, WIDE), MAX_KEYS, MAX_GROWTH);

  private record Id(int number) implements TransactionId {}

  /** A read that has surely seen some transactions and surely none behind a place. */
  private record Seen(Set<TransactionId> before, int end) implements SnapshotChunk.Mark {

    @Override
    public boolean isBefore(TransactionId transaction) {
      return before.contains(transaction);
    }

    @Override
    public boolean isPassedAt(dev.syncline.change.Position position) {
      return ((Place) position).sequence() >= end;
    }
  }

  private TouchedKeys keys(long... keys) {
    return merger.touched(
        LongStream.of(keys).mapToObj(k -> new RowInsert(TABLE, Row.of(k, 0L))).toList());
  }

  private Part whole(int transaction, long... keys) {
    return new Part(new Id(transaction), keys(keys), true, true, false);
  }

  private static SnapshotChunk chunk(Seen mark, long... keys) {
    List<SnapshotRow> rows =
        LongStream.of(keys).mapToObj(k -> new SnapshotRow(TABLE, Row.of(k, 0L))).toList();
    return new SnapshotChunk(KeyRange.ALL, rows, mark);
  }

  private static List<Object> keysOf(OpenChunk chunk) {
    List<Object> keys = new ArrayList<>();
    chunk.rows().forEach(row -> keys.add(row.row().value(0)));
    return keys;
  }

  @Test
  void aTransactionStreamedBeforeItIsVisibleOvertakesAChunkOpenedLater() throws Exception {
    merger.record(whole(1, 5));
    OpenChunk chunk = merger.open(TABLE);

    merger.finish(chunk, chunk(new Seen(Set.of(), 1), 4, 5, 6));
    merger.ripen(List.of(new Place(1)), ALL);

    assertThat(keysOf(chunk)).containsExactly(4L, 6L);
  }

  @Test
  void aTransactionThatTheReadHasSeenLeavesItsRows() throws Exception {
    OpenChunk chunk = merger.open(TABLE);
    merger.finish(chunk, chunk(new Seen(Set.of(new Id(1)), 2), 4, 5));

    merger.record(whole(1, 4));
    merger.record(whole(2, 5));
    merger.ripen(List.of(new Place(2)), ALL);

    assertThat(keysOf(chunk)).containsExactly(4L);
  }

  @Test
  void aChunkWaitsUntilEveryStreamHasPassedItsEnd() throws Exception {
    OpenChunk chunk = merger.open(TABLE);
    merger.finish(chunk, chunk(new Seen(Set.of(), 2), 4));

    assertThat(merger.ripen(List.of(new Place(2), new Place(1)), ALL)).isEmpty();
    assertThat(merger.ripen(List.of(new Place(2), new Place(2)), ALL)).containsExactly(chunk);
  }

  @Test
  void onlyTheKeysOfARipeChunkAreHeldBackUntilItIsWritten() throws Exception {
    OpenChunk chunk = merger.open(TABLE);
    merger.finish(chunk, chunk(new Seen(Set.of(), 0), 4));
    merger.ripen(List.of(new Place(0)), ALL);

    assertThat(merger.admits(whole(1, 4))).isFalse();
    assertThat(merger.admits(whole(1, 5))).isTrue();
    assertThat(merger.isIdle()).isFalse();
    merger.written(chunk);
    assertThat(merger.admits(whole(1, 4))).isTrue();
    assertThat(merger.isIdle()).isTrue();
  }

  @Test
  void aChunkThatWaitsForAWriterHoldsBackNothingAndLosesWhatIsStreamed() throws Exception {
    OpenChunk first = merger.open(TABLE);
    OpenChunk second = merger.open(TABLE);
    merger.finish(first, chunk(new Seen(Set.of(), 0), 4));
    merger.finish(second, chunk(new Seen(Set.of(), 0), 5, 6));
    assertThat(merger.ripen(List.of(new Place(0)), 1)).containsExactly(first);

    assertThat(merger.admits(whole(1, 5))).isTrue();
    merger.record(whole(1, 5));
    merger.written(first);
    assertThat(merger.ripen(List.of(new Place(1)), 1)).containsExactly(second);

    assertThat(keysOf(second)).containsExactly(6L);
  }

  @Test
  void keysAreForgottenOnceAReadHasSurelySeenTheirTransaction() throws Exception {
    OpenChunk first = merger.open(TABLE);
    merger.record(whole(1, 1, 2));
    merger.record(whole(2, 3));
    assertThat(merger.keysHeld()).isEqualTo(3);

    merger.finish(first, chunk(new Seen(Set.of(new Id(1)), 1), 4));

    assertThat(merger.keysHeld()).isEqualTo(1);
  }

  @Test
  void keysAreKeptWhileAnotherChunkIsRead() throws Exception {
    OpenChunk first = merger.open(TABLE);
    OpenChunk second = merger.open(TABLE);
    merger.record(whole(1, 1, 2));

    merger.finish(first, chunk(new Seen(Set.of(new Id(1)), 1), 4));
    assertThat(merger.keysHeld()).isEqualTo(2);
    merger.finish(second, chunk(new Seen(Set.of(new Id(1)), 1), 5));

    assertThat(merger.keysHeld()).isZero();
  }

  @Test
  void theStreamWaitsForAReadWhenTooManyKeysAreHeld() throws Exception {
    OpenChunk chunk = merger.open(TABLE);
    merger.record(whole(1, LongStream.range(0, MAX_KEYS).toArray()));

    assertThat(merger.admits(whole(2, 99))).isFalse();
    merger.finish(chunk, chunk(new Seen(Set.of(), 5), 4));

    assertThat(merger.admits(whole(2, 99))).as("the chunk itself waits for the stream").isTrue();
  }

  @Test
  void aTransactionInPartsHoldsNoKeysHoweverManyItHas() throws Exception {
    OpenChunk waiting = merger.open(TABLE);
    merger.finish(waiting, chunk(new Seen(Set.of(), 1), 4, 5, 6));

    for (int i = 0; i < 100; i++) {
      Part part = new Part(new Id(1), keys(i, i + 1000), i == 0, i == 99, false);
      assertThat(merger.admits(part)).isTrue();
      merger.record(part);
      assertThat(merger.keysHeld()).isZero();
    }
    merger.ripen(List.of(new Place(1)), ALL);

    assertThat(waiting.rows()).isEmpty();
  }

  @Test
  void aTransactionInPartsWaitsForReadsAndHoldsBackNewOnes() throws Exception {
    OpenChunk reading = merger.open(TABLE);
    Part first = new Part(new Id(1), keys(4), true, false, false);
    Part last = new Part(new Id(1), keys(5), false, true, false);
    assertThat(merger.admits(first)).isFalse();
    CountDownLatch opened = new CountDownLatch(1);
    Thread opener = new Thread(() -> open(opened));

    opener.start();
    merger.finish(reading, chunk(new Seen(Set.of(), 1), 4));

    assertThat(merger.admits(first)).isTrue();
    merger.record(first);
    assertThat(opened.getCount()).isEqualTo(1);
    merger.record(last);
    assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
    opener.join();
  }

  private void open(CountDownLatch opened) {
    try {
      merger.open(TABLE);
      opened.countDown();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aChunkIsReadAgainUntilItHasSeenATransactionThatCameInParts() throws Exception {
    merger.admits(new Part(new Id(1), keys(4), true, false, false));
    merger.record(new Part(new Id(1), keys(4), true, false, false));
    merger.record(new Part(new Id(1), keys(5), false, true, false));
    OpenChunk chunk = merger.open(TABLE);

    assertThat(merger.finish(chunk, chunk(new Seen(Set.of(), 1), 6))).isFalse();
    assertThat(merger.finish(chunk, chunk(new Seen(Set.of(new Id(1)), 1), 4, 5))).isTrue();
    merger.ripen(List.of(new Place(1)), ALL);

    assertThat(keysOf(chunk)).containsExactly(4L, 5L);
  }

  @Test
  void aLargePartWaitsWhileChunksAreReadOrWrittenAndNotForThoseThatWaitForIt() throws Exception {
    OpenChunk chunk = merger.openLarge(TABLE);
    Part large = new Part(new Id(1), keys(4), true, true, true);

    assertThat(merger.admits(large)).as("it is read").isFalse();
    merger.finish(chunk, chunk(new Seen(Set.of(), 1), 5));
    assertThat(merger.admits(large)).as("it waits").isTrue();
    merger.ripen(List.of(new Place(1)), ALL);
    assertThat(merger.admits(large)).as("it is written").isFalse();
    merger.written(chunk);
    assertThat(merger.admits(large)).isTrue();
  }

  @Test
  void noLargeChunkIsOpenedBeforeLargePartsAreCommitted() throws Exception {
    Part large = new Part(new Id(1), keys(4), true, true, true);
    assertThat(merger.admits(large)).isTrue();
    merger.record(large);
    CountDownLatch opened = new CountDownLatch(1);
    Thread opener = openLargeLater(opened);

    OpenChunk small = merger.open(TABLE);
    assertThat(opened.getCount()).as("the large part is written").isEqualTo(1);
    merger.finish(small, chunk(new Seen(Set.of(new Id(1)), 1), 4));
    merger.largeCommitted();

    assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
    opener.join();
  }

  @Test
  void aLargeChunkThatWaitsIsGivenUpAndReadAgainWhenTheStreamHasPassedIt() throws Exception {
    OpenChunk small = merger.open(TABLE);
    merger.finish(small, chunk(new Seen(Set.of(), 9), 7));
    OpenChunk chunk = merger.openLarge(TABLE);
    merger.finish(chunk, chunk(new Seen(Set.of(), 2), 5));
    Part large = new Part(new Id(1), keys(4), true, true, true);
    assertThat(merger.admits(large)).isTrue();
    assertThat(chunk.stage()).as("the part may have to wait").isEqualTo(Stage.WAITING);

    merger.record(large);
    assertThat(chunk.stage()).isEqualTo(Stage.GIVEN_UP);
    assertThat(small.stage()).isEqualTo(Stage.WAITING);
    merger.largeCommitted();
    assertThat(merger.takeGivenUp(List.of(new Place(1))))
        .as("there may be other large parts before its end")
        .isEmpty();
    assertThat(merger.takeGivenUp(List.of(new Place(2)))).containsExactly(chunk);

    assertThat(merger.takeGivenUp(List.of(new Place(2)))).isEmpty();
    OpenChunk again = merger.openLarge(TABLE);
    merger.finish(again, chunk(new Seen(Set.of(new Id(1)), 2), 4, 5));
    assertThat(merger.ripen(List.of(new Place(2)), ALL)).containsExactly(again);
    assertThat(keysOf(again)).containsExactly(4L, 5L);
  }

  /** A change by which the row of a key has a number or none. */
  private Part changed(int transaction, long key, @Nullable Object value) {
    Row address = Row.of(key, Row.ABSENT, Row.ABSENT);
    RowUpdate update = new RowUpdate(WIDE, address, Row.of(key, value, Row.ABSENT));
    return new Part(new Id(transaction), merger.touched(List.of(update)), true, true, false);
  }

  private static SnapshotChunk wide(Seen mark, long... keys) {
    List<SnapshotRow> rows =
        LongStream.of(keys).mapToObj(k -> new SnapshotRow(WIDE, Row.of(k, null, 0L))).toList();
    return new SnapshotChunk(KeyRange.ALL, rows, mark);
  }

  @Test
  void aChunkThatGrowsTooMuchIsGivenUp() throws Exception {
    OpenChunk chunk = merger.open(WIDE);
    merger.finish(chunk, wide(new Seen(Set.of(), 3), 4, 5));

    merger.record(changed(1, 4, 1L));
    merger.record(changed(2, 4, 2L));
    assertThat(chunk.stage()).as("one value more than it was read with").isEqualTo(Stage.WAITING);
    merger.record(changed(3, 5, 3L));

    assertThat(chunk.stage()).isEqualTo(Stage.GIVEN_UP);
    assertThat(merger.ripen(List.of(new Place(3)), ALL)).isEmpty();
    assertThat(merger.takeGivenUp(List.of(new Place(3)))).containsExactly(chunk);
  }

  @Test
  void aChunkThatGrowsTooMuchByWhatWasStreamedBeforeItsEndIsGivenUp() throws Exception {
    OpenChunk chunk = merger.open(WIDE);
    merger.record(changed(1, 4, 1L));
    merger.record(changed(2, 5, 2L));

    merger.finish(chunk, wide(new Seen(Set.of(), 2), 4, 5));

    assertThat(chunk.stage()).isEqualTo(Stage.GIVEN_UP);
  }

  @Test
  void whatAChunkLosesLeavesRoomForItToGrow() throws Exception {
    OpenChunk chunk = merger.open(WIDE);
    merger.finish(chunk, wide(new Seen(Set.of(), 5), 4, 5, 6));

    merger.record(changed(1, 4, 1L));
    merger.record(changed(2, 4, null));
    merger.record(changed(3, 5, 3L));
    RowDelete gone = new RowDelete(WIDE, Row.of(6L, null, 0L));
    merger.record(new Part(new Id(4), merger.touched(List.of(gone)), true, true, false));
    merger.record(changed(5, 4, 5L));
    merger.ripen(List.of(new Place(5)), ALL);

    assertThat(chunk.rows())
        .containsExactly(
            new SnapshotRow(WIDE, Row.of(4L, 5L, 0L)), new SnapshotRow(WIDE, Row.of(5L, 3L, 0L)));
  }

  @Test
  void onlyALargeChunkOfOneRowGrowsAsItWill() throws Exception {
    OpenChunk one = merger.openLarge(WIDE);
    merger.finish(one, wide(new Seen(Set.of(), 2), 4));
    OpenChunk two = merger.openLarge(WIDE);
    merger.finish(two, wide(new Seen(Set.of(), 2), 5, 6));
    OpenChunk small = merger.open(WIDE);
    merger.finish(small, wide(new Seen(Set.of(), 2), 7));
    String text = "x".repeat(MAX_GROWTH);

    merger.record(changed(1, 4, text));
    merger.record(changed(1, 5, text));
    merger.record(changed(1, 7, text));

    assertThat(one.stage()).isEqualTo(Stage.WAITING);
    assertThat(two.stage()).isEqualTo(Stage.GIVEN_UP);
    assertThat(small.stage()).isEqualTo(Stage.GIVEN_UP);
  }

  @Test
  void aLargeChunkComesBeforeTheNextLargePart() throws Exception {
    Part first = new Part(new Id(1), keys(4), true, true, true);
    Part second = new Part(new Id(2), keys(5), true, true, true);
    Part inParts = new Part(new Id(2), keys(5), true, false, false);
    merger.admits(first);
    merger.record(first);
    CountDownLatch opened = new CountDownLatch(1);
    Thread opener = openLargeLater(opened);

    assertThat(merger.admits(second)).isFalse();
    assertThat(merger.admits(inParts)).isFalse();
    assertThat(merger.admits(whole(3, 6))).isTrue();
    merger.largeCommitted();

    assertThat(opened.await(10, TimeUnit.SECONDS)).isTrue();
    opener.join();
    assertThat(merger.admits(second)).as("the chunk is read").isFalse();
  }

  @Test
  void aTransactionInPartsThatWasFirstDoesNotWaitForALargeChunkThatWaitsForIt() throws Exception {
    OpenChunk reading = merger.open(TABLE);
    Part first = new Part(new Id(1), keys(4), true, false, true);
    assertThat(merger.admits(first)).isFalse();
    Thread opener = openLargeLater(new CountDownLatch(1));

    merger.finish(reading, chunk(new Seen(Set.of(), 1), 5));

    assertThat(merger.admits(first)).isTrue();
    opener.interrupt();
    opener.join();
  }

  private interface Action {
    void run() throws InterruptedException;
  }

  private Thread openLargeLater(CountDownLatch opened) {
    return waitLater(
        () -> {
          merger.openLarge(TABLE);
          opened.countDown();
        });
  }

  /** Comes back when the other thread waits. */
  private static Thread waitLater(Action action) {
    Thread thread =
        new Thread(
            () -> {
              try {
                action.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
    return thread;
  }

  @Test
  void nothingIsHeldOnceAllTablesAreComplete() {
    merger.record(whole(1, 1, 2));

    merger.complete(TABLE.id());
    merger.complete(WIDE.id());

    assertThat(merger.keysHeld()).isZero();
    assertThat(keys(1, 2).size()).isZero();
  }
}
