package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.testkit.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A database at the source in which everything happens at once: transfers, a counter without a key,
 * and random changes of tables with all kinds of keys. The target is audited meanwhile.
 *
 * <p>Many of the random changes cannot be shared by lanes; so that all lanes work, they come for
 * two seconds out of four only, and simple ones meanwhile.
 */
final class MixedLoad implements AutoCloseable {

  private static final int ROWS_BEFORE = 400;
  private static final int TRANSFER_WRITERS = 2;
  private static final int RANDOM_WRITERS = 2;
  private static final int PAUSE_MILLIS = 12;
  private static final int SIMPLE_ROWS = 500;

  private final ServerPair pair;
  private final String database;
  private final String copy;
  private final long seed;
  private final Transfers transfers;
  private final RandomWriters writers;
  private final Audit audit;
  private int killed;
  private int killedFollowing;
  private int killedSharing;

  MixedLoad(ServerPair pair, String database, long seed) throws SQLException {
    this(pair, database, database, seed);
  }

  /** A load of a database that has another name at the target. */
  MixedLoad(ServerPair pair, String database, String copy, long seed) throws SQLException {
    this.pair = pair;
    this.database = database;
    this.copy = copy;
    this.seed = seed;
    this.audit = new Audit(pair.target(), copy);
    Random random = new Random(seed);
    RandomTables tables = new RandomTables(random, database);
    fill(tables, random);
    this.transfers = new Transfers(pair.source(), database, TRANSFER_WRITERS, seed);
    this.writers =
        new RandomWriters(
            pair.source(), r -> transaction(tables, r), RANDOM_WRITERS, seed, PAUSE_MILLIS);
  }

  /** Other numbers of lanes than the usual one, now and then; one stays one. */
  static int lanes(int usual, Random random) {
    return usual == 1 || random.nextInt(3) > 0 ? usual : 2 + random.nextInt(4);
  }

  private List<String> transaction(RandomTables tables, Random random) {
    boolean isHard = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime()) % 4 < 2;
    return isHard
        ? tables.transaction(random)
        : List.of(
            "INSERT INTO %s.simple VALUES (%d, 1) ON DUPLICATE KEY UPDATE n = n + 1"
                .formatted(database, random.nextInt(SIMPLE_ROWS)));
  }

  private void fill(RandomTables tables, Random random) throws SQLException {
    pair.source()
        .execute(
            "CREATE DATABASE " + database,
            "CREATE TABLE " + database + ".simple (id INT PRIMARY KEY, n INT NOT NULL)");
    for (RandomTables.Table table : tables.tables()) {
      pair.source().execute(table.create());
    }
    try (Connection connection = pair.source().connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < ROWS_BEFORE; i++) {
        for (String sql : tables.transaction(random)) {
          RandomWriters.execute(statement, sql);
        }
      }
    }
  }

  /**
   * A job has synchronized: from now on every read at the target must be exact.
   *
   * @param lanes with several, changes of one transaction come at different times, so that the sums
   *     are exact at the end only
   */
  void synchronizedWith(int lanes) {
    if (lanes == 1) {
      audit.begin();
    }
  }

  /** A job is about to be killed. */
  void killed(boolean follows) throws SQLException {
    killed++;
    killedFollowing += follows ? 1 : 0;
    killedSharing += follows && haveShared() ? 1 : 0;
  }

  /** Whether lanes have gone on since they were recorded, at the same positions, for this run. */
  private boolean haveShared() throws SQLException {
    String sql =
        ("SELECT COUNT(DISTINCT position) > 1 FROM syncline.lane WHERE lane > 0 AND job_id IN"
                + " (SELECT job_id FROM syncline.job WHERE job_name LIKE '%%%s')")
            .formatted(database.replace("_", "\\_"));
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Waits until lanes besides lane 0 have committed changes of this run. */
  void awaitShared() throws Exception {
    Await.until("several lanes commit", Duration.ofSeconds(60), this::haveShared);
  }

  /** How many transfers there were. */
  long transfers() {
    return transfers.count();
  }

  /** Stops, lets the job come to the end, and checks ledger, counter and content. */
  void finish(String what) throws Exception {
    transfers.stop();
    writers.stop();
    assertThat(Checksums.awaitEqual(pair, database, copy, Duration.ofSeconds(60)))
        .as("%s, seed %d", what, seed)
        .isEqualTo(Checksums.of(pair.source(), database));
    audit.assertExact();
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement()) {
      assertThat(Transfers.audit(statement, copy)).isEmpty();
    }
    System.out.printf(
        "%s: equal; %d transfers, %d other transactions, %d exact reads at the target (seed %d)%n",
        what, transfers.count(), writers.count(), audit.reads(), seed);
    if (killed > 0) {
      System.out.printf(
          "of %d kills %d met a job that followed, and %d one whose lanes shared%n",
          killed, killedFollowing, killedSharing);
    }
  }

  @Override
  public void close() {
    transfers.close();
    writers.close();
    audit.close();
  }
}
