package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotReader;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of reading existing rows beside the stream, T1 to T6. */
@Timeout(300)
public abstract class SnapshotContract {

  private static final int WRITERS = 3;
  private static final int WARM_UP = 6;
  private static final long SEED = 20_240_229;

  private SourceFixture fixture;
  private SourceTrial trial;

  /** For subclasses. */
  protected SnapshotContract() {}

  /** The server under test; called once for each test. */
  protected abstract SourceFixture fixture();

  /** How often rules about racing writers are tried; 8 unless said otherwise. */
  protected int rounds() {
    return 8;
  }

  @BeforeEach
  final void createDatabase() {
    fixture = fixture();
    trial = new SourceTrial(fixture);
  }

  private TableId keyed(String name) {
    return trial.create(trial.table(name).integer("id").text("name").primaryKey("id"));
  }

  private TableId keyless(String name) {
    return trial.create(trial.table(name).integer("id").text("name"));
  }

  private static TableDefinition definition(TableSourceSession session, TableId table) {
    return session.tables().stream()
        .map(TableStructure::definition)
        .filter(definition -> definition.id().equals(table))
        .findAny()
        .orElseThrow();
  }

  @Test
  final void t1_listsTheSelectedTablesAsTheyAre() {
    TableId keyed = keyed("keyed");
    TableId keyless = keyless("keyless");
    trial.createUnselected(trial.table("other").integer("id").primaryKey("id"));
    TableId wide =
        trial.create(
            trial
                .table("wide")
                .text("b")
                .integer("a")
                .nullableInteger("c")
                .primaryKey("a", "b")
                .uniqueKey("by_c", "c"));

    try (TableSourceSession session = trial.session()) {
      List<TableDefinition> tables =
          session.tables().stream().map(TableStructure::definition).toList();

      assertThat(tables.stream().map(TableDefinition::id))
          .containsExactly(keyed, keyless, trial.marker(), wide);
      TableDefinition found = tables.get(3);
      assertThat(found.columns().stream().map(c -> c.name() + " " + c.type().kind()))
          .containsExactly("b TEXT", "a INTEGER", "c INTEGER");
      assertThat(found.columns().stream().map(c -> c.nullable()))
          .containsExactly(false, false, true);
      assertThat(found.identity().orElseThrow().columns()).containsExactly(1, 0);
      assertThat(found.uniqueKeys().stream().map(key -> key.name() + key.columns()))
          .containsExactly("PRIMARY[1, 0]", "by_c[2]");
      assertThat(tables.get(1).identity()).isEmpty();
    }
  }

  @Test
  final void t2_cutsATableIntoRangesThatHoldEachRowOnce() {
    TableId keyed = keyed("keyed");
    TableId byText = trial.create(trial.table("by_text").text("name").primaryKey("name"));
    TableId composite =
        trial.create(
            trial.table("composite").text("a").integer("b").text("c").primaryKey("a", "b"));
    fixture.commit(
        edit -> {
          for (long i = 0; i < 103; i++) {
            edit.insert(keyed, Row.of(i * 7 - 300, "name"));
            edit.insert(byText, Row.of("it's \\ %_\" n\u00b0 " + i));
            edit.insert(composite, Row.of("a " + i % 3, i, "c"));
          }
        });

    for (TableId table : List.of(keyed, byText, composite)) {
      for (int rows : new int[] {1, 10, 103, 104}) {
        checkRanges(table, rows);
      }
    }
  }

  private void checkRanges(TableId table, int rows) {
    try (TableSourceSession session = trial.session();
        SnapshotReader reader = session.openSnapshotReader()) {
      TableDefinition definition = definition(session, table);
      assertThat(reader.canCut(definition)).isTrue();
      List<Row> all = new ArrayList<>();
      List<KeyRange> ranges = cut(reader, definition, KeyRange.ALL, rows);
      for (KeyRange range : ranges) {
        List<Row> whole = rows(reader, definition, range);
        List<Row> inParts = new ArrayList<>();
        for (KeyRange part : cut(reader, definition, range, (rows + 1) / 2)) {
          inParts.addAll(rows(reader, definition, part));
        }
        assertThat(inParts).as("%s by %d, cut again", table, rows).isEqualTo(whole);
        all.addAll(whole);
      }
      assertThat(all).as("%s by %d", table, rows).hasSize(103).doesNotHaveDuplicates();
      assertThat(ranges).hasSizeBetween((103 - 1) / (2 * rows) + 1, 104);
    }
  }

  private static List<KeyRange> cut(
      SnapshotReader reader, TableDefinition table, KeyRange whole, int rows) {
    List<KeyRange> ranges = new ArrayList<>();
    KeyRange rest = whole;
    KeyRange range;
    do {
      range = reader.nextRange(table, rest, rows);
      assertThat(range.after()).isEqualTo(rest.after());
      ranges.add(range);
      rest = new KeyRange(range.upTo(), whole.upTo());
    } while (!range.upTo().equals(whole.upTo()));
    return ranges;
  }

  private static List<Row> rows(SnapshotReader reader, TableDefinition table, KeyRange range) {
    return reader.readRange(table, range).rows().stream().map(SnapshotRow::row).toList();
  }

  @Test
  final void t2_cutsAnEmptyTableIntoOneRange() {
    TableId keyed = keyed("keyed");

    try (TableSourceSession session = trial.session();
        SnapshotReader reader = session.openSnapshotReader()) {
      TableDefinition definition = definition(session, keyed);

      assertThat(reader.nextRange(definition, KeyRange.ALL, 10)).isEqualTo(KeyRange.ALL);
      assertThat(reader.readRange(definition, KeyRange.ALL).rows()).isEmpty();
    }
  }

  @Test
  final void t3_marksRangesSoThatTheyMergeWithTheStream() throws InterruptedException {
    TableId table = keyed("keyed");
    try (RandomWriters writers = new RandomWriters(fixture, table, true, WRITERS);
        StreamTap tap = trial.tap();
        SnapshotReader reader = tap.session().openSnapshotReader()) {
      writers.start(SEED);
      TableDefinition definition = definition(tap.session(), table);
      ChunkMerge merge = new ChunkMerge(tap);
      KeyRange range = reader.nextRange(definition, KeyRange.ALL, 25);
      merge.add(reader.readRange(definition, range));
      while (!range.isLast()) {
        range = reader.nextRange(definition, new KeyRange(range.upTo(), KeyRange.OPEN), 25);
        merge.add(reader.readRange(definition, range));
      }
      List<Row> expected = writers.stop();

      merge.finish(trial.mark());
      assertThat(merge.differences(expected)).isZero();
    }
  }

  /** Later changes of the same rows would hide a wrong mark, so the writers stop at once. */
  @Test
  final void t3_marksAReadAmidstCommitsRightly() throws InterruptedException {
    for (int round = 0; round < rounds(); round++) {
      TableId table = keyed("keyed_" + round);
      try (RandomWriters writers = new RandomWriters(fixture, table, true, WRITERS);
          StreamTap tap = trial.tap();
          SnapshotReader reader = tap.session().openSnapshotReader()) {
        writers.start(SEED + round);
        ChunkMerge merge = new ChunkMerge(tap);
        pollTimes(tap, 1 + round % 3);
        SnapshotChunk chunk = reader.readRange(definition(tap.session(), table), KeyRange.ALL);
        writers.requestStop();
        merge.add(chunk);
        List<Row> expected = writers.stop();

        merge.finish(trial.mark());
        assertThat(merge.differences(expected)).as("wrong rows in round %d", round).isZero();
      }
    }
  }

  @Test
  final void t4_readsATableWithoutKeyAsItStandsAtOnePosition() throws InterruptedException {
    TableId table = keyless("keyless");
    try (StreamTap tap = trial.tap();
        SnapshotReader reader = tap.session().openSnapshotReader()) {
      assertThat(reader.canCut(definition(tap.session(), table))).isFalse();
    }
    readExactly(List.of(table));
  }

  @Test
  final void t4_readsSeveralTablesAsTheyStandTogetherAtOnePosition() throws InterruptedException {
    readExactly(List.of(keyless("second"), keyless("first")));
  }

  private void readExactly(List<TableId> tables) throws InterruptedException {
    Map<TableId, Map<Row, Integer>> counts = new LinkedHashMap<>();
    List<RandomWriters> writers = new ArrayList<>();
    try (StreamTap tap = trial.tap();
        SnapshotReader reader = tap.session().openSnapshotReader()) {
      for (TableId table : tables) {
        counts.put(table, new HashMap<>());
        writers.add(new RandomWriters(fixture, table, false, WRITERS));
      }
      writers.forEach(each -> each.start(SEED));
      pollTimes(tap, WARM_UP);
      Position at = readExactly(tap, reader, counts);
      for (RandomWriters each : writers) {
        each.requestStop();
      }
      List<List<Row>> expected = new ArrayList<>();
      for (RandomWriters each : writers) {
        expected.add(each.stop());
      }
      tap.untilMarker(trial.mark());

      tap.parts().stream()
          .filter(part -> !at.includes(part.transaction()))
          .forEach(part -> count(part, counts));
      for (int i = 0; i < tables.size(); i++) {
        Map<Row, Integer> left = counts.getOrDefault(tables.get(i), new HashMap<>());
        expected.get(i).forEach(row -> add(left, row, -1));
        assertThat(left.size()).as("wrong rows of %s read at '%s'", tables.get(i), at).isZero();
      }
    } finally {
      writers.forEach(RandomWriters::close);
    }
  }

  /** Counts the rows of a read and gives its position. */
  private static Position readExactly(
      StreamTap tap, SnapshotReader reader, Map<TableId, Map<Row, Integer>> counts) {
    List<TableDefinition> definitions =
        counts.keySet().stream().map(table -> definition(tap.session(), table)).toList();
    List<TableId> order = new ArrayList<>();
    try (ExactRead read = reader.readExactly(definitions)) {
      for (List<SnapshotRow> rows = read.next(7); !rows.isEmpty(); rows = read.next(7)) {
        TableId table = rows.get(0).table().id();
        assertThat(rows).hasSizeLessThanOrEqualTo(7).allMatch(r -> r.table().id().equals(table));
        if (!order.contains(table)) {
          order.add(table);
        }
        rows.forEach(row -> add(counts.getOrDefault(table, new HashMap<>()), row.row(), 1));
      }
      assertThat(order).containsExactlyElementsOf(counts.keySet());
      return read.position();
    }
  }

  /** Lets the writers go on for a while. */
  private static void pollTimes(StreamTap tap, int times) throws InterruptedException {
    for (int i = 0; i < times; i++) {
      tap.poll();
    }
  }

  private static void count(
      TransactionPart<TableChange> part, Map<TableId, Map<Row, Integer>> all) {
    for (TableChange change : part.changes()) {
      Map<Row, Integer> counts = all.getOrDefault(change.table().id(), new HashMap<>());
      if (change instanceof RowInsert insert) {
        add(counts, insert.after(), 1);
      } else if (change instanceof RowUpdate update) {
        add(counts, update.before(), -1);
        add(counts, update.after(), 1);
      } else if (change instanceof RowDelete delete) {
        add(counts, delete.before(), -1);
      }
    }
  }

  private static void add(Map<Row, Integer> counts, Row row, int count) {
    if (counts.merge(row, count, Integer::sum) == 0) {
      counts.remove(row);
    }
  }

  @Test
  final void t5_beginsStreamsInFrontOfWhatIsNotVisibleYet() throws InterruptedException {
    for (int round = 0; round < rounds(); round++) {
      TableId table = keyed("keyed_" + round);
      try (RandomWriters writers = new RandomWriters(fixture, table, true, WRITERS);
          StreamTap warmUp = trial.tap()) {
        writers.start(SEED + round);
        pollTimes(warmUp, 1 + round % 3);
        try (StreamTap tap = trial.tap();
            SnapshotReader reader = tap.session().openSnapshotReader()) {
          tap.session().awaitVisible(tap.start());
          SnapshotChunk visible = reader.readRange(definition(tap.session(), table), KeyRange.ALL);
          writers.requestStop();
          ChunkMerge merge = ChunkMerge.over(tap, visible.rows());
          List<Row> expected = writers.stop();

          merge.finish(trial.mark());
          assertThat(merge.differences(expected)).as("wrong rows in round %d", round).isZero();
        }
      }
    }
  }

  @Test
  final void t6_closesReadersTwiceAndInAnyState() {
    TableId keyed = keyed("keyed");
    fixture.commit(edit -> edit.insert(keyed, Row.of(1L, "name")));

    TableSourceSession session = trial.session();
    SnapshotReader unused = session.openSnapshotReader();
    SnapshotReader used = session.openSnapshotReader();
    assertThat(used.readRange(definition(session, keyed), KeyRange.ALL).rows()).hasSize(1);

    unused.close();
    unused.close();
    used.close();
    used.close();
    session.close();
    session.close();
  }
}
