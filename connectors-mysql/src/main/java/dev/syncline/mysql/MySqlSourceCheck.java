package dev.syncline.mysql;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import dev.syncline.TransientException;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Looks at a server for everything that would go wrong with a job, and goes on looking after a
 * finding. Changes nothing. Used once.
 */
final class MySqlSourceCheck {
  /** What says of a named table that it is not there. */
  private static final Set<String> MISSING = Set.of("TABLE_MISSING", OnlineFindings.UNDER_WAY);

  private final MySqlSourceSettings settings;
  private final MySqlConnections connections;
  private final TableSelection selection;
  private final Map<String, Position> resumeAt;
  private final boolean copiesRows;
  private final boolean makesStructure;
  private final boolean cascades;
  private final boolean columnwise;
  private final List<Finding> findings = new ArrayList<>();

  MySqlSourceCheck(MySqlSourceSettings settings, SourceCheck<TableChange> check) {
    this.settings = settings;
    this.connections = new MySqlConnections(settings.endpoint());
    this.selection = SelectedDatabases.of(check.scope().selection());
    this.resumeAt = check.resumeAt();
    this.copiesRows = check.initialize().contains(Initialization.DATA);
    this.makesStructure = check.initialize().contains(Initialization.STRUCTURE);
    this.cascades = check.cascades();
    this.columnwise = check.columnwise();
  }

  List<Finding> findings() {
    Connection connection;
    try {
      connection = connections.open(MySqlCatalog.SETTINGS);
    } catch (SyncException e) {
      return List.of(ConnectionFindings.of(e, ServerFindings.SOURCE));
    }
    try {
      MySqlFacts facts = MySqlFacts.read(connection);
      Optional<TableId> watermarks = settings.watermarkTable();
      findings.addAll(
          new ServerFindings(facts).ofSettings(copiesRows, columnwise, watermarks.isPresent()));
      SourcePrivileges privileges = new SourcePrivileges(connection, facts);
      step("privileges", () -> findings.addAll(privileges.ofReplication()));
      step("filters", () -> checkFilters(connection, facts));
      step("replication", () -> findings.addAll(privileges.ofReplica()));
      step("tables", () -> checkTables(connection, facts, privileges));
      step("position", () -> checkPositions(connection, facts));
      step("online changes", () -> checkOnlineChanges(connection));
    } catch (SQLException e) {
      findings.add(failed("settings", e));
    } finally {
      connections.close(connection);
    }
    return findings;
  }

  private interface Step {
    void run() throws SQLException;
  }

  /** A look that fails is a finding itself and keeps no other one from being taken. */
  private void step(String what, Step step) {
    try {
      step.run();
    } catch (SQLException e) {
      findings.add(failed(what, e));
    } catch (SyncException e) {
      findings.add(checkFailed(String.valueOf(e.getMessage())));
    }
  }

  private static Finding failed(String what, SQLException failure) {
    return checkFailed(
        "The check of %s failed: %s.".formatted(what, MySqlErrors.describe(failure)));
  }

  private static Finding checkFailed(String message) {
    return new Finding(
        "CHECK_FAILED",
        Severity.ERROR,
        ServerFindings.SOURCE,
        message,
        "Mend what the message says, and check again.");
  }

  private void checkOnlineChanges(Connection connection) throws SQLException {
    findings.addAll(OnlineFindings.ofSelection(connection, selection, settings.online()));
    if (resumeAt.isEmpty()) {
      findings.addAll(
          OnlineFindings.of(OnlineFindings.find(connection, selection, settings.online())));
    }
  }

  private void checkFilters(Connection connection, MySqlFacts facts) throws SQLException {
    if (!facts.isOn("log_bin") || hasFinding("PRIVILEGE_MISSING")) {
      return;
    }
    Set<String> databases = SelectedDatabases.find(connection, selection);
    settings.watermarkTable().ifPresent(table -> databases.add(table.database()));
    BinlogStatus.find(connection, facts)
        .ifPresent(status -> findings.addAll(ServerFindings.ofFilters(status, databases)));
  }

  private void checkTables(Connection connection, MySqlFacts facts, SourcePrivileges privileges)
      throws SQLException {
    MySqlCatalog catalog = new MySqlCatalog(connection, facts.logsCascades());
    List<CatalogTable> tables = catalog.tables(selection);
    Map<TableId, String> others = catalog.otherObjects(selection);
    Set<TableId> found = tables.stream().map(CatalogTable::id).collect(Collectors.toSet());
    checkNamed(connection, found, others, privileges);
    for (CatalogTable table : tables) {
      findings.addAll(privileges.ofTable(table.id()));
      findings.addAll(TableFindings.of(table));
    }
    if (tables.isEmpty()
        && resumeAt.isEmpty()
        && findings.stream().noneMatch(f -> MISSING.contains(f.code()))) {
      findings.add(nothingSelected());
    }
    // A job that runs without such a table goes on without it.
    Severity severity = resumeAt.isEmpty() ? Severity.RISK : Severity.WARNING;
    others.forEach(
        (id, kind) -> TableFindings.ofOther(id, kind, severity).ifPresent(findings::add));
    for (CatalogTable table : tables) {
      for (ForeignKey key : table.foreignKeys()) {
        if (key.cascades() && !found.contains(key.parent())) {
          findings.add(TableFindings.ofParentNotSelected(table.id(), key));
        } else if (key.cascades() && !cascades) {
          findings.add(TableFindings.ofCascade(table.id(), key));
        }
      }
    }
    if (cascades) {
      findings.addAll(CascadeFindings.ofServer(facts, groups(tables)));
    }
    if (makesStructure) {
      findings.addAll(privileges.ofObjects(found, wholeDatabases(connection)));
    }
    findings.addAll(FilterFindings.of(facts, selection, tables));
    checkWriting(tables, facts, privileges);
  }

  private Set<String> wholeDatabases(Connection connection) throws SQLException {
    Set<String> databases = SelectedDatabases.find(connection, selection);
    databases.removeIf(database -> !selection.includesWhole(database));
    return databases;
  }

  private void checkWriting(
      List<CatalogTable> tables, MySqlFacts facts, SourcePrivileges privileges)
      throws SQLException {
    boolean onlyFollows = !copiesRows && resumeAt.isEmpty();
    if (!copiesRows && !onlyFollows) {
      return;
    }
    boolean waitsByLocks =
        MarkMethod.of(facts, settings.watermarkTable().isPresent()) == MarkMethod.SHARE_LOCKS;
    Set<TableId> together = cascades ? grouped(tables) : Set.of();
    Set<String> locked = new TreeSet<>();
    for (CatalogTable table : tables) {
      boolean exact = !(facts.mariaDb() && table.isTransactional());
      boolean described = exact && table.unsupportedColumns().isEmpty();
      boolean loaded = described && (together.contains(table.id()) || isKeyless(table));
      if (onlyFollows ? waitsByLocks : loaded) {
        locked.add(table.id().database());
      }
    }
    for (String database : locked) {
      String purpose =
          onlyFollows
              ? "wait for transactions that are logged but not yet visible"
              : "copy tables that are read as a whole";
      findings.addAll(privileges.ofLocking(database, purpose));
    }
    TableId watermarks = settings.watermarkTable().orElse(null);
    if (watermarks != null && MarkMethod.of(facts, true) == MarkMethod.WATERMARKS) {
      findings.addAll(privileges.ofWatermarks(watermarks));
    }
  }

  private static List<CascadeGroup> groups(List<CatalogTable> tables) {
    List<TableDefinition> definitions =
        tables.stream()
            .filter(table -> table.unsupportedColumns().isEmpty())
            .map(CatalogTable::definition)
            .toList();
    return CascadeGroup.of(definitions);
  }

  private static Set<TableId> grouped(List<CatalogTable> tables) {
    return groups(tables).stream()
        .flatMap(group -> group.tables().stream())
        .map(TableDefinition::id)
        .collect(Collectors.toSet());
  }

  private static boolean isKeyless(CatalogTable table) {
    return ChunkKey.of(table.definition()).isEmpty();
  }

  private void checkNamed(
      Connection connection,
      Set<TableId> found,
      Map<TableId, String> others,
      SourcePrivileges privileges)
      throws SQLException {
    for (TableId named : selection.namedTables()) {
      if (!found.contains(named) && !others.containsKey(named)) {
        Finding missing = privileges.ofMissing(named);
        if (!missing.code().equals("TABLE_MISSING")) {
          findings.add(missing);
        } else if (resumeAt.isEmpty()) {
          findings.add(
              OnlineFindings.ofExchange(connection, selection, settings.online(), named)
                  .orElse(missing));
        }
        // Later, a table may have got another name, or none, behind the place to go on at.
      } else if (others.containsKey(named)) {
        findings.add(
            new Finding(
                "TABLE_MISSING",
                Severity.ERROR,
                named.toString(),
                "The selected table '%s' is no table but a '%s'."
                    .formatted(named, others.get(named)),
                others.get(named).equals("VIEW")
                    ? "Select it by a pattern, which may be its whole name: .tables(\"%s\")."
                        .formatted(named.name())
                    : "Leave it out of the selection."));
      }
    }
  }

  private Finding nothingSelected() {
    return new Finding(
        "NOTHING_SELECTED",
        Severity.ERROR,
        ServerFindings.SOURCE,
        "No table that the user may see is selected by '%s'.".formatted(selection),
        "Check the names, which tell upper from lower case, and the user's privileges.");
  }

  private void checkPositions(Connection connection, MySqlFacts facts) {
    if (!facts.isOn("log_bin")) {
      return;
    }
    for (Position position : resumeAt.values()) {
      if (position instanceof MySqlPosition mySql) {
        checkPosition(connection, facts, mySql);
      }
    }
  }

  private void checkPosition(Connection connection, MySqlFacts facts, MySqlPosition position) {
    try {
      BinlogStart.check(connection, facts, position);
    } catch (TransientException e) {
      throw e;
    } catch (SyncException e) {
      findings.add(
          new Finding(
              "POSITION_LOST",
              Severity.ERROR,
              MySqlSession.STREAM,
              String.valueOf(e.getMessage()),
              "Bring the missing log back or lead the job to the server that has it; else start"
                  + " the job anew with a snapshot."));
    }
  }

  private boolean hasFinding(String code) {
    return findings.stream().anyMatch(f -> f.code().equals(code));
  }
}
