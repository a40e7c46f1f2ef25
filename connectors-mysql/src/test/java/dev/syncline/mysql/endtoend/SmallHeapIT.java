package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.JobState;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is larger than the heap passes in parts, and what does not come in parts is named. */
class SmallHeapIT {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS = 300_000;

  /** Number and ids of the connections over which the source sends its log. */
  private static final String DUMP_THREADS =
      "SELECT CONCAT(COUNT(*), ',', GROUP_CONCAT(id)) FROM information_schema.processlist"
          + " WHERE command LIKE 'Binlog Dump%'";

  private static ServerPair pair;

  @BeforeAll
  static void start() {
    pair = new ServerPair(server("source").start(), server("target").withoutBinaryLog().start());
  }

  private static MySqlServer.Builder server(String name) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name(name)
        .option("max_allowed_packet", "128M")
        // Servers refuse values of more than a tenth of it.
        .option("innodb_log_file_size", "128M");
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @Test
  void aTransactionMayBeLargerThanTheHeap() throws Exception {
    String database = database("bulk", "id INT PRIMARY KEY, name VARCHAR(40)");
    try (ChildProcess job = SmallHeap.start("64m", pair, database)) {
      job.awaitSynchronizing();

      pair.source()
          .execute(
              "SET SESSION cte_max_recursion_depth = 100000000",
              "USE " + database,
              ("INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n"
                      + " WHERE id < %d) SELECT id, CONCAT('the name of row ', id) FROM n")
                  .formatted(ROWS));

      awaitEqual(job, database, "name");
    }
  }

  @Test
  void aSlowTargetFillsNoHeapAndLosesNoConnection() throws Exception {
    String database = database("slow", "id INT PRIMARY KEY, name VARCHAR(4000)");
    pair.source().execute("SET GLOBAL net_write_timeout = 1");
    try (ChildProcess job = SmallHeap.start("96m", pair, database)) {
      job.awaitSynchronizing();
      // The server notices by and by that the processes of other tests have gone.
      Await.until(
          "there is one connection",
          PATIENCE,
          () -> String.valueOf(ask(pair.source(), DUMP_THREADS)).startsWith("1,"));
      String connection = ask(pair.source(), DUMP_THREADS);
      pair.target()
          .execute(
              ("CREATE TRIGGER %1$s.slow BEFORE INSERT ON %1$s.t FOR EACH ROW"
                      + " DO SLEEP(IF(NEW.id %% 1000 = 0, 0.2, 0))")
                  .formatted(database));

      for (int first = 1; first <= 28_000; first += 1_000) {
        pair.source().execute("USE " + database, insertFrom(first));
      }

      awaitEqual(job, database, "name");
      assertThat(ask(pair.source(), DUMP_THREADS)).contains(",").isEqualTo(connection);
    }
  }

  /** Adds a thousand rows of 4,000 bytes. */
  private static String insertFrom(int first) {
    return ("INSERT INTO t WITH RECURSIVE n AS (SELECT %d AS id UNION ALL SELECT id + 1 FROM n"
            + " WHERE id < %d) SELECT id, REPEAT('x', 4000) FROM n")
        .formatted(first, first + 999);
  }

  @Test
  void rowsOf16MebibytesAreCopiedAndFollowed() throws Exception {
    String database = database("wide", "id INT PRIMARY KEY, bytes LONGBLOB, text LONGTEXT");
    fill(database, "bytes", 4);
    fill(database, "text", 8);
    try (ChildProcess job = SmallHeap.start("256m", pair, database)) {
      job.awaitSynchronizing();
      awaitEqual(job, database, "bytes", "text");

      pair.source()
          .execute(
              "UPDATE " + database + ".t SET bytes = REVERSE(bytes), text = REVERSE(text)",
              "UPDATE " + database + ".t SET id = id + 100",
              "DELETE FROM " + database + ".t WHERE id % 2 = 0",
              "INSERT INTO "
                  + database
                  + ".t SELECT id + 100, text, bytes FROM "
                  + database
                  + ".t");

      awaitEqual(job, database, "bytes", "text");
    }
  }

  @Test
  void rowsOf16MebibytesAreFollowedWhileOthersAreCopied() throws Exception {
    String database = database("both", "id INT PRIMARY KEY, bytes LONGBLOB");
    int rows = 15;
    for (int id = 0; id < rows; id += 3) {
      fill(database, "bytes", id);
    }
    try (ChildProcess job = SmallHeap.start("256m", pair, database)) {
      job.await(JobState.INITIALIZING);
      for (int id = 0; id < rows; id++) {
        job.failIfEnded();
        String update = "UPDATE %s.t SET bytes = REVERSE(bytes) WHERE id IN (%d, %d)";
        pair.source().execute(update.formatted(database, id, rows - 1 - id));
      }

      job.awaitSynchronizing();
      awaitEqual(job, database, "bytes");
    }
  }

  @Test
  void aRowThatIsTooLargeIsNamedInTheLog() throws Exception {
    String database = database("log", "id INT PRIMARY KEY, bytes LONGBLOB");
    pair.source().execute("CREATE TABLE " + database + ".other LIKE " + database + ".t");
    try (ChildProcess job = SmallHeap.start("64m", pair, database, "t")) {
      job.awaitSynchronizing();
      // Tables that are not selected may have rows of any size.
      pair.source().execute("INSERT INTO " + database + ".other VALUES (1, " + large(16) + ")");
      pair.source().execute("INSERT INTO " + database + ".t VALUES (1, 'small')");
      awaitRow(database, job);

      pair.source().execute("INSERT INTO " + database + ".t VALUES (2, " + large(16) + ")");

      assertThat(job.awaitFailure())
          .contains("UnsupportedChangeException", "'" + database + ".t'", "too large", "-Xmx");
    }
  }

  @Test
  void aRowThatIsTooLargeIsNamedInTheTable() throws Exception {
    String database = database("copy", "id INT PRIMARY KEY, bytes LONGBLOB");
    fill(database, "bytes", 2);
    try (ChildProcess job = SmallHeap.start("64m", pair, database)) {
      assertThat(job.awaitFailure())
          .contains("UnsupportedChangeException", "'" + database + ".t'", "too large", "-Xmx");
    }
  }

  private static String database(String name, String columns) throws SQLException {
    String database = pair.source().createDatabase(name);
    pair.source().execute("CREATE TABLE " + database + ".t (" + columns + ")");
    return database;
  }

  /** Adds two rows with a value of 16 MiB each, and an empty one. */
  private static void fill(String database, String column, int id) throws SQLException {
    for (int row = 0; row < 3; row++) {
      String value = row < 2 ? large(16) : "''";
      pair.source()
          .execute(
              "INSERT INTO %s.t (id, %s) VALUES (%d, %s)"
                  .formatted(database, column, id + row, value));
    }
  }

  /** Bytes that look like chance, so many mebibytes of them. */
  private static String large(int mebibytes) {
    return "REPEAT(SHA2(RAND(), 512), " + mebibytes * (1 << 20) / 128 + ")";
  }

  private static void awaitRow(String database, ChildProcess job) throws Exception {
    Await.until(
        "the row is at the target",
        PATIENCE,
        () -> {
          job.failIfEnded();
          return ask(pair.target(), "SELECT COUNT(*) FROM " + database + ".t").equals("1");
        });
  }

  /** Compares by sums that are quick to compute over large values. */
  private static void awaitEqual(ChildProcess job, String database, String... columns)
      throws Exception {
    StringBuilder sums = new StringBuilder("SELECT CONCAT_WS(',', COUNT(*), SUM(id)");
    for (String column : columns) {
      sums.append(", SUM(CRC32(").append(column).append("))");
    }
    String query = sums.append(") FROM ").append(database).append(".t").toString();
    String expected = ask(pair.source(), query);
    Await.until(
        "the rows are at the target",
        PATIENCE,
        () -> {
          job.failIfEnded();
          return ask(pair.target(), query).equals(expected);
        });
  }

  private static String ask(MySqlServer server, String sql) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
