package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Finding;
import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;

class TargetPrivilegesIT {

  private static final String SECRET = "secret_of_a_test";

  @ParameterizedTest
  @EachRelease
  void aTableThatIsThereAfterAllStaysAsItIs(MySqlRelease release) throws Exception {
    SourceFixture fixture = new SourceFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE = MyISAM");
    TableDefinition before = fixture.definition("t");
    TableId table = before.id();
    try (Connection connection = fixture.server().connect()) {
      TargetPrivileges privileges = new TargetPrivileges(connection);

      assertThat(privileges.ofNewTable(table)).isEmpty();
      assertThat(privileges.ofNewKeys(table)).isEmpty();
      assertThat(privileges.ofReferences(table, table)).isEmpty();
    }

    assertThat(fixture.definition("t")).isEqualTo(before);
    assertThat(fixture.ask("SELECT * FROM t")).isEmpty();
  }

  /** The server is the measure: each object is really made. */
  @ParameterizedTest
  @EachRelease
  void doubtsWhatTheServerRefuses(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture fixture = new SourceFixture(server);
    String database = fixture.database();
    String user = "d" + database.substring(database.length() - 8);
    String databases = database.substring(0, database.length() - 1).replace("_", "\\_") + "%";
    String there = " ON `" + databases + "`.* TO " + user;
    fixture.execute(
        "CREATE TABLE t (id INT PRIMARY KEY)",
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
        "GRANT SELECT" + there);

    assertThat(refused(server, database, user, SECRET))
        .containsExactlyInAnyOrder("v", "p", "f", "constant", "e", "tr");
    server.execute(
        "GRANT CREATE VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DROP" + there);
    assertThat(refused(server, database, user, SECRET))
        .containsExactlyInAnyOrder("f", "constant", "tr");
    assertThat(refused(server, database, server.username(), server.password()))
        .containsExactly("f");
  }

  @ParameterizedTest
  @EachRelease
  void namesWhatStatementsOfTheSourceLack(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String database = new SourceFixture(server).database();
    String user = "s" + database.substring(database.length() - 8);
    String there = " ON `" + database.replace("_", "\\_") + "`.* TO " + user;
    server.execute(
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'", "GRANT SELECT, CREATE" + there);

    assertThat(lacked(server, database, user))
        .containsExactly(
            "The user lacks the privileges ALTER, INDEX, DROP in database '%s'."
                .formatted(database));
    server.execute("GRANT ALTER, INDEX, DROP" + there);
    assertThat(lacked(server, database, user)).isEmpty();
  }

  private static List<String> lacked(MySqlServer server, String database, String user)
      throws SQLException {
    try (Connection connection =
        DriverManager.getConnection(server.jdbcUrl(database), user, SECRET)) {
      return new TargetPrivileges(connection)
          .ofSchemaChanges(database).stream().map(Finding::message).toList();
    }
  }

  private static List<String> refused(
      MySqlServer server, String database, String user, String password) throws SQLException {
    List<String> refused = new ArrayList<>();
    try (Connection connection =
        DriverManager.getConnection(server.jdbcUrl(database), user, password)) {
      MySqlFacts facts = MySqlFacts.read(connection);
      TargetPrivileges privileges = new TargetPrivileges(connection);
      for (SchemaObject object : objects(database)) {
        boolean made = isMade(connection, object);
        assertThat(privileges.doubt(object, new ObjectText(object), facts).isEmpty())
            .as(user + ": " + object)
            .isEqualTo(made);
        if (!made) {
          refused.add(object.name());
        }
      }
    }
    return refused;
  }

  private static List<SchemaObject> objects(String database) {
    String day = "EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM t";
    String row = "TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @a = 1";
    return List.of(
        object(ObjectKind.VIEW, database, "v", "VIEW v AS SELECT id FROM t"),
        object(ObjectKind.PROCEDURE, database, "p", "PROCEDURE p() SELECT 1"),
        object(ObjectKind.FUNCTION, database, "f", "FUNCTION f() RETURNS INT RETURN RAND()"),
        object(
            ObjectKind.FUNCTION,
            database,
            "constant",
            "FUNCTION constant() RETURNS INT DETERMINISTIC RETURN 1"),
        object(ObjectKind.EVENT, database, "e", day),
        object(ObjectKind.TRIGGER, database, "tr", row));
  }

  private static SchemaObject object(ObjectKind kind, String database, String name, String rest) {
    return new SchemaObject(kind, database, name, "mysql", Map.of(), "CREATE " + rest, List.of());
  }

  private static boolean isMade(Connection connection, SchemaObject object) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(object.statement());
      statement.execute("DROP " + object.kind() + " " + object.name());
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
