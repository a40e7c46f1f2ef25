package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Initialization;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaChanges;
import dev.syncline.SchemaObject;
import dev.syncline.TableStructure;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;

/** What is told beforehand of objects that do not stand alone. */
class TargetObjectsIT {

  private static final String SECRET = "secret_of_a_test";

  @ParameterizedTest
  @EachRelease
  void aViewIsLeftOutWithTheFunctionThatTheServerWouldNotTake(MySqlRelease release)
      throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    String database = source.database();
    String definer = source.ask("SELECT CURRENT_USER()").get(0).replace("@", "`@`");
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    // The server logs, and does not know whether it would do the same again.
    SchemaObject function =
        object(ObjectKind.FUNCTION, database, "f", definer, "`f`() RETURNS int RETURN RAND()");
    SchemaObject calling =
        object(
            ObjectKind.VIEW,
            database,
            "calling",
            definer,
            "`%s`.`calling` AS select `%s`.`f`() AS `x`".formatted(database, database));
    SchemaObject behind =
        object(
                ObjectKind.VIEW,
                database,
                "behind",
                definer,
                "`%s`.`behind` AS select `x` from `%s`.`calling`".formatted(database, database))
            .needing(List.of(new TableId(database, "calling")));

    List<Finding> findings =
        findings(
            new SinkFixture(source.server()).builder(), source, List.of(behind, function, calling));

    assertThat(findings)
        .filteredOn(finding -> finding.code().equals("OBJECT_LEFT_OUT"))
        .extracting(Finding::object)
        .containsExactlyInAnyOrder(database + ".f", database + ".calling", database + ".behind");
    assertThat(findings.toString()).contains("needs function '" + database + ".f'");
  }

  @ParameterizedTest
  @EachRelease
  void whatIsNotKnownOfAnAccountInOneDatabaseMayBeKnownInTheNext(MySqlRelease release)
      throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture closed = new SourceFixture(server);
    SourceFixture open = new SourceFixture(server);
    String user = "k" + open.database().substring(open.database().length() - 8);
    server.execute("CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'");
    for (SourceFixture one : List.of(closed, open)) {
      one.execute(
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "GRANT SELECT, CREATE VIEW ON " + one.database() + ".* TO " + user);
    }
    server.execute("GRANT EVENT ON " + open.database() + ".* TO " + user);
    List<SchemaObject> views =
        List.of(ownView(closed.database(), user), ownView(open.database(), user));
    MySqlSink.Builder sink =
        MySqlSink.builder().host(server.host()).port(server.port()).username(user).password(SECRET);

    assertThat(findings(sink, open, views))
        .filteredOn(finding -> finding.code().equals("DEFINER_REPLACED"))
        .extracting(Finding::object, f -> f.message().contains("it cannot be told"))
        .containsExactly(tuple(closed.database() + ".v", true));
  }

  private static SchemaObject ownView(String database, String user) {
    return object(
        ObjectKind.VIEW, database, "v", user + "`@`%", "`" + database + "`.`v` AS select 1 AS `x`");
  }

  private static SchemaObject object(
      ObjectKind kind, String database, String name, String definer, String rest) {
    String sql = "CREATE DEFINER=`%s` %s %s".formatted(definer, kind, rest);
    return new SchemaObject(kind, database, name, MySqlCatalog.DIALECT, Map.of(), sql, List.of());
  }

  private static List<Finding> findings(
      MySqlSink.Builder sink, SourceFixture source, List<SchemaObject> objects)
      throws SQLException {
    List<TableStructure> tables = List.of(source.structure("t"));
    List<Finding> findings =
        sink.build()
            .check(
                new SinkCheck(
                    "test",
                    tables,
                    EnumSet.allOf(Initialization.class),
                    ExistingTables.USE_IF_EMPTY,
                    true,
                    List.of(),
                    objects,
                    SchemaChanges.IGNORE,
                    Optional.empty()));
    assertThat(findings).extracting(Finding::code).doesNotContain("CHECK_FAILED");
    return findings;
  }
}
