package dev.syncline.mysql;

import static dev.syncline.testkit.server.MySqlRelease.Family.MARIADB;
import static dev.syncline.testkit.server.MySqlRelease.Family.MYSQL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.Column;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.UniqueKey.Coverage;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlCatalogIT {
  @ParameterizedTest
  @EachRelease
  void findsColumnsAndKeys(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE t ("
            + "b INT UNSIGNED NOT NULL, a VARCHAR(20) CHARACTER SET latin1 NOT NULL,"
            + " at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, note TEXT, code CHAR(4),"
            + " v INT AS (b + 1) VIRTUAL, s INT AS (b + 2) STORED,"
            + " UNIQUE KEY z_note (note(10), b), UNIQUE KEY a_code (code), KEY plain (at),"
            + " UNIQUE KEY m (s, a), PRIMARY KEY (a, b)) ENGINE=InnoDB CHARSET=utf8mb4");

    TableDefinition table = source.definition("t");

    boolean generates = release.isFrom(MYSQL, 5, 7) || release.family() == MARIADB;
    assertThat(table.id()).isEqualTo(new TableId(source.database(), "t"));
    assertThat(table.columns().stream().map(Column::name))
        .containsExactly("b", "a", "at", "note", "code", "v", "s");
    assertThat(table.columns().stream().map(Column::origin))
        .containsExactly(
            Column.Origin.WRITTEN,
            Column.Origin.WRITTEN,
            Column.Origin.WRITTEN,
            Column.Origin.WRITTEN,
            Column.Origin.WRITTEN,
            generates ? Column.Origin.GENERATED_VIRTUAL : Column.Origin.WRITTEN,
            generates ? Column.Origin.GENERATED_STORED : Column.Origin.WRITTEN);
    assertThat(table.columns().stream().map(Column::nullable))
        .containsExactly(false, false, false, true, true, true, true);
    assertThat(table.columns().get(1).type().charset()).isEqualTo("latin1");
    assertThat(table.columns().get(1).type().nativeType()).isEqualTo("varchar(20)");
    assertThat(table.uniqueKeys())
        .containsExactly(
            new UniqueKey("PRIMARY", List.of(1, 0), Coverage.COLUMNS),
            new UniqueKey("a_code", List.of(4), Coverage.COLUMNS),
            new UniqueKey("m", List.of(6, 1), Coverage.COLUMNS),
            new UniqueKey("z_note", List.of(3, 0), Coverage.PREFIX));
  }

  @ParameterizedTest
  @EachRelease
  void findsForeignKeysWithNoMoreThanTheRightToRead(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    SourceFixture elsewhere = new SourceFixture(source.server());
    String other = elsewhere.database();
    elsewhere.execute("CREATE TABLE far (x INT, y INT, PRIMARY KEY (x, y)) ENGINE=InnoDB");
    source.execute(
        "CREATE TABLE parent (Id INT PRIMARY KEY, boss INT, CONSTRAINT fk_boss FOREIGN KEY (boss)"
            + " REFERENCES parent (id) ON DELETE SET NULL)",
        "CREATE TABLE child (b INT, a INT, p INT, CONSTRAINT z FOREIGN KEY (A, b) REFERENCES "
            + other
            + ".far (x, y) ON UPDATE CASCADE, CONSTRAINT m FOREIGN KEY (p) REFERENCES parent (id)"
            + " ON DELETE NO ACTION, UNIQUE KEY (p))");
    String user = "u" + source.database().substring(source.database().length() - 8);
    source.execute(
        "CREATE USER " + user + " IDENTIFIED BY 'secret_of_a_test'",
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
        "GRANT SELECT ON " + source.database() + ".* TO " + user);
    MySqlSource restricted = source.source(user, "secret_of_a_test").build();

    try (TableSourceSession session = restricted.open(source.scope())) {
      List<TableStructure> tables = session.tables();

      boolean logged = Feature.CASCADES_IN_LOG.isIn(release);
      // MySQL 8.0.12 keeps the word of the statement that made the key, which was 'id'.
      String id = release == MySqlRelease.MYSQL_8_0_12 ? "id" : "Id";
      assertThat(tables.get(0).definition().foreignKeys())
          .containsExactly(
              new ForeignKey(
                  "m",
                  List.of(2),
                  new TableId(source.database(), "parent"),
                  List.of(id),
                  Rule.RESTRICT,
                  Rule.RESTRICT,
                  logged),
              new ForeignKey(
                  "z",
                  List.of(1, 0),
                  new TableId(other, "far"),
                  List.of("x", "y"),
                  Rule.RESTRICT,
                  Rule.CASCADE,
                  logged));
      assertThat(tables.get(1).definition().foreignKeys())
          .containsExactly(
              new ForeignKey(
                  "fk_boss",
                  List.of(1),
                  new TableId(source.database(), "parent"),
                  List.of(id),
                  Rule.SET_NULL,
                  Rule.RESTRICT,
                  logged));
    }
  }

  @Test
  void findsWhatOnlyNewServersHave() throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    source.execute(
        "SET SESSION sql_generate_invisible_primary_key = ON",
        "CREATE TABLE t (a INT NOT NULL INVISIBLE, b VARCHAR(9) DEFAULT (UUID()), c INT,"
            + " UNIQUE KEY f (c, (LOWER(b))), UNIQUE KEY hidden (c) INVISIBLE)");

    TableDefinition table = source.definition("t");

    assertThat(table.columns().stream().map(Column::name))
        .containsExactly("my_row_id", "a", "b", "c");
    assertThat(table.columns().stream().map(Column::origin)).containsOnly(Column.Origin.WRITTEN);
    assertThat(table.uniqueKeys())
        .containsExactly(
            new UniqueKey("PRIMARY", List.of(0), Coverage.COLUMNS),
            new UniqueKey("f", List.of(3), Coverage.EXPRESSION),
            new UniqueKey("hidden", List.of(3), Coverage.COLUMNS));
  }

  @ParameterizedTest
  @EachRelease
  void itsStatementsMakeTheSameTablesAgain(MySqlRelease release) throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(release).option("sql_mode", "ANSI_QUOTES").start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute(
          "ALTER DATABASE " + source.database() + " CHARACTER SET latin1 COLLATE latin1_bin",
          "CREATE TABLE `we``ird \"na'me ä` (`k``ey` INT PRIMARY KEY, x ENUM('a','it''s') DEFAULT"
              + " 'a', d DATETIME(3), v INT AS (1 + `k``ey`) STORED) COMMENT 'x''y'",
          "CREATE TABLE child (id INT AUTO_INCREMENT PRIMARY KEY, n VARCHAR(9))"
              + " AUTO_INCREMENT = 77",
          "CREATE TABLE log (n INT)");
      TableSelection selection = TableSelection.builder().database(source.database()).build();

      List<TableStructure> structures = structures(source, selection);
      server.execute("DROP DATABASE " + source.database());
      replay(source, structures);

      List<TableStructure> again = structures(source, selection);
      assertThat(structures).hasSize(3);
      assertThat(again.stream().map(TableStructure::definition).toList())
          .isEqualTo(structures.stream().map(TableStructure::definition).toList());
      assertThat(structures.get(0).statements().database())
          .isEqualTo(
              "CREATE DATABASE IF NOT EXISTS `%s` DEFAULT CHARACTER SET latin1"
                      .formatted(source.database())
                  + " DEFAULT COLLATE latin1_bin");
    }
  }

  private static void replay(SourceFixture source, List<TableStructure> structures)
      throws SQLException {
    try (Connection connection = source.server().connect();
        Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION sql_mode = ''");
      for (TableStructure structure : structures) {
        statement.execute(structure.statements().database());
        statement.execute("USE " + source.database());
        statement.execute(structure.statements().table());
      }
    }
  }

  @ParameterizedTest
  @EachRelease
  void findsSelectedTablesOnly(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture first = new SourceFixture(server);
    SourceFixture second = new SourceFixture(server);
    first.execute(
        "CREATE TABLE log_b (n INT)",
        "CREATE TABLE log_a (n INT)",
        "CREATE TABLE Log_c (n INT)",
        "CREATE TABLE other (n INT)",
        "CREATE VIEW log_view AS SELECT * FROM log_a");
    second.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "INSERT INTO t VALUES (1, 2)");
    second.execute("ANALYZE TABLE t");
    TableSelection selection =
        TableSelection.builder()
            .database(first.database(), db -> db.tables("log_*"))
            .database(second.database())
            .build();

    List<TableStructure> structures = structures(first, selection);

    assertThat(structures.stream().map(s -> s.definition().id()))
        .containsExactlyInAnyOrder(
            new TableId(first.database(), "log_a"),
            new TableId(first.database(), "log_b"),
            new TableId(second.database(), "t"));
    assertThat(structures.stream().map(s -> s.definition().id())).isSorted();
    TableStructure counted =
        structures.stream()
            .filter(s -> s.definition().id().name().equals("t"))
            .findFirst()
            .orElseThrow();
    assertThat(counted.size().rows()).isEqualTo(1);
    assertThat(counted.size().bytes()).isPositive();
    assertThat(counted.statements().dialect()).isEqualTo("mysql");
  }

  @Test
  void refusesATypeThatItDoesNotKnow() throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(MySqlRelease.MARIADB_10_11));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, address INET6)");

    try (TableSourceSession session = source.open()) {
      assertThatThrownBy(session::tables)
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("'address' of table '" + source.database() + ".t'")
          .hasMessageContaining("inet6");
    }
  }

  private static List<TableStructure> structures(SourceFixture source, TableSelection selection) {
    try (TableSourceSession session =
        source.source().build().open(SourceFixture.scope(selection))) {
      return session.tables();
    }
  }
}
