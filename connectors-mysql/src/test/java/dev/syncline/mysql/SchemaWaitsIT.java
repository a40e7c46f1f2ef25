package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.ChangeRejectedException;
import dev.syncline.SchemaWriter;
import dev.syncline.TargetNames;
import dev.syncline.TransientException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.mysql.SchemaTrial.Running;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.TcpLink;
import dev.syncline.testkit.server.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** For what, and for how long, a writer of statements waits, and what it refuses to begin. */
class SchemaWaitsIT {

  private static final String ADD = "ALTER TABLE t ADD COLUMN w VARCHAR(10)";

  /** Something on the way drops a connection that is silent for long, and tells nobody. */
  @ParameterizedTest
  @EachRelease
  void anAnswerThatIsLostIsNotWaitedForInVain(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    SchemaLimits watchful =
        new SchemaLimits(
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofMillis(300));
    Set<TcpLink> silent = ConcurrentHashMap.newKeySet();
    try (SchemaTrial trial = new SchemaTrial(fixture);
        TcpProxy proxy = TcpProxy.before(fixture.server())) {
      proxy.tap(
          (link, direction, piece) -> {
            // Near the beginning of its packet, and not in a row that somebody writes.
            int at = new String(piece, StandardCharsets.ISO_8859_1).indexOf(ADD);
            if (at >= 0 && at < 10) {
              silent.add(link);
              return piece;
            }
            return silent.contains(link) ? new byte[0] : piece;
          });
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      MySqlSink sink = fixture.builder(proxy.host(), proxy.port()).tls(MySqlTls.disabled()).build();
      Running running =
          trial.begin(
              sink.openSchemaWriter(fixture.run(), TargetNames.asAtSource(), watchful),
              change,
              SchemaTrial.BEHIND);
      holder.rollback();

      assertThat(running.failure())
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("its answer has not come")
          .hasMessageContaining("table '" + fixture.id("t") + "'");
      running.writer().close();
      trial.takeOverAndApply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
      assertThat(trial.isBehind()).isTrue();
    }
  }

  /** The session of a statement has the time at which it began at the source. */
  @ParameterizedTest
  @EachRelease
  void doesNotTakeAnOldStatementForALongOne(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change =
          trial.change(
              Map.of(StatementSettings.TIMESTAMP, "1700000000.000000"),
              ADD,
              trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      trial.begin(change).kill();

      // MariaDB ends a statement that waits for a table when it finds that its client has gone.
      if (!MySqlFacts.read(holder).mariaDb()) {
        assertThatThrownBy(() -> trial.takeOver(SchemaLimits.DEFAULT))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("is still running and is waited for: connection");
      }
      holder.rollback();
      trial.takeOverAndApply(change);
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
    }
  }

  /** What the source has not replaced is nobody's to replace. */
  @Test
  void leavesATableThatTheSourceDidNotReplace() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MARIADB_10_11);
    String sql = "CREATE OR REPLACE TABLE t (id INT PRIMARY KEY, v INT, w VARCHAR(10))";
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      TableDefinition after =
          SinkFixture.renamed(fixture.definition("wide"), fixture.definition("t").id());

      assertThatThrownBy(() -> trial.apply(trial.change(sql, new TableEffect.Created(after))))
          .isInstanceOf(ChangeRejectedException.class)
          .hasMessageContaining("it is at the target already");
      assertThat(fixture.columns("t")).containsExactly("id", "v");

      trial.apply(
          trial.change(
              sql,
              new TableEffect.Dropped(fixture.definition("t")),
              new TableEffect.Created(after)));
      assertThat(fixture.columns("t")).containsExactly("id", "v", "w");
    }
  }

  @Test
  void reportsATableThatSomebodyHolds() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    SchemaLimits hasty =
        new SchemaLimits(
            Duration.ofSeconds(1),
            Duration.ZERO,
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(20));
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");

      try (SchemaWriter writer =
          fixture.sink().openSchemaWriter(fixture.run(), TargetNames.asAtSource(), hasty)) {
        assertThatThrownBy(() -> writer.apply(change, SinkFixture.STREAM, SchemaTrial.BEHIND))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("table '" + fixture.id("t") + "'")
            .hasMessageContaining("another session of the target has held it for 1 s");
      }
      holder.rollback();
      trial.takeOverAndApply(change);
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @Test
  void aStatementMayTakeLongerThanAnyAnswer() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MYSQL_8_0);
    MySqlSink impatient = fixture.builder().socketTimeout(Duration.ofSeconds(3)).build();
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(ADD, trial.altered("t", "wide"));
      Connection holder = trial.hold("t");
      Running running = trial.begin(impatient, change);
      trial.awaitAnswer(
          "SELECT MAX(TIME) > 5 FROM information_schema.PROCESSLIST WHERE DB = DATABASE()"
              + " AND STATE LIKE '%metadata lock%'",
          "1");
      holder.rollback();

      assertThat(running.end().get(30, TimeUnit.SECONDS)).isTrue();
      running.writer().close();
    }
  }
}
