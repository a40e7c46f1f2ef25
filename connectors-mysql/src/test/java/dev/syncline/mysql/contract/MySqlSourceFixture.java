package dev.syncline.mysql.contract;

import dev.syncline.TableSource;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableId;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.endtoend.BinlogPurge;
import dev.syncline.testkit.RowEditor;
import dev.syncline.testkit.contract.SchemaSourceFixture;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A real server as the contract of a source needs it. */
final class MySqlSourceFixture implements SchemaSourceFixture {

  private final MySqlServer server;
  private final MySqlSource source;
  private final Map<TableId, TableDefinition> tables = new ConcurrentHashMap<>();
  private final AtomicInteger surroundings = new AtomicInteger();

  MySqlSourceFixture(MySqlServer server) {
    this.server = server;
    this.source =
        MySqlSource.builder()
            .host(server.host())
            .port(server.port())
            .username(server.username())
            .password(server.password())
            .build();
  }

  @Override
  public TableSource source() {
    return source;
  }

  @Override
  public String createDatabase() {
    return ContractTables.createDatabase(server);
  }

  @Override
  public void createTable(TableDefinition table) {
    ContractTables.create(server, table);
    tables.put(table.id(), table);
  }

  @Override
  public void commit(Consumer<RowEditor> changes) {
    try (Connection connection = server.connect()) {
      connection.setAutoCommit(false);
      boolean again = true;
      while (again) {
        again = !commit(connection, changes);
      }
    } catch (SQLException e) {
      throw new AssertionError("Cannot commit at " + server + ".", e);
    }
  }

  /** Says whether it was committed; if not, a deadlock was in the way. */
  private boolean commit(Connection connection, Consumer<RowEditor> changes) throws SQLException {
    boolean done = false;
    try {
      changes.accept(new SqlRowEditor(connection, tables));
      connection.commit();
      done = true;
    } catch (SqlRowEditor.Refused e) {
      if (!e.isDeadlock()) {
        throw e;
      }
    } finally {
      if (!done) {
        connection.rollback();
      }
    }
    return done;
  }

  /** Texts get the character set of the database. */
  @Override
  public void change(TableEffect effect) {
    String sql = ContractTables.statement(effect).replace(ContractTables.COLLATED, "");
    try (Connection connection = server.connect(effect.table().database());
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError("Failed: " + sql, e);
    }
    if (effect instanceof TableEffect.Created created) {
      tables.put(effect.table(), created.after());
    } else if (effect instanceof TableEffect.Altered altered) {
      tables.put(effect.table(), altered.after());
    } else if (effect instanceof TableEffect.Renamed renamed) {
      tables.put(renamed.after().id(), renamed.after());
    }
  }

  @Override
  public void changeSurroundings(String database) {
    String charset = surroundings.getAndIncrement() % 2 == 0 ? "cp1251" : "greek";
    ContractTables.execute(
        server, "ALTER DATABASE " + ContractTables.quote(database) + " CHARACTER SET " + charset);
  }

  @Override
  public void changeBeyondRows(TableId table) {
    ContractTables.execute(
        server,
        "SET SESSION binlog_format = 'STATEMENT'",
        "DELETE FROM " + ContractTables.quote(table));
  }

  @Override
  public void purgeLog() {
    try {
      BinlogPurge.of(server);
    } catch (SQLException e) {
      throw new AssertionError("Cannot purge the log of " + server + ".", e);
    }
  }
}
