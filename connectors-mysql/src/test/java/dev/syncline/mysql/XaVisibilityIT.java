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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
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
  private static final int MOST_TRANSACTIONS = 20;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(1);

  @Parameter MySqlRelease release;

  private SourceFixture source;
  private Connection writer;
  private Connection otherWriter;
  private CompletableFuture<Void> commit = CompletableFuture.completedFuture(null);
  private final Map<Integer, Connection> undecided = new ConcurrentHashMap<>();
  private long locksBefore;

  @BeforeEach
  void createTables() throws Exception {
    source = new SourceFixture(MySqlServer.shared(release));
    source.execute(
        "CREATE TABLE t (id INT PRIMARY KEY) ENGINE=InnoDB",
        "CREATE TABLE texts (id INT PRIMARY KEY, body TEXT, FULLTEXT (body)) ENGINE=InnoDB",
        "CREATE TABLE other (id INT PRIMARY KEY) ENGINE=InnoDB");
    writer = source.connect();
    otherWriter = source.connect();
    locksBefore = countLocks();
  }

  @AfterEach
  void close() throws Exception {
    commit.join();
    undecided.keySet().forEach(id -> decide("XA ROLLBACK ", id));
    writer.close();
    otherWriter.close();
  }

  private TableSourceSession begin(MySqlSource.Builder builder) {
    return begin(builder, "t");
  }

  private TableSourceSession begin(MySqlSource.Builder builder, String... tables) {
    TableSelection selection =
        TableSelection.builder()
            .database(source.database(), db -> List.of(tables).forEach(db::table))
            .build();
    TableSourceSession session = builder.build().open(SourceFixture.scope(selection));
    session.define(session.tables().stream().map(t -> t.definition()).toList(), session.memory());
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
        int late = id;
        commit = CompletableFuture.runAsync(() -> decide("XA COMMIT ", late));
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
    prepare(writer, table, id, more);
  }

  private void prepare(Connection connection, String table, int id, String... more)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("XA START " + xid(id));
      statement.execute("INSERT INTO " + table + " VALUES (" + id + ")");
      for (String sql : more) {
        statement.execute(sql);
      }
      statement.execute("XA END " + xid(id));
      statement.execute("XA PREPARE " + xid(id));
      undecided.put(id, connection);
    }
  }

  private void decide(String decision, int id) {
    Connection connection = Objects.requireNonNull(undecided.get(id), "prepared");
    try (Statement statement = connection.createStatement()) {
      statement.execute(decision + xid(id));
      undecided.remove(id);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean tellsXa() {
    return Feature.XA_IN_LOG.isIn(release);
  }

  private static boolean awaitBefore(
      SnapshotReader reader, TableDefinition table, MySqlTransactionId transaction) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    boolean before = isBefore(reader, table, transaction);
    while (!before && System.nanoTime() - deadline < 0) {
      before = isBefore(reader, table, transaction);
    }
    return before;
  }

  private static boolean isBefore(
      SnapshotReader reader, TableDefinition table, MySqlTransactionId transaction) {
    return reader.readRange(table, KeyRange.ALL).mark().isBefore(transaction);
  }

  /** Inserts a row by itself. */
  private MySqlTransactionId change(int id) throws SQLException {
    try (Connection connection = source.connect()) {
      BinlogPoint begin = BinlogStatus.read(connection, MySqlFacts.read(connection)).point();
      source.execute("INSERT INTO t VALUES (" + id + ")");
      return MySqlTransactionId.of(begin, Optional.empty(), Optional.empty());
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

      decide("XA ROLLBACK ", 1);
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
  void marksGetOnWhileOneStaysPreparedElsewhere() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(SHORT));
        SnapshotReader reader = session.openSnapshotReader()) {
      TableDefinition table = source.definition("t");
      prepare("other", 1);
      MySqlTransactionId change = change(2);

      assertThat(awaitBefore(reader, table, change)).isTrue();
      assertThat(locks()).isEqualTo(tellsXa() ? 0 : 1);
    }
  }

  @Test
  void marksGetOnWhileOtherAndOtherOnesArePrepared() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(PATIENCE));
        SnapshotReader reader = session.openSnapshotReader()) {
      TableDefinition table = source.definition("t");
      prepare("other", 1);
      MySqlTransactionId change = change(2);
      assertThat(isBefore(reader, table, change)).isEqualTo(tellsXa());

      prepare(otherWriter, "other", 3);
      decide("XA COMMIT ", 1);
      MySqlTransactionId later = change(4);

      assertThat(isBefore(reader, table, change)).isTrue();
      assertThat(isBefore(reader, table, later)).isEqualTo(tellsXa());
      decide("XA COMMIT ", 3);
      assertThat(isBefore(reader, table, later)).isTrue();
      assertThat(locks()).isZero();
    }
  }

  /** What a read of one table has surely seen is not kept for reads of others. */
  @Test
  void readsTellWhatStaysPreparedOnAnySelectedTable() throws Exception {
    try (TableSourceSession session = begin(source.source().lockTimeout(SHORT), "t", "other");
        SnapshotReader reader = session.openSnapshotReader()) {
      TableDefinition table = source.definition("t");
      prepare("other", 1);
      MySqlTransactionId change = change(2);

      if (tellsXa()) {
        assertThat(isBefore(reader, table, change)).isTrue();
      } else {
        assertThatThrownBy(() -> awaitBefore(reader, table, change))
            .isInstanceOf(TransientException.class)
            .hasMessageContaining("[" + source.database() + ".other]")
            .hasMessageContaining(HexFormat.of().formatHex(source.database().getBytes(UTF_8)));
      }
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
