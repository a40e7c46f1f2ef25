package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.MemorySink;
import dev.syncline.testkit.MemoryTarget;
import dev.syncline.testkit.TableBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/** Rows whose deletes may share a statement come to the same in any order. */
class CascadesPropertyTest {

  private static final int TABLES = 4;
  private static final int ROWS = 3;
  private static final List<Rule> RULES = List.of(Rule.CASCADE, Rule.SET_NULL, Rule.RESTRICT);
  private static final Map<String, String> POSITIONS = Map.of("stream", "p");

  @Property(tries = 1_000, shrinking = ShrinkingMode.OFF)
  void orderOfDeletesDoesNotMatterWhereItIsSaidSo(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<TableDefinition> tables = tables(random);
    TableDefinition parent = tables.get(random.nextInt(TABLES - 1));
    if (Cascades.of(CascadeGroup.of(tables)).orderOfDeletesMatters(parent.id())) {
      return;
    }
    List<TableChange> inserts = new ArrayList<>();
    List<TableChange> deletes = new ArrayList<>();
    for (TableDefinition table : tables) {
      for (long id = 1; id <= ROWS; id++) {
        Row row = Row.of(id, value(random), value(random));
        inserts.add(new RowInsert(table, row).asUnchecked());
        if (table.equals(parent)) {
          deletes.add(new RowDelete(table, row));
        }
      }
    }

    List<List<Row>> first = outcome(tables, inserts, deletes);
    Collections.shuffle(deletes, random);

    assertThat(outcome(tables, inserts, deletes)).isEqualTo(first);
  }

  /** Each refers to one before, and some to another one before or to themselves. */
  private static List<TableDefinition> tables(Random random) {
    List<TableDefinition> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      TableBuilder table =
          TableBuilder.table("shop", "t" + i)
              .integer("id")
              .nullableInteger("a")
              .nullableInteger("b")
              .primaryKey("id");
      TableDefinition self = table.build();
      int keys = i == 0 ? 0 : random.nextInt(3) == 0 ? 2 : 1;
      for (int k = 0; k < keys; k++) {
        boolean ownKey = k > 0 && random.nextInt(4) == 0;
        TableDefinition parent = ownKey ? self : tables.get(random.nextInt(i));
        Rule onDelete = RULES.get(random.nextInt(RULES.size()));
        Rule onUpdate = RULES.get(random.nextInt(RULES.size()));
        if (random.nextInt(3) == 0) {
          List<String> parents = random.nextBoolean() ? List.of("id", "a") : List.of("a", "b");
          table.foreignKey(List.of("a", "b"), parent, parents, onDelete, onUpdate);
        } else {
          String column = random.nextBoolean() ? "a" : "b";
          String parents = List.of("id", "id", "a", "b").get(random.nextInt(4));
          table.foreignKey(column, parent, parents, onDelete, onUpdate);
        }
      }
      tables.add(table.build());
    }
    return tables;
  }

  private static @Nullable Long value(Random random) {
    return random.nextInt(5) == 0 ? null : Long.valueOf(1 + random.nextInt(ROWS));
  }

  /** The rows of all tables; none if a foreign key forbids the deletes. */
  private static List<List<Row>> outcome(
      List<TableDefinition> tables, List<TableChange> inserts, List<TableChange> deletes)
      throws InterruptedException {
    MemoryTarget target = new MemoryTarget();
    tables.forEach(target::create);
    MemorySink sink = new MemorySink(target);
    JobRun run = new JobRun("job", "id", 1);
    run = run.withEpoch(sink.takeOver(run, POSITIONS).epoch());
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0, CascadeGroup.of(tables))) {
      lane.write(inserts);
      lane.write(deletes);
      lane.commit(POSITIONS);
    } catch (ChangeRejectedException e) {
      return List.of();
    }
    return tables.stream().map(table -> target.rows(table.id())).toList();
  }
}
