package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.ExactRead;
import dev.syncline.SnapshotReader;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.RacingWriters.Kind;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What exact reads have seen is compared with what the stream gives, on servers that wait a third
 * of a second between the writing of the log and the moment in which rows become visible.
 */
class MySqlExactReadIT {
  private static final int READS = 4;

  /** It is by luck that a read needs no lock. */
  private static final int MOST_READS = 40;

  private static final int READS_OF_A_CALM_TABLE = 12;

  /** A read: its position and the numbers that it has seen. */
  private record Seen(Position position, Set<Long> rows) {}

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#thatReadExactly")
  @Tag(EachRelease.TAG)
  void seesWhatItsPositionIncludes(MarkSetup setup) throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      RacingWriters.createTables(fixture);
      try (TableSourceSession session = begin(setup, fixture)) {
        TableDefinition log = fixture.definition("log");
        List<Seen> reads = new ArrayList<>();
        long locksBefore = locks(fixture);

        try (StreamRecorder stream = new StreamRecorder(session, end(session))) {
          try (RacingWriters writers = RacingWriters.start(fixture, 7);
              SnapshotReader reader = session.openSnapshotReader()) {
            assertThat(reader.canCut(log)).isFalse();
            boolean locked = false;
            while (reads.size() < READS || (!locked && reads.size() < MOST_READS)) {
              writers.awaitMoreTransactions(20);
              reads.add(read(reader, log));
              locked = setup.method() == MarkMethod.BINLOG_SNAPSHOT || locks(fixture) > locksBefore;
            }
          }
          check(session, stream, "log", reads);
        }

        // The table is changed nearly all the time, so that only MariaDB has always a way without.
        long locks = locks(fixture) - locksBefore;
        assertThat(locks > 0).isEqualTo(setup.method() != MarkMethod.BINLOG_SNAPSHOT);
      }
    }
  }

  /** Of XA transactions, too, which MariaDB logs as committed before it shows them. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#withXa")
  @Tag(EachRelease.TAG)
  void seesTheXaTransactionsThatItsPositionIncludes(MarkSetup setup) throws Exception {
    int count = setup.method() == MarkMethod.BINLOG_SNAPSHOT ? MOST_READS : READS;
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      RacingWriters.createTables(fixture);
      try (TableSourceSession session = begin(setup, fixture);
          StreamRecorder stream = new StreamRecorder(session, end(session))) {
        TableDefinition log = fixture.definition("log");
        List<Seen> reads = new ArrayList<>();
        try (RacingWriters writers = RacingWriters.start(fixture, 7, Kind.XA);
            SnapshotReader reader = session.openSnapshotReader()) {
          while (reads.size() < count) {
            writers.awaitMoreTransactions(20);
            reads.add(read(reader, log));
          }
        }

        check(session, stream, "log", reads);
      }
    }
  }

  /** With a lock it would wait for the open transaction, and others for it. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#withoutLocks")
  @Tag(EachRelease.TAG)
  void locksNoTableThatIsQuiet(MarkSetup setup) throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      RacingWriters.createTables(fixture);
      fixture.execute("CREATE TABLE quiet (n BIGINT)", "INSERT INTO quiet VALUES (1), (2)");
      try (TableSourceSession session = begin(setup, fixture);
          StreamRecorder stream = new StreamRecorder(session, end(session))) {
        Seen seen;
        try (RacingWriters writers = RacingWriters.start(fixture, 5);
            Connection other = fixture.connect();
            Statement statement = other.createStatement();
            SnapshotReader reader = session.openSnapshotReader()) {
          other.setAutoCommit(false);
          statement.execute("INSERT INTO quiet VALUES (3)");
          writers.awaitMoreTransactions(20);

          seen = read(reader, fixture.definition("quiet"));

          other.commit();
        }

        assertThat(seen.rows()).containsExactly(1L, 2L);
        assertThat(locks(fixture)).isZero();
        Position end = end(session);
        stream.await(p -> p.compareTo(end) >= 0);
        assertThat(stream.inserted("quiet", seen.position())).isEmpty();
        assertThat(stream.inserted("quiet", end)).containsExactly(3L);
      }
    }
  }

  /** Some reads need no lock, some none after another try, and some need one. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#withMySqlGtids")
  @Tag(EachRelease.TAG)
  void seesWhatItsPositionIncludesOfATableThatIsChangedNowAndThen(MarkSetup setup)
      throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      RacingWriters.createTables(fixture);
      try (TableSourceSession session = begin(setup, fixture);
          StreamRecorder stream = new StreamRecorder(session, end(session))) {
        TableDefinition log = fixture.definition("log");
        List<Seen> reads = new ArrayList<>();
        AtomicBoolean closed = new AtomicBoolean();
        CompletableFuture<Void> writer =
            CompletableFuture.runAsync(() -> writeNowAndThen(fixture, closed));
        try (SnapshotReader reader = session.openSnapshotReader()) {
          while (reads.size() < READS_OF_A_CALM_TABLE) {
            reads.add(read(reader, log));
          }
        } finally {
          closed.set(true);
          writer.join();
        }

        check(session, stream, "log", reads);
        assertThat(locks(fixture)).isLessThan(READS_OF_A_CALM_TABLE);
      }
    }
  }

  private static void writeNowAndThen(SourceFixture fixture, AtomicBoolean closed) {
    try (Connection connection = fixture.connect();
        Statement statement = connection.createStatement()) {
      for (int n = 0; !closed.get(); n++) {
        statement.execute("INSERT INTO log VALUES (" + n + ")");
        statement.execute("REPLACE INTO t VALUES (1, " + n + ")");
        statement.execute("REPLACE INTO t VALUES (2, " + n + ")");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static TableSourceSession begin(MarkSetup setup, SourceFixture fixture)
      throws SQLException {
    TableSourceSession session = setup.source(fixture).build().open(fixture.scope());
    session.define(session.tables().stream().map(t -> t.definition()).toList(), session.memory());
    return session;
  }

  private static Position end(TableSourceSession session) {
    return session.currentPositions().get(MySqlSession.STREAM);
  }

  /** How often tables were locked at the server. */
  private static long locks(SourceFixture fixture) throws SQLException {
    try (Connection connection = fixture.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW GLOBAL STATUS LIKE 'Com_lock_tables'")) {
      row.next();
      return row.getLong(2);
    }
  }

  private static Seen read(SnapshotReader reader, TableDefinition table) {
    try (ExactRead read = reader.readExactly(List.of(table))) {
      Set<Long> rows = new TreeSet<>();
      List<SnapshotRow> next = read.next(10);
      while (!next.isEmpty()) {
        next.forEach(row -> rows.add((Long) row.row().value(0)));
        next = read.next(10);
      }
      return new Seen(read.position(), rows);
    }
  }

  private static void check(
      TableSourceSession session, StreamRecorder stream, String table, List<Seen> reads)
      throws InterruptedException {
    Position end = end(session);
    stream.await(p -> p.compareTo(end) >= 0);
    for (Seen seen : reads) {
      assertThat(seen.rows()).isEqualTo(stream.inserted(table, seen.position()));
    }
  }
}
