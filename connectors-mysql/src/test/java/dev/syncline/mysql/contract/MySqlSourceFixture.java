package dev.syncline.mysql.contract;

import dev.syncline.TableSource;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.RowEditor;
import dev.syncline.testkit.contract.SourceFixture;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** A real server as the contract of a source needs it. */
final class MySqlSourceFixture implements SourceFixture {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int NO_SUCH_THREAD = 1094;

  private final MySqlServer server;
  private final MySqlSource source;
  private final Map<TableId, TableDefinition> tables = new ConcurrentHashMap<>();

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

  @Override
  public void changeBeyondRows(TableId table) {
    ContractTables.execute(
        server, "ALTER TABLE " + ContractTables.quote(table) + " ADD COLUMN one_more INT");
  }

  @Override
  public void purgeLog() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("FLUSH BINARY LOGS");
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<String> files = logFiles(statement);
      while (files.size() > 1) {
        // A file that is still being sent to a reader that has gone is not purged.
        endDumps(statement);
        statement.execute("PURGE BINARY LOGS TO '" + files.get(files.size() - 1) + "'");
        files = logFiles(statement);
        if (System.nanoTime() > deadline) {
          throw new AssertionError("After " + PATIENCE + " there are still " + files + ".");
        }
      }
    } catch (SQLException e) {
      throw new AssertionError("Cannot purge the log of " + server + ".", e);
    }
  }

  private static List<String> logFiles(Statement statement) throws SQLException {
    List<String> names = new ArrayList<>();
    try (ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
      while (files.next()) {
        names.add(files.getString(1));
      }
    }
    return names;
  }

  private static void endDumps(Statement statement) throws SQLException {
    List<Long> dumps = new ArrayList<>();
    try (ResultSet sessions =
        statement.executeQuery(
            "SELECT id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'")) {
      while (sessions.next()) {
        dumps.add(sessions.getLong(1));
      }
    }
    for (long dump : dumps) {
      try {
        statement.execute("KILL " + dump);
      } catch (SQLException e) {
        if (e.getErrorCode() != NO_SUCH_THREAD) {
          throw e;
        }
      }
    }
  }
}
