package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SnapshotChunk;
import dev.syncline.SnapshotChunk.Mark;
import dev.syncline.SnapshotReader;
import dev.syncline.TableSourceSession;
import dev.syncline.change.KeyRange;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.mysql.StreamRecorder.Transaction;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What marks say of reads among racing writers is compared with what the stream gives, on the
 * servers of {@link MarkSetup}.
 */
class MySqlMarksIT {
  /** Reads a chunk; not always in the right way. */
  private interface ChunkRead {
    SnapshotChunk read(TableDefinition table, KeyRange range) throws Exception;
  }

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#selected")
  @Tag(EachRelease.TAG)
  void marksAreTrue(MarkSetup setup) throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      MySqlFacts facts = facts(fixture);
      assertThat(MarkMethod.of(facts, setup.method() == MarkMethod.WATERMARKS))
          .isEqualTo(setup.method());

      List<String> violations = violations(setup, fixture, Reads.OF_THE_SOURCE);

      assertThat(violations).isEmpty();
    }
  }

  /** Shows that {@link #marksAreTrue} can fail. */
  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#thatShowRowsLate")
  @Tag(EachRelease.TAG)
  void theEndOfTheLogIsNoMark(MarkSetup setup) throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);

      List<String> violations = violations(setup, fixture, Reads.MARKED_BY_THE_END_OF_THE_LOG);

      assertThat(violations).isNotEmpty();
    }
  }

  private enum Reads {
    OF_THE_SOURCE,
    MARKED_BY_THE_END_OF_THE_LOG
  }

  private static List<String> violations(MarkSetup setup, SourceFixture fixture, Reads reads)
      throws Exception {
    RacingWriters.createTables(fixture);
    try (TableSourceSession session = setup.source(fixture).build().open(fixture.scope())) {
      Position start = session.currentPositions().get(MySqlSession.STREAM);
      session.define(session.tables().stream().map(t -> t.definition()).toList(), session.memory());
      List<SnapshotChunk> chunks = new ArrayList<>();
      List<Transaction> transactions;
      try (StreamRecorder stream = new StreamRecorder(session, start)) {
        try (RacingWriters writers = RacingWriters.start(fixture, 3, setup.kind());
            SnapshotReader reader = session.openSnapshotReader()) {
          ChunkRead read =
              reads == Reads.OF_THE_SOURCE ? reader::readRange : new NaiveRead(fixture);
          TableDefinition table = fixture.definition("t");
          Random random = new Random(11);
          while (chunks.size() < setup.chunks()) {
            writers.awaitTransactions(2L * chunks.size());
            chunks.add(read.read(table, range(random)));
          }
        }
        for (SnapshotChunk chunk : chunks) {
          stream.await(chunk.mark()::isPassedAt);
        }
        transactions = stream.transactions();
      }
      assertThat(transactions).hasSizeGreaterThan(setup.chunks());
      return new History(transactions).violations(chunks);
    }
  }

  private static KeyRange range(Random random) {
    int from = random.nextInt(RacingWriters.KEYS / 2);
    int upTo = from + 1 + random.nextInt(RacingWriters.KEYS / 2);
    return new KeyRange("=" + from, "=" + upTo);
  }

  private static MySqlFacts facts(SourceFixture fixture) throws SQLException {
    try (Connection connection = fixture.connect()) {
      return MySqlFacts.read(connection);
    }
  }

  /** The classic mistake: what the log's end includes is taken for visible. */
  private static final class NaiveRead implements ChunkRead {
    private final SourceFixture fixture;

    NaiveRead(SourceFixture fixture) {
      this.fixture = fixture;
    }

    @Override
    public SnapshotChunk read(TableDefinition table, KeyRange range) throws Exception {
      String sql = ChunkKey.of(table).orElseThrow().select("id, v", range);
      List<SnapshotRow> rows = new ArrayList<>();
      try (Connection connection = fixture.connect();
          Statement statement = connection.createStatement()) {
        BinlogPoint low = BinlogStatus.read(connection, MySqlFacts.read(connection)).point();
        statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        BinlogPoint high = BinlogStatus.read(connection, MySqlFacts.read(connection)).point();
        try (ResultSet results = statement.executeQuery(sql)) {
          while (results.next()) {
            rows.add(new SnapshotRow(table, Row.of(results.getLong(1), results.getLong(2))));
          }
        }
        return new SnapshotChunk(range, rows, new PointMark(low, high));
      }
    }
  }

  /** The rows of {@code t} as the stream tells them, with the transactions that made them so. */
  private static final class History {
    private static final long ABSENT = -1;

    private final List<Transaction> transactions;
    private final Map<Long, List<State>> states = new TreeMap<>();

    /** A row from a transaction on. */
    private record State(int transaction, long version) {}

    History(List<Transaction> transactions) {
      this.transactions = transactions;
      for (int i = 0; i < transactions.size(); i++) {
        for (TableChange change : transactions.get(i).changes()) {
          if (change.table().id().name().equals("t")) {
            add(i, change);
          }
        }
      }
    }

    private void add(int transaction, TableChange change) {
      if (change instanceof RowInsert insert) {
        put(transaction, insert.after(), (Long) insert.after().value(1));
      } else if (change instanceof RowUpdate update) {
        put(transaction, update.after(), (Long) update.after().value(1));
      } else if (change instanceof RowDelete delete) {
        put(transaction, delete.before(), ABSENT);
      }
    }

    private void put(int transaction, Row row, long version) {
      List<State> history =
          states.computeIfAbsent(
              (Long) row.value(0), k -> new ArrayList<>(List.of(new State(-1, ABSENT))));
      State last = history.get(history.size() - 1);
      if (last.transaction() == transaction) {
        history.remove(history.size() - 1);
      }
      history.add(new State(transaction, version));
    }

    List<String> violations(List<SnapshotChunk> chunks) {
      List<String> violations = new ArrayList<>();
      for (SnapshotChunk chunk : chunks) {
        Map<Long, Long> seen = new TreeMap<>();
        chunk.rows().forEach(r -> seen.put((Long) r.row().value(0), (Long) r.row().value(1)));
        long from = Long.parseLong(chunk.range().after().substring(1));
        long upTo = Long.parseLong(chunk.range().upTo().substring(1));
        int passed = passed(chunk.mark());
        for (long key = from + 1; key <= upTo; key++) {
          check(chunk.mark(), passed, key, seen.getOrDefault(key, ABSENT), violations);
        }
      }
      return violations;
    }

    /** The last transaction that the stream has given when the chunk may be let go. */
    private int passed(Mark mark) {
      for (int i = 0; i < transactions.size(); i++) {
        if (mark.isPassedAt(transactions.get(i).end())) {
          return i;
        }
      }
      return transactions.size();
    }

    private void check(Mark mark, int passed, long key, long seen, List<String> violations) {
      List<State> history = states.getOrDefault(key, List.of(new State(-1, ABSENT)));
      int first = 0;
      for (int i = 1; i < history.size(); i++) {
        if (mark.isBefore(transactions.get(history.get(i).transaction()).id())) {
          first = i;
        }
      }
      boolean possible = false;
      for (int i = first; i < history.size(); i++) {
        State state = history.get(i);
        possible |= state.version() == seen && state.transaction() <= passed;
      }
      if (!possible) {
        violations.add("key " + key + " was seen as " + seen + ", history " + history);
      }
    }
  }
}
