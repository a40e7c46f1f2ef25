package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SchemaWriter;
import dev.syncline.TargetNames;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.SchemaChange;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

/** Character sets and collations of databases, which count by their order on some servers. */
class DatabaseOptionsIT {

  private static final String BEHIND = " COLLATE latin1_bin CHARACTER SET latin1";
  private static final String KEPT = "latin1_bin";
  private static final String TAKEN_BACK = "latin1_swedish_ci";

  private static String collation(SinkFixture fixture, String database) throws SQLException {
    return fixture
        .ask(
            "SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = '"
                + database
                + "'")
        .get(0);
  }

  private static void apply(SinkFixture fixture, TargetNames names, SchemaChange change)
      throws InterruptedException {
    try (SchemaWriter writer = fixture.sink().openSchemaWriter(fixture.run(), names)) {
      writer.apply(change, SinkFixture.STREAM, SchemaTrial.BEHIND);
    }
  }

  /** A server that takes the options as the one of a release does not. */
  private static Map<String, String> otherServer(String collation) {
    String server = collation.equals(KEPT) ? "mysql 50722" : "mysql 80031";
    return Map.of(StatementSettings.SERVER, server);
  }

  private static void assertRefused(
      SinkFixture fixture, TargetNames names, SchemaChange change, String... words) {
    assertThatThrownBy(() -> apply(fixture, names, change))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContainingAll(words);
  }

  @ParameterizedTest
  @EachRelease
  void ofADatabaseThatIsThereAreThoseThatANewOneGets(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    String same = fixture.database() + "_x";
    String other = fixture.database() + "_y";
    fixture.execute("CREATE DATABASE " + same + BEHIND);
    String made = collation(fixture, same);
    fixture.execute(
        "CREATE DATABASE %s COLLATE %s".formatted(other, made.equals(KEPT) ? TAKEN_BACK : KEPT));
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change("CREATE DATABASE src" + BEHIND);

      assertRefused(fixture, new GivenNames().database("src", other), change, other, made);
      apply(fixture, new GivenNames().database("src", same), change);

      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void doNotTellUpperFromLowerCase(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    String other = fixture.database() + "_x";
    String sql = "CREATE DATABASE " + other + " CHARACTER SET LATIN1 COLLATE Latin1_Bin";
    fixture.execute(sql);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      trial.apply(trial.change(sql));

      assertThat(trial.isBehind()).isTrue();
    }
  }

  @ParameterizedTest
  @EachRelease
  void areNotLeftToATargetThatTakesThemOtherwise(MySqlRelease release) throws Exception {
    SinkFixture fixture = SchemaTrial.fixture(release);
    String other = fixture.database() + "_x";
    fixture.execute("CREATE DATABASE " + other + BEHIND);
    String here = collation(fixture, other);
    String there = here.equals(KEPT) ? TAKEN_BACK : KEPT;
    fixture.execute("DROP DATABASE " + other);
    try (SchemaTrial trial = new SchemaTrial(fixture)) {
      SchemaChange change = trial.change(otherServer(here), "CREATE DATABASE " + other + BEHIND);

      assertRefused(fixture, TargetNames.asAtSource(), change, other, there);
      assertThat(fixture.ask("SHOW DATABASES LIKE '" + other + "'")).isEmpty();
      fixture.execute("CREATE DATABASE " + other + " COLLATE " + there);
      trial.apply(change);

      assertThat(trial.isBehind()).isTrue();
      assertThat(collation(fixture, other)).isEqualTo(there);
      assertRefused(
          fixture,
          TargetNames.asAtSource(),
          trial.change(otherServer(here), "ALTER DATABASE " + other + BEHIND),
          other);
      assertThat(collation(fixture, other)).isEqualTo(there);
    }
  }
}
