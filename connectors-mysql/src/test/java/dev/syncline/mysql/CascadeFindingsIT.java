package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.ChangeRejectedException;
import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.LaneWriter;
import dev.syncline.SchemaChanges;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.params.ParameterizedTest;

/** The foreign keys of the target must act as those of the source, or it is said how not. */
class CascadeFindingsIT {

  private static final String PARENT = "CREATE TABLE parent (id INT PRIMARY KEY)";
  private static final String CHILD =
      "CREATE TABLE child (id INT PRIMARY KEY, p INT, s INT, CONSTRAINT fk_p FOREIGN KEY (p)"
          + " REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL)";

  @ParameterizedTest
  @EachRelease
  void nameTheKeysThatActOtherwiseWithTheStatementThatHelps(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(PARENT, CHILD);
    List<TableStructure> tables = structures(source);
    String child = source.database() + ".child";

    assertThat(findings(source, tables, Set.of())).isEmpty();

    source.execute("ALTER TABLE child DROP FOREIGN KEY fk_p");
    List<Finding> missing = findings(source, tables, Set.of());
    assertThat(missing)
        .extracting(Finding::code, Finding::severity, Finding::object)
        .containsExactly(tuple("FOREIGN_KEY_DIFFERS", Severity.ERROR, child));
    assertThat(missing.get(0).message()).contains("'fk_p'", "ON DELETE CASCADE ON UPDATE SET NULL");
    source.execute(missing.get(0).fix());
    assertThat(findings(source, tables, Set.of())).isEmpty();

    source.execute(
        "ALTER TABLE child DROP FOREIGN KEY fk_p",
        "ALTER TABLE child ADD CONSTRAINT other FOREIGN KEY (p) REFERENCES parent (id)",
        "ALTER TABLE child ADD CONSTRAINT more FOREIGN KEY (s) REFERENCES parent (id)");
    List<Finding> different = findings(source, tables, Set.of());
    assertThat(different).hasSize(3).allMatch(f -> f.code().equals("FOREIGN_KEY_DIFFERS"));
    for (Finding finding : different) {
      source.execute(finding.fix());
    }
    assertThat(findings(source, tables, Set.of())).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void nameTheKeysThatLeadOutOfTheGroup(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        PARENT,
        "CREATE TABLE stranger (id INT PRIMARY KEY)",
        CHILD,
        "ALTER TABLE child ADD CONSTRAINT fk_s FOREIGN KEY (s) REFERENCES stranger (id)",
        "CREATE TABLE guest (p INT, CONSTRAINT fk_g FOREIGN KEY (p) REFERENCES parent (id))");
    List<TableStructure> selected =
        structures(source).stream()
            .filter(t -> Set.of("parent", "child").contains(t.definition().id().name()))
            .toList();
    String database = source.database();

    List<Finding> there = findings(source, selected, Set.of());
    assertThat(there)
        .extracting(Finding::code, Finding::severity, Finding::object)
        .containsExactlyInAnyOrder(
            tuple("FOREIGN_KEY_OUTSIDE", Severity.RISK, database + ".child"),
            tuple("FOREIGN_KEY_OUTSIDE", Severity.RISK, database + ".parent"));
    assertThat(there.toString()).contains("'fk_s'", "'fk_g'", database + ".guest");
    assertThat(new SinkFixture(source.server()).sink().risks()).contains("FOREIGN_KEY_OUTSIDE");
  }

  /** A server lets them act in the order of their names: with others this deletion is refused. */
  @ParameterizedTest
  @EachRelease
  void nameTheKeysThatActInAnotherOrder(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        PARENT,
        "CREATE TABLE child (id INT PRIMARY KEY, a INT, b INT, CONSTRAINT one FOREIGN KEY (a)"
            + " REFERENCES parent (id) ON DELETE CASCADE, CONSTRAINT two FOREIGN KEY (b)"
            + " REFERENCES parent (id))",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO child VALUES (1, 1, 1)");
    List<TableStructure> tables = structures(source);
    String parent = source.database() + ".parent";
    if (!Feature.KEYS_ACT_BY_NAME.isIn(release)) {
      Tuple risk = tuple("FOREIGN_KEY_ORDER", Severity.RISK, parent);
      assertThat(findings(source, tables, Set.of()))
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactly(risk);
      assertThat(source.source().build().check(check(source)))
          .extracting(Finding::code, Finding::severity, Finding::object)
          .contains(risk);
      return;
    }
    if (Feature.CASCADES_IN_LOG.isIn(release)) {
      Tuple risk = tuple("FOREIGN_KEY_SKIPPED", Severity.RISK, parent);
      assertThat(findings(source, tables, Set.of()))
          .extracting(Finding::code, Finding::severity, Finding::object)
          .containsExactly(risk);
      return;
    }
    assertThat(findings(source, tables, Set.of())).isEmpty();
    source.execute(
        "ALTER TABLE child DROP FOREIGN KEY one",
        "ALTER TABLE child ADD CONSTRAINT zero FOREIGN KEY (a) REFERENCES parent (id) ON DELETE"
            + " CASCADE");
    assertThatThrownBy(() -> source.execute("DELETE FROM parent")).hasMessageContaining("two");

    List<Finding> findings = findings(source, tables, Set.of());

    assertThat(findings)
        .extracting(Finding::code, Finding::severity, Finding::object)
        .containsExactly(tuple("FOREIGN_KEY_DIFFERS", Severity.ERROR, parent));
    assertThat(findings.get(0).message()).contains("'one', 'two'", "'two', 'zero'");
    source.execute(findings.get(0).fix().split("; "));
    assertThat(findings(source, tables, Set.of())).isEmpty();
    if (release == MySqlRelease.MARIADB_10_2) {
      // It looks whether a key refuses before it lets any act.
      assertThatThrownBy(() -> source.execute("DELETE FROM parent")).hasMessageContaining("two");
      return;
    }
    source.execute("DELETE FROM parent");
    assertThat(source.ask("SELECT COUNT(*) FROM child")).containsExactly("0");
  }

  /** Servers name keys by their tables, and a table may have another name at the target. */
  @ParameterizedTest
  @EachRelease
  void nameTheKeysThatActInAnotherOrderByTheNamesOfTheirTables(MySqlRelease release)
      throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        PARENT,
        "CREATE TABLE a (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id) ON"
            + " DELETE CASCADE)",
        "CREATE TABLE b (id INT PRIMARY KEY, p INT, a INT, FOREIGN KEY (p) REFERENCES parent (id),"
            + " FOREIGN KEY (a) REFERENCES a (id) ON DELETE CASCADE)");
    List<TableStructure> tables = structures(source);
    source.execute("RENAME TABLE a TO z");
    List<TableStructure> renamed =
        tables.stream()
            .map(t -> new TableStructure(renamed(t.definition()), t.statements(), t.size()))
            .toList();

    List<Finding> findings = findings(source, renamed, Set.of());

    if (Feature.KEYS_ACT_BY_NAME.isIn(release) && !Feature.CASCADES_IN_LOG.isIn(release)) {
      assertThat(findings)
          .extracting(Finding::code, Finding::object)
          .containsExactly(tuple("FOREIGN_KEY_DIFFERS", source.database() + ".parent"));
      assertThat(findings.get(0).message())
          .contains("'a_ibfk_1', 'b_ibfk_1'", "'b_ibfk_1', 'z_ibfk_1'");
      source.execute(findings.get(0).fix().split("; "));
      assertThat(findings(source, renamed, Set.of())).isEmpty();
    }
  }

  /** The table {@code a} as {@code z}. */
  private static TableDefinition renamed(TableDefinition table) {
    return new TableDefinition(
        renamed(table.id()),
        table.source(),
        table.columns(),
        table.uniqueKeys(),
        table.foreignKeys().stream()
            .map(
                key ->
                    new ForeignKey(
                        key.name(),
                        key.columns(),
                        renamed(key.parent()),
                        key.parentColumns(),
                        key.onDelete(),
                        key.onUpdate(),
                        false))
            .toList(),
        table.notes());
  }

  private static TableId renamed(TableId table) {
    return table.name().equals("a") ? new TableId(table.database(), "z") : table;
  }

  /** Nobody would notice, since the log does not say what should have happened. */
  @ParameterizedTest
  @EachRelease
  void stopTheLaneIfAKeyIsGone(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(PARENT, CHILD, "INSERT INTO parent VALUES (1)");
    List<CascadeGroup> groups = groups(structures(source));
    TableDefinition parent = source.definition("parent");
    TableDefinition child = source.definition("child");
    source.execute("ALTER TABLE child DROP FOREIGN KEY fk_p");
    SinkFixture target = new SinkFixture(source.server());
    target.start();
    TableChange ofParent = new RowDelete(parent, Row.of(1L));
    TableChange ofChild = new RowInsert(child, Row.of(1L, null, null));

    for (TableChange change : List.of(ofParent, ofChild)) {
      try (LaneWriter<TableChange> lane = target.sink().openLane(target.run(), 0, groups)) {
        assertThatThrownBy(() -> lane.write(List.of(change)))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("table '" + change.table().id() + "'")
            .hasMessageContaining("foreign key 'fk_p' of table '" + child.id() + "'")
            .hasMessageContaining("ALTER TABLE");
      }
    }
    target.write(ofParent, ofChild);
    assertThat(source.ask("SELECT COUNT(*) FROM child")).containsExactly("1");
  }

  @ParameterizedTest
  @EachRelease
  void sayWhatMayBeBehindARowThatAForeignKeyRefuses(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        PARENT,
        CHILD,
        "CREATE TABLE guest (p INT PRIMARY KEY, FOREIGN KEY (p) REFERENCES parent (id))",
        "INSERT INTO parent VALUES (1)",
        "INSERT INTO guest VALUES (1)");
    List<CascadeGroup> groups = groups(structures(source));
    TableDefinition parent = source.definition("parent");
    TableDefinition child = source.definition("child");
    SinkFixture target = new SinkFixture(source.server());
    target.start();

    for (TableChange change :
        List.of(new RowDelete(parent, Row.of(1L)), new RowInsert(child, Row.of(1L, 7L, null)))) {
      try (LaneWriter<TableChange> lane = target.sink().openLane(target.run(), 0, groups)) {
        assertThatThrownBy(() -> lane.write(List.of(change)))
            .isInstanceOf(ChangeRejectedException.class)
            .hasMessageContaining("'" + change.table().id() + "'")
            .hasMessageContaining("transform")
            .hasMessageContaining("somebody else")
            .hasMessageContaining("FOREIGN_KEY_OUTSIDE")
            .hasMessageNotContaining("leave it out");
      }
    }
  }

  /** The tables as a server has them that does not log what foreign keys do. */
  private static List<TableStructure> structures(SourceFixture source) {
    try (TableSourceSession session = source.open()) {
      return session.tables().stream()
          .map(t -> new TableStructure(unlogged(t.definition()), t.statements(), t.size()))
          .toList();
    }
  }

  private static TableDefinition unlogged(TableDefinition table) {
    return new TableDefinition(
        table.id(),
        table.columns(),
        table.uniqueKeys(),
        table.foreignKeys().stream()
            .map(
                key ->
                    new ForeignKey(
                        key.name(),
                        key.columns(),
                        key.parent(),
                        key.parentColumns(),
                        key.onDelete(),
                        key.onUpdate(),
                        false))
            .toList());
  }

  private static List<CascadeGroup> groups(List<TableStructure> tables) {
    return CascadeGroup.of(tables.stream().map(TableStructure::definition).toList());
  }

  /** A look at the source of a job that copies rows to a target that cascades. */
  private static SourceCheck<TableChange> check(SourceFixture source) {
    return new SourceCheck<>(
        source.scope(), Set.of(Initialization.DATA), Map.of(), /* cascades= */ true, true);
  }

  private static List<Finding> findings(
      SourceFixture source, List<TableStructure> tables, Set<Initialization> initialize)
      throws Exception {
    SinkFixture target = new SinkFixture(source.server());
    assertThat(groups(tables)).hasSize(1);
    return target
        .sink()
        .check(
            new SinkCheck(
                "job",
                tables,
                initialize,
                ExistingTables.REFUSE,
                true,
                groups(tables),
                List.of(),
                SchemaChanges.IGNORE,
                Optional.empty()));
  }
}
