package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What comes with the tables: foreign keys, views, routines, events and triggers. */
class ObjectsTest {

  private static final TableDefinition LINES = referring("lines", "to_users", Rig.USERS.id());

  private final Rig rig = new Rig(1);

  @AfterEach
  void close() {
    rig.close();
  }

  private static TableDefinition referring(String name, String key, TableId parent) {
    ForeignKey foreignKey =
        new ForeignKey(
            key,
            List.of(1),
            parent,
            List.of("id"),
            ForeignKey.Rule.RESTRICT,
            ForeignKey.Rule.RESTRICT,
            false);
    return new TableDefinition(
        new TableId("shop", name),
        Rig.USERS.columns(),
        Rig.USERS.uniqueKeys(),
        List.of(foreignKey));
  }

  private static SchemaObject object(ObjectKind kind, String name) {
    return new SchemaObject(kind, "shop", name, "memory", Map.of(), "", List.of());
  }

  private List<String> keys(TableDefinition table) {
    return rig.target.foreignKeys(table.id()).stream().map(ForeignKey::name).toList();
  }

  @Test
  void foreignKeysComeAfterTheRowsAndBeforeTheJobSynchronizes() {
    rig.fill(30);
    rig.database.create(LINES);
    rig.insert(LINES, 1, 1);
    List<String> atCopied = new CopyOnWriteArrayList<>();
    List<String> atSynchronizing = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .listener(
                event -> {
                  if (event instanceof JobEvent.TableCopied) {
                    atCopied.addAll(keys(LINES));
                  } else if (event instanceof JobEvent.StateChanged changed
                      && changed.to() == JobState.SYNCHRONIZING) {
                    atSynchronizing.addAll(keys(LINES));
                  }
                }));

    assertThat(atCopied).isEmpty();
    assertThat(atSynchronizing).containsExactly("to_users");
    rig.update(LINES, 1, 2);
    rig.awaitEqual(LINES);
  }

  @Test
  void foreignKeysOfTablesThatWereThereAreLeftAsTheyAre() {
    rig.database.create(LINES);
    rig.target.create(
        new TableDefinition(LINES.id(), LINES.columns(), LINES.uniqueKeys(), List.of()));

    rig.startAndSynchronize(rig.job().existingTables(ExistingTables.USE_IF_EMPTY));

    assertThat(keys(LINES)).isEmpty();
  }

  @Test
  void aForeignKeyToATableThatIsNotSelectedIsLeftOutAndToldOf() {
    rig.database.create(LINES);
    SyncJobBuilder<TableChange> builder =
        rig.job(TableSelection.builder().database("shop", db -> db.table("lines")).build());

    SyncJob<TableChange> job = rig.startAndSynchronize(builder);

    assertThat(keys(LINES)).isEmpty();
    job.close();
    assertThat(job.precheck().findings())
        .extracting(Finding::code)
        .doesNotContain("FOREIGN_KEY_LEFT_OUT");
  }

  @Test
  void tellsWhatIsLeftOutBeforeItStarts() {
    rig.database.create(LINES);
    rig.database.create(object(ObjectKind.TRIGGER, "t"));
    rig.database.create(object(ObjectKind.VIEW, "v"));
    try (SyncJob<TableChange> job =
        rig.job(TableSelection.builder().database("shop", db -> db.table("lines")).build())
            .build()) {

      List<Finding> findings = job.precheck().findings();

      assertThat(findings)
          .extracting(Finding::code, Finding::object)
          .containsExactly(
              tuple("FOREIGN_KEY_LEFT_OUT", "shop.lines"), tuple("OBJECT_NOT_COPIED", "shop.t"));
    }
  }

  @Test
  void objectsComeWithTheTablesAndTriggersOnlyIfAskedForAfterTheRows() {
    rig.fill(10);
    rig.database.create(object(ObjectKind.TRIGGER, "t"));
    rig.database.create(object(ObjectKind.VIEW, "v"));
    rig.database.create(object(ObjectKind.EVENT, "e"));
    List<SchemaObject> atCopied = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .objects(ObjectKind.VIEW, ObjectKind.TRIGGER)
            .listener(
                event -> {
                  if (event instanceof JobEvent.TableCopied) {
                    atCopied.addAll(rig.target.objects());
                  }
                }));

    assertThat(atCopied).extracting(SchemaObject::name).containsOnly("v");
    assertThat(rig.target.objects()).extracting(SchemaObject::name).containsExactly("v", "t");
  }

  @Test
  void whatIsMadeIsDecidedAtTheFirstStart() {
    rig.database.create(LINES);
    rig.database.create(object(ObjectKind.TRIGGER, "t"));
    AtomicInteger failures = new AtomicInteger();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("addForeignKeys") && failures.getAndIncrement() == 0) {
                throw new IllegalStateException("The first run ends here.");
              }
            });
    SyncJob<TableChange> first =
        rig.start(rig.job(rig.source(), faults).objects(ObjectKind.FOREIGN_KEY));
    Rig.await("the first run fails", () -> first.status().failure().isPresent());
    first.close();
    assertThat(keys(LINES)).isEmpty();

    rig.startAndSynchronize(rig.job(rig.source(), faults).objects(ObjectKind.TRIGGER));

    assertThat(keys(LINES)).containsExactly("to_users");
    assertThat(rig.target.objects()).isEmpty();
  }

  @Test
  void goesOnAfterAConnectionThatBreaksInTheMiddle() {
    rig.fill(10);
    rig.database.create(LINES);
    rig.database.create(object(ObjectKind.VIEW, "v"));
    AtomicInteger failures = new AtomicInteger();
    Faults faults =
        Faults.hooked(
            what -> {
              boolean ours = what.equals("addForeignKeys") || what.equals("create objects");
              if (ours && failures.getAndIncrement() % 2 == 0) {
                throw new TransientException("The connection is cut.");
              }
            });

    rig.startAndSynchronize(rig.job(rig.source(), faults));

    assertThat(keys(LINES)).containsExactly("to_users");
    assertThat(rig.target.objects()).extracting(SchemaObject::name).containsExactly("v");
    assertThat(failures.get()).isEqualTo(4);
    rig.awaitEqual();
  }

  @Test
  void makesThemWithoutRowsToo() {
    rig.database.create(LINES);

    rig.startAndSynchronize(
        rig.bare(rig.source(), rig.sink()).initialize(Initialization.STRUCTURE));

    assertThat(keys(LINES)).containsExactly("to_users");
  }
}
