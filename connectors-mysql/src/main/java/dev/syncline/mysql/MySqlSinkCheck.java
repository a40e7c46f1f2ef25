package dev.syncline.mysql;

import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.SchemaChanges;
import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.mysql.TargetObjects.Coming;
import dev.syncline.mysql.TargetObjects.Plan;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a server for everything that would go wrong with writing to it, and goes on looking
 * after a finding. Changes nothing. Used once.
 */
final class MySqlSinkCheck {

  /** What findings about the server as a whole are about. */
  static final String TARGET = "target";

  private static final MySqlSessionSettings SETTINGS =
      MySqlSessionSettings.withSqlMode(SinkSession.STRUCTURE_MODE)
          .isolation(Connection.TRANSACTION_READ_COMMITTED)
          .autoCommit(false)
          .lockWait(Duration.ofSeconds(5))
          .build();

  private static final String AGAIN = "Mend what the message says, and check again.";
  private static final long SMALL_PACKET = 16L * 1024 * 1024;

  private final MySqlConnections connections;
  private final Ledger ledger;
  private final SinkCheck check;
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> databases = new HashSet<>();
  private final Set<String> collations = new HashSet<>();
  private @Nullable MySqlFacts facts;
  private @Nullable ForeignKeyFindings foreignKeys;

  MySqlSinkCheck(MySqlConnections connections, Ledger ledger, SinkCheck check) {
    this.connections = connections;
    this.ledger = ledger;
    this.check = check;
  }

  List<Finding> findings() {
    Connection connection;
    try {
      connection = connections.open(SETTINGS);
    } catch (SyncException e) {
      return List.of(ConnectionFindings.of(e, TARGET));
    }
    try {
      Target target = Target.of(connection, check.tables());
      step("settings", () -> checkSettings(connection));
      step("writing", () -> findings.addAll(target.privileges().ofServer()));
      step("records", () -> checkLedger(target));
      if (check.firstStart()) {
        step("other jobs", () -> checkOtherJobs(target));
      }
      for (TableStructure table : check.tables()) {
        step("table '" + table.definition().id() + "'", () -> checkTable(target, table));
      }
      if (check.schemaChanges() == SchemaChanges.APPLY) {
        step("schema changes", () -> checkSchemaChanges(target.privileges()));
      }
      step("views, routines, events and triggers", () -> checkObjects(target));
      step("end", connection::rollback);
    } finally {
      connections.close(connection);
    }
    return findings;
  }

  /** The ways of asking over the session. */
  private record Target(Connection connection, TargetPrivileges privileges, TargetTables tables) {

    static Target of(Connection connection, List<TableStructure> tables) {
      List<TableId> ids = tables.stream().map(table -> table.definition().id()).toList();
      return new Target(
          connection, new TargetPrivileges(connection), new TargetTables(connection, ids));
    }
  }

  private interface Step {
    void run() throws SQLException;
  }

  /** A look that fails is a finding itself and keeps no other one from being taken. */
  private void step(String what, Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      String found = MySqlErrors.describe(e);
      add("CHECK_FAILED", TARGET, "The check of %s failed: %s.".formatted(what, found), AGAIN);
    } catch (SyncException e) {
      add("CHECK_FAILED", TARGET, String.valueOf(e.getMessage()), AGAIN);
    }
  }

  private void checkSettings(Connection connection) throws SQLException {
    facts = MySqlFacts.read(connection);
    long packet = Long.parseLong(facts.variable("max_allowed_packet"));
    if (packet < SMALL_PACKET) {
      findings.add(
          new Finding(
              "PACKET_SMALL",
              Severity.WARNING,
              TARGET,
              "The server's max_allowed_packet is %d; larger rows will be refused."
                  .formatted(packet),
              "SET GLOBAL max_allowed_packet = 67108864, and in the server's option file"));
    }
    findings.addAll(CascadeFindings.ofServer(facts, check.groups()));
  }

  private void checkLedger(Target target) throws SQLException {
    TableId job = new TableId(ledger.database(), "job");
    Optional<TableLook> look = target.tables().look(job);
    if (look.isEmpty() && check.firstStart()) {
      findings.addAll(target.privileges().ofNewTable(job));
    } else if (look.isEmpty()) {
      add(
          "PROGRESS_MISSING",
          ledger.database(),
          "Job '%s' has run before, but its records in '%s' are gone."
              .formatted(check.job(), ledger.database()),
          "Delete the job's checkpoint and start it anew.");
    } else {
      findings.addAll(ofWriting(target, job, "job_id"));
    }
  }

  /** Of a job that copies nothing the records do not know the tables. */
  private void checkOtherJobs(Target target) throws SQLException {
    Map<TableId, Set<String>> copied;
    try {
      copied = ledger.copiedByOthers(target.connection(), check.job());
    } catch (SQLException e) {
      if (TableLook.isMissing(e) || TargetPrivileges.isDenial(e)) {
        return;
      }
      throw e;
    }
    for (TableStructure table : check.tables()) {
      TableId id = table.definition().id();
      if (copied.containsKey(id) && target.tables().look(id).isPresent()) {
        findings.add(TargetTableFindings.ofOtherJobs(id, copied.get(id), ledger.database()));
      }
    }
  }

  private void checkTable(Target target, TableStructure structure) throws SQLException {
    TableDefinition table = structure.definition();
    TableId id = table.id();
    findings.addAll(NameFindings.of(table));
    Optional<TableLook> look = target.tables().look(id);
    boolean makesTables = check.initialize().contains(Initialization.STRUCTURE);
    if (look.isEmpty() && makesTables) {
      checkNewTable(target, structure);
    } else if (look.isEmpty()) {
      List<Finding> denied = ofWriting(target, id, table.columns().get(0).name());
      findings.addAll(denied.isEmpty() ? List.of(missing(id)) : denied);
    } else {
      String column = look.get().columns().values().iterator().next().name();
      findings.addAll(ofWriting(target, id, column));
      if (check.firstStart()) {
        checkPresence(target.connection(), id, makesTables);
      }
      findings.addAll(TargetTableFindings.of(target.tables(), table, look.get()));
      for (CascadeGroup group : groupsOf(id)) {
        findings.addAll(CascadeFindings.of(target.connection(), group, table));
      }
    }
  }

  private static List<Finding> ofWriting(Target target, TableId id, String column)
      throws SQLException {
    // Behind a view are other tables, which the user may write to or not.
    if (target.tables().isPlain(id) && target.privileges().areOfWhole(id.database())) {
      return List.of();
    }
    List<Finding> found = target.privileges().ofTable(id, column);
    // What was tried out keeps others from changing the table's structure until then.
    target.connection().rollback();
    return found;
  }

  private void checkNewTable(Target target, TableStructure structure) throws SQLException {
    TableDefinition table = structure.definition();
    TableId id = table.id();
    findings.addAll(target.privileges().ofNewTable(id));
    checkNewKeys(target.privileges(), table);
    if (facts != null) {
      if (groupsOf(id).isEmpty()) {
        findings.addAll(foreignKeys(target, facts).of(table));
      }
      if (databases.add(id.database())) {
        findings.addAll(StructureFindings.ofDatabase(target.connection(), facts, structure));
      }
      findings.addAll(
          StructureFindings.ofNewTable(target.connection(), facts, collations, structure));
    }
  }

  /** What is missing would stop the job at the first statement that needs it. */
  private void checkSchemaChanges(TargetPrivileges privileges) throws SQLException {
    Set<String> changed = new TreeSet<>();
    check.tables().forEach(table -> changed.add(table.definition().id().database()));
    for (String database : changed) {
      findings.addAll(privileges.ofSchemaChanges(database));
    }
  }

  private ForeignKeyFindings foreignKeys(Target target, MySqlFacts server) {
    if (foreignKeys == null) {
      List<TableDefinition> tables =
          check.tables().stream().map(TableStructure::definition).toList();
      foreignKeys = new ForeignKeyFindings(target.connection(), target.tables(), server, tables);
    }
    return foreignKeys;
  }

  private void checkObjects(Target target) throws SQLException {
    if (facts == null || check.objects().isEmpty()) {
      return;
    }
    TargetObjects objects = new TargetObjects(target.connection(), facts);
    Coming coming = Coming.of(check.tables());
    List<Plan> likely = new ArrayList<>();
    for (Plan plan : objects.plans(check.objects(), coming)) {
      Optional<String> doubt =
          plan.isToBeMade()
              ? target.privileges().doubt(plan.object(), new ObjectText(plan.object()), facts)
              : Optional.empty();
      likely.add(doubt.map(plan::without).orElse(plan));
    }
    findings.addAll(ObjectFindings.of(objects.inOrder(likely, coming)));
  }

  private void checkNewKeys(TargetPrivileges privileges, TableDefinition table)
      throws SQLException {
    Set<TableId> parents =
        table.foreignKeys().stream().map(ForeignKey::parent).collect(Collectors.toSet());
    for (TableId parent : new TreeSet<>(parents)) {
      findings.addAll(privileges.ofReferences(table.id(), parent));
    }
    if (!parents.isEmpty() && groupsOf(table.id()).isEmpty()) {
      findings.addAll(privileges.ofNewKeys(table.id()));
    }
  }

  private List<CascadeGroup> groupsOf(TableId id) {
    return check.groups().stream().filter(group -> group.includes(id)).toList();
  }

  private Finding missing(TableId id) {
    String message;
    String fix;
    if (check.firstStart()) {
      message = "Table '%s' does not exist at the target, and the job does not make it.";
      fix = "Create it, or let the job initialize STRUCTURE.";
    } else {
      message = "Table '%s' is gone from the target, where the job has written it.";
      fix = "Bring it back with its rows, or delete the job's checkpoint and start it anew.";
    }
    return new Finding("TABLE_MISSING", Severity.ERROR, id.toString(), message.formatted(id), fix);
  }

  private void checkPresence(Connection connection, TableId id, boolean makesTables)
      throws SQLException {
    boolean copiesRows = check.initialize().contains(Initialization.DATA);
    switch (check.existing()) {
      case REFUSE -> {
        if (makesTables) {
          add(
              "TABLE_EXISTS",
              id.toString(),
              "Table '%s' is at the target already.".formatted(id),
              "Drop it, or choose another value for existingTables.");
        } else if (copiesRows) {
          checkIsEmpty(connection, id);
        }
      }
      case USE_IF_EMPTY -> {
        if (makesTables || copiesRows) {
          checkIsEmpty(connection, id);
        }
      }
      case KEEP_ROWS, CLEAR -> {}
    }
  }

  private void checkIsEmpty(Connection connection, TableId id) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT 1 FROM " + SqlNames.quote(id) + " LIMIT 1")) {
      if (rows.next()) {
        add(
            "TABLE_HAS_ROWS",
            id.toString(),
            "Table '%s' is at the target already and has rows.".formatted(id),
            "Delete them, or set existingTables to KEEP_ROWS or CLEAR.");
      }
    }
    connection.rollback();
  }

  private void add(String code, String object, String message, String fix) {
    findings.add(new Finding(code, Severity.ERROR, object, message, fix));
  }
}
