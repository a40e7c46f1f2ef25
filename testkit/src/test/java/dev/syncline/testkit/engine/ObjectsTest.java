package dev.syncline.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.RetryPolicy;
import dev.syncline.SchemaObject;
import dev.syncline.StoredCheckpoint;
import dev.syncline.SyncException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.event.JobEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.CRC32;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
    List<List<String>> atSynchronizing = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .listener(
                event -> {
                  if (event instanceof JobEvent.TableCopied) {
                    atCopied.addAll(keys(LINES));
                  } else if (event instanceof JobEvent.StateChanged changed
                      && changed.to() == JobState.SYNCHRONIZING) {
                    atSynchronizing.add(keys(LINES));
                  }
                }));

    assertThat(atCopied).isEmpty();
    Rig.await("the listener is told", () -> !atSynchronizing.isEmpty());
    assertThat(atSynchronizing).containsExactly(List.of("to_users"));
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
  void aForeignKeyToATableThatIsNotSelectedIsLeftOutAndToldOfOnce() {
    rig.database.create(LINES);
    SyncJobBuilder<TableChange> builder =
        rig.job(TableSelection.builder().database("shop", db -> db.table("lines")).build());
    assertThat(codes(builder)).containsExactly("FOREIGN_KEY_LEFT_OUT");

    rig.startAndSynchronize(builder).close();

    assertThat(keys(LINES)).isEmpty();
    assertThat(codes(builder)).isEmpty();
  }

  private static List<String> codes(SyncJobBuilder<TableChange> builder) {
    try (SyncJob<TableChange> job = builder.build()) {
      return told(job).stream().map(Finding::code).toList();
    }
  }

  /** What a job tells of besides the table that has no key. */
  private static List<Finding> told(SyncJob<TableChange> job) {
    return job.precheck().findings().stream()
        .filter(finding -> !finding.code().equals("TABLE_WITHOUT_KEY"))
        .toList();
  }

  @Test
  void anObjectThatCannotBeReadIsARiskOfItsOwn() {
    rig.fill(10);
    SchemaObject broken = object(ObjectKind.VIEW, "broken");
    rig.database.create(broken);
    rig.database.create(object(ObjectKind.VIEW, "v"));
    rig.database.hide(broken);
    try (SyncJob<TableChange> job = rig.job().build()) {
      assertThat(told(job))
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactly(tuple("OBJECT_LEFT_OUT", Finding.Severity.RISK, "shop.broken"));
    }
    List<LeftOut> told = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .acknowledge("OBJECT_LEFT_OUT")
            .listener(
                event -> {
                  if (event instanceof JobEvent.ObjectLeftOut leftOut) {
                    told.add(leftOut.what());
                  }
                }));

    assertThat(told).containsExactly(new LeftOut(ObjectKind.VIEW, "shop.broken", "it is hidden"));
    assertThat(rig.target.objects()).extracting(SchemaObject::name).containsExactly("v");
  }

  @Test
  void aTriggerThatIsNotAskedForNeedNotBeReadable() {
    SchemaObject trigger = object(ObjectKind.TRIGGER, "t");
    rig.database.create(trigger);
    rig.database.hide(trigger);

    assertThat(codes(rig.job())).containsExactly("OBJECT_NOT_COPIED");
  }

  @Test
  void triggersAreARiskThoughThereIsNoneYet() {
    rig.fill(10);
    try (SyncJob<TableChange> job = rig.job().objects(ObjectKind.TRIGGER).build()) {
      assertThat(told(job))
          .extracting(Finding::code, Finding::severity)
          .containsExactly(tuple("TRIGGER_FIRES", Finding.Severity.RISK));
    }
    assertThat(codes(rig.job().objects(ObjectKind.VIEW))).isEmpty();
  }

  @Test
  void whatComesAfterTheTablesWereMadeKeepsNoJobFromGoingOn() {
    rig.fill(10);
    endAt("write rows", ObjectKind.VIEW, ObjectKind.TRIGGER);
    SchemaObject view = object(ObjectKind.VIEW, "late");
    SchemaObject trigger = object(ObjectKind.TRIGGER, "late_too");
    rig.database.create(view);
    rig.database.create(trigger);
    rig.database.hide(view);
    rig.database.hide(trigger);

    SyncJobBuilder<TableChange> again = rig.job().acknowledge("TRIGGER_FIRES");
    try (SyncJob<TableChange> job = again.build()) {
      assertThat(told(job))
          .extracting(Finding::code, Finding::object, Finding::severity)
          .containsExactlyInAnyOrder(
              tuple("OBJECT_LEFT_OUT", "shop.late_too", Finding.Severity.WARNING),
              tuple("TRIGGER_FIRES", rig.name, Finding.Severity.WARNING));
    }

    rig.startAndSynchronize(again);
  }

  /** Lets a first run fail for good. */
  private void endAt(String call, ObjectKind... kinds) {
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals(call)) {
                throw new IllegalStateException("The first run ends here.");
              }
            });
    SyncJob<TableChange> first =
        rig.start(rig.job(rig.source(), faults).objects(kinds).acknowledge("TRIGGER_FIRES"));
    Rig.await("the first run fails", () -> first.status().failure().isPresent());
    first.close();
  }

  @Test
  void aJobThatAnEarlierVersionHasPlannedGetsItsKeysWithTheTables() {
    rig.fill(10);
    rig.database.create(LINES);
    endAt("create", ObjectKind.FOREIGN_KEY);
    assertThat(rig.target.progress(rig.name)).isPresent();
    StoredCheckpoint stored = rig.store.load(rig.name).orElseThrow();
    String before =
        stored.content().replace("object\tFOREIGN_KEY\n", "").replaceFirst("end\t.*\n", "");
    CRC32 sum = new CRC32();
    sum.update(before.getBytes(StandardCharsets.UTF_8));
    String old = before + "end\t" + Long.toHexString(sum.getValue()) + "\n";
    assertThat(old).isNotEqualTo(stored.content());
    rig.store.save(rig.name, new StoredCheckpoint(stored.version(), old));
    List<String> atCopied = new CopyOnWriteArrayList<>();

    rig.startAndSynchronize(
        rig.job()
            .listener(
                event -> {
                  if (event instanceof JobEvent.TableCopied) {
                    atCopied.addAll(keys(LINES));
                  }
                }));

    assertThat(atCopied).containsOnly("to_users").isNotEmpty();
    assertThat(keys(LINES)).containsExactly("to_users");
  }

  @Test
  void aTargetThatLetsKeysWaitEndsNoRun() {
    rig.fill(10);
    rig.database.create(LINES);
    AtomicInteger tries = new AtomicInteger();
    AtomicInteger runs = new AtomicInteger();
    List<Integer> told = new CopyOnWriteArrayList<>();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("takeOver")) {
                runs.incrementAndGet();
              } else if (what.equals("addForeignKeys") && tries.getAndIncrement() < 2) {
                throw new TransientException("The table is in use.");
              }
            });

    rig.startAndSynchronize(
        rig.job(rig.source(), faults)
            .listener(
                event -> {
                  if (event instanceof JobEvent.Retrying retrying) {
                    told.add(retrying.attempt());
                  }
                }));

    assertThat(tries).hasValue(3);
    assertThat(runs).hasValue(1);
    assertThat(told).containsExactly(1, 2);
    assertThat(keys(LINES)).containsExactly("to_users");
  }

  @Test
  void aTargetThatLetsKeysWaitForLongerThanAJobTriesAgainStopsIt() {
    rig.fill(10);
    rig.database.create(LINES);
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals("addForeignKeys")) {
                throw new TransientException("The table is in use.");
              }
            });
    SyncJob<TableChange> job =
        rig.start(
            SyncJob.from(rig.source())
                .to(new FlakySink(rig.sink(), faults))
                .named(rig.name)
                .select(TableSelection.builder().database("shop", db -> db.tables("*")).build())
                .initialize(Initialization.STRUCTURE, Initialization.DATA)
                .checkpoints(rig.store)
                .listener(faults)
                .retry(RetryPolicy.builder().window(Duration.ofMillis(50)).build()));

    Rig.await("the job fails", () -> job.status().failure().isPresent());

    assertThat(job.status().failure().orElseThrow())
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContainingAll("foreign keys", "PT0.05S: The table is in use. The rows");
    assertThat(keys(LINES)).isEmpty();
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
  void withoutRowsKeysAndTriggersComeBeforeTheJobSynchronizes() {
    rig.fill(10);
    rig.database.create(LINES);
    rig.database.create(object(ObjectKind.TRIGGER, "t"));

    rig.startAndSynchronize(
        rig.bare(rig.source(), rig.sink())
            .initialize(Initialization.STRUCTURE)
            .objects(ObjectKind.FOREIGN_KEY, ObjectKind.TRIGGER)
            .acknowledge("TRIGGER_FIRES"));

    assertThat(keys(LINES)).containsExactly("to_users");
    assertThat(rig.target.objects()).extracting(SchemaObject::name).containsExactly("t");
    rig.insert(LINES, 1, 1);
    rig.awaitEqual(LINES);
    assertThat(rig.target.rows(Rig.USERS.id())).isEmpty();
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
            .acknowledge("TRIGGER_FIRES")
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

    rig.startAndSynchronize(
        rig.job(rig.source(), faults).objects(ObjectKind.TRIGGER).acknowledge("TRIGGER_FIRES"));

    assertThat(keys(LINES)).containsExactly("to_users");
    assertThat(rig.target.objects()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"added foreign keys", "created objects"})
  void goesOnAfterAnAnswerThatIsLost(String answer) {
    rig.database.create(LINES);
    rig.database.create(object(ObjectKind.VIEW, "v"));
    AtomicInteger answers = new AtomicInteger();
    Faults faults =
        Faults.hooked(
            what -> {
              if (what.equals(answer) && answers.getAndIncrement() == 0) {
                throw new TransientException("The answer is lost.");
              }
            });

    rig.startAndSynchronize(rig.job(rig.source(), faults));

    assertThat(answers).hasValue(2);
    assertThat(keys(LINES)).containsExactly("to_users");
    assertThat(rig.target.objects()).extracting(SchemaObject::name).containsExactly("v");
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
