package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;

/**
 * A database at the source in which everything happens at once: transfers, a counter without a key,
 * and random changes of tables with all kinds of keys. The target is audited meanwhile.
 */
final class MixedLoad implements AutoCloseable {

  private static final int ROWS_BEFORE = 400;
  private static final int TRANSFER_WRITERS = 2;
  private static final int RANDOM_WRITERS = 2;
  private static final int PAUSE_MILLIS = 4;

  private final ServerPair pair;
  private final String database;
  private final long seed;
  private final Transfers transfers;
  private final RandomWriters writers;
  private final Audit audit;

  MixedLoad(ServerPair pair, String database, long seed) throws SQLException {
    this.pair = pair;
    this.database = database;
    this.seed = seed;
    this.audit = new Audit(pair.target(), database);
    Random random = new Random(seed);
    RandomTables tables = new RandomTables(random, database);
    fill(tables, random);
    this.transfers = new Transfers(pair.source(), database, TRANSFER_WRITERS, seed);
    this.writers =
        new RandomWriters(pair.source(), tables::transaction, RANDOM_WRITERS, seed, PAUSE_MILLIS);
  }

  private void fill(RandomTables tables, Random random) throws SQLException {
    pair.source().execute("CREATE DATABASE " + database);
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

  /** How many transfers there were. */
  long transfers() {
    return transfers.count();
  }

  /** Stops, lets the job come to the end, and checks ledger, counter and content. */
  void finish(String what) throws Exception {
    transfers.stop();
    writers.stop();
    assertThat(Checksums.awaitEqual(pair, database, Duration.ofSeconds(60)))
        .as("%s, seed %d", what, seed)
        .isEqualTo(Checksums.of(pair.source(), database));
    audit.assertExact();
    try (Connection connection = pair.target().connect();
        Statement statement = connection.createStatement()) {
      assertThat(Transfers.audit(statement, database)).isEmpty();
    }
    System.out.printf(
        "%s: equal; %d transfers, %d other transactions, %d exact reads at the target (seed %d)%n",
        what, transfers.count(), writers.count(), audit.reads(), seed);
  }

  @Override
  public void close() {
    transfers.close();
    writers.close();
    audit.close();
  }
}
