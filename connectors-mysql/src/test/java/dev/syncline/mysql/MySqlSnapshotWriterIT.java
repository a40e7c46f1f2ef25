package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.Completion;
import dev.syncline.SnapshotWriter;
import dev.syncline.SnapshotWriter.ExistingRows;
import dev.syncline.SnapshotWriter.Portion;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Row;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlSnapshotWriterIT {

  private static final String[] TABLE = {
    "CREATE TABLE t (id INT PRIMARY KEY, u INT UNIQUE, v INT)",
    "INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)"
  };

  @ParameterizedTest
  @EachRelease
  void overwritesRowsWithTheSameKeyOrKeepsThem(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    Row[] rows = {Row.of(1L, 1L, 10L), Row.of(2L, 20L, 20L), Row.of(3L, 3L, 30L)};

    try (SnapshotWriter writer = fixture.snapshot()) {
      writer.write(SinkFixture.portion(table, ExistingRows.KEEP, rows));
      assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
          .containsExactly("1|1|1", "2|2|2", "3|3|30");
      writer.write(SinkFixture.portion(table, ExistingRows.OVERWRITE, rows));
      assertThat(fixture.ask("SELECT * FROM t ORDER BY id"))
          .containsExactly("1|1|10", "2|20|20", "3|3|30");
    }
  }

  @ParameterizedTest
  @EachRelease
  void neverTouchesAnotherRow(MySqlRelease release) throws Exception {
    for (ExistingRows existing : ExistingRows.values()) {
      SinkFixture fixture = started(release);
      fixture.execute(TABLE);
      TableDefinition table = fixture.definition("t");
      Row stranger = Row.of(3L, 2L, 30L);
      try (SnapshotWriter writer = fixture.snapshot()) {
        assertThatThrownBy(() -> writer.write(SinkFixture.portion(table, existing, stranger)))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("unique key ('u')");
      }
      assertThat(fixture.ask("SELECT * FROM t ORDER BY id")).containsExactly("1|1|1", "2|2|2");
    }
  }

  @ParameterizedTest
  @EachRelease
  void addsRowsToATableWithoutKey(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute("CREATE TABLE t (v INT)");
    TableDefinition table = fixture.definition("t");

    try (SnapshotWriter writer = fixture.snapshot()) {
      Row row = Row.of(1L);
      writer.write(SinkFixture.portion(table, ExistingRows.OVERWRITE, row, row));
      writer.write(SinkFixture.portion(table, ExistingRows.KEEP, row));
    }

    assertThat(fixture.ask("SELECT v FROM t")).containsExactly("1", "1", "1");
  }

  @ParameterizedTest
  @EachRelease
  void aVictimOfADeadlockWritesItsRowsAgain(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (SnapshotWriter writer = fixture.snapshot();
        Connection other = fixture.server().connect(fixture.database());
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      // The server gives up the transaction that has changed fewer rows.
      for (int i = 100; i < 200; i++) {
        statement.execute("INSERT INTO t VALUES (%d, %d, %d)".formatted(i, i, i));
      }
      statement.execute("UPDATE t SET v = 0 WHERE id = 2");
      Row[] rows = {Row.of(1L, 1L, 10L), Row.of(2L, 2L, 20L)};
      Completion all = new Completion(KeyRange.ALL, "");
      Portion portion = SinkFixture.portion(table, ExistingRows.OVERWRITE, rows);
      Future<?> write =
          thread.submit(
              () -> {
                writer.write(
                    new Portion(table, portion.rows(), ExistingRows.OVERWRITE, Optional.of(all)));
                return null;
              });
      fixture.awaitStuckStatement();
      statement.execute("UPDATE t SET v = 0 WHERE id = 1");
      other.commit();

      write.get(30, TimeUnit.SECONDS);
    } finally {
      thread.shutdownNow();
    }

    assertThat(fixture.ask("SELECT * FROM t WHERE id < 3 ORDER BY id"))
        .containsExactly("1|1|10", "2|2|20");
    assertThat(fixture.takeOver(Map.of()).completed()).containsKey(fixture.id("t"));
  }

  @ParameterizedTest
  @EachRelease
  void clearsATableAndForgetsWhatWasComplete(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    Row[] rows = LongStream.range(100, 25_100).mapToObj(i -> Row.of(i, i, i)).toArray(Row[]::new);
    try (SnapshotWriter writer = fixture.snapshot()) {
      Portion portion = SinkFixture.portion(table, ExistingRows.OVERWRITE, rows);
      Optional<Completion> all = Optional.of(new Completion(KeyRange.ALL, ""));
      writer.write(new Portion(table, portion.rows(), ExistingRows.OVERWRITE, all));
      assertThat(fixture.ask("SELECT COUNT(*), SUM(u) FROM t"))
          .containsExactly("25002|" + (LongStream.range(100, 25_100).sum() + 3));

      writer.clear(table);
    }

    assertThat(fixture.ask("SELECT COUNT(*) FROM t")).isEqualTo(List.of("0"));
    assertThat(fixture.takeOver(Map.of()).completed()).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void aClearingThatIsCutOffForgetsNothing(MySqlRelease release) throws Exception {
    SinkFixture fixture = started(release);
    fixture.execute(TABLE);
    TableDefinition table = fixture.definition("t");
    Row[] rows = LongStream.range(100, 10_200).mapToObj(i -> Row.of(i, i, i)).toArray(Row[]::new);
    Completion begun = new Completion(new KeyRange("begun", "begun"), "");
    ExecutorService thread = Executors.newSingleThreadExecutor();
    SnapshotWriter writer = fixture.snapshot();
    try (Connection other = fixture.server().connect(fixture.database());
        Statement statement = other.createStatement()) {
      Portion portion = SinkFixture.portion(table, ExistingRows.OVERWRITE, rows);
      writer.write(new Portion(table, portion.rows(), ExistingRows.OVERWRITE, Optional.of(begun)));
      other.setAutoCommit(false);
      statement.execute("UPDATE t SET v = 0 WHERE id = 10199");
      Future<?> clearing =
          thread.submit(
              () -> {
                writer.clear(table);
                return null;
              });
      awaitFewRows(fixture);
      fixture.awaitStuckStatement();

      writer.close();

      assertThat(clearing).failsWithin(Duration.ofSeconds(30));
    } finally {
      writer.close();
      thread.shutdownNow();
    }
    assertThat(Long.parseLong(fixture.ask("SELECT COUNT(*) FROM t").get(0))).isBetween(1L, 200L);
    assertThat(fixture.takeOver(Map.of()).completed())
        .containsEntry(fixture.id("t"), List.of(begun));
  }

  private static void awaitFewRows(SinkFixture fixture) throws SQLException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (Long.parseLong(fixture.ask("SELECT COUNT(*) FROM t").get(0)) > 200) {
      assertThat(System.nanoTime()).isLessThan(deadline);
    }
  }

  private static SinkFixture started(MySqlRelease release) throws SQLException {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(release));
    fixture.start();
    return fixture;
  }
}
