package dev.syncline.testkit.contract;

import static dev.syncline.testkit.contract.SinkTrial.user;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.SchemaSink;
import dev.syncline.SchemaWriter;
import dev.syncline.SyncException;
import dev.syncline.TargetNames;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.testkit.TableBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink that carries out schema changes, D1 to D9. */
@Timeout(300)
public abstract class SchemaSinkContract {

  private static final String STREAM = "stream";
  private static final Map<String, String> FIRST = Map.of(STREAM, "position:0");
  private static final Map<String, String> SECOND = Map.of(STREAM, "position:1");
  private static final int CUTS = 12;
  private static final long LATEST_CUT_NANOS = TimeUnit.MILLISECONDS.toNanos(60);
  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

  private static final TargetNames SAME = TargetNames.asAtSource();

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private SchemaSinkFixture fixture;
  private SinkTrial trial;
  private SchemaSink sink;
  private JobRun run;
  private TableDefinition users;

  /** For subclasses. */
  protected SchemaSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SchemaSinkFixture fixture();

  @BeforeEach
  final void startJob() {
    fixture = fixture();
    trial = new SinkTrial(fixture);
    sink = (SchemaSink) fixture.sink();
    run = new JobRun("job of " + trial.database(), "id of " + trial.database(), 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
    users = described(trial.users());
  }

  @AfterEach
  final void stopThreads() {
    threads.shutdownNow();
  }

  /** As a source would describe it. */
  private TableDefinition described(TableDefinition table) {
    return fixture.structure(table).definition();
  }

  private TableDefinition table(String name) {
    return described(
        TableBuilder.table(trial.database(), name)
            .integer("id")
            .text("email")
            .nullableText("note")
            .primaryKey("id")
            .uniqueKey("by_email", "email")
            .build());
  }

  private static TableDefinition renamed(TableDefinition table, String name) {
    TableId id = new TableId(table.id().database(), name);
    return new TableDefinition(id, table.columns(), table.uniqueKeys());
  }

  /** The table with one more column at its end. */
  private TableEffect.Altered addition(TableDefinition table, String column) {
    TableDefinition alone =
        described(TableBuilder.table(trial.database(), "x").nullableText(column).build());
    List<Column> columns = new ArrayList<>(table.columns());
    columns.add(alone.columns().get(0));
    int before = table.columns().size();
    List<Integer> origins =
        IntStream.rangeClosed(0, before).map(i -> i < before ? i : -1).boxed().toList();
    return new TableEffect.Altered(
        table, new TableDefinition(table.id(), columns, table.uniqueKeys()), origins);
  }

  private SchemaChange change(TableEffect effect) {
    return new SchemaChange(fixture.statement(effect), List.of(effect));
  }

  private void apply(TableEffect effect, Map<String, String> positions)
      throws InterruptedException {
    try (SchemaWriter writer = sink.openSchemaWriter(run, SAME)) {
      writer.apply(change(effect), STREAM, positions);
    }
  }

  private void insert(TableDefinition table, Row row, String position) throws InterruptedException {
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0)) {
      lane.write(List.of(new RowInsert(table, row)));
      lane.commit(Map.of(STREAM, position));
    }
  }

  private TargetProgress takeOverAgain() {
    TargetProgress progress = sink.takeOver(run.withEpoch(run.epoch() + 1), Map.of());
    run = run.withEpoch(progress.epoch());
    return progress;
  }

  @Test
  final void d1_altersATableAndMovesThePosition() throws InterruptedException {
    insert(users, user(1), "position:a");
    TableEffect.Altered addition = addition(users, "phone");

    apply(addition, SECOND);

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
    insert(addition.after(), Row.of(2L, "mail 2", null, "phone 2"), "position:2");
    assertThat(fixture.rows(addition.after()))
        .containsExactlyInAnyOrder(
            Row.of(1L, "mail 1", null, null), Row.of(2L, "mail 2", null, "phone 2"));
  }

  @Test
  final void d1_createsRenamesEmptiesAndDropsTables() throws InterruptedException {
    TableDefinition made = table("made");
    TableDefinition moved = renamed(made, "moved");

    apply(new TableEffect.Created(made), Map.of(STREAM, "position:1"));
    insert(made, user(1), "position:2");
    apply(new TableEffect.Renamed(made, moved), Map.of(STREAM, "position:3"));
    assertThat(fixture.rows(moved)).containsExactly(user(1));
    apply(new TableEffect.Created(made), Map.of(STREAM, "position:4"));
    assertThat(fixture.rows(made)).isEmpty();
    apply(new TableEffect.Emptied(moved), Map.of(STREAM, "position:5"));
    assertThat(fixture.rows(moved)).isEmpty();
    apply(new TableEffect.Dropped(moved), Map.of(STREAM, "position:6"));

    fixture.createTable(moved);
    assertThat(takeOverAgain().lanes()).containsExactly(Map.of(STREAM, "position:6"));
  }

  @Test
  final void d2_fencesAnEarlierRun() throws InterruptedException {
    JobRun old = run;
    try (SchemaWriter open = sink.openSchemaWriter(old, SAME);
        SchemaWriter other = sink.openSchemaWriter(old, SAME)) {
      takeOverAgain();
      SchemaChange change = change(addition(users, "phone"));

      for (SchemaWriter writer : List.of(open, other)) {
        assertThatThrownBy(() -> writer.apply(change, STREAM, SECOND))
            .isInstanceOf(OwnershipLostException.class);
      }
    }

    assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
    // What the earlier run did not begin is not in the way of another change.
    apply(addition(users, "fax"), SECOND);
  }

  @Test
  final void d3_endsOnceWheneverItIsCutOff() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    TableDefinition table = users;
    for (int cut = 1; cut <= CUTS; cut++) {
      TableEffect.Altered addition = addition(table, "c" + cut);
      Map<String, String> position = Map.of(STREAM, "cut:" + cut);
      cutOff(addition, position, random.nextLong(LATEST_CUT_NANOS));

      TargetProgress progress = again(this::takeOverAgain);
      while (!progress.lanes().equals(List.of(position))) {
        progress =
            again(
                () -> {
                  takeOverAgain();
                  apply(addition, position);
                  return takeOverAgain();
                });
      }
      table = addition.after();
      insert(table, wide(table, cut), "row:" + cut);
      assertThat(fixture.rows(table)).as("seed %d", seed).hasSize(cut);
    }
  }

  @Test
  final void d9_passesAChangeAndForgetsThatItWasBegun() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int cut = 1; cut <= CUTS; cut++) {
      TableDefinition table = table("t" + cut);
      fixture.createTable(table);
      SchemaChange change = change(addition(table, "phone"));
      Map<String, String> position = Map.of(STREAM, "cut:" + cut);
      cutOff(change.effects().get(0), position, random.nextLong(LATEST_CUT_NANOS));

      TargetProgress progress = again(this::takeOverAgain);
      if (!progress.lanes().equals(List.of(position))) {
        progress =
            again(
                () -> {
                  takeOverAgain();
                  pass(change, position);
                  return takeOverAgain();
                });
      }
      assertThat(progress.lanes()).as("seed %d", seed).containsExactly(position);
      apply(new TableEffect.Created(table("made" + cut)), Map.of(STREAM, "made:" + cut));
    }
  }

  @Test
  final void d9_passesNothingAfterATakeOver() throws InterruptedException {
    SchemaChange change = change(addition(users, "phone"));
    try (SchemaWriter old = sink.openSchemaWriter(run, SAME)) {
      takeOverAgain();

      assertThatThrownBy(() -> old.pass(change, STREAM, SECOND))
          .isInstanceOf(OwnershipLostException.class);
    }

    assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
    pass(change, SECOND);
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
    assertThat(fixture.rows(users)).isEmpty();
  }

  private void pass(SchemaChange change, Map<String, String> position) throws InterruptedException {
    try (SchemaWriter writer = sink.openSchemaWriter(run, SAME)) {
      writer.pass(change, STREAM, position);
    }
  }

  private static Row wide(TableDefinition table, long id) {
    Object[] values = new Object[table.columns().size()];
    values[0] = id;
    values[1] = "mail " + id;
    return Row.of(values);
  }

  private void cutOff(TableEffect effect, Map<String, String> position, long nanos)
      throws Exception {
    SchemaWriter writer = sink.openSchemaWriter(run, SAME);
    SchemaChange change = change(effect);
    Future<?> applying =
        threads.submit(
            () -> {
              writer.apply(change, STREAM, position);
              return true;
            });
    LockSupport.parkNanos(nanos);
    writer.close();
    try {
      applying.get(1, TimeUnit.MINUTES);
    } catch (ExecutionException e) {
      assertThat(e).hasCauseInstanceOf(SyncException.class);
    }
  }

  /** As the engine does it, without its pauses. */
  private static <T> T again(Callable<T> attempt) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (true) {
      try {
        return attempt.call();
      } catch (TransientException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  @Test
  final void d4_saysWhatTheTargetRefusesAndLeavesItAsItWas() throws InterruptedException {
    insert(users, user(1), "position:a");
    TableDefinition taken = renamed(users, trial.keyless().id().name());

    for (TableEffect effect :
        List.of(new TableEffect.Renamed(users, taken), new TableEffect.Created(users))) {
      assertThatThrownBy(() -> apply(effect, SECOND))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining(users.id().toString());
      assertThat(takeOverAgain().lanes()).containsExactly(Map.of(STREAM, "position:a"));
      assertThat(fixture.rows(users)).containsExactly(user(1));
    }

    apply(addition(users, "phone"), SECOND);
    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void d5_refusesAnotherDialect() {
    TableEffect.Altered addition = addition(users, "phone");
    SchemaChange.Statement statement = fixture.statement(addition);
    SchemaChange foreign =
        new SchemaChange(
            new SchemaChange.Statement(
                "klingon", statement.text(), statement.database(), statement.settings()),
            List.of(addition));

    try (SchemaWriter writer = sink.openSchemaWriter(run, SAME)) {
      assertThatThrownBy(() -> writer.apply(foreign, STREAM, SECOND))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("klingon");
    }
    assertThat(takeOverAgain().lanes()).containsExactly(FIRST);
  }

  @Test
  final void d6_closesTwiceAndInAnyState() throws InterruptedException {
    SchemaWriter unused = sink.openSchemaWriter(run, SAME);
    unused.close();
    unused.close();

    SchemaWriter used = sink.openSchemaWriter(run, SAME);
    used.apply(change(addition(users, "phone")), STREAM, SECOND);
    used.close();
    used.close();

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
  }

  @Test
  final void d6_hearsAnInterruption() {
    try (SchemaWriter writer = sink.openSchemaWriter(run, SAME)) {
      SchemaChange change = change(addition(users, "phone"));
      Thread.currentThread().interrupt();

      assertThatThrownBy(() -> writer.apply(change, STREAM, SECOND))
          .isInstanceOf(InterruptedException.class);
    }
  }

  @Test
  final void d7_keepsJobsApart() throws InterruptedException {
    JobRun other = new JobRun("other " + run.job(), "other " + run.jobId(), 1);
    TargetProgress progress = sink.takeOver(other, Map.of(STREAM, "other:0"));
    other = other.withEpoch(progress.epoch());
    TableDefinition made = table("made");
    try (SchemaWriter others = sink.openSchemaWriter(other, SAME);
        SchemaWriter ours = sink.openSchemaWriter(run, SAME)) {
      others.apply(change(new TableEffect.Created(made)), STREAM, Map.of(STREAM, "other:1"));
      ours.apply(change(addition(users, "phone")), STREAM, SECOND);
      others.apply(change(new TableEffect.Dropped(made)), STREAM, Map.of(STREAM, "other:2"));
    }

    assertThat(takeOverAgain().lanes()).containsExactly(SECOND);
    assertThat(sink.takeOver(other, Map.of()).lanes()).containsExactly(Map.of(STREAM, "other:2"));
  }

  /** Gives every table the name of one table, and leaves a column out. */
  private record OneTable(TableId target, String leftOut) implements TargetNames {

    @Override
    public boolean areSame() {
      return false;
    }

    @Override
    public Optional<String> database(String source) {
      return Optional.of(target.database());
    }

    @Override
    public Optional<TableId> table(TableId source) {
      return Optional.of(target);
    }

    @Override
    public Table table(TableDefinition source) {
      List<Column> columns = new ArrayList<>(source.columns());
      columns.removeIf(column -> column.name().equals(leftOut));
      TableDefinition there =
          new TableDefinition(
              target, source.id(), columns, source.uniqueKeys(), List.of(), source.notes());
      Map<String, String> names = new HashMap<>();
      columns.forEach(column -> names.put(column.name(), column.name()));
      return new Table(there, names, false);
    }
  }

  @Test
  final void d8_changesTheTableThatTheTargetHas() throws InterruptedException {
    insert(users, user(1), "position:a");
    TableEffect.Altered addition = addition(renamed(users, "elsewhere"), "phone");
    TableEffect.Altered more = addition(addition.after(), "hidden");
    TargetNames names = new OneTable(users.id(), "hidden");
    Map<String, String> third = Map.of(STREAM, "position:2");

    try (SchemaWriter writer = sink.openSchemaWriter(run, names)) {
      writer.apply(change(addition), STREAM, SECOND);
      writer.apply(change(more), STREAM, third);
    }

    assertThat(takeOverAgain().lanes()).containsExactly(third);
    TableDefinition wide = renamed(addition.after(), users.id().name());
    insert(wide, Row.of(2L, "mail 2", null, "phone 2"), "position:3");
    assertThat(fixture.rows(wide))
        .containsExactlyInAnyOrder(
            Row.of(1L, "mail 1", null, null), Row.of(2L, "mail 2", null, "phone 2"));
  }
}
