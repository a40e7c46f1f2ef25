package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mysql.cj.jdbc.MysqlDataSource;
import dev.syncline.Finding;
import dev.syncline.Finding.Severity;
import dev.syncline.Initialization;
import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.Sink;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSink;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.mysql.MySqlTls;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a pre-check finds stops the whole job, before anything is made or written at the target, and
 * says what to do.
 */
class PrecheckIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SECRET = "canary-3391";

  private static ServerPair pair;

  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private String database = "";

  @BeforeAll
  static void start() {
    pair = ServerPair.of(MySqlRelease.MYSQL_8_0);
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void createDatabase() throws SQLException {
    database = pair.source().createDatabase("shop");
    pair.source()
        .execute(
            "CREATE TABLE " + database + ".t (id INT PRIMARY KEY)",
            "INSERT INTO " + database + ".t VALUES (1)");
  }

  @Test
  void aWrongPassword() throws Exception {
    MySqlSource source =
        login(pair.source().host(), pair.source().port(), pair.source().username()).build();

    assertRefused(source, sink(), "LOGIN_FAILED on 'source'", "Set 'username' and 'password'");
  }

  @Test
  void aWrongPasswordAtTheTarget() throws Exception {
    MySqlSink sink =
        MySqlSink.builder()
            .host(pair.target().host())
            .port(pair.target().port())
            .username(pair.target().username())
            .password(SECRET)
            .build();

    assertRefused(
        pair.sourceBuilder().build(),
        sink,
        "LOGIN_FAILED on 'target'",
        "Set 'username' and 'password'");
  }

  @Test
  void anUnknownHost() throws Exception {
    MySqlSource source = login("no-such-host.invalid", 3306, "sync").build();

    assertRefused(source, sink(), "HOST_UNKNOWN on 'source'", "Set 'host' to a name");
  }

  @Test
  void aServerThatIsNotThere() throws Exception {
    MySqlSource source = login("127.0.0.1", unusedPort(), "sync").build();

    assertRefused(
        source, sink(), "CONNECTION_FAILED on 'source'", "Make sure that the server runs");
  }

  private static int unusedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  @Test
  void aCertificateThatNobodyTrusts() throws Exception {
    MySqlSource source = pair.sourceBuilder().tls(MySqlTls.verifyCa()).build();
    MySqlSink sink = pair.sinkBuilder().tls(MySqlTls.verifyCa()).build();

    assertRefused(source, sink(), "TLS_FAILED on 'source'", "Let 'tls' trust the authority");
    assertRefused(
        pair.sourceBuilder().build(),
        sink,
        "TLS_FAILED on 'target'",
        "Let 'tls' trust the authority");
  }

  @Test
  void aServerWithoutLog() throws Exception {
    MySqlServer silent = pair.target();
    String there = silent.createDatabase("silent");
    silent.execute("CREATE TABLE " + there + ".t (id INT PRIMARY KEY)");
    MySqlSource source =
        MySqlSource.builder()
            .host(silent.host())
            .port(silent.port())
            .username(silent.username())
            .password(silent.password())
            .build();
    List<String> before = databases(pair.source());

    try (SyncJob<TableChange> job =
        job(source, sinkBuilder(pair.source()).build(), there).build()) {
      assertStops(job, "BINLOG_OFF on 'source'", "Start the server with log_bin");
    }
    assertThat(databases(pair.source())).isEqualTo(before);
  }

  @ParameterizedTest
  @CsvSource({
    "binlog_format, STATEMENT, BINLOG_FORMAT, SET GLOBAL binlog_format = 'ROW'",
    "server_id, 0, SERVER_ID_ZERO, SET GLOBAL server_id = 1"
  })
  void aSettingThatIsAnotherOne(String variable, String value, String code, String fix)
      throws Exception {
    String before = ask(pair.source(), "SELECT @@global." + variable).get(0);
    try {
      pair.source().execute(set(variable, value));

      assertRefused(pair.sourceBuilder().build(), sink(), code + " on 'source'", fix);
    } finally {
      pair.source().execute(set(variable, before));
    }
  }

  private static String set(String variable, String value) {
    return "SET GLOBAL %s = %s"
        .formatted(variable, value.matches("\\d+") ? value : "'" + value + "'");
  }

  @Test
  void privilegesThatAreMissing() throws Exception {
    String user = "u" + database.substring(database.length() - 8);
    for (MySqlServer server : List.of(pair.source(), pair.target())) {
      server.execute("CREATE USER " + user + " IDENTIFIED BY '" + SECRET + "'");
    }
    MySqlSource source = login(pair.source().host(), pair.source().port(), user).build();
    MySqlSink sink =
        MySqlSink.builder()
            .host(pair.target().host())
            .port(pair.target().port())
            .username(user)
            .password(SECRET)
            .ledgerDatabase(ledger())
            .build();

    assertRefused(
        source,
        sink(),
        "PRIVILEGE_MISSING on 'source'",
        "GRANT REPLICATION SLAVE ON *.* TO the user");
    assertRefused(
        pair.sourceBuilder().build(),
        sink,
        "PRIVILEGE_MISSING on '" + database + ".t'",
        "GRANT CREATE, SELECT, INSERT, UPDATE, DELETE ON `" + database + "`.* TO the user");
  }

  @Test
  void aStructureThatCannotBeRead() throws Exception {
    AtomicInteger sessions = new AtomicInteger();
    MysqlDataSource onlyOne =
        new MysqlDataSource() {
          private static final long serialVersionUID = 1;

          @Override
          public Connection getConnection() throws SQLException {
            if (sessions.incrementAndGet() > 1) {
              throw new SQLException("The pool is closed.", "08001");
            }
            return super.getConnection();
          }
        };
    onlyOne.setUrl(pair.source().jdbcUrl(""));
    onlyOne.setUser(pair.source().username());
    onlyOne.setPassword(pair.source().password());
    MySqlSource source = pair.sourceBuilder().dataSource(onlyOne).build();

    assertRefused(source, sink(), "TABLES_UNREADABLE", "Mend what the message says");
  }

  @Test
  void aCascadeThatTheSinkCannotRepeatUnlessItIsAcknowledged() throws Exception {
    createCascade();

    assertRefused(
        pair.sourceBuilder().build(),
        new NonCascadingSink(sink()),
        "CASCADING_FOREIGN_KEY on '" + database + ".child'",
        "a sink whose target cascades too",
        "replace the rule by RESTRICT",
        "or acknowledge CASCADING_FOREIGN_KEY");
    try (SyncJob<TableChange> job =
        job(pair.sourceBuilder().build(), new NonCascadingSink(sink()), database)
            .acknowledge("CASCADING_FOREIGN_KEY")
            .build()) {
      job.start();

      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      assertEqual();
    }
  }

  @Test
  void aCascadeWhoseRowsTheJobDoesNotCopy() throws Exception {
    createCascade();

    try (SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(sink())
            .named(database)
            .select(TableSelection.builder().database(database).build())
            .initialize(Initialization.STRUCTURE)
            .checkpoints(checkpoints)
            .build()) {
      assertStops(
          job,
          "CASCADING_FOREIGN_KEY on '" + database + ".child'",
          "Let the job copy the rows (initialize DATA)");
    }
  }

  @Test
  void aCascadeFromATableThatIsNotSelected() throws Exception {
    createCascade();

    try (SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(sink())
            .named(database)
            .select(TableSelection.builder().database(database, db -> db.table("child")).build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(checkpoints)
            .build()) {
      assertStops(
          job,
          "CASCADING_FOREIGN_KEY on '" + database + ".child'",
          "Select '" + database + ".t' too");
    }
  }

  private void createCascade() throws SQLException {
    pair.source()
        .execute(
            "CREATE TABLE "
                + database
                + ".child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES "
                + database
                + ".t (id) ON DELETE CASCADE)",
            "INSERT INTO " + database + ".child VALUES (1)");
  }

  @Test
  void warnsOfTablesThatNeedCareAndCopiesThem() throws Exception {
    pair.source()
        .execute(
            "CREATE TABLE " + database + ".log (n INT)",
            "CREATE TABLE " + database + ".old (id INT PRIMARY KEY) ENGINE = MyISAM",
            "INSERT INTO " + database + ".log VALUES (1), (1)",
            "INSERT INTO " + database + ".old VALUES (1)");

    try (SyncJob<TableChange> job = job(pair.sourceBuilder().build(), sink(), database).build()) {
      assertThat(job.precheck().findings())
          .filteredOn(finding -> finding.object().startsWith(database))
          .allMatch(finding -> finding.severity() == Severity.WARNING)
          .extracting(finding -> finding.code() + " " + finding.object() + ": " + finding.fix())
          .containsExactly(
              "TABLE_WITHOUT_KEY " + database + ".log: Add a primary key.",
              "TABLE_NOT_TRANSACTIONAL %s.old: ALTER TABLE `%s`.`old` ENGINE = InnoDB"
                  .formatted(database, database));
      assertThat(databases(pair.target())).doesNotContain(database, ledger());

      job.start();
      assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
      pair.source()
          .execute(
              "INSERT INTO " + database + ".log VALUES (1), (2)",
              "DELETE FROM " + database + ".log WHERE n = 1 LIMIT 1",
              "INSERT INTO " + database + ".old VALUES (2)");
      assertEqual();
    }
  }

  /** Starts a job, which must stop with one finding or more, and touch nothing. */
  private void assertRefused(
      MySqlSource source, Sink<TableChange> sink, String finding, String... fix)
      throws SQLException {
    List<String> before = databases(pair.target());
    try (SyncJob<TableChange> job = job(source, sink, database).build()) {
      assertStops(job, finding, fix);
    }
    assertThat(databases(pair.target())).isEqualTo(before).doesNotContain(database, ledger());
  }

  private void assertStops(SyncJob<TableChange> job, String finding, String... fix) {
    PrecheckFailedException failure =
        catchThrowableOfType(PrecheckFailedException.class, job::start);

    List<Finding> found =
        failure.report().stops().stream().filter(f -> f.toString().contains(finding)).toList();
    assertThat(found).as("%s", failure.report()).isNotEmpty();
    assertThat(found.stream().map(Finding::fix).toList().toString()).contains(fix);
    assertThat(failure)
        .hasMessageContaining(finding)
        .hasMessageContainingAll(fix)
        .hasMessageNotContaining(SECRET);
    assertThat(job.status().state()).isEqualTo(JobState.PRECHECK_FAILED);
    assertThat(checkpoints.load(job.name())).isEmpty();
  }

  private void assertEqual() throws Exception {
    assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
        .isEqualTo(Checksums.of(pair.source(), database));
  }

  private static MySqlSource.Builder login(String host, int port, String user) {
    return MySqlSource.builder().host(host).port(port).username(user).password(SECRET);
  }

  private MySqlSink sink() {
    return pair.sinkBuilder().ledgerDatabase(ledger()).build();
  }

  private MySqlSink.Builder sinkBuilder(MySqlServer server) {
    return MySqlSink.builder()
        .host(server.host())
        .port(server.port())
        .username(server.username())
        .password(server.password())
        .ledgerDatabase(ledger());
  }

  private SyncJobBuilder<TableChange> job(
      MySqlSource source, Sink<TableChange> sink, String selected) {
    return SyncJob.from(source)
        .to(sink)
        .named(database)
        .select(TableSelection.builder().database(selected).build())
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .checkpoints(checkpoints);
  }

  private String ledger() {
    return database + "_ledger";
  }

  private static List<String> databases(MySqlServer server) throws SQLException {
    return ask(server, "SHOW DATABASES");
  }

  private static List<String> ask(MySqlServer server, String sql) throws SQLException {
    List<String> answers = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        answers.add(rows.getString(1));
      }
    }
    return answers;
  }
}
