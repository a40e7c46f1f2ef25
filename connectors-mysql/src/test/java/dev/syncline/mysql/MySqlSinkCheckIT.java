package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.CheckedSink.SinkCheck;
import dev.syncline.ExistingTables;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.ObjectWriter;
import dev.syncline.SchemaChanges;
import dev.syncline.StructureWriter;
import dev.syncline.StructureWriter.Presence;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

class MySqlSinkCheckIT {

  private static final Set<Initialization> ALL = EnumSet.allOf(Initialization.class);
  private static final String TABLE =
      "CREATE TABLE t (id INT PRIMARY KEY, v VARCHAR(20), u INT UNIQUE)";

  @ParameterizedTest
  @EachRelease
  void findsNothingWhereNothingIsWrong(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    List<TableStructure> tables = List.of(structure(server, TABLE));

    assertThat(check(new SinkFixture(server).sink(), tables, ExistingTables.REFUSE)).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void treatsExistingTablesAsTheJobWants(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(TABLE);
    MySqlSink sink = new SinkFixture(source.server()).sink();
    List<TableStructure> tables = List.of(source.structure("t"));
    String id = tables.get(0).definition().id().toString();

    assertThat(check(sink, tables, ExistingTables.REFUSE))
        .extracting(Finding::code, Finding::object)
        .containsExactly(tuple("TABLE_EXISTS", id));
    assertThat(check(sink, tables, ExistingTables.USE_IF_EMPTY)).isEmpty();
    source.execute("INSERT INTO t VALUES (1, 'a', 1)");
    assertThat(codes(check(sink, tables, ExistingTables.USE_IF_EMPTY)))
        .containsExactly("TABLE_HAS_ROWS");
    assertThat(check(sink, tables, ExistingTables.KEEP_ROWS)).isEmpty();
    assertThat(check(sink, tables, ExistingTables.CLEAR)).isEmpty();
    Set<Initialization> data = Set.of(Initialization.DATA);
    assertThat(codes(check(sink, tables, data, ExistingTables.REFUSE)))
        .containsExactly("TABLE_HAS_ROWS");
    assertThat(check(sink, tables, Set.of(), ExistingTables.REFUSE)).isEmpty();
    source.execute("DROP TABLE t");
    assertThat(codes(check(sink, tables, data, ExistingTables.REFUSE)))
        .containsExactly("TABLE_MISSING");
  }

  @ParameterizedTest
  @EachRelease
  void saysHowTablesDiffer(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE t (id VARCHAR(9) COLLATE utf8mb4_bin PRIMARY KEY, v VARCHAR(20), w INT,"
            + " x INT, g INT AS (w + 1) STORED)");
    List<TableStructure> tables = List.of(source.structure("t"));
    source.execute(
        "DROP TABLE t",
        "CREATE TABLE t (id VARCHAR(9) COLLATE utf8mb4_general_ci PRIMARY KEY, v VARCHAR(10),"
            + " w INT NOT NULL, x BIGINT, g INT, more INT NOT NULL) ENGINE = MyISAM",
        "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.more = 1");
    MySqlSink sink = new SinkFixture(source.server()).sink();

    List<Finding> findings = check(sink, tables, ExistingTables.CLEAR);

    assertThat(codes(findings))
        .containsExactlyInAnyOrder(
            "TABLE_DIFFERS",
            "TABLE_DIFFERS",
            "TABLE_DIFFERS",
            "KEY_COLLATION",
            "TARGET_NOT_TRANSACTIONAL",
            "TARGET_TRIGGER");
    assertThat(findings.toString())
        .contains("Column 'v' of table", "'varchar(20)' at the source, but 'varchar(10)'")
        .contains("Column 'w' of table", "may be NULL at the source")
        .contains("Column 'more' of table", "has no default")
        .contains("trigger 'tr'");
    source.execute("ALTER TABLE t DROP PRIMARY KEY, DROP COLUMN x");
    assertThat(check(sink, tables, ExistingTables.CLEAR).toString())
        .contains("the target has no column 'x'");
    source.execute("ALTER TABLE t ADD COLUMN x INT");
    assertThat(check(sink, tables, ExistingTables.CLEAR).toString())
        .contains("no unique key of the target has exactly the columns [id]");
  }

  @ParameterizedTest
  @EachRelease
  void namesPrivilegesThatAreMissing(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute(TABLE);
    List<TableStructure> tables = List.of(source.structure("t"), structure(server, TABLE));
    SinkFixture fixture = new SinkFixture(server);
    String user = fixture.database().substring(0, 16);
    String account = "'" + user + "'@'%'";
    server.execute(
        "CREATE USER " + account + " IDENTIFIED BY 'secret-77'",
        "GRANT SELECT, INSERT ON " + source.database() + ".* TO " + account);
    MySqlSink sink =
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password("secret-77")
            .ledgerDatabase(fixture.ledger())
            .build();

    List<Finding> findings = check(sink, tables, ExistingTables.CLEAR);

    assertThat(codes(findings)).containsOnly("PRIVILEGE_MISSING").hasSize(3);
    assertThat(findings.toString())
        .contains("privileges UPDATE, DELETE on table '" + source.database() + ".t'")
        .contains("CREATE, SELECT, INSERT, UPDATE, DELETE on table '" + fixture.ledger() + ".job'")
        .doesNotContain("secret-77");
    server.execute("GRANT ALL ON *.* TO " + account);
    assertThat(check(sink, tables, ExistingTables.CLEAR)).isEmpty();
    assertThat(sink.takeOver(fixture.run(), Map.of("s", "p")).epoch()).isEqualTo(1);
  }

  @ParameterizedTest
  @EachRelease
  void namesPrivilegesThatAreMissingOnOneOfManyTables(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    SinkFixture fixture = new SinkFixture(server);
    String user = fixture.database().substring(0, 16);
    String account = "'" + user + "'@'%'";
    source.execute(
        "CREATE USER " + account + " IDENTIFIED BY 'secret-77'",
        "GRANT ALL ON " + fixture.ledger() + ".* TO " + account,
        "GRANT SELECT, INSERT ON " + source.database() + ".* TO " + account);
    for (int i = 0; i < TargetTables.MANY; i++) {
      source.execute("CREATE TABLE t" + i + " (id INT PRIMARY KEY)");
      if (i != 7) {
        source.execute("GRANT UPDATE, DELETE ON t" + i + " TO " + account);
      }
    }
    List<TableStructure> tables;
    try (TableSourceSession session = source.open()) {
      tables = session.tables();
    }
    MySqlSink sink =
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password("secret-77")
            .ledgerDatabase(fixture.ledger())
            .build();

    assertThat(check(sink, tables, ExistingTables.CLEAR))
        .extracting(Finding::code, Finding::message)
        .containsExactly(
            tuple(
                "PRIVILEGE_MISSING",
                "The user lacks the privileges UPDATE, DELETE on table '%s.t7'."
                    .formatted(source.database())));
    server.execute("GRANT UPDATE, DELETE ON " + source.database() + ".* TO " + account);
    assertThat(check(sink, tables, ExistingTables.CLEAR)).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void knowsWhatTablesWithForeignKeysNeed(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    SourceFixture elsewhere = new SourceFixture(server);
    elsewhere.execute("CREATE TABLE parent (id INT PRIMARY KEY)");
    source.execute(
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY COMMENT 'x'' REFERENCES y',"
            + " FOREIGN KEY (id) REFERENCES parent (id),"
            + " FOREIGN KEY (id) REFERENCES %s.parent (id))".formatted(elsewhere.database()));
    List<TableStructure> tables = List.of(source.structure("child"), source.structure("parent"));
    source.execute("DROP TABLE child, parent");
    SinkFixture fixture = new SinkFixture(server);
    String user = fixture.database().substring(0, 16);
    String account = "'" + user + "'@'%'";
    String everything = "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON ";
    server.execute(
        "CREATE USER " + account + " IDENTIFIED BY 'secret-77'",
        everything + source.database() + ".* TO " + account,
        everything + fixture.ledger() + ".* TO " + account);
    MySqlSink sink =
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password("secret-77")
            .ledgerDatabase(fixture.ledger())
            .build();

    List<Finding> findings = check(sink, tables, ExistingTables.REFUSE);

    boolean references = Feature.REFERENCES_PRIVILEGE.isIn(release);
    List<Tuple> expected = new ArrayList<>();
    if (references) {
      expected.add(missingReferences(elsewhere.database()));
    }
    String child = source.database() + ".child";
    String alter = "GRANT ALTER ON `" + source.database() + "`.* TO the user";
    expected.add(tuple("PRIVILEGE_MISSING", child, alter));
    if (references && release.family() == MySqlRelease.Family.MYSQL) {
      // On MariaDB any privilege on the parent will do.
      expected.add(missingReferences(source.database()));
    }
    assertThat(findings)
        .extracting(Finding::code, Finding::object, Finding::fix)
        .containsExactlyInAnyOrderElementsOf(expected);
    server.execute("GRANT REFERENCES ON " + source.database() + ".* TO " + account);
    assertThat(check(sink, tables, ExistingTables.REFUSE))
        .extracting(Finding::object)
        .isEqualTo(references ? List.of(elsewhere.database() + ".parent", child) : List.of(child));
    server.execute("GRANT ALTER ON " + source.database() + ".* TO " + account);
    server.execute("GRANT REFERENCES ON " + elsewhere.database() + ".* TO " + account);
    assertThat(check(sink, tables, ExistingTables.REFUSE)).isEmpty();
    makeWithKeysBehind(sink, tables, source);
  }

  private static void makeWithKeysBehind(
      MySqlSink sink, List<TableStructure> tables, SourceFixture source) {
    TableDefinition definition = tables.get(0).definition();
    try (StructureWriter writer = sink.openStructureWriter();
        ObjectWriter objects = sink.openObjectWriter()) {
      writer.create(tables.get(1));
      writer.create(
          new TableStructure(
              new TableDefinition(definition.id(), definition.columns(), definition.uniqueKeys()),
              tables.get(0).statements(),
              tables.get(0).size()));
      assertThat(writer.presence(definition)).isEqualTo(Presence.EMPTY);
      assertThat(source.definition("child").foreignKeys()).isEmpty();
      objects.addForeignKeys(definition);
    }
    assertThat(source.definition("child")).isEqualTo(definition);
  }

  private static Tuple missingReferences(String database) {
    return tuple(
        "PRIVILEGE_MISSING",
        database + ".parent",
        "GRANT REFERENCES ON `" + database + "`.* TO the user");
  }

  @ParameterizedTest
  @EachRelease
  void seesAServerThatDoesNotTakeWritesOrLargeRows(MySqlRelease release) throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(release).option("max_allowed_packet", "1048576").start()) {
      server.execute(
          "CREATE USER 'plain'@'%' IDENTIFIED BY 'secret-77'",
          "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE ON *.* TO 'plain'@'%'",
          "SET GLOBAL read_only = 1");
      MySqlSink sink =
          MySqlSink.builder()
              .host(server.host())
              .port(server.port())
              .username("plain")
              .password("secret-77")
              .build();

      List<Finding> findings = check(sink, List.of(), ExistingTables.REFUSE);

      assertThat(findings)
          .extracting(Finding::code, Finding::severity)
          .contains(
              tuple("TARGET_READ_ONLY", Severity.ERROR), tuple("PACKET_SMALL", Severity.WARNING));
    }
  }

  @Test
  void saysWhyItCannotConnect() throws Exception {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);
    int closed;
    try (ServerSocket socket = new ServerSocket(0)) {
      closed = socket.getLocalPort();
    }
    MySqlSink wrongPassword = sink(server.host(), server.port());
    MySqlSink nobodyThere = sink("127.0.0.1", closed);
    MySqlSink unknownHost = sink("no-such-host.invalid", 3306);

    assertThat(codes(check(wrongPassword, List.of(), ExistingTables.REFUSE)))
        .containsExactly("LOGIN_FAILED");
    assertThat(codes(check(nobodyThere, List.of(), ExistingTables.REFUSE)))
        .containsExactly("CONNECTION_FAILED");
    List<Finding> unknown = check(unknownHost, List.of(), ExistingTables.REFUSE);
    assertThat(codes(unknown)).containsExactly("HOST_UNKNOWN");
    assertThat(unknown.toString()).doesNotContain("secret-77");
  }

  @ParameterizedTest
  @EachRelease
  void missesATableOfAJobThatHasRunUnlessItMayNotBeLookedAt(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute(TABLE);
    SinkFixture fixture = new SinkFixture(server);
    fixture.start();
    String user = fixture.database().substring(0, 16);
    String account = "'" + user + "'@'%'";
    server.execute(
        "CREATE USER " + account + " IDENTIFIED BY 'secret-77'",
        "GRANT ALL ON " + fixture.ledger() + ".* TO " + account);
    MySqlSink sink =
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password("secret-77")
            .ledgerDatabase(fixture.ledger())
            .build();
    SinkCheck resumed =
        new SinkCheck(
            "job",
            List.of(source.structure("t")),
            Set.of(),
            ExistingTables.REFUSE,
            false,
            List.of(),
            List.of(),
            SchemaChanges.IGNORE,
            Optional.empty());

    List<Finding> hidden = sink.check(resumed);
    server.execute("GRANT ALL ON " + source.database() + ".* TO " + account);
    List<Finding> there = sink.check(resumed);
    source.execute("DROP TABLE t");
    List<Finding> gone = sink.check(resumed);

    assertThat(codes(hidden)).containsExactly("PRIVILEGE_MISSING");
    assertThat(there).isEmpty();
    assertThat(gone)
        .extracting(Finding::code, Finding::object)
        .containsExactly(tuple("TABLE_MISSING", source.database() + ".t"));
    assertThat(gone.get(0).fix()).contains("Bring it back with its rows", "checkpoint");
  }

  /** A job that carries schema changes out would otherwise stop at the first of them. */
  @ParameterizedTest
  @EachRelease
  void missesWhatStatementsThatChangeTablesNeed(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute(TABLE);
    SinkFixture fixture = new SinkFixture(server);
    fixture.start();
    String user = fixture.database().substring(0, 16);
    String account = "'" + user + "'@'%'";
    server.execute(
        "CREATE USER " + account + " IDENTIFIED BY 'secret-77'",
        "GRANT ALL ON " + fixture.ledger() + ".* TO " + account,
        "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP ON %s.* TO %s"
            .formatted(source.database(), account));
    MySqlSink sink =
        MySqlSink.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password("secret-77")
            .ledgerDatabase(fixture.ledger())
            .build();
    Map<SchemaChanges, List<Finding>> findings = new EnumMap<>(SchemaChanges.class);
    for (SchemaChanges policy : SchemaChanges.values()) {
      findings.put(
          policy,
          sink.check(
              new SinkCheck(
                  "job",
                  List.of(source.structure("t")),
                  Set.of(),
                  ExistingTables.REFUSE,
                  false,
                  List.of(),
                  List.of(),
                  policy,
                  Optional.empty())));
    }

    assertThat(findings.get(SchemaChanges.IGNORE)).isEmpty();
    assertThat(findings.get(SchemaChanges.STOP)).isEmpty();
    assertThat(findings.get(SchemaChanges.APPLY))
        .extracting(Finding::code, Finding::severity, Finding::object)
        .containsExactly(tuple("PRIVILEGE_MISSING", Severity.ERROR, source.database()));
    assertThat(findings.get(SchemaChanges.APPLY).get(0).message())
        .contains("ALTER", "INDEX")
        .doesNotContain("DROP");
  }

  @Test
  void missesTheRecordsOfAJobThatHasRun() throws Exception {
    SinkFixture fixture = new SinkFixture(MySqlServer.shared(MySqlRelease.MYSQL_8_0));
    SinkCheck resumed =
        new SinkCheck(
            "job",
            List.of(),
            ALL,
            ExistingTables.REFUSE,
            false,
            List.of(),
            List.of(),
            SchemaChanges.IGNORE,
            Optional.empty());

    assertThat(codes(fixture.sink().check(resumed))).containsExactly("PROGRESS_MISSING");
    fixture.start();
    assertThat(fixture.sink().check(resumed)).isEmpty();
  }

  private static MySqlSink sink(String host, int port) {
    return MySqlSink.builder().host(host).port(port).username("root").password("secret-77").build();
  }

  /** A table that is no longer there. */
  private static TableStructure structure(MySqlServer server, String sql) throws Exception {
    SourceFixture source = new SourceFixture(server);
    source.execute(sql);
    TableStructure structure = source.structure("t");
    source.execute("DROP TABLE t");
    return structure;
  }

  private static List<Finding> check(
      MySqlSink sink, List<TableStructure> tables, ExistingTables existing) {
    return check(sink, tables, ALL, existing);
  }

  private static List<Finding> check(
      MySqlSink sink,
      List<TableStructure> tables,
      Set<Initialization> initialize,
      ExistingTables existing) {
    List<Finding> findings =
        sink.check(
            new SinkCheck(
                "job",
                tables,
                initialize,
                existing,
                true,
                CascadeGroup.of(tables.stream().map(TableStructure::definition).toList()),
                List.of(),
                SchemaChanges.IGNORE,
                Optional.empty()));
    assertThat(findings).noneMatch(finding -> finding.fix().isBlank());
    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Severity.RISK)
        .allMatch(risk -> sink.risks().contains(risk.code()));
    return findings;
  }

  private static List<String> codes(List<Finding> findings) {
    return findings.stream().map(Finding::code).toList();
  }
}
