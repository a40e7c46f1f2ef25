package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectSourceSession;
import dev.syncline.ObjectSourceSession.Found;
import dev.syncline.SchemaObject;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;

/** The server is the measure: who has the grants that are asked for sees all objects. */
class SourcePrivilegesIT {

  private static final String SECRET = "secret_of_a_test";

  @ParameterizedTest
  @EachRelease
  void asksForWhatShowsTheTriggersOfSomeTables(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    String user = user(source);
    TableSelection selection =
        TableSelection.builder().database(source.database(), db -> db.table("t")).build();

    List<Finding> findings = hidden(source, user, selection);
    assertThat(found(source, user, selection).objects()).isEmpty();
    assertThat(findings).extracting(Finding::object).containsExactly(source.database());
    assertThat(findings.get(0).message()).contains("all triggers of");
    source.execute("GRANT TRIGGER ON t TO " + user);

    assertThat(hidden(source, user, selection)).isEmpty();
    assertThat(found(source, user, selection).objects())
        .extracting(SchemaObject::name)
        .containsExactly("tr");
  }

  @ParameterizedTest
  @EachRelease
  void asksForWhatShowsTheObjectsOfAWholeDatabase(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    String user = user(source);
    TableSelection selection = TableSelection.builder().database(source.database()).build();

    List<Finding> findings = hidden(source, user, selection);
    assertThat(found(source, user, selection).objects()).isEmpty();
    assertThat(findings).extracting(Finding::object).containsExactly(source.database());
    assertThat(findings.get(0).message()).contains("all routines, events, triggers of");
    for (String grant : findings.get(0).fix().split("; ", -1)) {
      source.execute(grant.replace("the user", user));
    }

    assertThat(hidden(source, user, selection)).isEmpty();
    Found found = found(source, user, selection);
    assertThat(found.unreadable()).isEmpty();
    assertThat(found.objects())
        .extracting(SchemaObject::name)
        .containsExactlyInAnyOrder("f", "p", "e", "tr");
  }

  /** Someone who may read the tables of a database that has an object of each kind. */
  private static String user(SourceFixture source) throws SQLException {
    String user = "o" + source.database().substring(source.database().length() - 8);
    source.execute(
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE TABLE u (id INT PRIMARY KEY)",
        "CREATE FUNCTION f() RETURNS INT DETERMINISTIC RETURN 1",
        "CREATE PROCEDURE p() SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @a = 1",
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
        "GRANT SELECT, LOCK TABLES ON " + source.database() + ".* TO " + user);
    return user;
  }

  private static List<Finding> hidden(SourceFixture source, String user, TableSelection selection) {
    List<Finding> findings =
        source
            .source(user, SECRET)
            .build()
            .check(
                new SourceCheck<>(
                    SourceFixture.scope(selection),
                    EnumSet.allOf(Initialization.class),
                    Map.of(),
                    true,
                    true));
    assertThat(findings).extracting(Finding::code).doesNotContain("CHECK_FAILED");
    return findings.stream().filter(f -> f.code().equals("OBJECTS_NOT_VISIBLE")).toList();
  }

  private static Found found(SourceFixture source, String user, TableSelection selection) {
    Set<ObjectKind> kinds = EnumSet.complementOf(EnumSet.of(ObjectKind.FOREIGN_KEY));
    try (TableSourceSession session =
        source.source(user, SECRET).build().open(SourceFixture.scope(selection))) {
      return ((ObjectSourceSession) session).objects(kinds);
    }
  }
}
