package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CheckpointStore;
import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.MemoryDeadLetterSink;
import dev.syncline.PrecheckFailedException;
import dev.syncline.SyncJob;
import dev.syncline.SyncJobBuilder;
import dev.syncline.TableSelection;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableChange;
import dev.syncline.change.ValueKind;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.transform.Conversion;
import dev.syncline.transform.Mask;
import dev.syncline.transform.Transforms;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;

/** Tables whose columns are masked, converted, added and dropped on their way. */
class MaskedColumnsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final byte[] SALT = "a salt that nobody guesses".getBytes(StandardCharsets.UTF_8);
  private static final Column DOMAIN =
      new Column(
          "domain",
          new ColumnType(ValueKind.TEXT, "varchar(50)", "utf8mb4", "utf8mb4_general_ci"),
          true,
          Column.Origin.WRITTEN);

  private final CheckpointStore checkpoints = new MemoryCheckpointStore();
  private final MemoryDeadLetterSink letters = new MemoryDeadLetterSink();
  private final List<SyncJob<TableChange>> jobs = new ArrayList<>();

  @AfterEach
  void closeJobs() {
    jobs.forEach(SyncJob::close);
  }

  private static String hash(String value) throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(SALT, "HmacSHA256"));
    return HexFormat.of().formatHex(mac.doFinal(value.getBytes(StandardCharsets.UTF_8)));
  }

  /** A job from one database of a server to another one, with keys masked at both their ends. */
  private SyncJobBuilder<TableChange> job(MySqlServer server, String from) {
    ServerPair pair = new ServerPair(server, server);
    return SyncJob.from(pair.sourceBuilder().build())
        .to(pair.sinkBuilder().build())
        .named(from)
        .select(
            TableSelection.builder().database(from, db -> db.as(from + "_x").tables("*")).build())
        .through(
            Transforms.add(
                "*.users",
                DOMAIN,
                row -> {
                  String email = (String) row.value("email");
                  return email == null ? null : email.substring(email.indexOf('@') + 1);
                }))
        .through(Transforms.mask(from + ".users", "id", Mask.hash(SALT)))
        .through(Transforms.mask(from + ".orders", "user_id", Mask.hash(SALT)))
        .through(Transforms.mask(from + ".users", "email", Mask.hash(SALT)))
        .through(Transforms.mask(from + ".users", "phone", Mask.partial(3, 2)))
        .through(Transforms.mask("*.*", "born"))
        .through(Transforms.drop(from + ".users", "password"))
        .through(Transforms.convert("*.users", "balance", Conversion.toDecimal(12, 2)))
        .through(Transforms.rename("*.orders", "note", "remark"))
        .through(Transforms.mask("*.orders", "remark", Mask.partial(1, 0)))
        .initialize(Initialization.STRUCTURE, Initialization.DATA)
        .deadLetters(letters)
        .checkpoints(checkpoints);
  }

  private SyncJob<TableChange> startAndSynchronize(SyncJobBuilder<TableChange> builder)
      throws Exception {
    SyncJob<TableChange> job = builder.build();
    jobs.add(job);
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).isTrue();
    return job;
  }

  private static String make(MySqlServer server) throws Exception {
    String from = server.createDatabase("masked");
    server.execute(
        ("CREATE TABLE %s.users (id INT AUTO_INCREMENT PRIMARY KEY, email VARCHAR(100) NOT NULL,"
                + " phone VARCHAR(20), password VARCHAR(60) NOT NULL, born DATE NOT NULL,"
                + " balance VARCHAR(20), since INT NOT NULL DEFAULT 7 COMMENT 'stays',"
                + " UNIQUE KEY email (email), KEY phone (phone), KEY password (password))")
            .formatted(from),
        ("CREATE TABLE %1$s.orders (id INT PRIMARY KEY, user_id INT NOT NULL, note TEXT,"
                + " amount INT NOT NULL,"
                + " CONSTRAINT %1$s_fk FOREIGN KEY (user_id) REFERENCES %1$s.users (id))")
            .formatted(from),
        ("INSERT INTO %s.users (id, email, phone, password, born, balance) VALUES"
                + " (1, 'ada@one.org', '0123456789', 'p', '1815-12-10', '10.5'),"
                + " (2, 'grace@two.org', NULL, 'q', '1906-12-09', NULL),"
                + " (3, 'bad@two.org', '9', 'r', '1900-01-01', 'broke')")
            .formatted(from),
        "INSERT INTO %s.orders VALUES (10, 1, 'fast', 1), (20, 2, NULL, 2)".formatted(from));
    return from;
  }

  @ParameterizedTest
  @EachRelease
  void areMadeCopiedAndFollowed(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = make(server);
    String to = from + "_x";

    SyncJob<TableChange> job = startAndSynchronize(job(server, from));

    assertMade(server, to);
    String users =
        "SELECT CONCAT_WS(' ', id, email, IFNULL(phone, '-'), born, IFNULL(balance, '-'), domain,"
            + " since) FROM %s.users ORDER BY domain, phone".formatted(to);
    String ada = " 012*****89 2000-01-01 10.50 one.org 7";
    String grace = " - 2000-01-01 - two.org 7";
    assertThat(rows(server, users))
        .containsExactly(
            hash("1") + " " + hash("ada@one.org") + ada,
            hash("2") + " " + hash("grace@two.org") + grace);
    assertThat(letters.letters()).hasSize(1);

    server.execute(
        ("INSERT INTO %s.users (id, email, phone, password, born, balance) VALUES"
                + " (4, 'x@two.org', '12345678', 's', '1912-06-23', '-1')")
            .formatted(from),
        "UPDATE %s.users SET id = 5, balance = '007' WHERE id = 4".formatted(from),
        "INSERT INTO %s.orders VALUES (30, 5, 'late', 3)".formatted(from),
        "DELETE FROM %s.orders WHERE id = 20".formatted(from),
        "DELETE FROM %s.users WHERE id = 2".formatted(from));
    lessLogged(server, "UPDATE %s.orders SET note = 'slow' WHERE id = 10".formatted(from));
    lessLogged(server, "UPDATE %s.orders SET amount = 9 WHERE id = 30".formatted(from));

    String both =
        ("SELECT CONCAT_WS(' ', o.id, remark, amount, phone, balance) FROM %1$s.orders o"
                + " JOIN %1$s.users u ON u.id = o.user_id ORDER BY o.id")
            .formatted(to);
    awaitRows(server, both, List.of("10 s*** 1 012*****89 10.50", "30 l*** 9 123***78 7.00"));
    assertThat(rows(server, "SELECT id FROM %s.users".formatted(to)))
        .containsExactlyInAnyOrder(hash("1"), hash("5"));

    job.close();
    server.execute("UPDATE %s.users SET id = 6 WHERE id = 3".formatted(from));
    server.execute("UPDATE %s.users SET phone = NULL WHERE id = 1".formatted(from));
    startAndSynchronize(job(server, from));
    awaitRows(
        server,
        both.replace("phone", "IFNULL(phone, '-')"),
        List.of("10 s*** 1 - 10.50", "30 l*** 9 123***78 7.00"));
    assertThat(letters.letters()).hasSize(2);
    assertThat(letters.letters().get(1).cause())
        .hasMessageContainingAll("'balance'", "'" + from + ".users'", "no number");
  }

  private static void assertMade(MySqlServer server, String to) {
    assertThat(columns(server, to))
        .containsExactlyInAnyOrder(
            "orders amount int none",
            "orders id int none",
            "orders remark text none",
            "orders user_id varchar(64) ascii_bin",
            "users balance decimal(12,2) none",
            "users born date none",
            "users domain varchar(50) utf8mb4_general_ci",
            "users email varchar(64) ascii_bin",
            "users id varchar(64) ascii_bin",
            "users phone varchar(20) none",
            "users since int stays");
    assertThat(foreignKeys(server, to)).containsExactly("orders user_id users id");
  }

  /** A key that is masked at one end only would be found when the first row comes. */
  @ParameterizedTest
  @EachRelease
  void areRefusedWhereKeysWouldBecomeOne(MySqlRelease release) throws Exception {
    MySqlServer server = MySqlServer.shared(release);
    String from = make(server);

    SyncJob<TableChange> job =
        job(server, from)
            .through(Transforms.mask("*.orders", "user_id"))
            .through(Transforms.mask("*.users", "email", Mask.partial(1, 1)))
            .build();

    assertThatThrownBy(job::start)
        .isInstanceOf(PrecheckFailedException.class)
        .hasMessageContainingAll(
            "Cannot mask column 'user_id' of table '" + from + ".orders'",
            "foreign key",
            "Cannot mask column 'email' of table '" + from + ".users'",
            "unique key 'email'");
    assertThat(rows(server, "SHOW DATABASES")).doesNotContain(from + "_x");
  }

  /** Changes something in a session that logs only what changed, where the server can. */
  private static void lessLogged(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      try (ResultSet found = statement.executeQuery("SHOW VARIABLES LIKE 'binlog_row_image'")) {
        if (found.next()) {
          statement.execute("SET SESSION binlog_row_image = 'MINIMAL'");
        }
      }
      statement.execute(sql);
    }
  }

  private void awaitRows(MySqlServer server, String query, List<String> expected) throws Exception {
    Await.until(
        "rows of: " + query,
        PATIENCE,
        () ->
            jobs.stream().anyMatch(job -> job.status().failure().isPresent())
                || rows(server, query).equals(expected));
    assertThat(jobs).allSatisfy(job -> assertThat(job.status().failure()).isEmpty());
    assertThat(rows(server, query)).isEqualTo(expected);
  }

  /** Types without the widths that old servers show, and the collation or comment where it says. */
  private static List<String> columns(MySqlServer server, String database) {
    return rows(
            server,
            ("SELECT CONCAT_WS(' ', TABLE_NAME, COLUMN_NAME, COLUMN_TYPE,"
                    + " IF(COLUMN_NAME IN ('domain', 'email', 'id', 'user_id')"
                    + " AND COLLATION_NAME IS NOT NULL, COLLATION_NAME,"
                    + " IF(COLUMN_COMMENT = '', 'none', COLUMN_COMMENT)))"
                    + " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '%s'")
                .formatted(database))
        .stream()
        .map(column -> column.replace("int(11)", "int"))
        .toList();
  }

  private static List<String> foreignKeys(MySqlServer server, String database) {
    return rows(
        server,
        ("SELECT CONCAT_WS(' ', TABLE_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME,"
                + " REFERENCED_COLUMN_NAME) FROM information_schema.KEY_COLUMN_USAGE"
                + " WHERE TABLE_SCHEMA = '%s' AND REFERENCED_TABLE_NAME IS NOT NULL")
            .formatted(database));
  }

  private static List<String> rows(MySqlServer server, String query) {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    return rows;
  }
}
