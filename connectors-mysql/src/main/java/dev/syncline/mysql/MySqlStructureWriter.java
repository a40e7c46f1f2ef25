package dev.syncline.mysql;

import dev.syncline.StructureWriter;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes databases and tables in the words of a MySQL or MariaDB source. */
final class MySqlStructureWriter implements StructureWriter {

  private final SinkSession session;

  MySqlStructureWriter(SinkSession session) {
    this.session = session;
  }

  @Override
  public Presence presence(TableDefinition table) {
    TableId id = table.id();
    String what = "look at table '" + id + "'";
    try {
      session.refresh();
      return session.ask(what, connection -> presence(connection, id));
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  @Override
  public void create(TableStructure table) {
    TableId id = table.definition().id();
    TableStructure named = TargetStructure.of(table).structure();
    String statement = createStatement(named).sql();
    run(
        "create table '" + id + "'",
        connection -> {
          try (Statement create = connection.createStatement()) {
            if (!hasDatabase(connection, id.database())) {
              create.execute(named.statements().database());
            }
            create.execute("USE " + SqlNames.quote(id.database()));
            create.execute(statement);
          }
        });
  }

  /**
   * {@inheritDoc}
   *
   * <p>Rows go in transactions of limited size, since a statement that empties the table at once
   * would go on running after its client has died.
   */
  @Override
  public void clear(TableDefinition table) {
    TableClearing clearing = new TableClearing(table.id());
    while (!clearing.isDone()) {
      run(
          "delete the rows of table '" + table.id() + "'",
          connection -> {
            clearing.step(connection);
            connection.commit();
          });
    }
  }

  @Override
  public void close() {
    session.close();
  }

  /** Whether a database is there, of whatever collation. */
  static boolean hasDatabase(Connection connection, String database) throws SQLException {
    String sql = "SELECT 1 FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = ?";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, database);
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private static Presence presence(Connection connection, TableId id) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT 1 FROM " + SqlNames.quote(id) + " LIMIT 1")) {
      return rows.next() ? Presence.FILLED : Presence.EMPTY;
    } catch (SQLException e) {
      if (TableLook.isMissing(e)) {
        return Presence.ABSENT;
      }
      throw e;
    } finally {
      connection.rollback();
    }
  }

  /**
   * The source's words, made harmless where the table is there already, with the foreign keys of
   * the definition alone, and without the words that say where the source keeps the rows.
   */
  static CreateTableText createStatement(TableStructure table) {
    TableId id = table.definition().id();
    TableStructure.CreateStatements statements = table.statements();
    if (!statements.dialect().equals(MySqlCatalog.DIALECT)) {
      throw new SyncException(
          "Cannot create table '%s': its statement is in dialect '%s', but only '%s' is understood."
              .formatted(id, statements.dialect(), MySqlCatalog.DIALECT));
    }
    String database = "CREATE DATABASE ";
    if (!statements.database().regionMatches(true, 0, database, 0, database.length())) {
      throw new SyncException(
          "Cannot create table '%s': the statement for its database does not begin with '%s'."
              .formatted(id, database));
    }
    String head = "CREATE TABLE ";
    String name = SqlNames.quote(id.name()) + " (";
    if (!statements.table().startsWith(head + name)) {
      throw new SyncException(
          "Cannot create table '%s': its statement does not begin with '%s'."
              .formatted(id, head + name));
    }
    String qualified =
        head
            + "IF NOT EXISTS "
            + SqlNames.quote(id)
            + statements.table().substring(head.length() + SqlNames.quote(id.name()).length());
    Set<String> keys =
        table.definition().foreignKeys().stream().map(ForeignKey::name).collect(Collectors.toSet());
    try {
      return new CreateTableText(qualified).withForeignKeys(keys).withoutPlaces();
    } catch (IllegalArgumentException e) {
      throw new SyncException(
          "Cannot create table '%s': its statement is not understood: %s."
              .formatted(id, e.getMessage()),
          e);
    }
  }

  private void run(String what, SinkSession.Work work) {
    try {
      session.refresh();
      session.run(what, work);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }

  private static TransientException interrupted(String what, InterruptedException cause) {
    Thread.currentThread().interrupt();
    return new TransientException("Cannot " + what + ": the thread was interrupted.", cause);
  }
}
