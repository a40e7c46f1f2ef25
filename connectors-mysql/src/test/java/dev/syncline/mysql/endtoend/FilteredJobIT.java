package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.syncline.JobState;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.PrecheckFailedException;
import dev.syncline.TableSelection;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.fault.KillCount;
import dev.syncline.testkit.fault.ProxiedJob;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;

/** Jobs with conditions on rows: the target has what the source has under the condition. */
@ParameterizedClass
@EachRelease
class FilteredJobIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int ROWS = 2_000;
  private static final String CONDITION =
      "n BETWEEN 0 AND 4 AND (s <> 'no' OR s IS NULL) OR d >= '2024-06-01'";

  private static ServerPair pair;

  private final MemoryCheckpointStore checkpoints = new MemoryCheckpointStore();
  private String database = "";

  @Parameter MySqlRelease release;

  @BeforeParameterizedClassInvocation
  static void start(MySqlRelease release) {
    pair = ServerPair.of(release);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    pair.close();
  }

  @BeforeEach
  void createTables() throws SQLException {
    database = pair.source().createDatabase("filtered");
    String columns =
        "n INT, s VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, d DATE, x INT NOT NULL";
    pair.source()
        .execute(
            "CREATE TABLE " + database + ".t (id INT PRIMARY KEY, " + columns + ")",
            "CREATE TABLE " + database + ".k (" + columns + ")");
  }

  private TableSelection selection(String condition) {
    return TableSelection.builder()
        .database(
            database,
            db -> db.table("t", t -> t.where(condition)).tables("k*", k -> k.where(condition)))
        .build();
  }

  private ProxiedJob job() {
    return ProxiedJobs.of(pair, database, selection(CONDITION), checkpoints);
  }

  @Test
  void targetHasWhatTheSourceHasUnderTheCondition() throws Exception {
    if (!isSupported()) {
      refuses();
      return;
    }
    long seed = System.nanoTime();
    Random random = new Random(seed);
    fill(random);

    try (RandomWriters writers = new RandomWriters(pair.source(), this::transaction, 3, seed, 2)) {
      for (int kill = 0; kill < KillCount.part(1.0 / 6); kill++) {
        try (ProxiedJob job = job()) {
          ProxiedJobs.start(job);
          Await.pause(200 + random.nextInt(1_500));
          job.die();
        }
      }
      try (ProxiedJob job = job()) {
        ProxiedJobs.start(job);
        job.awaitSynchronizing();
        Await.pause(500);
        writers.stop();
        Await.until("target equals source, seed " + seed, PATIENCE, this::isEqual);
      }
      assertThat(writers.count()).isPositive();
    }
  }

  private boolean isSupported() {
    return release.isFrom(MySqlRelease.Family.MYSQL, 5, 6)
        || release.isFrom(MySqlRelease.Family.MARIADB, 10, 1);
  }

  private void refuses() throws Exception {
    try (ProxiedJob job = job()) {
      assertThat(catchThrowable(job.job()::start)).hasMessageContaining("FILTER_SERVER");
    }
  }

  @Test
  void refusesBeforeItStartsWhatItCannotEvaluate() throws Exception {
    String condition = "nn = 1 OR x = '1 ' OR n / 2 > 1";
    try (ProxiedJob job = ProxiedJobs.of(pair, database, selection(condition), checkpoints)) {
      assertThat(catchThrowable(job.job()::start))
          .isInstanceOf(PrecheckFailedException.class)
          .hasMessageContaining("There is no column 'nn'")
          .hasMessageContaining("write the number without quotes")
          .hasMessageContaining("The digits of a quotient")
          .hasMessageContaining(database + ".k");
    }
  }

  @Test
  void stopsAtRowsThatLackWhatTheConditionReads() throws Exception {
    if (!isSupported()) {
      return;
    }
    pair.source().execute("INSERT INTO " + database + ".t VALUES (1, 1, 'a', NULL, 0)");
    try (ProxiedJob job = job()) {
      ProxiedJobs.start(job);
      job.awaitSynchronizing();

      pair.source()
          .execute(
              "SET SESSION binlog_row_image = 'MINIMAL'",
              "UPDATE " + database + ".t SET x = 1 WHERE id = 1");

      Await.until("the job stops", PATIENCE, () -> job.job().status().state() == JobState.FAILED);
      assertThat(job.job().status().failure().orElseThrow())
          .hasMessageContaining("Cannot tell which rows of table '" + database + ".t' take part")
          .hasMessageContaining("column 'n'");
    }
  }

  private void fill(Random random) throws SQLException {
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement()) {
      for (int id = 0; id < ROWS; id++) {
        statement.execute(
            "INSERT INTO %s.t VALUES (%d, %s)".formatted(database, id, values(random)));
      }
      for (int i = 0; i < 100; i++) {
        statement.execute("INSERT INTO %s.k VALUES (%s)".formatted(database, values(random)));
      }
    }
  }

  private static String values(Random random) {
    List<String> texts = List.of("NULL", "'no'", "'a'", "'b'", "'NO'", "'no '");
    List<String> dates = List.of("NULL", "'2024-05-31'", "'2024-06-01'", "'2023-01-01'");
    return "%d, %s, %s, %d"
        .formatted(
            random.nextInt(10) - 2,
            texts.get(random.nextInt(texts.size())),
            dates.get(random.nextInt(10) < 8 ? 0 : random.nextInt(dates.size())),
            random.nextInt(1_000));
  }

  private List<String> transaction(Random random) {
    List<String> statements = new ArrayList<>();
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      int id = random.nextInt(ROWS + 500);
      String of = database + ".t";
      String where = " WHERE id = " + id;
      statements.add(
          switch (random.nextInt(7)) {
            case 0 -> "INSERT INTO " + of + " VALUES (" + id + ", " + values(random) + ")";
            case 1 -> "DELETE FROM " + of + where;
            case 2 -> "UPDATE " + of + " SET n = " + (random.nextInt(10) - 2) + where;
            case 3 -> "UPDATE " + of + " SET x = x + 1, s = NULLIF(s, 'no')" + where;
            case 4 -> "UPDATE " + of + " SET id = id + 1000, n = n - 1" + where;
            case 5 -> "INSERT INTO " + database + ".k VALUES (" + values(random) + ")";
            default -> "UPDATE " + database + ".k SET n = n + 1 WHERE x = " + random.nextInt(1_000);
          });
    }
    return statements;
  }

  private boolean isEqual() throws SQLException {
    for (String table : List.of("t", "k")) {
      String sql = "SELECT * FROM " + database + "." + table;
      List<String> expected = rows(pair.source(), sql + " WHERE " + CONDITION);
      if (!expected.equals(rows(pair.target(), sql))) {
        return false;
      }
    }
    return true;
  }

  private static List<String> rows(MySqlServer server, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet results = statement.executeQuery(sql)) {
      int columns = results.getMetaData().getColumnCount();
      while (results.next()) {
        StringBuilder row = new StringBuilder();
        for (int i = 1; i <= columns; i++) {
          row.append(results.getString(i)).append('|');
        }
        rows.add(row.toString());
      }
    }
    rows.sort(null);
    return rows;
  }
}
