package dev.syncline.testkit.engine;

import static dev.syncline.testkit.TableBuilder.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Consistency;
import dev.syncline.JobLimits;
import dev.syncline.MemoryDeadLetterSink;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableTransform;
import dev.syncline.change.Row;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.TableBuilder;
import dev.syncline.transform.Conversion;
import dev.syncline.transform.Mask;
import dev.syncline.transform.Transforms;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The target of a job has the rows of the source as its transforms make them. */
class TransformedJobTest {

  private static final int ROWS = 40;
  private static final byte[] SALT = "a salt that nobody guesses".getBytes(StandardCharsets.UTF_8);

  private static final TableDefinition PEOPLE =
      table("shop", "people")
          .integer("id")
          .text("email")
          .nullableText("phone")
          .primaryKey("id")
          .uniqueKey("email", "email")
          .build();

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  private SyncJobBuilder<TableChange> job(
      Consistency consistency, List<? extends TableTransform> transforms) {
    JobLimits limits = Rig.limits().lanes(consistency == Consistency.PER_KEY ? 4 : 1).build();
    SyncJobBuilder<TableChange> job =
        rig.job(rig.source(), rig.sink(), limits).consistency(consistency);
    transforms.forEach(job::through);
    return job;
  }

  /** The rows of the source as a snapshot of them would bring them to the target. */
  private Set<Row> transformed(TableDefinition table, List<? extends TableTransform> transforms) {
    Set<Row> rows = new HashSet<>();
    for (Row row : rig.database.rows(table.id())) {
      TableChange change = new SnapshotRow(table, row);
      boolean passes = true;
      for (TableTransform transform : transforms) {
        if (passes) {
          passes = transform.apply(change).isPresent();
          change = transform.apply(change).orElse(change);
        }
      }
      if (passes) {
        rows.add(((SnapshotRow) change).row());
      }
    }
    return rows;
  }

  private void awaitTransformed(TableDefinition table, List<? extends TableTransform> transforms) {
    rig.database.finishAll();
    Set<Row> expected = transformed(table, transforms);
    Rig.await(
        "the transformed rows of " + table.id(),
        () -> {
          List<Row> rows = rig.rows(table);
          return rows.size() == expected.size() && expected.equals(new HashSet<>(rows));
        });
  }

  /** Keys are hashed, and move while their rows are copied and followed, through crashes. */
  @ParameterizedTest
  @EnumSource(Consistency.class)
  void hasTransformedKeysThroughCrashes(Consistency consistency) {
    List<TableTransform> transforms =
        List.of(
            Transforms.mask("shop.users", "id", Mask.hash(SALT)),
            Transforms.convert("shop.orders", "id", Conversion.toText(20)),
            Transforms.rename("shop.orders", "id", "number"),
            Transforms.filter("*.users", row -> (Long) row.value("value") % 5 != 0),
            Transforms.mask("shop.orders", "value"));
    rig.fill(ROWS);
    Workload workload = new Workload(rig, ROWS, 7);

    for (int i = 0; i < 5; i++) {
      SyncJob<TableChange> job = rig.start(job(consistency, transforms));
      workload.commit(30);
      if (i > 2) {
        Rig.awaitSynchronizing(job);
        workload.commit(30);
      }
      job.close();
    }
    rig.startAndSynchronize(job(consistency, transforms));
    workload.commit(30);

    awaitTransformed(Rig.USERS, transforms);
    awaitTransformed(Rig.ORDERS, transforms);
    rig.awaitEqual(Rig.LEDGER);
  }

  @Test
  void makesTablesWithTheirTransformedColumns() {
    rig.database.create(PEOPLE);
    rig.database.commit(
        rows -> rows.insert(PEOPLE.id(), Row.of(1L, "ada@example.org", "0123456789")));
    List<TableTransform> transforms =
        List.of(
            Transforms.drop("shop.people", "email"),
            Transforms.mask("shop.*", "phone", Mask.partial(3, 2)),
            Transforms.add(
                "shop.people",
                TableBuilder.table("any", "any").integer("digits").build().columns().get(0),
                row -> {
                  String phone = (String) row.value("phone");
                  return phone == null ? 0L : (long) phone.length();
                }));

    rig.startAndSynchronize(job(Consistency.TRANSACTIONAL, transforms));
    rig.database.commit(
        rows -> {
          rows.insert(PEOPLE.id(), Row.of(2L, "grace@example.org", null));
          rows.update(PEOPLE.id(), Row.of(1L), Row.of(3L, "ada@example.org", "55555555"));
        });

    Rig.await("the changes are there", () -> rig.rows(PEOPLE).size() == 2);
    assertThat(rig.rows(PEOPLE)).containsExactly(Row.of(2L, null, 0L), Row.of(3L, "555***55", 8L));
  }

  @Test
  void isRefusedByThePrecheckIfItCannotBeSo() {
    rig.database.create(PEOPLE);

    assertThatThrownBy(
            () ->
                rig.start(
                    job(
                        Consistency.TRANSACTIONAL,
                        List.of(
                            Transforms.mask("shop.people", "email"),
                            Transforms.mask("shop.users", "phone")))))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContainingAll(
            "TRANSFORM_IMPOSSIBLE",
            "Cannot mask column 'email' of table 'shop.people'",
            "Cannot mask column 'phone' of table 'shop.users'");
    SyncJobBuilder<TableChange> mistaken =
        job(Consistency.TRANSACTIONAL, List.of(Transforms.mask("shop.poeple", "email")));
    assertThatThrownBy(() -> rig.start(mistaken))
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContainingAll("TRANSFORM_UNUSED", "mask [email] of 'shop.poeple'");
    rig.startAndSynchronize(
        job(Consistency.TRANSACTIONAL, List.of(Transforms.mask("shop.poeple", "email")))
            .acknowledge("TRANSFORM_UNUSED"));
  }

  /** A value that does not fit takes its row out, and no other. */
  @Test
  void lacksWhatBecomesADeadLetter() {
    MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
    rig.database.create(PEOPLE);
    rig.database.commit(
        rows -> {
          rows.insert(PEOPLE.id(), Row.of(1L, "a", "12"));
          rows.insert(PEOPLE.id(), Row.of(2L, "b", "none"));
        });
    TableTransform convert = Transforms.convert("shop.people", "phone", Conversion.toInteger());

    SyncJob<TableChange> job =
        rig.startAndSynchronize(
            job(Consistency.TRANSACTIONAL, List.of(convert)).deadLetters(letters));
    rig.database.commit(
        rows -> {
          rows.insert(PEOPLE.id(), Row.of(3L, "c", "nothing"));
          rows.insert(PEOPLE.id(), Row.of(4L, "d", "34"));
        });

    Rig.await("the change is there", () -> rig.rows(PEOPLE).size() == 2);
    assertThat(rig.rows(PEOPLE)).containsExactly(Row.of(1L, "a", 12L), Row.of(4L, "d", 34L));
    assertThat(letters.letters())
        .extracting(letter -> letter.change().getClass().getSimpleName())
        .containsExactly("SnapshotRow", "RowInsert");
    List<String> causes = new ArrayList<>();
    letters.letters().forEach(letter -> causes.add(letter.cause().getMessage()));
    assertThat(causes)
        .allMatch(
            cause -> cause.startsWith("Cannot convert column 'phone' of table 'shop.people'"));
    assertThat(job.status().deadLetters()).isEqualTo(2);
  }
}
