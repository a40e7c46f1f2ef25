package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Consistency;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.MemorySource;
import dev.syncline.testkit.RowEditor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Several lanes come to what one lane comes to, with unique values that wander between rows and
 * lanes, kills, and other numbers of lanes after each.
 */
class LanesPropertyTest {

  private static final int KILLS = Integer.getInteger("syncline.kills", 30);
  private static final int KILLS_PER_HISTORY = 3;
  private static final int ROWS = 30;
  private static final int KEYS = 40;

  /** A key, a unique value that may be NULL, and a value. */
  private static final TableDefinition CODES =
      new TableDefinition(
          new TableId("shop", "codes"),
          List.of(number("id", false), number("code", true), number("value", false)),
          List.of(
              new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS),
              new UniqueKey("code", List.of(1), UniqueKey.Coverage.COLUMNS)));

  private static Column number(String name, boolean nullable) {
    return new Column(
        name, ColumnType.of(ValueKind.INTEGER, "bigint"), nullable, Column.Origin.WRITTEN);
  }

  /** Rows of {@link #CODES} as the source has them. */
  private static final class Codes {
    private final Rig rig;
    private final Random random;
    private final Map<Long, Row> rows = new HashMap<>();
    private final boolean keysMove;
    private long version;

    Codes(Rig rig, boolean keysMove, Random random) {
      this.rig = rig;
      this.keysMove = keysMove;
      this.random = random;
    }

    void commit(int transactions) {
      for (int i = 0; i < transactions; i++) {
        int changes = 1 + random.nextInt(6);
        rig.database.commit(
            editor -> {
              editor.insert(Rig.LEDGER.id(), Row.of(version++, 2L));
              for (int j = 0; j < changes; j++) {
                change(editor);
              }
            });
      }
    }

    private void change(RowEditor editor) {
      long id = random.nextInt(KEYS);
      Row old = rows.get(id);
      if (old == null) {
        write(editor, null, Row.of(id, freeCode(), version++));
      } else {
        switch (random.nextInt(6)) {
          case 0 -> {
            rows.remove(id);
            editor.delete(CODES.id(), Row.of(id));
          }
          case 1 -> moveKey(editor, old);
          case 2 -> passOn(editor, old);
          case 3 -> write(editor, old, Row.of(id, freeCode(), version++));
          default -> write(editor, old, Row.of(id, old.value(1), version++));
        }
      }
    }

    private void moveKey(RowEditor editor, Row old) {
      long to = random.nextInt(KEYS);
      if (keysMove && !rows.containsKey(to)) {
        write(editor, old, Row.of(to, old.value(1), version++));
      }
    }

    /** Another row gets the unique value, and sometimes this one the other's. */
    private void passOn(RowEditor editor, Row old) {
      Row other = rows.get((long) random.nextInt(KEYS));
      if (other == null || other.value(0).equals(old.value(0))) {
        return;
      }
      write(editor, old, Row.of(old.value(0), null, version++));
      write(editor, other, Row.of(other.value(0), old.value(1), version++));
      if (random.nextBoolean()) {
        write(
            editor, rows.get((Long) old.value(0)), Row.of(old.value(0), other.value(1), version++));
      }
    }

    private Object freeCode() {
      long code = random.nextInt(KEYS);
      boolean taken =
          rows.values().stream().anyMatch(row -> Long.valueOf(code).equals(row.value(1)));
      return taken ? null : code;
    }

    private void write(RowEditor editor, Row old, Row row) {
      if (old == null) {
        editor.insert(CODES.id(), row);
      } else {
        rows.remove((Long) old.value(0));
        editor.update(CODES.id(), Row.of(old.value(0)), row);
      }
      rows.put((Long) row.value(0), row);
    }
  }

  @Test
  void killedJobsWithChangingNumbersOfLanesLoseAndDoubleNothing() {
    for (int history = 0; history < KILLS / KILLS_PER_HISTORY; history++) {
      runHistory(new Random().nextLong(), 1 + history % 2);
    }
  }

  private static void runHistory(long seed, int streams) {
    Random random = new Random(seed);
    try (Rig rig = new Rig(streams)) {
      rig.database.create(CODES);
      rig.fill(ROWS);
      rig.database.splitCommits(new Random(random.nextLong()));
      Workload workload = new Workload(rig, ROWS, random.nextLong());
      boolean keysMove = random.nextBoolean();
      int others = keysMove ? 6 : 1;
      Codes codes = new Codes(rig, keysMove, new Random(random.nextLong()));
      codes.commit(20);
      boolean alone = true;
      for (int kill = 0; kill < KILLS_PER_HISTORY; kill++) {
        SyncJob<TableChange> job = start(rig, random);
        for (int i = 0; i < 10; i++) {
          workload.commit(random.nextInt(others));
          codes.commit(random.nextInt(6));
        }
        if (alone && random.nextBoolean()) {
          Rig.awaitSynchronizing(job);
          workload.commit(random.nextInt(8 * others));
          codes.commit(random.nextInt(50));
        }
        alone = random.nextBoolean();
        if (alone) {
          job.close();
        }
        codes.commit(random.nextInt(20));
      }
      start(rig, random);
      codes.commit(30);
      workload.commit(3);

      rig.awaitEqual();
      Rig.await("codes are equal", () -> isEqual(rig));
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("History with seed " + seed + ", streams " + streams, e);
    }
  }

  private static boolean isEqual(Rig rig) {
    List<Row> target = new ArrayList<>(rig.target.rows(CODES.id()));
    return target.equals(rig.database.rows(CODES.id()));
  }

  private static SyncJob<TableChange> start(Rig rig, Random random) {
    MemorySource source = new MemorySource(rig.database, 1 + random.nextInt(20));
    SyncJobBuilder<TableChange> job =
        rig.job(source, rig.sink(), Rig.limits().lanes(1 + random.nextInt(5)).build())
            .consistency(random.nextInt(4) == 0 ? Consistency.TRANSACTIONAL : Consistency.PER_KEY);
    SyncJob<TableChange> started = rig.start(job);
    Rig.await("the checkpoint is there", () -> rig.store.load(rig.name).isPresent());
    return started;
  }

  private static List<Map<String, String>> lanes(Rig rig) {
    return rig.target.progress(rig.name).orElseThrow().lanes();
  }

  @Test
  void lanesWriteSideBySide() {
    try (Rig rig = new Rig(1)) {
      rig.fill(ROWS);
      rig.startAndSynchronize(
          rig.job(rig.source(), rig.sink(), Rig.limits().lanes(4).build())
              .consistency(Consistency.PER_KEY));
      Rig.await("the lanes are there", () -> lanes(rig).size() == 5);
      Map<String, String> begin = lanes(rig).get(1);
      for (long key = 0; key < ROWS; key++) {
        rig.update(Rig.USERS, key, 1);
      }

      rig.awaitEqual();
      assertThat(lanes(rig).subList(1, 5)).hasSize(4).doesNotContain(begin);
    }
  }
}
