package dev.syncline.mysql;

import static dev.syncline.mysql.BinlogBench.changes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.PositionLostException;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.mysql.MySqlPosition.Gtids;
import dev.syncline.mysql.MySqlPosition.MariaDb;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import dev.syncline.testkit.server.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("dev.syncline.mysql.BinlogFlavor#selected")
@Tag(EachRelease.TAG)
class BinlogFailureIT {
  private static final Duration POLL = Duration.ofSeconds(60);

  @Parameter BinlogFlavor flavor;

  private BinlogBench bench;

  @BeforeEach
  void open() throws Exception {
    bench = new BinlogBench(flavor.server());
    bench.run("CREATE TABLE t (id INT PRIMARY KEY, name LONGTEXT)");
  }

  @AfterEach
  void close() throws Exception {
    bench.close();
  }

  @Test
  void aPurgedPositionIsLost() throws Exception {
    MySqlPosition begin = bench.here();
    purge();

    assertThatThrownBy(() -> bench.open(begin))
        .isInstanceOf(PositionLostException.class)
        .hasMessageContaining("purged")
        .hasMessageContaining("'" + begin + "'")
        .hasMessageContaining("oldest")
        .hasMessageContaining("snapshot");
  }

  @Test
  void aPositionThatIsPurgedBehindOurBackIsLost() throws Exception {
    MySqlPosition begin = bench.here();
    purge();

    assertThatThrownBy(() -> takeUntilFailure(bench.settings(), begin))
        .isInstanceOf(PositionLostException.class)
        .hasMessageContaining("'" + begin.point());
  }

  /** MariaDB keeps a file until a thread in the background has taken note that it is complete. */
  private void purge() throws SQLException {
    bench.run("INSERT INTO t VALUES (1, 'a')", "FLUSH LOGS", "FLUSH LOGS");
    long deadline = System.nanoTime() + POLL.toNanos();
    List<String> files = files();
    while (files.size() > 1) {
      assertThat(System.nanoTime()).as("files %s", files).isLessThan(deadline);
      bench.run("PURGE BINARY LOGS TO '" + files.get(files.size() - 1) + "'");
      files = files();
    }
  }

  private List<String> files() throws SQLException {
    List<String> files = new ArrayList<>();
    try (Statement statement = bench.client().createStatement();
        ResultSet rows = statement.executeQuery("SHOW BINARY LOGS")) {
      while (rows.next()) {
        files.add(rows.getString(1));
      }
    }
    return files;
  }

  /** Whether the server refuses before or after the connection counts as open is a race. */
  private static void takeUntilFailure(BinlogSettings settings, MySqlPosition position)
      throws InterruptedException {
    long deadline = System.nanoTime() + POLL.toNanos();
    try (BinlogConnection connection = BinlogConnection.open(settings, position)) {
      while (System.nanoTime() < deadline) {
        connection.take(POLL.toNanos(), position.point());
      }
    }
  }

  @Test
  void aPositionBehindTheEndOfTheLogIsLost() throws Exception {
    MySqlPosition here = bench.here();

    assertThatThrownBy(() -> bench.check(beyond(here))).isInstanceOf(PositionLostException.class);
  }

  private static MySqlPosition beyond(MySqlPosition here) {
    if (here.progress() instanceof Gtids gtids) {
      Gtid more = Gtid.parse("4350f323-7565-4e59-8763-4b1b83a0ce0e:7");
      return new MySqlPosition(here.point(), new Gtids(gtids.executed().plus(more)));
    }
    if (here.progress() instanceof MariaDb mariaDb) {
      MariaDbGtid last = mariaDb.last().last(0).orElseThrow();
      MariaDbGtid more = new MariaDbGtid(0, last.server(), last.sequence() + 1);
      return new MySqlPosition(here.point(), new MariaDb(mariaDb.last().plus(more)));
    }
    return new MySqlPosition(here.point().at(1_000_000_000), here.progress());
  }

  @Test
  void aKilledConnectionIsTransient() throws Exception {
    try (MySqlSourceReader reader = bench.open(bench.here())) {
      bench.run("KILL " + dumpThread());

      assertThatThrownBy(() -> pollUntilFailure(reader))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("'" + bench.endpoint() + "'");
    }
  }

  @Test
  void aSecondReaderWithTheSameServerIdThrowsTheFirstOneOut() throws Exception {
    BinlogSettings settings = bench.settings();
    MySqlPosition begin = bench.here();
    try (MySqlSourceReader first = bench.open(begin, settings, bench.all(), scope -> scope)) {
      first.poll(Duration.ofMillis(1));
      try (MySqlSourceReader second = bench.open(begin, settings, bench.all(), scope -> scope)) {
        second.poll(Duration.ofMillis(1));
        checkThrownOut(first);
      }
    }
  }

  /** Of a reader whose server id another one has now. */
  private void checkThrownOut(MySqlSourceReader first) throws Exception {
    if (flavor.release() == MySqlRelease.MYSQL_5_6) {
      // It knows readers by their UUID only, which ours have not: both go on.
      bench.end();
      bench.readToEnd(first);
    } else if (Feature.SAME_SERVER_ID_IS_NAMED.isIn(flavor.release())) {
      assertThatThrownBy(() -> pollUntilFailure(first))
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("'serverId'");
    } else {
      assertThatThrownBy(() -> pollUntilFailure(first)).isInstanceOf(TransientException.class);
    }
  }

  private static void pollUntilFailure(MySqlSourceReader reader) throws InterruptedException {
    long deadline = System.nanoTime() + POLL.toNanos();
    while (System.nanoTime() < deadline) {
      reader.poll(POLL);
    }
  }

  @Test
  void anotherReaderOfTheSameServerIdIsNamed() throws Exception {
    BinlogSettings settings = bench.settings();
    MySqlPosition here = bench.here();
    try (MySqlSourceReader first = bench.open(here, settings, bench.all(), scope -> scope)) {
      bench.end();
      bench.readToEnd(first);
      try (MySqlSourceReader second = bench.open(here, settings, bench.all(), scope -> scope)) {
        assertThat(bench.readToEnd(second)).isEmpty();
        checkThrownOut(first);
      }
    }
  }

  @Test
  void theServerWaitsForASlowReader() throws Exception {
    MySqlEndpoint.Builder hasty = BinlogBench.endpointOf(bench.server(), bench.server().port());
    hasty.connectTimeout(Duration.ofSeconds(3));
    BinlogSettings settings = bench.settings();
    settings =
        new BinlogSettings(
            hasty.buildWithLogin(),
            settings.serverId(),
            Duration.ofMillis(200),
            64 << 10,
            settings.threads());
    MySqlPosition begin = bench.here();
    bench.run("SET GLOBAL net_write_timeout = 1", "INSERT INTO t VALUES (0, REPEAT('x', 1000000))");
    try (MySqlSourceReader reader = bench.open(begin, settings, bench.all(), scope -> scope)) {
      String connection = dumpThread();
      for (int i = 1; i <= 30; i++) {
        bench.run("INSERT INTO t SELECT " + i + ", name FROM t WHERE id = 0");
      }
      // Longer than the server's patience by default, and than three heartbeats.
      bench.run("DO SLEEP(4)");
      bench.end();

      assertThat(bench.readToEnd(reader)).hasSize(31);
      assertThat(dumpThread()).isEqualTo(connection);
    } finally {
      bench.run("SET GLOBAL net_write_timeout = 60");
    }
  }

  /** The id of the connection over which the server sends its log to our reader. */
  private String dumpThread() throws Exception {
    long deadline = System.nanoTime() + POLL.toNanos();
    List<String> found = dumpThreads();
    while (found.size() != 1) {
      assertThat(System.nanoTime()).as("dump threads %s", found).isLessThan(deadline);
      found = dumpThreads();
    }
    return found.get(0);
  }

  private List<String> dumpThreads() throws SQLException {
    List<String> ids = new ArrayList<>();
    try (Statement statement = bench.client().createStatement();
        ResultSet rows = statement.executeQuery("SHOW FULL PROCESSLIST")) {
      while (rows.next()) {
        if (String.valueOf(rows.getString("Command")).startsWith("Binlog Dump")) {
          ids.add(rows.getString("Id"));
        }
      }
    }
    return ids;
  }

  @Test
  void aServerThatGoesAwayIsTransient() throws Exception {
    try (MySqlServer own = flavor.builder().start();
        BinlogBench other = new BinlogBench(own);
        MySqlSourceReader reader = other.open(other.here())) {
      reader.poll(Duration.ofMillis(1));
      MySqlPosition foreign = other.here();

      own.kill();

      assertThatThrownBy(() -> pollUntilFailure(reader)).isInstanceOf(TransientException.class);
      assertThatThrownBy(() -> bench.open(foreign)).isInstanceOf(PositionLostException.class);
      assertThatThrownBy(() -> BinlogConnection.open(other.settings(), foreign))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("'" + other.endpoint() + "'");
    }
  }

  @Test
  void damageOnTheWayIsFound() throws Exception {
    try (TcpProxy proxy = TcpProxy.before(bench.server())) {
      MySqlPosition begin = bench.here();
      try (MySqlSourceReader reader = openThrough(proxy, begin)) {
        proxy.tap((link, direction, piece) -> flip(piece));
        bench.run("INSERT INTO t VALUES (1, 'flip this')");

        if (!Feature.CHECKSUMS.isIn(flavor.release())) {
          bench.end();
          assertThat(changes(bench.readToEnd(reader))).containsExactly(List.of("+t(1, Flip this)"));
          return;
        }
        assertThatThrownBy(() -> pollUntilFailure(reader))
            .isExactlyInstanceOf(SyncException.class)
            .hasMessageContaining("checksum");
      }
    }
  }

  private static byte[] flip(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace("flip this", "Flip this").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aSilentConnectionIsNoticed() throws Exception {
    try (TcpProxy proxy = TcpProxy.before(bench.server());
        MySqlSourceReader reader = openThrough(proxy, bench.here())) {
      // Before its first sign of life a MariaDB may be silent for long.
      bench.end();
      bench.readToEnd(reader);

      proxy.blackHole();

      assertThatThrownBy(() -> pollUntilFailure(reader)).isInstanceOf(TransientException.class);
    }
  }

  private MySqlSourceReader openThrough(TcpProxy proxy, MySqlPosition from) throws Exception {
    MySqlEndpoint.Builder through = BinlogBench.endpointOf(bench.server(), proxy.port());
    through.connectTimeout(Duration.ofSeconds(3));
    through.tls(MySqlTls.disabled());
    BinlogSettings direct = bench.settings();
    BinlogSettings settings =
        new BinlogSettings(
            through.buildWithLogin(),
            direct.serverId(),
            direct.heartbeat(),
            direct.queueBytes(),
            direct.threads());
    return bench.open(from, settings, bench.all(), scope -> scope);
  }

  @Test
  void badCredentialsAreNamed() throws Exception {
    MySqlPosition here = bench.here();
    MySqlEndpoint.Builder wrong = MySqlEndpoint.builder();
    wrong.host(bench.server().host());
    wrong.port(bench.server().port());
    wrong.username(bench.server().username());
    wrong.password("not-the-password");

    assertThatThrownBy(() -> BinlogConnection.open(at(wrong), here))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("1045")
        .hasMessageContaining("Check user name, password")
        .hasMessageNotContaining("not-the-password");
  }

  @Test
  void aMissingPrivilegeIsNamed() throws Exception {
    MySqlPosition here = bench.here();
    bench.run(
        "CREATE USER little_reader IDENTIFIED BY 'little'", "GRANT SELECT ON *.* TO little_reader");
    MySqlEndpoint.Builder little = MySqlEndpoint.builder();
    little.host(bench.server().host());
    little.port(bench.server().port());
    little.username("little_reader");
    little.password("little");

    assertThatThrownBy(() -> takeUntilFailure(at(little), here))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContaining("REPLICATION SLAVE");
  }

  @Test
  void anUnknownHostIsNamed() throws Exception {
    MySqlPosition here = bench.here();
    MySqlEndpoint.Builder nowhere = MySqlEndpoint.builder();
    nowhere.host("nowhere.invalid");
    nowhere.username("u");
    nowhere.password("p");

    assertThatThrownBy(() -> BinlogConnection.open(at(nowhere), here))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("'nowhere.invalid:3306'")
        .hasMessageContaining("host name is unknown");
  }

  private BinlogSettings at(MySqlEndpoint.Builder endpoint) {
    BinlogSettings like = bench.settings();
    return new BinlogSettings(
        endpoint.buildWithLogin(),
        like.serverId(),
        like.heartbeat(),
        like.queueBytes(),
        like.threads());
  }
}
