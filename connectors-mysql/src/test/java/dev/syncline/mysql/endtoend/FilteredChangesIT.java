package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.TableChange;
import dev.syncline.testkit.Await;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Conditions on rows of tables that are changed. */
@ParameterizedClass
@EachRelease
class FilteredChangesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String CONDITION = "n > 5 AND (s <> 'no' OR s IS NULL)";

  /** Each changes what the condition reads and leaves the rows that take part. */
  private static final List<String> STATEMENTS =
      List.of(
          "INSERT INTO t VALUES (4, 6, 'in', 0), (5, 5, 'out', 0), (6, NULL, 'unknown', 0)",
          "ALTER TABLE t MODIFY n BIGINT FIRST",
          "INSERT INTO t VALUES (3000000000, 10, 'in', 0)",
          "UPDATE t SET n = n + 1 WHERE id IN (4, 5)",
          "ALTER TABLE t ADD c INT NOT NULL DEFAULT 3 AFTER id, DROP x",
          "UPDATE t SET n = 5 - n WHERE id = 4",
          "ALTER TABLE t MODIFY s VARCHAR(99) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
          "UPDATE t SET s = 'a longer one' WHERE id = 1",
          "UPDATE t SET s = IF(s = 'no', 'yes', 'no') WHERE id IN (2, 7)",
          "RENAME TABLE t TO t2",
          "UPDATE t2 SET n = 100 WHERE id = 6",
          "CREATE TABLE t LIKE t2",
          "INSERT INTO t VALUES (9, 1, 3, 'in'), (1, 2, 3, 'out')",
          "DELETE FROM t2 WHERE id = 7");

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
  void createTable() throws SQLException {
    database = pair.source().createDatabase("filtered");
    pair.source()
        .execute(
            "USE " + database,
            "CREATE TABLE t (id INT PRIMARY KEY, n INT,"
                + " s VARCHAR(10) CHARACTER SET utf8 COLLATE utf8_bin, x INT)",
            "INSERT INTO t VALUES (1, 6, NULL, 1), (2, 9, 'no', 2), (3, 5, 'out', 3),"
                + " (7, 8, 'yes', 4)");
  }

  private boolean isSupported() {
    return release.isFrom(MySqlRelease.Family.MYSQL, 5, 6)
        || release.isFrom(MySqlRelease.Family.MARIADB, 10, 1);
  }

  private SyncJob<TableChange> started(TableSelection selection) throws Exception {
    SyncJob<TableChange> job =
        SyncJob.from(pair.sourceBuilder().build())
            .to(pair.sinkBuilder().build())
            .named(database)
            .select(selection)
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(checkpoints)
            .build();
    job.start();
    assertThat(job.awaitSynchronizing(PATIENCE)).as("%s", job.status()).isTrue();
    return job;
  }

  private TableSelection selection() {
    return TableSelection.builder()
        .database(database, db -> db.tables("t*", t -> t.where(CONDITION)))
        .build();
  }

  @Test
  void rowsGoOnTakingPart() throws Exception {
    if (isSupported()) {
      follow(false);
    }
  }

  @Test
  void rowsGoOnTakingPartBehindEachRestart() throws Exception {
    if (isSupported()) {
      follow(true);
    }
  }

  private void follow(boolean restarts) throws Exception {
    SyncJob<TableChange> job = started(selection());
    try {
      for (String statement : STATEMENTS) {
        pair.source().execute("USE " + database, statement);
        if (restarts) {
          job.close();
          job = started(selection());
        }
      }
      for (String table : List.of("t2", "t")) {
        String sql = "SELECT * FROM " + database + "." + table;
        awaitRows(job, sql, rows(pair.source(), sql + " WHERE " + CONDITION));
      }
    } finally {
      job.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE t DROP n | There is no column 'n'.",
        "ALTER TABLE t CHANGE n m INT | There is no column 'n'.",
        "ALTER TABLE t DROP n, ADD n INT DEFAULT 9 | another one behind it",
        "ALTER TABLE t MODIFY n INT NOT NULL | from 'int",
        "ALTER TABLE t MODIFY s VARCHAR(10) CHARACTER SET utf8 | utf8",
        "RENAME TABLE t TO free | not the same rows of both take part",
        "CREATE TABLE t2 (id INT PRIMARY KEY) | There is no column 's'.",
      })
  void stopsInFrontOfWhatChangesTheRowsThatTakePart(String statement, String why) throws Exception {
    if (!isSupported()) {
      return;
    }
    TableSelection selection =
        TableSelection.builder()
            .database(database, db -> db.tables("t*", t -> t.where(CONDITION)).tables("free"))
            .build();
    String target = "SELECT * FROM " + database + ".t";
    SyncJob<TableChange> job = started(selection);
    try {
      pair.source()
          .execute(
              "USE " + database,
              // Without the mode servers put 0 in the place of NULL, with it they refuse.
              "SET SESSION sql_mode = ''",
              statement);

      Await.until("It has stopped", PATIENCE, () -> job.status().failure().isPresent());

      assertThat(job.status().failure().orElseThrow())
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("Cannot go on at ")
          .hasMessageContaining(statement.split(" ", 2)[0])
          .hasMessageContaining("'" + database + ".t")
          .hasMessageContaining(why);
      assertThat(rows(pair.target(), target))
          .as("the target is as it was")
          .containsExactly("1|6|null|1|", "7|8|yes|4|");
    } finally {
      job.close();
    }
  }

  /** What a condition reads need not be at the target. */
  @Test
  void readsColumnsThatAreLeftOutAndRenamed() throws Exception {
    if (!isSupported()) {
      return;
    }
    TableSelection selection =
        TableSelection.builder()
            .database(
                database,
                db ->
                    db.as(database + "_copy")
                        .table(
                            "t",
                            t ->
                                t.as("few")
                                    .columns("id", "x")
                                    .rename("x", "n")
                                    .where("n > 5 AND x < 100")))
            .build();
    String target = "SELECT id, n FROM " + database + "_copy.few";
    SyncJob<TableChange> job = started(selection);
    try {
      assertThat(rows(pair.target(), target)).containsExactly("1|1|", "2|2|", "7|4|");

      pair.source()
          .execute(
              "USE " + database,
              "UPDATE t SET n = 5 WHERE id = 1",
              "UPDATE t SET n = 6 WHERE id = 3",
              "UPDATE t SET x = 100 WHERE id = 7",
              "UPDATE t SET x = 50, n = 10 WHERE id = 2",
              "INSERT INTO t VALUES (8, 6, NULL, 8), (9, 5, NULL, 9)",
              "UPDATE t SET x = 10 WHERE id = 9");

      awaitRows(job, target, List.of("2|50|", "3|3|", "8|8|"));
    } finally {
      job.close();
    }
    started(selection).close();
  }

  private static void awaitRows(SyncJob<TableChange> job, String sql, List<String> expected)
      throws Exception {
    Await.until(
        "The rows of: " + sql,
        PATIENCE,
        () -> job.status().failure().isPresent() || expected.equals(found(sql)));
    assertThat(job.status().failure()).isEmpty();
  }

  private static List<String> found(String sql) {
    try {
      return rows(pair.target(), sql);
    } catch (SQLException e) {
      // The table is not there yet, or is called otherwise.
      return List.of(String.valueOf(e.getMessage()));
    }
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
