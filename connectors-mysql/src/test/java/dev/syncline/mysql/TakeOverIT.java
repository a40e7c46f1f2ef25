package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.Completion;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.OwnershipLostException;
import dev.syncline.ProgressLostException;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.TargetProgress;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.RowInsert;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class TakeOverIT {

  private static final String TABLE = "CREATE TABLE t (id INT PRIMARY KEY, v INT)";

  @ParameterizedTest
  @EachRelease
  void recordsFirstPositionsAndResumesWithWhatWasCommitted(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");

    TargetProgress first = fixture.start();
    try (LaneWriter<TableChange> lane = fixture.lane()) {
      lane.write(List.of(insert(table, 1)));
      lane.commit(Map.of(SinkFixture.STREAM, "p1"));
      lane.write(List.of(insert(table, 2)));
    }
    TargetProgress second = fixture.takeOver(Map.of());

    assertThat(first.epoch()).isEqualTo(1);
    assertThat(first.lanes()).containsExactly(Map.of(SinkFixture.STREAM, "p0"));
    assertThat(second.epoch()).isEqualTo(2);
    assertThat(second.lanes()).containsExactly(Map.of(SinkFixture.STREAM, "p1"));
    assertThat(fixture.ask("SELECT id FROM t")).containsExactly("1");
  }

  @ParameterizedTest
  @EachRelease
  void refusesEveryWriteOfAnEarlierRun(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    try (LaneWriter<TableChange> writing = fixture.lane();
        LaneWriter<TableChange> idle = fixture.lane();
        SnapshotWriter snapshot = fixture.snapshot();
        SnapshotWriter clearing = fixture.snapshot();
        SnapshotWriter completing = fixture.snapshot()) {
      writing.write(List.of(insert(table, 1)));
      writing.commit(Map.of(SinkFixture.STREAM, "p1"));
      fixture.takeOver(Map.of());

      assertLost(() -> writing.write(List.of(insert(table, 2))));
      assertLost(() -> idle.commit(Map.of(SinkFixture.STREAM, "p2")));
      Row row = Row.of(3L, 3L);
      assertLost(() -> snapshot.write(SinkFixture.portion(table, ExistingRows.OVERWRITE, row)));
      assertLost(() -> clearing.clear(table));
      assertLost(() -> completing.write(completed(table, "", "5")));
    }
    assertThat(fixture.ask("SELECT id FROM t")).containsExactly("1");
    assertThat(fixture.takeOver(Map.of()).completed()).isEmpty();
    assertThat(fixture.takeOver(Map.of()).lanes().get(0)).containsEntry(SinkFixture.STREAM, "p1");
  }

  @ParameterizedTest
  @EachRelease
  void waitsForAnOpenTransactionOfAnEarlierRun(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    try (LaneWriter<TableChange> lane = fixture.lane()) {
      lane.write(List.of(insert(table, 1)));
      CompletableFuture<TargetProgress> takeOver =
          CompletableFuture.supplyAsync(() -> fixture.takeOver(Map.of()));
      fixture.awaitStuckStatement();

      lane.commit(Map.of(SinkFixture.STREAM, "p1"));

      TargetProgress progress = takeOver.get(20, TimeUnit.SECONDS);
      assertThat(progress.lanes().get(0)).containsEntry(SinkFixture.STREAM, "p1");
      assertThat(fixture.ask("SELECT id FROM t")).containsExactly("1");
    }
  }

  @Test
  void givesUpForNowWhenAnEarlierTransactionStaysOpen() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    try (LaneWriter<TableChange> lane = fixture.lane()) {
      lane.write(List.of(insert(table, 1)));

      assertThatThrownBy(() -> fixture.takeOver(Map.of()))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("take over the target");
    }
    assertThat(fixture.takeOver(Map.of()).epoch()).isEqualTo(2);
    assertThat(fixture.ask("SELECT id FROM t")).isEmpty();
  }

  @Test
  void adoptsRecordsOfAStartThatWasNotRemembered() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.start();

    TargetProgress again = fixture.takeOver(Map.of(SinkFixture.STREAM, "later"));

    assertThat(again.epoch()).isEqualTo(2);
    assertThat(again.lanes()).containsExactly(Map.of(SinkFixture.STREAM, "p0"));
  }

  @Test
  void takesTheHigherOfBothEpochs() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.start();

    TargetProgress progress = fixture.sink().takeOver(fixture.run().withEpoch(7), Map.of());

    assertThat(progress.epoch()).isEqualTo(7);
    assertThat(fixture.sink().takeOver(fixture.run(), Map.of()).epoch()).isEqualTo(8);
  }

  @Test
  void stopsWhereRecordsAreMissing() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));

    assertThatThrownBy(() -> fixture.takeOver(Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("'" + fixture.ledger() + "' has no records of it");

    JobRun other = new JobRun("another " + UUID.randomUUID(), UUID.randomUUID().toString(), 1);
    fixture.sink().takeOver(other, Map.of(SinkFixture.STREAM, "p0"));
    assertThatThrownBy(() -> fixture.takeOver(Map.of())).isInstanceOf(ProgressLostException.class);
  }

  @Test
  void stopsAtRecordsOfAnotherJobOfThatName() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.start();
    JobRun other = new JobRun(fixture.run().job(), UUID.randomUUID().toString(), 1);

    assertThatThrownBy(() -> fixture.sink().takeOver(other, Map.of(SinkFixture.STREAM, "p")))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("belong to another job of that name");
    assertThatThrownBy(() -> fixture.sink().takeOver(other, Map.of()))
        .isInstanceOf(ProgressLostException.class);
    JobRun renamed = new JobRun("other " + other.jobId(), fixture.run().jobId(), 1);
    assertThatThrownBy(() -> fixture.sink().takeOver(renamed, Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("carry the name '" + fixture.run().job() + "'");
  }

  @Test
  void stopsAtRecordsThatContradictEachOther() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.start();
    fixture.execute("UPDATE " + fixture.ledger() + ".lane SET epoch = 5");

    assertThatThrownBy(() -> fixture.takeOver(Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("contradict each other: lane 0 has epoch 5, the job 1");

    fixture.execute("DELETE FROM " + fixture.ledger() + ".lane");
    assertThatThrownBy(() -> fixture.takeOver(Map.of()))
        .isInstanceOf(ProgressLostException.class)
        .hasMessageContaining("there is no lane");
  }

  @Test
  void aLaneStopsWhereItsRecordsAreGoneOrSetBack() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.start();
    fixture.takeOver(Map.of());
    try (LaneWriter<TableChange> lane = fixture.lane()) {
      fixture.execute("UPDATE " + fixture.ledger() + ".lane SET epoch = 1");

      assertThatThrownBy(() -> lane.commit(Map.of(SinkFixture.STREAM, "p")))
          .isInstanceOf(ProgressLostException.class)
          .hasMessageContaining("the target was set back");
    }
    fixture.execute("DELETE FROM " + fixture.ledger() + ".lane");
    try (LaneWriter<TableChange> lane = fixture.lane()) {
      assertThatThrownBy(() -> lane.commit(Map.of(SinkFixture.STREAM, "p")))
          .isInstanceOf(ProgressLostException.class)
          .hasMessageContaining("are gone");
    }
  }

  @ParameterizedTest
  @EachRelease
  void readsCompletionsAndJoinsNeighbours(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    try (SnapshotWriter snapshot = fixture.snapshot()) {
      snapshot.write(completed(table, "3", "7"));
      snapshot.write(completed(table, "", "3"));
      snapshot.write(completed(table, "", "3"));
      snapshot.write(completed(table, "9", ""));
    }

    TargetProgress progress = fixture.takeOver(Map.of());

    assertThat(progress.completed()).containsOnlyKeys(table.id());
    assertThat(progress.completed().get(table.id()))
        .containsExactlyInAnyOrder(
            new Completion(new KeyRange("", "7"), ""), new Completion(new KeyRange("9", ""), ""));
    assertThat(fixture.ask("SELECT COUNT(*) FROM " + fixture.ledger() + ".completion"))
        .containsExactly("2");
    assertThat(fixture.takeOver(Map.of()).completed().get(table.id()))
        .containsExactlyInAnyOrderElementsOf(progress.completed().get(table.id()));
  }

  @Test
  void keepsTheExactPointOfACompletion() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    fixture.execute("CREATE TABLE t (id INT)");
    TableDefinition table = fixture.definition("t");
    fixture.start();
    Completion all = new Completion(KeyRange.ALL, "file:4711");
    try (SnapshotWriter snapshot = fixture.snapshot()) {
      snapshot.write(new Portion(table, List.of(), ExistingRows.OVERWRITE, Optional.of(all)));
    }

    assertThat(fixture.takeOver(Map.of()).completed()).containsEntry(table.id(), List.of(all));
  }

  @SuppressWarnings("try") // Closing amidst a write is what is tested.
  @ParameterizedTest
  @EachRelease
  void aCompletionIsWrittenTogetherWithItsRowsOrNotAtAll(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    // Somebody holds a row that the portion needs, so that it stops in the middle.
    try (Connection blocker = fixture.server().connect(fixture.database());
        Statement statement = blocker.createStatement();
        SnapshotWriter snapshot = fixture.snapshot()) {
      blocker.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (2, 2)");
      List<SnapshotRow> rows =
          List.of(new SnapshotRow(table, Row.of(1L, 1L)), new SnapshotRow(table, Row.of(2L, 9L)));
      Portion portion =
          new Portion(
              table,
              rows,
              ExistingRows.OVERWRITE,
              Optional.of(new Completion(new KeyRange("", "2"), "")));
      CompletableFuture<Void> writing =
          CompletableFuture.runAsync(
              () -> {
                try {
                  snapshot.write(portion);
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      fixture.awaitStuckStatement();

      Runnable end = snapshot::close;
      end.run();

      assertThat(writing)
          .failsWithin(10, TimeUnit.SECONDS)
          .withThrowableOfType(Exception.class)
          .withCauseInstanceOf(TransientException.class);
      blocker.rollback();
    }
    assertThat(fixture.takeOver(Map.of()).completed()).isEmpty();
    assertThat(fixture.ask("SELECT * FROM t")).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void theRecordsTellWhatBecameOfACommitWithoutAnswer(MySqlRelease release) throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    fixture.start();
    long id = 0;
    for (CommitFault fault : CommitFault.values()) {
      id++;
      MySqlSink sink = fixture.through(fault::at);
      try (LaneWriter<TableChange> lane = sink.openLane(fixture.run(), 0)) {
        lane.write(List.of(insert(table, id)));

        assertThatThrownBy(() -> lane.commit(Map.of(SinkFixture.STREAM, fault.name())))
            .isInstanceOf(TransientException.class);
      }
      String position = fixture.takeOver(Map.of()).lanes().get(0).get(SinkFixture.STREAM);
      boolean committed = fault == CommitFault.ANSWER_LOST;
      assertThat(position.equals(fault.name())).as(fault.name()).isEqualTo(committed);
      assertThat(fixture.ask("SELECT COUNT(*) FROM t WHERE id = " + id))
          .containsExactly(committed ? "1" : "0");
    }
  }

  /** What a link does to a commit. */
  private enum CommitFault {
    STATEMENT_LOST,
    ANSWER_LOST;

    void at(Connection connection) throws SQLException {
      if (this == ANSWER_LOST) {
        connection.commit();
      }
      connection.abort(Runnable::run);
      throw new SQLException("The link is gone.", "08S01");
    }
  }

  private static void assertLost(ThrowingCallable write) {
    assertThatThrownBy(write)
        .isInstanceOf(OwnershipLostException.class)
        .hasMessageContaining("epoch 2, ours is 1");
  }

  private static RowInsert insert(TableDefinition table, long id) {
    return new RowInsert(table, Row.of(id, id));
  }

  private static Portion completed(TableDefinition table, String after, String upTo) {
    return new Portion(
        table,
        List.of(),
        ExistingRows.OVERWRITE,
        Optional.of(new Completion(new KeyRange(after, upTo), "")));
  }
}
