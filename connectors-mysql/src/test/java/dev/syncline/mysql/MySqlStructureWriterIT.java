package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.StructureWriter;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlStructureWriterIT {

  @ParameterizedTest
  @EachRelease
  void makesTheSourcesTablesAndSaysHowTheyStand(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "SET sql_mode = ''",
        "CREATE TABLE parent (id INT PRIMARY KEY) COMMENT 'it''s'",
        "CREATE TABLE `a (b` (id INT, d DATETIME NOT NULL DEFAULT '0000-00-00 00:00:00',"
            + " p INT, FOREIGN KEY (p) REFERENCES parent (id), s VARCHAR(20) DEFAULT 'x (y',"
            + " g INT AS (id + 1) STORED, PRIMARY KEY (id)) COLLATE utf8mb4_unicode_ci");
    TableStructure table = source.structure("a (b");
    TableDefinition definition = table.definition();
    source.execute("DROP DATABASE " + source.database());
    SinkFixture fixture = new SinkFixture(source.server());

    try (StructureWriter writer = fixture.sink().openStructureWriter()) {
      assertThat(writer.presence(definition)).isEqualTo(Presence.ABSENT);

      writer.create(table);
      writer.create(table);

      assertThat(writer.presence(definition)).isEqualTo(Presence.EMPTY);
      assertThat(source.definition("a (b")).isEqualTo(definition);
      source.execute("SET foreign_key_checks = 0", "INSERT INTO `a (b` (id, p) VALUES (1, 5)");
      assertThat(writer.presence(definition)).isEqualTo(Presence.FILLED);
      writer.clear(definition);
      assertThat(writer.presence(definition)).isEqualTo(Presence.EMPTY);
    }
  }

  @Test
  void refusesStatementsThatItDoesNotUnderstand() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    SourceFixture source = new SourceFixture(fixture.server());
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    TableStructure table = source.structure("t");
    String database = table.statements().database();
    String create = table.statements().table();

    try (StructureWriter writer = fixture.sink().openStructureWriter()) {
      assertThatThrownBy(
              () -> writer.create(with(table, new CreateStatements("x", database, create))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("dialect 'x'");
      assertThatThrownBy(
              () -> writer.create(with(table, new CreateStatements("mysql", "DROP", create))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("does not begin with");
      assertThatThrownBy(
              () ->
                  writer.create(
                      with(
                          table,
                          new CreateStatements("mysql", database, "CREATE TABLE `u` (a INT)"))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("does not begin with 'CREATE TABLE `t` ('");
      String impossible = create.replace("InnoDB", "NoSuchEngine");
      source.execute("DROP TABLE t");
      assertThatThrownBy(
              () -> writer.create(with(table, new CreateStatements("mysql", database, impossible))))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("create table '" + table.definition().id() + "'");
    }
  }

  private static TableStructure with(TableStructure table, CreateStatements statements) {
    return new TableStructure(table.definition(), statements, table.size());
  }
}
