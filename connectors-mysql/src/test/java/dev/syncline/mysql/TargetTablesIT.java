package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;

/** What is asked about a whole database must be what is asked about each table. */
class TargetTablesIT {

  private static final String SECRET = "secret_of_a_test";

  /** Each fourth statement of the corpus. */
  private static final int STEP = Integer.getInteger("syncline.kills", 0) >= 600 ? 1 : 4;

  @ParameterizedTest
  @EachRelease
  void showsOfManyTablesWhatItShowsOfEach(MySqlRelease release) throws Exception {
    SourceFixture fixture = new SourceFixture(MySqlServer.shared(release));
    Set<TableId> tables = corpus(fixture);
    fixture.execute(
        "CREATE TABLE Capital (Id INT PRIMARY KEY, a INT, b INT, UNIQUE KEY z (b, a),"
            + " UNIQUE KEY y (a), KEY x (b))",
        "CREATE TABLE plain (a INT) ENGINE = MyISAM",
        "CREATE TRIGGER one BEFORE INSERT ON plain FOR EACH ROW SET NEW.a = 1",
        "CREATE TRIGGER two AFTER DELETE ON plain FOR EACH ROW SET @a = 1",
        "CREATE VIEW v AS SELECT Id, a FROM Capital",
        "CREATE TABLE gone (a INT)",
        "CREATE VIEW broken AS SELECT a FROM gone",
        "DROP TABLE gone");
    for (String name : List.of("Capital", "plain", "v", "gone", "capital")) {
      tables.add(new TableId(fixture.database(), name));
    }

    try (Connection connection = fixture.connect()) {
      connection.setAutoCommit(false);
      assertAlike(connection, tables, Set.of("v"));
      TargetTables many = new TargetTables(connection, tables);
      assertThat(many.triggers(new TableId(fixture.database(), "plain")))
          .containsExactlyInAnyOrder("one", "two");
      assertThat(many.isTransactional(new TableId(fixture.database(), "plain"))).isFalse();
    }
  }

  @ParameterizedTest
  @EachRelease
  void showsAUserWhatTheUserMaySee(MySqlRelease release) throws Exception {
    SourceFixture fixture = new SourceFixture(MySqlServer.shared(release));
    Set<TableId> tables = new TreeSet<>();
    for (int i = 0; i < TargetTables.MANY; i++) {
      fixture.execute("CREATE TABLE t" + i + " (a INT PRIMARY KEY, b INT UNIQUE)");
      tables.add(new TableId(fixture.database(), "t" + i));
    }
    String user = "l" + fixture.database().substring(fixture.database().length() - 8);
    fixture.execute(
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
        "GRANT SELECT ON t3 TO " + user,
        "GRANT INSERT (b) ON t4 TO " + user);

    try (Connection connection =
        DriverManager.getConnection(fixture.server().jdbcUrl(fixture.database()), user, SECRET)) {
      connection.setAutoCommit(false);
      assertAlike(connection, tables, Set.of());
      TargetTables many = new TargetTables(connection, tables);
      assertThat(many.look(new TableId(fixture.database(), "t3"))).isPresent();
      assertThat(many.look(new TableId(fixture.database(), "t5"))).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRelease
  void findsNothingInADatabaseThatIsNotThere(MySqlRelease release) throws Exception {
    Set<TableId> tables = new TreeSet<>();
    for (int i = 0; i < TargetTables.MANY; i++) {
      tables.add(new TableId("no such database", "t" + i));
    }
    try (Connection connection = MySqlServer.shared(release).connect()) {
      connection.setAutoCommit(false);
      assertAlike(connection, tables, Set.of());
    }
  }

  @ParameterizedTest
  @EachRelease
  void keepsNobodyFromChangingATable(MySqlRelease release) throws Exception {
    SourceFixture fixture = new SourceFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (a INT PRIMARY KEY)");
    TableId table = new TableId(fixture.database(), "t");
    Set<TableId> tables = new TreeSet<>(Set.of(table));
    for (int i = 0; i < TargetTables.MANY; i++) {
      tables.add(new TableId(fixture.database(), "t" + i));
    }
    try (Connection connection = fixture.connect()) {
      connection.setAutoCommit(false);
      assertThat(new TargetTables(connection, tables).look(table)).isPresent();
      assertThat(new TargetTables(connection, Set.of()).look(table)).isPresent();

      fixture.execute("SET lock_wait_timeout = 2", "ALTER TABLE t ADD COLUMN b INT");
    }
  }

  private static Set<TableId> corpus(SourceFixture fixture) throws SQLException {
    Set<TableId> tables = new TreeSet<>();
    String head = "CREATE TABLE t (";
    List<String> statements =
        DdlCorpus.entries().stream()
            .filter(entry -> !entry.marks().contains("ansi"))
            .map(DdlCorpus.Entry::sql)
            .filter(sql -> sql.startsWith(head))
            .toList();
    try (Connection connection = fixture.connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < statements.size(); i += STEP) {
        String name = "t" + i;
        try {
          statement.execute(
              "CREATE TABLE " + name + " (" + statements.get(i).substring(head.length()));
        } catch (SQLException e) {
          continue; // another release takes it
        }
        tables.add(new TableId(fixture.database(), name));
      }
    }
    assertThat(tables).hasSizeGreaterThan(TargetTables.MANY);
    return tables;
  }

  private static void assertAlike(Connection connection, Set<TableId> tables, Set<String> notPlain)
      throws SQLException {
    TargetTables many = new TargetTables(connection, tables);
    TargetTables one = new TargetTables(connection, Set.of());
    for (TableId table : tables) {
      Optional<TableLook> look = one.look(table);
      assertThat(many.look(table).map(TableLook::columns))
          .as("columns of %s", table)
          .isEqualTo(look.map(TableLook::columns));
      assertThat(many.look(table).map(found -> new HashSet<>(found.uniqueKeys())))
          .as("keys of %s", table)
          .isEqualTo(look.map(found -> new HashSet<>(found.uniqueKeys())));
      assertThat(many.isPlain(table))
          .as("plain %s", table)
          .isEqualTo(look.isPresent() && !notPlain.contains(table.name()));
      if (look.isPresent()) {
        assertThat(many.isTransactional(table)).isEqualTo(one.isTransactional(table));
        assertThat(many.triggers(table)).containsExactlyInAnyOrderElementsOf(one.triggers(table));
      }
    }
  }
}
