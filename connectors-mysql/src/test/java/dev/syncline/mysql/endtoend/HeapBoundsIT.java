package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.ChildProcess;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is small in the log and large in the heap fills it no more than anything else. */
class HeapBoundsIT {

  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final String LARGEST_EVENT = "64M";
  private static final int ROWS_OF_AN_EVENT = 900_000;
  private static final int TRANSACTIONS = 40_000;

  /** Each position names them all. */
  private static final int WRITERS_OF_OLD = 60;

  private static ServerPair pair;

  @BeforeAll
  static void start() throws SQLException {
    pair = new ServerPair(server("source").start(), server("target").withoutBinaryLog().start());
    String gtids =
        IntStream.range(0, WRITERS_OF_OLD)
            .mapToObj("3e11fa47-71ca-11e1-9e33-%012d:1-5"::formatted)
            .collect(Collectors.joining(","));
    pair.source().execute("SET GLOBAL gtid_purged = '+" + gtids + "'");
  }

  private static MySqlServer.Builder server(String name) {
    return MySqlServer.builder(MySqlRelease.MYSQL_8_0)
        .name(name)
        .option("max_allowed_packet", "128M")
        .option("binlog_row_event_max_size", LARGEST_EVENT)
        // Servers refuse values of more than a tenth of it.
        .option("innodb_log_file_size", "128M");
  }

  @AfterAll
  static void stop() {
    pair.close();
  }

  @Test
  void anEventOfAMillionTinyRowsPasses() throws Exception {
    String database = database("tiny", "id INT PRIMARY KEY");
    try (ChildProcess job = SmallHeap.start("96m", pair, database)) {
      job.awaitSynchronizing();

      pair.source()
          .execute(
              "SET SESSION cte_max_recursion_depth = 100000000",
              "USE " + database,
              ("INSERT INTO t WITH RECURSIVE n AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM n"
                      + " WHERE id < %d) SELECT id FROM n")
                  .formatted(ROWS_OF_AN_EVENT));

      awaitEqual(job, database, "SUM(id)");
    }
  }

  @Test
  void aBacklogOfTinyTransactionsFillsNoHeap() throws Exception {
    String database = database("backlog", "id INT PRIMARY KEY, n INT");
    try (ChildProcess job = SmallHeap.start("96m", pair, database)) {
      job.awaitSynchronizing();
      try (Connection holder = pair.target().connect();
          Statement hold = holder.createStatement()) {
        hold.execute("LOCK TABLES " + database + ".t READ");
        pair.source()
            .execute(
                "USE " + database,
                "CREATE PROCEDURE fill() BEGIN DECLARE i INT DEFAULT 0;"
                    + " WHILE i < "
                    + TRANSACTIONS
                    + " DO INSERT INTO t VALUES (i, i); SET i = i + 1; END WHILE; END",
                "CALL fill()");
        job.failIfEnded();
      }

      awaitEqual(job, database, "SUM(n)");
    }
  }

  @Test
  void longTextWithAnEmojiCountsAsMuchAsItTakes() throws Exception {
    String database = database("emoji", "id INT PRIMARY KEY, text LONGTEXT");
    try (ChildProcess job = SmallHeap.start("256m", pair, database)) {
      job.awaitSynchronizing();
      for (int id = 1; id <= 3; id++) {
        pair.source()
            .execute(
                "INSERT INTO %s.t VALUES (%d, %s)".formatted(database, id, text(9)),
                "UPDATE %s.t SET text = REVERSE(text) WHERE id = %d".formatted(database, id));
      }
      awaitEqual(job, database, "SUM(CRC32(text))");

      pair.source().execute("UPDATE " + database + ".t SET text = " + text(16) + " WHERE id = 2");

      assertThat(job.awaitFailure())
          .contains("UnsupportedChangeException", "'" + database + ".t'", "too large", "-Xmx");
    }
  }

  @Test
  void longTextWithAnEmojiIsNamedInTheTable() throws Exception {
    String database = database("emojis", "id INT PRIMARY KEY, text LONGTEXT");
    pair.source().execute("INSERT INTO " + database + ".t VALUES (1, " + text(16) + ")");
    try (ChildProcess job = SmallHeap.start("256m", pair, database)) {
      assertThat(job.awaitFailure())
          .contains("UnsupportedChangeException", "'" + database + ".t'", "too large", "-Xmx");
    }
  }

  /** So many mebibytes of plain letters, and one that is not. */
  private static String text(int mebibytes) {
    return "CONCAT(REPEAT(SHA2(RAND(), 512), %d), _utf8mb4 x'F09F9880')"
        .formatted(mebibytes * (1 << 20) / 128);
  }

  @Test
  void aPackedTransactionThatIsTooLargeIsNamed() throws Exception {
    String database = database("packed", "id INT PRIMARY KEY, bytes LONGBLOB");
    pair.source().execute("CREATE TABLE " + database + ".other LIKE " + database + ".t");
    try (ChildProcess job = SmallHeap.start("96m", pair, database, "t")) {
      job.awaitSynchronizing();
      pack(database, 1, 8);
      pair.source().execute("INSERT INTO " + database + ".t VALUES (1, 'behind it')");
      awaitEqual(job, database, "COUNT(*)");

      pack(database, 2, 16);

      assertThat(job.awaitFailure())
          .contains("TRANSACTION_PAYLOAD", "too large", "binlog_transaction_compression=OFF");
    }
  }

  /** Writes so many mebibytes that cannot be made smaller, in a compressed transaction. */
  private static void pack(String database, int id, int mebibytes) throws SQLException {
    pair.source()
        .execute(
            "SET SESSION binlog_transaction_compression = ON, group_concat_max_len = 100000000,"
                + " cte_max_recursion_depth = 1000000",
            "USE " + database,
            ("INSERT INTO other WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n"
                    + " WHERE i < %d) SELECT %d, GROUP_CONCAT(RANDOM_BYTES(1024) SEPARATOR '')"
                    + " FROM n")
                .formatted(mebibytes * 1024, id));
  }

  private static String database(String name, String columns) throws SQLException {
    String database = pair.source().createDatabase(name);
    pair.source()
        .execute("CREATE TABLE " + database + ".t (" + columns + ") DEFAULT CHARSET utf8mb4");
    return database;
  }

  private static void awaitEqual(ChildProcess job, String database, String sum) throws Exception {
    String query = "SELECT CONCAT_WS(',', COUNT(*), " + sum + ") FROM " + database + ".t";
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
