package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableSourceSession;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import org.junit.jupiter.params.ParameterizedTest;

class UncheckedChangesIT {

  @ParameterizedTest
  @EachRelease
  void areThoseOfSessionsThatDidNotCheckForeignKeys(MySqlRelease release) throws Exception {
    SourceFixture source = new SourceFixture(MySqlServer.shared(release));
    source.execute("CREATE TABLE t (id INT PRIMARY KEY, n INT)");
    try (TableSourceSession session = source.open()) {
      session.define(
          session.tables().stream().map(table -> table.definition()).toList(), session.memory());
      Position begin = session.currentPositions().get(MySqlSession.STREAM);

      source.execute(
          "INSERT INTO t VALUES (1, 1), (2, 2)",
          "SET foreign_key_checks = 0",
          "INSERT INTO t VALUES (3, 3)",
          "UPDATE t SET n = 4 WHERE id = 3",
          "DELETE FROM t WHERE id = 3",
          "SET foreign_key_checks = 1, unique_checks = 0",
          "UPDATE t SET n = 5 WHERE id = 2",
          "DELETE FROM t WHERE id = 1");

      Position end = session.currentPositions().get(MySqlSession.STREAM);
      try (StreamRecorder stream = new StreamRecorder(session, begin)) {
        stream.await(position -> position.compareTo(end) >= 0);
        assertThat(stream.transactions())
            .flatExtracting(StreamRecorder.Transaction::changes)
            .extracting(TableChange::unchecked)
            .containsExactly(false, false, true, true, true, false, false);
      }
    }
  }
}
