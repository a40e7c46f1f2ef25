package dev.syncline.mysql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SnapshotReader;
import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.TransientException;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * MariaDB logs the commit of an XA transaction before its engine commits. Here the engine takes
 * long for that: it writes down each row of a full-text index that is gone.
 */
@ParameterizedClass
@MethodSource("dev.syncline.mysql.Selected#ofMariaDb")
@Tag(EachRelease.TAG)
class XaVisibilityIT {
  private static final int TEXTS = 40_000;
  private static final int MOST_TRANSACTIONS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @Parameter MySqlRelease release;

  private SourceFixture source;
  private Connection writer;
  private CompletableFuture<Void> commit = CompletableFuture.completedFuture(null);
  private String undecided = "";
  private long locksBefore;

  @BeforeEach
  void createTables() throws Exception {
    source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE texts (id INT PRIMARY KEY, body TEXT, FULLTEXT (body)) ENGINE=InnoDB",
        "CREATE TABLE other (id INT PRIMARY KEY) ENGINE=InnoDB");
    writer = source.connect();
    locksBefore = countLocks();
  }

  @AfterEach
  void close() throws Exception {
    commit.join();
    if (!undecided.isEmpty()) {
      decide("XA ROLLBACK " + undecided);
    }
    writer.close();
  }

  private TableSourceSession begin(MySqlSource.Builder builder) {
    TableSelection selection =
        TableSelection.builder().database(source.database(), db -> db.table("t")).build();
    TableSourceSession session = builder.build().open(SourceFixture.scope(selection));
    session.define(session.tables().stream().map(t -> t.definition()).toList());
    return session;
  }

  @Test
  void chunksShowWhatThePositionIncludes() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(PATIENCE))) {
      TableDefinition table = source.definition("t");
      Late late = commitLate(session);

      try (SnapshotReader reader = session.openSnapshotReader()) {
        assertThat(reader.readRange(table, KeyRange.ALL).rows())
            .extracting(row -> row.row().value(0))
            .contains((long) late.id());
      }
      assertThat(locks()).isZero();
    }
  }

  @Test
  void readsBehindTheWaitShowWhatThePositionIncludes() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(PATIENCE))) {
      Late late = commitLate(session);

      session.awaitVisible(late.positions());

      assertThat(source.ask("SELECT id FROM t")).contains(Integer.toString(late.id()));
      assertThat(locks()).isZero();
    }
  }

  /** A row that is logged as committed, before positions that were taken, but not visible then. */
  private record Late(int id, Map<String, Position> positions) {}

  private Late commitLate(TableSourceSession session) throws Exception {
    for (int id = 1; id <= MOST_TRANSACTIONS; id++) {
      fillTexts();
      prepare("t", id, "DELETE FROM texts");
      try (Connection watch = source.connect()) {
        MariaDbGtids before = MariaDbSnapshot.logged(watch);
        String xid = xid(id);
        commit = CompletableFuture.runAsync(() -> decide("XA COMMIT " + xid));
        while (MariaDbSnapshot.logged(watch).equals(before) && !commit.isDone()) {
          Thread.onSpinWait();
        }
      }
      Map<String, Position> positions = session.currentPositions();
      if (source.ask("SELECT id FROM t WHERE id = " + id).isEmpty()) {
        return new Late(id, positions);
      }
      commit.join();
    }
    throw new AssertionError("Each transaction was visible too soon.");
  }

  private void fillTexts() throws SQLException {
    source.execute(
        IntStream.range(0, TEXTS)
            .mapToObj(id -> "(%d, 'word%d')".formatted(id, id))
            .collect(Collectors.joining(", ", "INSERT INTO texts VALUES ", "")));
  }

  private String xid(int id) {
    return "'%s','%d'".formatted(source.database(), id);
  }

  private void prepare(String table, int id, String... more) throws SQLException {
    try (Statement statement = writer.createStatement()) {
      statement.execute("XA START " + xid(id));
      statement.execute("INSERT INTO " + table + " VALUES (" + id + ")");
      for (String sql : more) {
        statement.execute(sql);
      }
      statement.execute("XA END " + xid(id));
      statement.execute("XA PREPARE " + xid(id));
      undecided = xid(id);
    }
  }

  private void decide(String decision) {
    try (Statement statement = writer.createStatement()) {
      statement.execute(decision);
      undecided = "";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How often tables were locked since the test began. */
  private long locks() throws SQLException {
    return countLocks() - locksBefore;
  }

  private long countLocks() throws SQLException {
    try (Connection connection = source.connect()) {
      String status =
          SinkFixture.ask(connection, "SHOW GLOBAL STATUS LIKE 'Com_lock_tables'").get(0);
      return Long.parseLong(status.split("\\|", -1)[1]);
    }
  }

  @Test
  void tablesOfWhatStaysPreparedAreWaitedFor() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(SHORT))) {
      Map<String, Position> positions = session.currentPositions();
      prepare("t", 1);

      assertThatThrownBy(() -> session.openSnapshotReader())
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("[" + source.database() + ".t]")
          .hasMessageContaining(HexFormat.of().formatHex(source.database().getBytes(UTF_8)));
      assertThatThrownBy(() -> session.awaitVisible(positions))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("stay prepared");

      decide("XA ROLLBACK " + xid(1));
      session.openSnapshotReader().close();
      session.awaitVisible(positions);
    }
  }

  @Test
  void whatStaysPreparedElsewhereTakesALock() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(SHORT))) {
      Map<String, Position> positions = session.currentPositions();
      prepare("other", 1);

      session.openSnapshotReader().close();
      session.awaitVisible(positions);

      assertThat(locks()).isEqualTo(2);
    }
  }

  @Test
  void whoMayNotLockIsToldWhatStaysPrepared() throws Exception {
    String user = "xv" + Integer.toHexString(source.database().hashCode());
    source.execute(
        "CREATE USER '" + user + "'@'%' IDENTIFIED BY 'secret_of_a_test'",
        "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '" + user + "'@'%'",
        "GRANT SELECT ON " + source.database() + ".* TO '" + user + "'@'%'");
    try (TableSourceSession session =
        begin(source.source(user, "secret_of_a_test").lockTimeout(SHORT))) {
      session.openSnapshotReader().close();
      prepare("other", 1);

      assertThatThrownBy(() -> session.openSnapshotReader())
          .isInstanceOf(TransientException.class)
          .hasMessageContaining(HexFormat.of().formatHex(source.database().getBytes(UTF_8)))
          .hasMessageContaining("GRANT LOCK TABLES ON `" + source.database() + "`.*");
    } finally {
      source.execute("DROP USER '" + user + "'@'%'");
    }
  }
}
