package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Completion;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.TableBuilder;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Tables whose foreign keys cascade are loaded at one point, whatever breaks on the way. */
class CascadeGroupTest {

  private static final int MOST_CALLS = 500;

  private static final TableDefinition PEOPLE =
      TableBuilder.table("shop", "people").integer("id").integer("n").primaryKey("id").build();
  private static final TableDefinition PETS =
      TableBuilder.table("shop", "pets")
          .integer("id")
          .nullableInteger("person")
          .primaryKey("id")
          .foreignKey("person", PEOPLE, "id", Rule.CASCADE, Rule.CASCADE)
          .build();

  @ParameterizedTest
  @EnumSource
  void areLoadedTogetherWhateverCallBreaks(Faults.Moment moment) {
    int struck = 1;
    for (int call = 1; struck > 0; call++) {
      assertThat(call).isLessThan(MOST_CALLS);
      struck = load(Faults.at(call, moment));
    }
  }

  /** Says how many calls broke. */
  private static int load(Faults faults) {
    AtomicLong next = new AtomicLong(100);
    try (Rig rig = new Rig(1)) {
      rig.database.create(PEOPLE);
      rig.database.create(PETS);
      for (long id = 0; id < 9; id++) {
        addFamily(rig, id);
      }
      rig.database.listen(
          (moment, table) -> {
            // A load that began anew at another point has other rows.
            addFamily(rig, next.incrementAndGet());
            if (table.equals(PEOPLE.id())) {
              makeAnew(rig, 1);
            }
          });

      rig.startAndSynchronize(rig.job(rig.source(), faults));
      addFamily(rig, next.incrementAndGet());
      rig.database.commit(
          rows -> {
            rows.delete(PETS.id(), Row.of(3L));
            rows.delete(PEOPLE.id(), Row.of(3L));
          });

      rig.awaitEqual(PEOPLE);
      rig.awaitEqual(PETS);
      rig.awaitEqual();
      Map<TableId, List<Completion>> completed =
          rig.target.progress(rig.name).orElseThrow().completed();
      assertThat(asOf(completed, PEOPLE)).isEqualTo(asOf(completed, PETS));
      return faults.struck();
    }
  }

  private static void addFamily(Rig rig, long id) {
    rig.database.commit(
        rows -> {
          rows.insert(PEOPLE.id(), Row.of(id, 0L));
          rows.insert(PETS.id(), Row.of(id, id));
        });
  }

  /** Rows that were deleted and are there again: a person that is deleted once more takes pets. */
  private static void makeAnew(Rig rig, long id) {
    rig.database.commit(
        rows -> {
          rows.delete(PETS.id(), Row.of(id));
          rows.delete(PEOPLE.id(), Row.of(id));
          rows.insert(PEOPLE.id(), Row.of(id, 0L));
          rows.insert(PETS.id(), Row.of(id, id));
        });
  }

  private static List<String> asOf(
      Map<TableId, List<Completion>> completed, TableDefinition table) {
    List<String> positions =
        completed.getOrDefault(table.id(), List.of()).stream()
            .map(Completion::asOf)
            .filter(asOf -> !asOf.isEmpty())
            .toList();
    assertThat(positions).hasSize(1);
    return positions;
  }
}
