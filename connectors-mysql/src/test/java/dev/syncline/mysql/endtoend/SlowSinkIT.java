package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.MemoryCheckpointStore;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.TcpProxy.Direction;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A target that is slower than the source's patience costs time and nothing else. */
class SlowSinkIT {

  private static final int ROWS = 40;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void doesNotLoseTheConnectionToTheSource() throws Exception {
    try (ServerPair pair = ServerPair.of(MySqlRelease.MYSQL_8_0)) {
      String database = pair.source().createDatabase("slow");
      pair.source()
          .execute(
              "SET GLOBAL net_write_timeout = 1",
              "CREATE TABLE " + database + ".t (id INT PRIMARY KEY, text LONGTEXT)",
              "INSERT INTO " + database + ".t VALUES (0, REPEAT('x', 1000000))");
      try (ProxiedJob job = ProxiedJobs.of(pair, database, new MemoryCheckpointStore(), PATIENCE)) {
        job.job().start();
        job.awaitSynchronizing();
        List<String> before = dumpConnections(pair);
        job.sink().delay(Direction.TO_SERVER, Duration.ofHours(1));

        for (int row = 1; row <= ROWS; row++) {
          pair.source()
              .execute(
                  "INSERT INTO %1$s.t SELECT %2$d, text FROM %1$s.t WHERE id = 0"
                      .formatted(database, row));
        }
        // Longer than the server waits by its setting, and than three signs of life take.
        pair.source().execute("DO SLEEP(6)");
        job.sink().restore();

        assertThat(Checksums.awaitEqual(pair, database, PATIENCE))
            .isEqualTo(Checksums.of(pair.source(), database));
        assertThat(dumpConnections(pair)).hasSize(1).isEqualTo(before);
        assertThat(job.retries()).isZero();
      }
    }
  }

  /** The connections over which the source sends its log. */
  private static List<String> dumpConnections(ServerPair pair) throws SQLException {
    List<String> found = new ArrayList<>();
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SHOW PROCESSLIST")) {
      while (rows.next()) {
        if (rows.getString("Command").startsWith("Binlog Dump")) {
          found.add(rows.getString("Id"));
        }
      }
    }
    return found;
  }
}
