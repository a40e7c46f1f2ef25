package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Completion;
import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.SyncException;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.internal.Checkpoint.Copying;
import dev.syncline.internal.Checkpoint.PlannedTable;
import dev.syncline.internal.Checkpoint.Preparation;
import dev.syncline.internal.SnapshotWork.Piece;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class SnapshotWorkTest {

  private static final int KEYS = 30;
  private static final SnapshotRow ROW = new SnapshotRow(Tables.keyed("a"), Row.of(1L, 1L));
  private static final TableDefinition A = Tables.keyed("a");
  private static final TableDefinition B = Tables.keyed("b");

  private static int after(KeyRange range) {
    return range.after().isEmpty() ? 9 : Integer.parseInt(range.after());
  }

  private static int upTo(KeyRange range) {
    return range.isLast() ? 9 + KEYS : Integer.parseInt(range.upTo());
  }

  /** Cuts tables with the keys 10 to 39. */
  private static class Cutter implements SnapshotReader {

    private final List<Integer> askedFor = new ArrayList<>();

    @Override
    public KeyRange nextRange(TableDefinition table, KeyRange rest, int rows) {
      askedFor.add(rows);
      int upTo = after(rest) + rows;
      return upTo >= upTo(rest) ? rest : new KeyRange(rest.after(), String.valueOf(upTo));
    }

    @Override
    public SnapshotChunk readRange(TableDefinition table, KeyRange range) {
      throw new AssertionError("Nothing is read here.");
    }

    @Override
    public ExactRead readExactly(List<TableDefinition> tables) {
      throw new AssertionError("Nothing is read here.");
    }

    @Override
    public boolean canCut(TableDefinition table) {
      return true;
    }

    @Override
    public void close() {}
  }

  /** A target and the writers at work, which finish in any order and may be killed. */
  private static final class Writers {
    private final Random random;
    private final Set<String> rows = new HashSet<>();
    private final Map<TableId, List<Completion>> recorded = new HashMap<>();
    private final List<Piece> cut = new ArrayList<>();
    private final Map<Piece, Optional<Completion>> handed = new HashMap<>();
    private final Cutter cutter = new Cutter();
    private SnapshotWork work;
    private List<TableDefinition> begun = List.of();

    Writers(Random random) {
      this.random = random;
      begin();
    }

    private void begin() {
      cut.clear();
      handed.clear();
      List<PlannedTable> tables = new ArrayList<>();
      for (TableDefinition table : List.of(A, B)) {
        List<Completion> parts = recorded.getOrDefault(table.id(), List.of());
        tables.add(
            new PlannedTable(
                table,
                Preparation.CREATE,
                new TableSize(0, 0),
                Checkpoint.fromBeginning(parts).map(Copying::upTo).orElse(Copying.NOTHING)));
      }
      work = new SnapshotWork(tables, 1 + random.nextInt(9), 1_000_000);
      begun = work.unfinished();
    }

    void step() throws InterruptedException {
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> cut();
        case 9 -> giveUp();
        case 3, 4, 5 -> hand();
        case 6, 7 -> write();
        default -> {
          if (random.nextInt(10) == 0) {
            begin();
          }
        }
      }
    }

    void cut() throws InterruptedException {
      Piece piece = work.cut(cutter);
      if (piece != null) {
        cut.add(piece);
      }
    }

    void giveUp() {
      if (!cut.isEmpty()) {
        Piece piece = cut.remove(random.nextInt(cut.size()));
        work.learn(piece, rows(upTo(piece.range()) - after(piece.range())));
        work.takeBack(piece);
      }
    }

    void hand() {
      if (!cut.isEmpty()) {
        Piece piece = cut.remove(random.nextInt(cut.size()));
        handed.put(piece, work.completionWith(piece));
      }
    }

    void write() {
      if (!handed.isEmpty()) {
        List<Piece> all = new ArrayList<>(handed.keySet());
        Piece piece = all.get(random.nextInt(all.size()));
        Optional<Completion> completion = handed.remove(piece);
        rows.addAll(keys(piece.table(), piece.range()));
        completion.ifPresent(c -> record(piece.table(), c));
        Optional<Completion> rest = work.written(piece, completion);
        rest.ifPresent(c -> record(piece.table(), c));
        rest.ifPresent(c -> work.recorded(piece.table(), c));
      }
    }

    private static List<String> keys(TableDefinition table, KeyRange range) {
      List<String> keys = new ArrayList<>();
      for (int key = after(range) + 1; key <= upTo(range); key++) {
        keys.add(table.id() + " " + key);
      }
      return keys;
    }

    /** What is recorded follows on what was recorded before, and all of it is written. */
    private void record(TableDefinition table, Completion completion) {
      List<Completion> parts = recorded.computeIfAbsent(table.id(), t -> new ArrayList<>());
      String end = Checkpoint.fromBeginning(parts).map(c -> c.range().upTo()).orElse(KeyRange.OPEN);
      assertThat(completion.range().after()).isEqualTo(end);
      assertThat(rows).containsAll(keys(table, completion.range()));
      parts.add(completion);
    }
  }

  @Property(tries = 3_000, shrinking = ShrinkingMode.OFF)
  void recordsPrefixesWithoutGapsAndComesToTheEnd(@ForAll long seed) throws InterruptedException {
    Writers writers = new Writers(new Random(seed));

    for (int i = 0; i < 1_000 && !writers.work.isDone(); i++) {
      writers.step();
    }
    for (int i = 0; i < 200 && !writers.work.isDone(); i++) {
      writers.cut();
      writers.hand();
      writers.write();
    }

    assertThat(writers.work.isDone()).isTrue();
    assertThat(writers.rows).hasSize(2 * KEYS);
    for (TableDefinition table : List.of(A, B)) {
      assertThat(Checkpoint.fromBeginning(writers.recorded.get(table.id())).orElseThrow().range())
          .isEqualTo(KeyRange.ALL);
    }
    assertThat(writers.work.takeCompleted()).containsExactlyInAnyOrderElementsOf(writers.begun);
    assertThat(writers.work.takeCompleted()).isEmpty();
  }

  private static List<SnapshotRow> rows(int count) {
    return IntStream.range(0, count).mapToObj(i -> ROW).toList();
  }

  @Test
  void cutsWhatItTakesBackIntoSmallerPiecesUntilEachRowGoesAlone() throws InterruptedException {
    Cutter cutter = new Cutter();
    SnapshotWork work = work(new TableSize(100, 40_000));
    Piece ten = work.cut(cutter);
    Piece behind = work.cut(cutter);
    work.learn(ten, rows(10));

    work.takeBack(ten);
    Piece five = work.cut(cutter);
    Piece rest = work.cut(cutter);
    work.learn(five, rows(5));
    work.takeBack(five);
    Piece two = work.cut(cutter);
    work.learn(two, rows(2));
    work.takeBack(two);
    Piece one = work.cut(cutter);
    work.learn(one, rows(1));
    work.takeBack(one);
    Piece alone = work.cut(cutter);

    assertThat(List.of(ten, behind, five, rest, two, one, alone))
        .extracting(piece -> after(piece.range()) + 1 + " to " + upTo(piece.range()))
        .containsExactly(
            "10 to 19", "20 to 29", "10 to 14", "15 to 19", "10 to 11", "10 to 10", "10 to 10");
    assertThat(one.isAlone()).isFalse();
    assertThat(alone.isAlone()).isTrue();
  }

  @Test
  void cutsLargerPiecesAgainBehindThoseThatItTookBack() throws InterruptedException {
    Cutter cutter = new Cutter();
    SnapshotWork work = work(new TableSize(100, 40_000));
    for (int rows : List.of(10, 5, 2, 1)) {
      Piece grown = work.cut(cutter);
      work.learn(grown, rows(rows));
      work.takeBack(grown);
    }
    cutter.askedFor.clear();

    Piece last = work.cut(cutter);
    assertThat(last.isAlone()).isTrue();
    while (!last.range().isLast()) {
      last = work.cut(cutter);
    }

    assertThat(cutter.askedFor).startsWith(1, 2, 4, 10);
  }

  @Test
  void refusesRangesThatAreNoFirstPart() {
    for (KeyRange wrong :
        List.of(new KeyRange("11", "20"), new KeyRange(KeyRange.OPEN, KeyRange.OPEN))) {
      SnapshotWork work = work(new TableSize(100, 40_000));
      assertThatThrownBy(
              () -> {
                work.cut(new Cutter());
                work.cut(
                    new Cutter() {
                      @Override
                      public KeyRange nextRange(TableDefinition table, KeyRange rest, int rows) {
                        return wrong;
                      }
                    });
              })
          .isInstanceOf(SyncException.class)
          .hasMessageContainingAll("'" + A.id() + "'", "connector");
    }
  }

  @Test
  void readersStayUntilNothingCanBeTakenBack() throws Exception {
    SnapshotWork work = work(new TableSize(100, 100));
    Cutter cutter = new Cutter();
    Piece all = work.cut(cutter);
    assertThat(work.cut(cutter)).isNull();
    CompletableFuture<Boolean> uncut = awaitUncutLater(work);

    work.learn(all, rows(2 * KEYS));
    work.takeBack(all);
    assertThat(uncut.get(10, TimeUnit.SECONDS)).isTrue();
    Piece again = work.cut(cutter);
    CompletableFuture<Boolean> end = awaitUncutLater(work);
    work.written(again, work.completionWith(again));

    assertThat(end.get(10, TimeUnit.SECONDS)).isFalse();
  }

  /** Comes back when the other thread waits. */
  private static CompletableFuture<Boolean> awaitUncutLater(SnapshotWork work) {
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(work.awaitUncut());
              } catch (InterruptedException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    Await.until("it waits", () -> thread.getState() == Thread.State.WAITING);
    return result;
  }

  private static SnapshotWork work(TableSize size) {
    return new SnapshotWork(
        List.of(new PlannedTable(A, Preparation.CREATE, size, Copying.NOTHING)), 1_000, 4_000);
  }

  @Test
  void cutsFewRowsWhileItKnowsNothingOfThem() throws InterruptedException {
    Cutter cutter = new Cutter();

    work(new TableSize(0, 0)).cut(cutter);

    assertThat(cutter.askedFor).containsExactly(16);
  }

  @Test
  void cutsAsManyRowsAsFillABatch() throws InterruptedException {
    Cutter cutter = new Cutter();

    work(new TableSize(100, 40_000)).cut(cutter);
    work(new TableSize(100, 100)).cut(cutter);

    assertThat(cutter.askedFor).containsExactly(10, 1_000);
  }

  @Test
  void cutsSingleRowsThatAreLargerThanABatch() throws InterruptedException {
    Cutter cutter = new Cutter();

    work(new TableSize(3, 30_000_000)).cut(cutter);

    assertThat(cutter.askedFor).containsExactly(1);
  }

  @Test
  void learnsFromTheRowsThatWereRead() throws InterruptedException {
    Cutter cutter = new Cutter();
    SnapshotWork work = work(new TableSize(0, 0));
    Piece piece = work.cut(cutter);
    Row row = Row.of(1L, "x".repeat(450));

    work.learn(piece, List.of(new SnapshotRow(A, row)));
    work.cut(cutter);

    assertThat(cutter.askedFor).containsExactly(16, (int) (4_000 / row.approximateBytes()));
  }
}
