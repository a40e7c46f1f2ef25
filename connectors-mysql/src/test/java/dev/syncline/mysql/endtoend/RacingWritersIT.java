package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.Initialization;
import dev.syncline.JobLimits;
import dev.syncline.MemoryCheckpointStore;
import dev.syncline.SyncJob;
import dev.syncline.TableSelection;
import dev.syncline.change.TableChange;
import dev.syncline.mysql.MySqlSource;
import dev.syncline.testkit.Await;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Writers race with the readers of chunks while the server takes long between writing a transaction
 * to its log and showing its rows: a mark that believes the log's end is the view's end loses rows
 * here every time.
 */
class RacingWritersIT {

  private static final String DATABASE = "race";
  private static final int TABLES = 4;
  private static final int ROWS = 3_000;

  @ParameterizedTest
  @EachRelease
  void copyIsRightWithTheServersOwnMark(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.of(release)) {
      race(pair, pair.sourceBuilder().build());
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = MySqlRelease.class,
      names = {"MYSQL_8_0", "MYSQL_5_7"})
  void copyIsRightByShareLocksWithoutGtids(MySqlRelease release) throws Exception {
    try (ServerPair pair = ServerPair.withoutGtids(release)) {
      race(pair, pair.sourceBuilder().build());
    }
  }

  @Test
  void copyIsRightByWatermarksWithoutGtids() throws Exception {
    try (ServerPair pair = ServerPair.withoutGtids(MySqlRelease.MYSQL_8_0)) {
      pair.source()
          .execute(
              "CREATE DATABASE syncline",
              "CREATE TABLE syncline.watermark"
                  + " (id INT NOT NULL PRIMARY KEY, token CHAR(36) NOT NULL)");
      race(pair, pair.sourceBuilder().watermarkTable("syncline", "watermark").build());
    }
  }

  private static void race(ServerPair pair, MySqlSource source) throws Exception {
    fill(pair);
    MySqlRelease release = pair.source().release();
    boolean isMariaDb = release.family() == MySqlRelease.Family.MARIADB;
    if (isMariaDb) {
      pair.source()
          .execute(
              "SET GLOBAL binlog_commit_wait_usec = 300000",
              "SET GLOBAL binlog_commit_wait_count = 1000");
    } else if (release.isFrom(MySqlRelease.Family.MYSQL, 5, 7)) {
      pair.source().execute("SET GLOBAL binlog_group_commit_sync_delay = 300000");
    }
    boolean commitsWait = release.isFrom(MySqlRelease.Family.MYSQL, 5, 7) || isMariaDb;
    SyncJob<TableChange> job =
        SyncJob.from(source)
            .to(pair.sinkBuilder().build())
            .named("race")
            .select(TableSelection.builder().database(DATABASE).build())
            .initialize(Initialization.STRUCTURE, Initialization.DATA)
            .checkpoints(new MemoryCheckpointStore())
            .limits(JobLimits.builder().batchRows(100).snapshotReaders(2).build())
            .build();
    try (job;
        Racers racers = new Racers(pair, commitsWait ? 0 : 0.2)) {
      job.start();
      assertThat(job.awaitSynchronizing(Duration.ofMinutes(3))).isTrue();
      Await.until("the writers race", Duration.ofMinutes(1), () -> racers.count() > 100);
      racers.stop();
      assertThat(Checksums.awaitEqual(pair, DATABASE, Duration.ofSeconds(60)))
          .isEqualTo(Checksums.of(pair.source(), DATABASE));
      assertThat(job.status().failure()).isEmpty();
    }
  }

  private static void fill(ServerPair pair) throws SQLException {
    pair.source().execute("CREATE DATABASE " + DATABASE);
    for (int i = 0; i < TABLES; i++) {
      String table = DATABASE + ".t" + i;
      pair.source()
          .execute("CREATE TABLE " + table + " (id INT PRIMARY KEY, version INT, u INT UNIQUE)");
      StringBuilder insert = new StringBuilder("INSERT INTO " + table + " VALUES ");
      for (int row = 0; row < ROWS; row++) {
        insert.append(row == 0 ? "" : ",").append("(%d,0,%d)".formatted(row * 2, row));
      }
      pair.source().execute(insert.toString());
    }
  }

  /** Writers on all tables: updates, inserts between the rows, deletes, and keys that move. */
  private static final class Racers implements AutoCloseable {

    private final List<RandomStatements> writers = new ArrayList<>();

    /**
     * Begins to write.
     *
     * @param rest how many seconds each writer rests now and then, so that a job can keep up
     */
    Racers(ServerPair pair, double rest) {
      for (int i = 0; i < 24; i++) {
        Random random = new Random(i);
        writers.add(
            new RandomStatements(
                pair.source(),
                () ->
                    rest > 0 && random.nextBoolean()
                        ? "DO SLEEP(" + rest + ")"
                        : statement(random)));
      }
    }

    private static String statement(Random random) {
      String table = DATABASE + ".t" + random.nextInt(TABLES);
      int id = random.nextInt(2 * ROWS);
      return switch (random.nextInt(6)) {
        case 0 -> "INSERT INTO %s VALUES (%d, 1, NULL)".formatted(table, id | 1);
        case 1 -> "DELETE FROM %s WHERE id = %d".formatted(table, id);
        case 2 -> "UPDATE %s SET id = %d WHERE id = %d".formatted(table, id | 1, id & ~1);
        default ->
            "UPDATE %s SET version = version + 1 WHERE id BETWEEN %d AND %d"
                .formatted(table, id, id + 8);
      };
    }

    long count() {
      return writers.stream().mapToLong(RandomStatements::count).sum();
    }

    void stop() {
      writers.forEach(RandomStatements::stop);
    }

    @Override
    public void close() {
      writers.forEach(RandomStatements::close);
    }
  }
}
