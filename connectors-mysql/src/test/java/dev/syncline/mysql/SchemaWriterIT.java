package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.SchemaWriter;
import dev.syncline.SyncException;
import dev.syncline.TargetNames;
import dev.syncline.TransientException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.mysql.SchemaTrial.Running;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Statements at a target whose writer, or whose table, is taken away in the middle. */
class SchemaWriterIT {

  private static final String TABLE = "(id INT PRIMARY KEY, v INT)";
  private static final String ADD = "ALTER TABLE t ADD COLUMN w VARCHAR(10)";

  private static final int LONG_TABLE = 300_000;

  private static List<String> tables(SinkFixture fixture) throws Exception {
    return fixture.ask(
        "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()"
            + " AND TABLE_NAME <> 'wide' ORDER BY TABLE_NAME");
  }

  @ParameterizedTest
  @EachRelease
  void findsDoneWhatEndedBehindItsDeadClient(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      Running running = trial.begin(change);
      assertThat(running.kill()).isInstanceOf(SyncException.class);
      assertThat(fixture.columns("t")).containsExactly("id", "v");

      holder.rollback();
      trial.takeOverAndApply(change);

      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(trial.isBehind()).isTrue();
      assertThat(fixture.ask("SELECT COUNT(*) FROM " + fixture.ledger() + ".schema_change"))
          .containsExactly("0");
    }
  }

  /** No lock holds this one up: the server copies rows, and does so to the end. */
  @ParameterizedTest
  @EachRelease
  void waitsForALongStatementWhoseClientIsDead(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute("INSERT INTO t VALUES (3, 3)");
    for (int rows = 3; rows < LONG_TABLE; rows *= 2) {
      fixture.execute("INSERT INTO t SELECT id + " + rows + ", v FROM t");
    }
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      // MySQL 5.5 copies always, and has no word for it.
      String copying = release == MySqlRelease.MYSQL_5_5 ? ADD : ADD + ", ALGORITHM=COPY";
      SchemaChange change = trial.change(copying, trial.altered("t", "wide"));
      Running running = trial.begin(fixture.sink(), change, "%copy to tmp table%");
      assertThat(running.kill()).isInstanceOf(SyncException.class);

      trial.takeOverAndApply(change);

      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void aTakeOverWaitsForAStatementOfAnEarlierRun(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();

      // MariaDB ends a statement that waits for a table when it finds that its client has gone.
      if (!MySqlFacts.read(holder).mariaDb()) {
        assertThatThrownBy(() -> trial.takeOver(SchemaLimits.DEFAULT))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("is still running and is waited for: connection");
        assertThat(fixture.run().epoch()).isEqualTo(1);
      }
      holder.rollback();
      trial.takeOverAndApply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
    }
  }

  @ParameterizedTest
  @EachRelease
  void aTakeOverEndsAStatementThatRunsForTooLong(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();

      trial.takeOver(SchemaTrial.IMPATIENT);

      trial.awaitNoLockWait();
      holder.rollback();
      assertThat(fixture.columns("t")).containsExactly("id", "v");
      trial.apply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  /** Its statement would empty what the next run has written. */
  @ParameterizedTest
  @EachRelease
  void nothingOfAnEarlierRunHappensBehindATakeOver(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change =
          trial.change("TRUNCATE TABLE t", new TableEffect.Emptied(fixture.definition("t")));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();

      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();
      fixture.execute("INSERT INTO t VALUES (3, 3)");

      assertThat(fixture.ask("SELECT id FROM t")).containsExactly("1", "2", "3");
      trial.apply(change);
      assertThat(fixture.ask("SELECT id FROM t")).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRelease
  void holdsATakeOverOffWhileAStatementRuns(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      Running running = trial.begin(change);

      assertThatThrownBy(() -> trial.takeOver(SchemaTrial.IMPATIENT))
          .isInstanceOf(TransientException.class);

      holder.rollback();
      assertThat(running.end().get(30, TimeUnit.SECONDS)).isTrue();
      running.writer().close();
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void stopsWhereSomebodyElseHasChangedTheTable(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();
      fixture.execute("ALTER TABLE t ADD COLUMN mine INT");

      for (int attempt = 1; attempt <= 2; attempt++) {
        assertThatThrownBy(() -> trial.apply(change))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("Cannot tell whether ALTER TABLE on table '" + fixture.id("t"))
            .hasMessageContaining("column 'w' is missing")
            .hasMessageContaining("ADD COLUMN w");
        assertThat(trial.isBehind()).isFalse();
      }

      fixture.execute("ALTER TABLE t DROP COLUMN mine");
      trial.apply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void takesWhatSomebodyElseHasDoneForDone(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();
      fixture.execute(ADD);

      trial.apply(change);

      assertThat(trial.isBehind()).isTrue();
    }
  }

  /** MySQL 5.7 does so at each restart. */
  @ParameterizedTest
  @EachRelease
  void aCounterThatWasSetBackIsNoChange(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute("ALTER TABLE t MODIFY id INT AUTO_INCREMENT, AUTO_INCREMENT = 50");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("ALTER TABLE t ADD INDEX (v)");
      Connection holder = trial.hold("t");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();
      fixture.execute("ALTER TABLE t AUTO_INCREMENT = 40");

      trial.apply(change);

      assertThat(fixture.ask("SHOW INDEX FROM t WHERE Key_name = 'v'")).hasSize(1);
    }
  }

  @Test
  void refusesToMakeATableThatIsThere() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change =
          trial.change(
              "CREATE TABLE IF NOT EXISTS t " + TABLE,
              new TableEffect.Created(fixture.definition("t")));

      assertThatThrownBy(() -> trial.apply(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("it is at the target already");
      assertThat(trial.isBehind()).isFalse();
    }
  }

  @ParameterizedTest
  @EachRelease
  void goesOnInTheMiddleOfSeveralRenamings(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute("CREATE TABLE u " + TABLE, "INSERT INTO u VALUES (7, 7)");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("RENAME TABLE t TO t2, u TO u2");
      Connection holder = trial.hold("u");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();
      boolean atomic = MySqlFacts.read(holder).isMySqlFrom(8, 0, 0);
      assertThat(tables(fixture)).isEqualTo(atomic ? List.of("t", "u") : List.of("t2", "u"));

      trial.apply(change);

      assertThat(tables(fixture)).containsExactly("t2", "u2");
      assertThat(fixture.ask("SELECT id FROM u2")).containsExactly("7");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void goesOnInTheMiddleOfSeveralDrops(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute("CREATE TABLE u " + TABLE);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("DROP TABLE `t`,`u` /* generated by server */");
      Connection holder = trial.hold("u");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();

      trial.apply(change);

      assertThat(tables(fixture)).isEmpty();
      assertThat(trial.isBehind()).isTrue();
    }
  }

  /** Both tables look alike, so nobody could see whether they have been exchanged. */
  @ParameterizedTest
  @EachRelease
  void exchangesTablesThatLookAlikeOnce(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute("CREATE TABLE u " + TABLE, "INSERT INTO u VALUES (7, 7)");
    for (String held : List.of("t", "u")) {
      try (SchemaTrial trial = new SchemaTrial(fixture)) {
        SchemaChange change = trial.change("RENAME TABLE t TO x, u TO t, x TO u");
        Connection holder = trial.hold(held);
        trial.begin(change).kill();
        trial.takeOver(SchemaTrial.IMPATIENT);
        holder.rollback();

        trial.apply(change);

        String expected = held.equals("t") ? "7" : "1";
        assertThat(fixture.ask("SELECT MIN(id) FROM t")).containsExactly(expected);
        assertThat(tables(fixture)).containsExactly("t", "u");
        fixture.execute("UPDATE " + fixture.ledger() + ".lane SET position = 'before'");
      }
    }
  }

  /** Behind it all would look as before it. */
  @Test
  void anExchangeThatEndedBehindItsDeadClientIsNotRunAgain() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    fixture.execute("CREATE TABLE u " + TABLE, "INSERT INTO u VALUES (7, 7)");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("RENAME TABLE t TO x, u TO t, x TO u");
      Connection holder = trial.hold("t");
      trial.begin(change).kill();
      holder.rollback();

      trial.takeOverAndApply(change);

      assertThat(fixture.ask("SELECT MIN(id) FROM t")).containsExactly("7");
      assertThat(tables(fixture)).containsExactly("t", "u");
    }
  }

  /** Where it runs step by step, the first one finds all as it was once the third is done. */
  @ParameterizedTest
  @EachRelease
  void goesOnBehindAnExchange(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    fixture.execute(
        "CREATE TABLE u " + TABLE, "INSERT INTO u VALUES (7, 7)", "CREATE TABLE w " + TABLE);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("RENAME TABLE t TO x, u TO t, x TO u, w TO w2");
      Connection holder = trial.hold("w");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();

      trial.apply(change);

      assertThat(fixture.ask("SELECT MIN(id) FROM t")).containsExactly("7");
      assertThat(tables(fixture)).containsExactly("t", "u", "w2");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @Test
  void stopsBehindWhatCannotBeSeen() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    fixture.execute(
        "CREATE TABLE p (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 2",
        "CREATE TABLE q (id INT PRIMARY KEY)");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE q");
      Connection holder = trial.hold("q");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();

      assertThatThrownBy(() -> trial.apply(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("what it does cannot be seen")
          .hasMessageContaining("DELETE FROM");

      fixture.execute("DELETE FROM " + fixture.ledger() + ".schema_change");
      trial.apply(change);
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @Test
  void stopsBehindColumnsThatHaveChangedPlaces() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    fixture.execute("CREATE TABLE p (id INT PRIMARY KEY, a INT, b INT)");
    TableDefinition table = fixture.definition("p");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change =
          trial.change(
              "ALTER TABLE p CHANGE a b INT, CHANGE b a INT",
              new TableEffect.Altered(table, table, List.of(0, 2, 1)));
      Connection holder = trial.hold("p");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();

      assertThatThrownBy(() -> trial.apply(change))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("what it does cannot be seen");
      assertThat(trial.isBehind()).isFalse();
    }
  }

  @Test
  void anInterruptionEndsTheWaiting() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      Running running = trial.begin(change);

      running.thread().interrupt();

      assertThat(running.failure()).isInstanceOf(InterruptedException.class);
      running.writer().close();
      holder.rollback();
      trial.takeOverAndApply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
    }
  }

  @Test
  void knowsAStatementAgainByThePositionOfItsOwnStream() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      Map<String, String> two = Map.of(SinkFixture.STREAM, "p0", "other", "o0");
      JobRun run = new JobRun("two streams", "two streams", 1);
      run = run.withEpoch(fixture.sink().takeOver(run, two).epoch());
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      SchemaWriter first = fixture.sink().openSchemaWriter(run, TargetNames.asAtSource());
      trial.begin(first, change, Map.of(SinkFixture.STREAM, "p1", "other", "o0")).kill();
      run = run.withEpoch(fixture.sink().takeOver(run, Map.of(), SchemaTrial.IMPATIENT).epoch());
      holder.rollback();

      try (SchemaWriter writer = fixture.sink().openSchemaWriter(run, TargetNames.asAtSource())) {
        assertThatThrownBy(
                () ->
                    writer.apply(change, "other", Map.of(SinkFixture.STREAM, "p1", "other", "o1")))
            .hasMessageContaining("began another statement");
      }
      try (SchemaWriter writer = fixture.sink().openSchemaWriter(run, TargetNames.asAtSource())) {
        writer.apply(change, SinkFixture.STREAM, Map.of(SinkFixture.STREAM, "p1", "other", "o2"));
      }

      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(fixture.sink().takeOver(run, Map.of()).lanes())
          .containsExactly(Map.of(SinkFixture.STREAM, "p1", "other", "o2"));
    }
  }

  @Test
  void stopsAtAnIntentOfAnotherStatement() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();
      trial.takeOver(SchemaTrial.IMPATIENT);
      holder.rollback();

      assertThatThrownBy(() -> trial.apply(trial.change("DROP TABLE t")))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("began another statement")
          .hasMessageContaining("DELETE FROM");
      assertThat(tables(fixture)).containsExactly("t");
    }
  }
}
