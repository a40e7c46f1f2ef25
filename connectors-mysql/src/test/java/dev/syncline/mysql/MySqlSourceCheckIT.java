package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.CheckedSource.SourceCheck;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlSourceCheckIT {
  private static final String SECRET = "canary-5521";

  @ParameterizedTest
  @EachRelease
  void findsNothingWhereNothingIsWrong(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, v TEXT, UNIQUE KEY u (v(10)))");

    assertThat(besidesLocks(release, check(source))).isEmpty();
  }

  @Test
  void findsWhyNobodyCanConnect() throws Exception {
    int unused;
    try (ServerSocket socket = new ServerSocket(0)) {
      unused = socket.getLocalPort();
    }
    MySqlServer server = MySqlServer.shared(MySqlRelease.MYSQL_8_0);

    assertThat(codes(check(login(server.host(), server.port())))).containsExactly("LOGIN_FAILED");
    assertThat(codes(check(login("no-such-host.invalid", 3306)))).containsExactly("HOST_UNKNOWN");
    assertThat(codes(check(login("127.0.0.1", unused)))).containsExactly("CONNECTION_FAILED");
  }

  private static MySqlSource login(String host, int port) {
    return MySqlSource.builder().host(host).port(port).username("nobody").password(SECRET).build();
  }

  private static List<Finding> check(MySqlSource source) {
    return check(source, TableSelection.builder().database("shop").build(), Map.of());
  }

  @Test
  void findsAServerWithoutLogAndTls() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_8_0)
            .withoutBinaryLog()
            .withoutGtids()
            .option("server_id", "0")
            .option("ssl", "0")
            .start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)");

      assertThat(codes(check(source)))
          .contains("BINLOG_OFF", "SERVER_ID_ZERO")
          .doesNotContain("CHECK_FAILED", "PRIVILEGE_MISSING");
      List<Finding> encrypted = check(source.source().tls(MySqlTls.required()).build());
      assertThat(codes(encrypted)).containsExactly("TLS_FAILED");
      assertThat(encrypted.get(0).fix()).contains("Let the server offer TLS");
    }
  }

  @Test
  void findsALogWithoutWholeRows() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_5_7)
            .withoutGtids()
            .option("binlog_format", "STATEMENT")
            .option("binlog_row_image", "MINIMAL")
            .option("binlog_do_db", "elsewhere")
            .option("binlog_order_commits", "OFF")
            .start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute(
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "CREATE TABLE mark (id INT NOT NULL PRIMARY KEY, token CHAR(36) NOT NULL)");
      MySqlSource described = source.source().watermarkTable(source.database(), "mark").build();

      List<Finding> findings = check(described, selection(source), Map.of());

      assertThat(codes(findings))
          .containsExactlyInAnyOrder(
              "BINLOG_FORMAT", "BINLOG_ROW_IMAGE", "BINLOG_FILTER", "BINLOG_ORDER_COMMITS");
      assertThat(find(findings, "BINLOG_FORMAT").message())
          .contains("'STATEMENT'", "expected 'ROW'");
      assertThat(find(findings, "BINLOG_ROW_IMAGE").message()).contains("'MINIMAL'");
      assertThat(find(findings, "BINLOG_FILTER").message()).contains("binlog_do_db");
    }
  }

  @Test
  void findsIgnoredDatabasesAndTakesPartialJson() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_8_0)
            .option("binlog_row_value_options", "PARTIAL_JSON")
            .option("binlog_ignore_db", "shop")
            .start()) {
      server.execute("CREATE DATABASE shop", "CREATE TABLE shop.t (id INT PRIMARY KEY)");
      MySqlSource described = new SourceFixture(server).source().build();

      List<Finding> findings =
          check(described, TableSelection.builder().database("shop").build(), Map.of());

      assertThat(codes(findings)).containsExactly("BINLOG_FILTER");
    }
  }

  @Test
  void findsWhatMariaDbDoesDifferently() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MARIADB_10_11)
            .option("log_bin_compress", "ON")
            .option("binlog_format", "MIXED")
            .start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute(
          "CREATE TABLE t (id INT PRIMARY KEY, address INET6)",
          "CREATE TABLE versioned (id INT PRIMARY KEY) WITH SYSTEM VERSIONING");

      List<Finding> findings = check(source);

      assertThat(codes(findings))
          .containsExactlyInAnyOrder("BINLOG_FORMAT", "COLUMN_UNSUPPORTED", "TABLE_NOT_COPIED");
      assertThat(find(findings, "TABLE_NOT_COPIED").severity()).isEqualTo(Severity.RISK);
      Position position = MySqlPosition.parse("binlog.000001:4 mariadb=0-1-5");
      Map<String, Position> resumeAt = Map.of(MySqlSession.STREAM, position);
      List<Finding> running =
          check(source.source().build(), (TableSelection) source.scope().selection(), resumeAt);
      assertThat(find(running, "TABLE_NOT_COPIED").severity()).isEqualTo(Severity.WARNING);
      assertThat(find(findings, "COLUMN_UNSUPPORTED").object()).isEqualTo(source.database() + ".t");
    }
  }

  @Test
  void findsAReplicaThatDoesNotLogWhatItApplies() throws Exception {
    try (MySqlServer server =
        MySqlServer.builder(MySqlRelease.MYSQL_5_7)
            .withoutGtids()
            .option("log_slave_updates", "0")
            .start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute(
          "CREATE TABLE t (id INT PRIMARY KEY)",
          "CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_USER = 'u'");

      List<Finding> findings = check(source);

      assertThat(codes(findings)).contains("REPLICA_NOT_LOGGING");
      // No GTIDs and no watermark table: a job may start, but its reads hold writers up.
      assertThat(find(findings, "SNAPSHOT_LOCKS_ROWS").severity()).isEqualTo(Severity.WARNING);
    }
  }

  @Test
  void findsAReplicaWhoseGtidsMayFallOutOfOrder() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MARIADB_10_11).start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "SET GLOBAL gtid_slave_pos = '9-77-5'");

      List<Finding> lax = check(source);
      source.execute("SET GLOBAL gtid_strict_mode = ON");
      List<Finding> strict = check(source);

      assertThat(codes(lax)).containsExactly("GTID_ORDER");
      Finding order = find(lax, "GTID_ORDER");
      assertThat(order.severity()).isEqualTo(Severity.WARNING);
      assertThat(order.message()).contains("'9-77-5'", "gtid_strict_mode is 'OFF'");
      assertThat(order.fix()).contains("gtid_domain_id", "NO_WRITE_TO_BINLOG", "sql_log_bin=0");
      assertThat(strict).isEmpty();
    }
  }

  @ParameterizedTest
  @EachRelease
  void findsTablesThatNeedCare(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE log (n INT, UNIQUE KEY (n))",
        "CREATE TABLE old (id INT PRIMARY KEY) ENGINE=MyISAM",
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, p INT, CONSTRAINT fk_p FOREIGN KEY (p)"
            + " REFERENCES parent (id) ON DELETE CASCADE)",
        "CREATE TABLE nulled (id INT PRIMARY KEY, p INT, CONSTRAINT fk_n FOREIGN KEY (p)"
            + " REFERENCES parent (id) ON UPDATE SET NULL)",
        "CREATE TABLE strict (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES parent (id))",
        "CREATE VIEW view_of_log AS SELECT * FROM log");

    List<Finding> findings = besidesLocks(release, check(source));

    List<String> expected = new ArrayList<>();
    expected.add("WARNING TABLE_WITHOUT_KEY " + source.database() + ".log");
    expected.add("WARNING TABLE_NOT_TRANSACTIONAL " + source.database() + ".old");
    if (!Feature.CASCADES_IN_LOG.isIn(release)) {
      expected.add("RISK CASCADING_FOREIGN_KEY " + source.database() + ".child");
      expected.add("RISK CASCADING_FOREIGN_KEY " + source.database() + ".nulled");
      assertThat(find(findings, "CASCADING_FOREIGN_KEY").message()).contains("fk_p", "CASCADE");
    }
    assertThat(findings.stream().map(f -> f.severity() + " " + f.code() + " " + f.object()))
        .containsExactlyInAnyOrderElementsOf(expected);
  }

  @ParameterizedTest
  @EachRelease
  void findsACascadeFromATableThatIsNotSelected(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE parent (id INT PRIMARY KEY)",
        "CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES parent (id)"
            + " ON UPDATE CASCADE)");
    MySqlSource described = source.source().build();
    TableSelection.Builder child = TableSelection.builder();
    child.database(source.database(), db -> db.table("child"));
    TableSelection.Builder parent = TableSelection.builder();
    parent.database(source.database(), db -> db.table("parent"));
    assertThat(codes(besidesLocks(release, check(described, child.build(), Map.of()))))
        .isEqualTo(
            Feature.CASCADES_IN_LOG.isIn(release) ? List.of() : List.of("CASCADING_FOREIGN_KEY"));
    assertThat(besidesLocks(release, check(described, parent.build(), Map.of()))).isEmpty();
  }

  @ParameterizedTest
  @EachRelease
  void findsWhatIsNotThere(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)", "CREATE VIEW v AS SELECT * FROM t");
    MySqlSource described = source.source().build();
    String database = source.database();

    List<Finding> named =
        check(
            described,
            TableSelection.builder()
                .database(database, db -> db.table("t").table("T_gone").table("v"))
                .database("no_such_database", db -> db.table("x"))
                .build(),
            Map.of());
    List<Finding> pattern =
        check(
            described,
            TableSelection.builder().database(database, db -> db.tables("x*")).build(),
            Map.of());

    assertThat(named.stream().filter(f -> f.code().equals("TABLE_MISSING")).map(Finding::object))
        .containsExactlyInAnyOrder(database + ".T_gone", database + ".v", "no_such_database.x");
    assertThat(named.toString()).contains("Select it by a pattern", ".tables(\"v\")");
    assertThat(codes(besidesLocks(release, pattern))).containsExactly("NOTHING_SELECTED");
  }

  @ParameterizedTest
  @EachRelease
  void findsMissingPrivileges(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, v INT)", "CREATE TABLE log (n INT)");
    String database = source.database();
    String user = "u" + database.substring(database.length() - 8);
    server.execute(
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
        "GRANT INSERT ON " + database + ".t TO " + user,
        "GRANT SELECT, TRIGGER ON " + database + ".log TO " + user);
    MySqlSource described =
        MySqlSource.builder()
            .host(server.host())
            .port(server.port())
            .username(user)
            .password(SECRET)
            .build();

    List<String> before = missing(check(described, selection(source), Map.of()));
    grantAll(server, user, database, release);
    List<Finding> after = check(described, selection(source), Map.of());

    String client = Feature.BINLOG_MONITOR.isIn(release) ? "BINLOG MONITOR" : "REPLICATION CLIENT";
    List<String> expected =
        new ArrayList<>(
            List.of(
                client + " on source",
                "REPLICATION SLAVE on source",
                "SELECT on " + database + ".t"));
    if (release.family() == MySqlRelease.Family.MYSQL) {
      expected.add("LOCK TABLES on " + database);
    }
    assertThat(before).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(codes(besidesLocks(release, after))).containsExactly("TABLE_WITHOUT_KEY");
  }

  private static void grantAll(
      MySqlServer server, String user, String database, MySqlRelease release) throws SQLException {
    server.execute(
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
        "GRANT SELECT, TRIGGER ON " + database + ".t TO " + user);
    if (release.family() == MySqlRelease.Family.MYSQL) {
      server.execute("GRANT LOCK TABLES ON " + database + ".* TO " + user);
    }
  }

  @ParameterizedTest
  @EachRelease
  void findsMissingPrivilegesForTablesThatCascade(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute(
        "CREATE TABLE t (id INT PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES t (id)"
            + " ON DELETE CASCADE)");
    String user = "u" + source.database().substring(source.database().length() - 8);
    server.execute(
        "CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'",
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO " + user,
        "GRANT SELECT ON " + source.database() + ".* TO " + user);

    List<Finding> findings =
        source
            .source(user, SECRET)
            .build()
            .check(
                new SourceCheck<>(
                    source.scope(), Set.of(Initialization.DATA), Map.of(), true, true));

    boolean locks =
        release.family() == MySqlRelease.Family.MYSQL && !Feature.CASCADES_IN_LOG.isIn(release);
    assertThat(missing(findings))
        .isEqualTo(locks ? List.of("LOCK TABLES on " + source.database()) : List.of());
    assertThat(codes(findings)).doesNotContain("CASCADING_FOREIGN_KEY");
  }

  private static List<String> missing(List<Finding> findings) {
    return findings.stream()
        .filter(f -> f.code().equals("PRIVILEGE_MISSING"))
        .map(f -> f.fix().split(" ON ", -1)[0].replace("GRANT ", "") + " on " + f.object())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(names = {"MYSQL_8_0", "MARIADB_10_11"})
  void takesPrivilegesThatComeByARole(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    SourceFixture source = new SourceFixture(server);
    source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
    String suffix = source.database().substring(source.database().length() - 8);
    server.execute(
        "CREATE ROLE r" + suffix,
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT, SELECT ON *.* TO r" + suffix,
        "CREATE USER u%s IDENTIFIED BY '%s'".formatted(suffix, SECRET),
        "GRANT r%s TO u%s".formatted(suffix, suffix),
        release.family() == MySqlRelease.Family.MARIADB
            ? "SET DEFAULT ROLE r%s FOR u%s".formatted(suffix, suffix)
            : "ALTER USER u%s DEFAULT ROLE r%s".formatted(suffix, suffix));

    List<Finding> findings =
        check(
            MySqlSource.builder()
                .host(server.host())
                .port(server.port())
                .username("u" + suffix)
                .password(SECRET)
                .build(),
            selection(source),
            Map.of());

    assertThat(findings).isEmpty();
  }

  @Test
  void findsAWatermarkTableThatCannotBeUsed() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_8_0).withoutGtids().start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
      MySqlSource described = source.source().watermarkTable(source.database(), "mark").build();

      List<Finding> missing = check(described, selection(source), Map.of());
      String fix = find(missing, "WATERMARK_TABLE_UNUSABLE").fix();
      source.execute(fix.substring(0, fix.indexOf(';')));
      List<Finding> made = check(described, selection(source), Map.of());

      assertThat(codes(missing)).containsExactly("WATERMARK_TABLE_UNUSABLE");
      assertThat(made).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"MYSQL_8_0,true", "MYSQL_8_0,false", "MYSQL_5_7,false", "MARIADB_10_11,true"})
  void findsAPositionThatIsGone(MySqlRelease release, boolean gtids) throws Exception {
    MySqlServer.Builder builder = MySqlServer.builder(release);
    if (!gtids) {
      builder.withoutGtids();
    }
    try (MySqlServer server = builder.start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
      Position position;
      try (TableSourceSession session = source.open()) {
        position = session.currentPositions().get(MySqlSession.STREAM);
      }
      Map<String, Position> resumeAt = Map.of(MySqlSession.STREAM, position);

      List<Finding> before = check(source.source().build(), selection(source), resumeAt);
      source.execute("INSERT INTO t VALUES (1)", "FLUSH LOGS", "INSERT INTO t VALUES (2)");
      purge(source);
      List<Finding> after = check(source.source().build(), selection(source), resumeAt);

      assertThat(codes(before)).doesNotContain("POSITION_LOST");
      assertThat(codes(after)).contains("POSITION_LOST").doesNotContain("CHECK_FAILED");
      assertThat(find(after, "POSITION_LOST").message()).contains(position.toString());
    }
  }

  private static void purge(SourceFixture source) throws SQLException {
    String file = RawBinlog.end(source.server()).file();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    // MariaDB keeps a file until a checkpoint of its own, and does not say so.
    while (!source.ask("SHOW BINARY LOGS").get(0).equals(file)) {
      assertThat(System.nanoTime()).as("the log is not purged").isLessThan(deadline);
      source.execute("PURGE BINARY LOGS TO '" + file + "'");
    }
  }

  @Test
  void findsAPositionOfAnotherServer() throws Exception {
    try (MySqlServer server = MySqlServer.builder(MySqlRelease.MYSQL_8_0).withoutGtids().start()) {
      SourceFixture source = new SourceFixture(server);
      source.execute("CREATE TABLE t (id INT PRIMARY KEY)");
      Position foreign =
          MySqlPosition.parse("binlog.000001:4 server=00000000-0000-0000-0000-000000000001");
      Position byGtid =
          MySqlPosition.parse("binlog.000001:4 gtids=00000000-0000-0000-0000-000000000001:1-5");
      Position ofMariaDb = MySqlPosition.parse("binlog.000001:4 mariadb=0-1-5");

      for (Position position : List.of(foreign, byGtid, ofMariaDb)) {
        List<Finding> findings =
            check(
                source.source().build(), selection(source), Map.of(MySqlSession.STREAM, position));
        assertThat(codes(findings)).contains("POSITION_LOST");
      }
    }
  }

  private static TableSelection selection(SourceFixture source) {
    return TableSelection.builder()
        .database(source.database(), db -> db.table("t").tables("log*"))
        .build();
  }

  /** The findings without the one that there is of each MySQL before 5.7. */
  private static List<Finding> besidesLocks(MySqlRelease release, List<Finding> findings) {
    assertThat(codes(findings).contains("SNAPSHOT_LOCKS_ROWS"))
        .isNotEqualTo(Feature.MARKS_WITHOUT_LOCKS.isIn(release));
    return findings.stream().filter(f -> !f.code().equals("SNAPSHOT_LOCKS_ROWS")).toList();
  }

  private static List<Finding> check(SourceFixture source) {
    return check(
        source.source().build(),
        TableSelection.builder().database(source.database()).build(),
        Map.of());
  }

  private static List<Finding> check(
      MySqlSource source, TableSelection selection, Map<String, Position> resumeAt) {
    List<Finding> findings =
        source.check(
            new SourceCheck<>(
                SourceFixture.scope(selection),
                Set.of(Initialization.STRUCTURE, Initialization.DATA),
                resumeAt,
                false,
                true));
    assertThat(findings).noneMatch(finding -> finding.toString().contains(SECRET));
    assertThat(findings).noneMatch(finding -> finding.fix().isBlank());
    assertThat(findings)
        .filteredOn(finding -> finding.severity() == Severity.RISK)
        .allMatch(risk -> source.risks().contains(risk.code()));
    return findings;
  }

  private static List<String> codes(List<Finding> findings) {
    return findings.stream().map(Finding::code).toList();
  }

  private static Finding find(List<Finding> findings, String code) {
    return findings.stream().filter(f -> f.code().equals(code)).findFirst().orElseThrow();
  }
}
