package dev.syncline.mysql;

import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.TargetObjects.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes foreign keys, views, routines, events and triggers at a MySQL or MariaDB server. */
final class MySqlObjectWriter implements ObjectWriter {

  private static final Logger LOGGER = LoggerFactory.getLogger(MySqlObjectWriter.class);

  private final SinkSession session;

  MySqlObjectWriter(SinkSession session) {
    this.session = session;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Sessions do not check foreign keys, so the server does not look at rows for it.
   */
  @Override
  public void addForeignKeys(TableDefinition table) {
    for (ForeignKey foreignKey : table.foreignKeys()) {
      CatalogForeignKey key = CatalogForeignKey.of(table, foreignKey);
      String what = "add foreign key '%s' of table '%s'".formatted(key.name(), table.id());
      run(what, connection -> add(connection, key));
    }
  }

  private static void add(Connection connection, CatalogForeignKey key) throws SQLException {
    if (isThere(connection, key)) {
      return;
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(key.addition());
    } catch (SQLException e) {
      // A run before this one may have been cut off while the server was still about it.
      if (!isThere(connection, key)) {
        throw e;
      }
    }
  }

  private static boolean isThere(Connection connection, CatalogForeignKey key) throws SQLException {
    return CatalogForeignKey.ofTable(connection, key.child()).stream()
        .anyMatch(found -> found.name().equalsIgnoreCase(key.name()));
  }

  @Override
  public void create(List<SchemaObject> objects) {
    List<Plan> plans = new ArrayList<>();
    run(
        "look at views, routines, events and triggers",
        connection -> {
          MySqlFacts server = MySqlFacts.read(connection);
          plans.addAll(new TargetObjects(connection, server).plan(objects, Set.of()));
          connection.rollback();
        });
    for (Plan plan : plans) {
      if (plan.isToBeMade()) {
        run("make " + plan.object(), connection -> make(connection, plan));
      } else {
        plan.obstacle()
            .ifPresent(why -> LOGGER.warn("{} is left out at the target: {}.", plan.object(), why));
      }
    }
  }

  private static void make(Connection connection, Plan plan) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      ObjectSettings.apply(connection, plan.object(), MySqlFacts.read(connection));
      statement.execute("USE " + SqlNames.quote(plan.object().database()));
      statement.execute(plan.sql());
    } finally {
      ObjectSettings.restore(connection);
    }
  }

  @Override
  public void close() {
    session.close();
  }

  private void run(String what, SinkSession.Work work) {
    try {
      session.refresh();
      session.run(what, work);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Cannot " + what + ": the thread was interrupted.", e);
    }
  }
}
