package dev.syncline.mysql.contract;

import dev.syncline.ObjectKind;
import dev.syncline.SchemaObject;
import dev.syncline.Sink;
import dev.syncline.TableStructure;
import dev.syncline.change.Row;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.testkit.contract.ObjectSinkFixture;
import dev.syncline.testkit.contract.SchemaSinkFixture;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;
import java.util.Map;

/** A real server as the contract of a sink needs it. */
record MySqlSinkFixture(MySqlServer server, MySqlSink sinkUnderTest)
    implements ObjectSinkFixture, SchemaSinkFixture {

  /** A sink whose records lie in a database of their own. */
  static MySqlSinkFixture at(MySqlServer server) {
    return new MySqlSinkFixture(
        server,
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(server.username())
            .password(server.password())
            .ledgerDatabase(ContractTables.createDatabase(server))
            .build());
  }

  @Override
  public Sink<TableChange> sink() {
    return sinkUnderTest;
  }

  @Override
  public String createDatabase() {
    return ContractTables.createDatabase(server);
  }

  @Override
  public void createTable(TableDefinition table) {
    ContractTables.create(server, table);
  }

  @Override
  public List<Row> rows(TableDefinition table) {
    return ContractTables.rows(server, table);
  }

  @Override
  public List<String> foreignKeys(TableDefinition table) {
    return ContractTables.names(
        server,
        "SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS"
            + " WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?",
        table.id());
  }

  @Override
  public SchemaObject view(TableId of, String name) {
    String statement =
        "CREATE VIEW `%s` AS select `id` from `%s`.`%s`".formatted(name, of.database(), of.name());
    return new SchemaObject(
        ObjectKind.VIEW, of.database(), name, "mysql", Map.of(), statement, List.of(of));
  }

  @Override
  public boolean isThere(SchemaObject object) {
    TableId id = new TableId(object.database(), object.name());
    String read = "`" + object.needs().get(0).name() + "`";
    return ContractTables.names(
            server,
            "SELECT VIEW_DEFINITION FROM information_schema.VIEWS"
                + " WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
            id)
        .stream()
        .anyMatch(definition -> definition.contains(read));
  }

  @Override
  public TableStructure structure(TableDefinition table) {
    return ContractTables.structure(table);
  }

  @Override
  public SchemaChange.Statement statement(TableEffect effect) {
    return new SchemaChange.Statement(
        "mysql", ContractTables.statement(effect), effect.table().database(), Map.of());
  }
}
