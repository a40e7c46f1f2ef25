package dev.syncline.mysql.contract;

import dev.syncline.Sink;
import dev.syncline.TableStructure;
import dev.syncline.change.Row;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.testkit.contract.SinkFixture;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;

/** A real server as the contract of a sink needs it. */
record MySqlSinkFixture(MySqlServer server, MySqlSink sinkUnderTest) implements SinkFixture {

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
  public TableStructure structure(TableDefinition table) {
    return ContractTables.structure(table);
  }
}
