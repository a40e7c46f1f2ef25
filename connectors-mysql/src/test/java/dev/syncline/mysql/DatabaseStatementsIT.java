package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SchemaWriter;
import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/** Databases of the target that have tables of which the source does not know. */
class DatabaseStatementsIT {

  private static Dropped dropped(SinkFixture fixture, String database, String table)
      throws SQLException {
    return new Dropped(SinkFixture.renamed(fixture.definition("t"), new TableId(database, table)));
  }

  private static List<String> tables(SinkFixture fixture, String database) throws SQLException {
    return fixture.ask("SHOW TABLES FROM " + database);
  }

  @ParameterizedTest
  @EachRelease
  void areDroppedWhenNothingElseIsLeft(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    String other = fixture.database() + "_x";
    fixture.execute(
        "CREATE DATABASE " + other,
        "CREATE TABLE " + other + ".own LIKE t",
        "CREATE TABLE " + other + ".a LIKE t");
    String sql = "DROP DATABASE " + other;
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      trial.apply(trial.change(sql, dropped(fixture, other, "a")));
      assertThat(tables(fixture, other)).containsExactly("own");
      trial.apply(trial.change(sql));
      assertThat(tables(fixture, other)).containsExactly("own");

      fixture.execute("DROP TABLE " + other + ".own");
      trial.apply(trial.change(sql));

      assertThat(fixture.ask("SHOW DATABASES LIKE '" + other + "'")).isEmpty();
      assertThat(trial.isBehind()).isTrue();
    }
  }

  @Test
  void areNotReplacedWithTheirTables() throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(MySqlRelease.MARIADB_10_11);
    String other = fixture.database() + "_x";
    fixture.execute(
        "CREATE DATABASE " + other,
        "CREATE TABLE " + other + ".own LIKE t",
        "CREATE TABLE " + other + ".b LIKE t");
    TargetNames names = new GivenNames().database("src", other).table("src.a", other + ".b");
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change =
          trial.change("CREATE OR REPLACE DATABASE src", dropped(fixture, "src", "a"));

      assertThatThrownBy(() -> apply(fixture, names, change))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("Cannot replace database '" + other + "'")
          .hasMessageContaining("[" + other + ".own]");
      assertThat(tables(fixture, other)).containsExactly("b", "own");

      fixture.execute("DROP TABLE " + other + ".own");
      apply(fixture, names, change);
      assertThat(tables(fixture, other)).isEmpty();
      assertThat(trial.isBehind()).isTrue();
    }
  }

  private static void apply(SinkFixture fixture, TargetNames names, SchemaChange change)
      throws InterruptedException {
    try (SchemaWriter writer = fixture.sink().openSchemaWriter(fixture.run(), names)) {
      writer.apply(change, SinkFixture.STREAM, SchemaTrial.BEHIND);
    }
  }
}
