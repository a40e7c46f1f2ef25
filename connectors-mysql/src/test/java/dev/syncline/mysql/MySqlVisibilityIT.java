package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableSelection;
import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whoever reads the tables himself and follows from a position on misses nothing, on servers that
 * wait a third of a second between the writing of the log and the moment in which rows become
 * visible.
 */
class MySqlVisibilityIT {
  private static final int ROUNDS = 4;

  /** What somebody has read behind a position. */
  private record Seen(Position position, Set<Long> rows) {}

  @ParameterizedTest
  @MethodSource("dev.syncline.mysql.MarkSetup#selected")
  @Tag(EachRelease.TAG)
  void whatAPositionIncludesIsVisibleAfterTheWait(MarkSetup setup) throws Exception {
    try (MySqlServer server = setup.start()) {
      SourceFixture fixture = new SourceFixture(server);
      RacingWriters.createTables(fixture);
      // A table that is never free of transactions cannot be locked; this one is now and then.
      TableSelection log =
          TableSelection.builder().database(fixture.database(), db -> db.table("log")).build();
      try (TableSourceSession session =
          setup.source(fixture).build().open(SourceFixture.scope(log))) {
        Map<String, Position> start = session.currentPositions();
        session.define(
            session.tables().stream().map(t -> t.definition()).toList(), session.memory());
        try (StreamRecorder stream = new StreamRecorder(session, start.get(MySqlSession.STREAM))) {
          List<Seen> reads = new ArrayList<>();
          try (RacingWriters writers = RacingWriters.start(fixture, 13, setup.kind())) {
            for (int i = 0; i < ROUNDS; i++) {
              writers.awaitMoreTransactions(20);
              reads.add(read(session, fixture));
            }
          }
          Position end = session.currentPositions().get(MySqlSession.STREAM);
          stream.await(p -> p.compareTo(end) >= 0);

          for (Seen seen : reads) {
            assertThat(seen.rows()).containsAll(stream.inserted("log", seen.position()));
          }
        }
      }
    }
  }

  private static Seen read(TableSourceSession session, SourceFixture fixture) throws SQLException {
    Map<String, Position> positions = session.currentPositions();
    session.awaitVisible(positions);
    Set<Long> rows = new TreeSet<>();
    fixture.ask("SELECT n FROM log").forEach(n -> rows.add(Long.valueOf(n)));
    return new Seen(positions.get(MySqlSession.STREAM), rows);
  }
}
