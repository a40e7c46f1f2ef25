package dev.syncline.mysql;

import dev.syncline.LeftOut;
import dev.syncline.ObjectKind;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaObject;
import dev.syncline.TransientException;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.TargetObjects.Coming;
import dev.syncline.mysql.TargetObjects.Plan;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Makes foreign keys, views, routines, events and triggers at a MySQL or MariaDB server. */
final class MySqlObjectWriter implements ObjectWriter {

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
  public List<LeftOut> addForeignKeys(TableDefinition table) {
    List<LeftOut> refused = new ArrayList<>();
    for (ForeignKey foreignKey : table.foreignKeys()) {
      CatalogForeignKey key = CatalogForeignKey.of(table, foreignKey);
      String what = "add foreign key '%s' of table '%s'".formatted(key.name(), table.id());
      String name = table.id() + "." + key.name();
      ask(what, connection -> add(connection, key))
          .ifPresent(why -> refused.add(new LeftOut(ObjectKind.FOREIGN_KEY, name, why)));
    }
    return refused;
  }

  /** Why the server refuses a key; empty if it has it. */
  private static Optional<String> add(Connection connection, CatalogForeignKey key)
      throws SQLException {
    if (isThere(connection, key)) {
      return Optional.empty();
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute(key.addition());
      return Optional.empty();
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      // Another run may have made it meanwhile, or one before that was cut off.
      return isThere(connection, key)
          ? Optional.empty()
          : Optional.of(
              "%s; mend that and make it by hand: %s"
                  .formatted(MySqlErrors.describe(e), key.addition()));
    }
  }

  private static boolean isThere(Connection connection, CatalogForeignKey key) throws SQLException {
    return CatalogForeignKey.ofTable(connection, key.child()).stream()
        .anyMatch(found -> found.name().equalsIgnoreCase(key.name()));
  }

  @Override
  public List<LeftOut> create(List<SchemaObject> objects) {
    MySqlFacts server = ask("read the settings of the server", MySqlFacts::read);
    List<Plan> plans =
        ask(
            "look at views, routines, events and triggers",
            connection -> {
              TargetObjects target = new TargetObjects(connection, server);
              List<Plan> found =
                  target.inOrder(target.plans(objects, Coming.NOTHING), Coming.NOTHING);
              connection.rollback();
              return found;
            });
    List<LeftOut> leftOut = new ArrayList<>();
    for (Plan plan : plans) {
      SchemaObject object = plan.object();
      Optional<String> obstacle =
          plan.isToBeMade()
              ? ask("make " + object, connection -> make(connection, server, plan))
              : plan.obstacle();
      obstacle.ifPresent(why -> leftOut.add(new LeftOut(object.kind(), object.fullName(), why)));
    }
    return leftOut;
  }

  /** Why the server refuses an object; empty if it has it. */
  private static Optional<String> make(Connection connection, MySqlFacts server, Plan plan)
      throws SQLException {
    TargetObjects target = new TargetObjects(connection, server);
    if (target.isThere(plan.object())) {
      return Optional.empty();
    }
    Optional<String> refusal = run(connection, server, plan);
    // Another instance of the job may have made it meanwhile.
    return target.isThere(plan.object()) ? Optional.empty() : refusal;
  }

  private static Optional<String> run(Connection connection, MySqlFacts server, Plan plan)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.setEscapeProcessing(false);
      // First, since the object's letters may lack some of the database's name.
      statement.execute("USE " + SqlNames.quote(plan.object().database()));
      ObjectSettings.apply(connection, plan.object(), server);
      statement.execute(plan.sql());
      return Optional.of("the server took the statement, but made nothing");
    } catch (SQLException e) {
      if (MySqlErrors.isTransient(e)) {
        throw e;
      }
      return Optional.of(StructureFindings.words(e, ObjectText.mode(plan.object())));
    } finally {
      ObjectSettings.restore(connection);
    }
  }

  @Override
  public void close() {
    session.close();
  }

  private <T> T ask(String what, SinkSession.Question<T> question) {
    try {
      session.refresh();
      return session.ask(what, question);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientException("Cannot " + what + ": the thread was interrupted.", e);
    }
  }
}
